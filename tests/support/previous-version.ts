import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PACK_DIR } from "./build";

/** What is compiled, and what compiles it. */
const SOURCES = [
    "index.ts",
    "policies",
    "framework",
    "model",
    "hosts",
    "library",
    "cli",
    "config",
    "scripts/build.mjs",
    "package.json",
    "PulumiPolicy.yaml",
];

/** A change to a file: the text that it replaces, which has to be there, and what takes its place. */
export type Edit = readonly [file: string, text: string, replacement: string];

/**
 * Compiles a version of the pack that differs from the sources as they are, as one before it would.
 * @param folder an empty folder to put it in.
 * @returns the folder.
 */
export function packWith(folder: string, edits: readonly Edit[]): string {
    for (const source of SOURCES) cpSync(join(PACK_DIR, source), join(folder, source), { recursive: true });
    symlinkSync(join(PACK_DIR, "node_modules"), join(folder, "node_modules"));
    for (const [file, text, replacement] of edits) {
        const content = readFileSync(join(folder, file), "utf8");
        if (!content.includes(text)) throw new Error(`${file} does not have: ${text}`);
        writeFileSync(join(folder, file), content.replace(text, replacement));
    }
    execFileSync(process.execPath, ["scripts/build.mjs", "--javascript"], { cwd: folder });
    return folder;
}

/** What makes the sources a version before them: a policy that is not there yet, a level and words that were others. */
export const PREVIOUS: readonly Edit[] = [
    ["package.json", '"version": "', '"version": "0.0.1-before.'],
    ["policies/index.ts", 'import { noNakedPods } from "./no-naked-pods";\n', ""],
    ["policies/index.ts", "\n    noNakedPods,", ""],
    ["policies/selector-matches-template.ts", 'enforcementLevel: "mandatory"', 'enforcementLevel: "advisory"'],
    ["model/kubernetes/names.ts", "contains characters that", "has characters that"],
];
