import type { Problem } from "../../framework/evaluate";
import type { LeveledViolation } from "../../hosts/in-process";
import { knownShape } from "../../policies/shared/secrets/shapes";

/** The line of a manifest that a problem is about, and which part of it. */
export interface Excerpt {
    /** Counts from 1. */
    readonly line: number;
    readonly text: string;
    /** Where the marked part begins and ends in the text, from 0. */
    readonly start: number;
    readonly end: number;
}

/** Longer lines are nothing to read, and may hold several objects. */
const LONGEST_LINE = 160;

/** Keys below which values may be credentials, in any kind of object. */
const SENSITIVE: ReadonlySet<unknown> = new Set([
    "annotations",
    "args",
    "binaryData",
    "command",
    "data",
    "env",
    "kubeconfig",
    "password",
    "stringData",
    "token",
    "values",
]);

/**
 * The line that a problem begins at. None where nothing is there to be marked, and none where it may show a credential: in a Secret, below keys that hold values of
 * applications, or where the line itself looks like one. Of a line in flow style, which may hold more than what is
 * wrong, only the part that is wrong is shown.
 */
export function excerptOf(violation: LeveledViolation, problem: Problem): Excerpt | undefined {
    const { policy, label, source } = violation;
    if (policy.category === "secrets" || /^(?:Secret|SecretPatch|List)\b/.test(label)) return undefined;
    if (problem.paths.some(path => path.some(step => SENSITIVE.has(step)))) return undefined;
    const [path] = problem.paths;
    const place = path && source?.positionOf?.(path);
    const text = place?.isExact ? source?.lineAt?.(place.line) : undefined;
    if (!place || text === undefined) return undefined;
    const start = place.column - 1;
    const end = Math.min((place.endColumn ?? text.length + 1) - 1, text.trimEnd().length);
    if (start >= end) return undefined;
    const isPart = text.length > LONGEST_LINE || text.includes("{");
    const shown = isPart ? text.slice(start, end) : text.trimEnd();
    if (shown.length > LONGEST_LINE || shown.includes("{") || mayHoldCredential(shown)) return undefined;
    return { line: place.line, text: shown, start: isPart ? 0 : start, end: isPart ? end - start : end };
}

/** The names of what may hold a credential; those of what says where one is. */
const CREDENTIAL = /pass|pwd|secret|token|credential|api_?key|private_?key|access_?key/i;
const REFERENCE = /^(?:secretName|secretKeyRef|imagePullSecrets|serviceAccountToken|automount.*)$/;

function mayHoldCredential(line: string): boolean {
    for (const [, name = ""] of line.matchAll(/(?<!\w)(\w+)["']?\s*[:=]\s*\S/g)) {
        if (CREDENTIAL.test(name) && !REFERENCE.test(name)) return true;
    }
    return line.split(/[\s"']+/).some(word => knownShape(word) !== undefined);
}

/** An excerpt as compilers print it: the line behind its number, and marks below the part that is wrong. */
export function drawExcerpt({ line, text, start, end }: Excerpt): [line: string, marks: string] {
    const number = String(line);
    const visible = text.replaceAll("\t", " ");
    return [`${number} | ${visible}`, `${" ".repeat(number.length)} | ${" ".repeat(start)}${"^".repeat(end - start)}`];
}
