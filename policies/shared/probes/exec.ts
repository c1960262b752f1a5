import type { Value } from "../../../model/value";

/** Shells, whose `-c` is followed by a script. */
const SHELLS = /^(?:a|ba|da|k|z)?sh$/;

/** Commands that run another command, which follows their own options and assignments. */
const WRAPPERS: ReadonlySet<string> = new Set(["busybox", "command", "env", "exec", "nice", "sudo", "time", "timeout"]);

/** Where a command begins in a script: after a separator, an opening bracket or a word of the shell. */
const COMMAND_START = /[;&|(){}`!\n]|\b(?:if|then|else|elif|while|until|do)\b/;

/** The names of the programs that an exec probe runs, without their folders. */
export function programsOf(command: Value): string[] {
    const words = command.items().map(({ string }) => string);
    const script = scriptOf(words);
    if (script === undefined) return programOf(words);
    return script.split(COMMAND_START).flatMap(part => programOf(part.trim().split(/\s+/)));
}

/** What a shell is told to run by `-c`, its other options with it or apart. */
function scriptOf(words: readonly (string | undefined)[]): string | undefined {
    const shell = words.findIndex(word => SHELLS.test(baseName(word)));
    if (shell !== skipWrappers(words)) return undefined;
    const option = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word ?? ""));
    return option < 0 ? undefined : words[option + 1];
}

function programOf(words: readonly (string | undefined)[]): string[] {
    const name = baseName(words[skipWrappers(words)]);
    return name === "" ? [] : [name];
}

/** The place of the first word that is neither a wrapper nor something that belongs to one. */
function skipWrappers(words: readonly (string | undefined)[]): number {
    let place = 0;
    let wrapped = false;
    for (; place < words.length; place++) {
        const word = words[place] ?? "";
        const isAssignment = /^\w+=/.test(word);
        if (WRAPPERS.has(baseName(word))) wrapped = true;
        // Options of a wrapper, and the time that `timeout` and `nice` are given.
        else if (!isAssignment && !(wrapped && /^(?:-|\d)/.test(word))) break;
    }
    return place;
}

function baseName(word: string | undefined): string {
    return (
        word
            ?.replace(/^["']|["']$/g, "")
            .split("/")
            .at(-1) ?? ""
    );
}
