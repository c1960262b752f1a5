import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

/** The folder of the repository, which is also that of the policy pack. */
export const PACK_DIR = join(__dirname, "../..");

/** What the compiled files are made of. */
const SOURCES = [
    "index.ts",
    "library",
    "policies",
    "framework",
    "model",
    "config",
    "hosts",
    "cli",
    "scripts/build.mjs",
    "package-lock.json",
];

const COMPILED = ["dist/index.js", "dist/policies.js", "dist/cli.js"].map(file => join(PACK_DIR, file));

/** The declarations take longer than all else; who needs them builds them. */
const BUILD = ["scripts/build.mjs", "--javascript"];

/**
 * Compiles the pack unless what is compiled is as new as the sources. To compile once more would take the files from
 * under the packs of other test files, which run at the same time; they wait for each other.
 * @returns the pack's folder.
 */
export async function builtPack(): Promise<string> {
    const lock = join(PACK_DIR, "node_modules/.build-lock");
    while (!isFirst(lock)) await setTimeout(50);
    try {
        if (isStale()) await promisify(execFile)(process.execPath, BUILD, { cwd: PACK_DIR });
    } finally {
        rmSync(lock, { recursive: true });
    }
    return PACK_DIR;
}

function isFirst(lock: string): boolean {
    try {
        mkdirSync(lock);
        return true;
    } catch {
        // Whoever was ended while it built left its lock behind; a build takes a second.
        const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
        if (Date.now() - since > 30_000) rmSync(lock, { recursive: true, force: true });
        return false;
    }
}

function isStale(): boolean {
    if (!COMPILED.every(file => existsSync(file))) return true;
    const compiled = Math.min(...COMPILED.map(modified));
    return SOURCES.flatMap(filesOf).some(file => modified(file) > compiled);
}

/** A folder itself counts too: it changes when a file in it is removed. */
function filesOf(source: string): string[] {
    const path = join(PACK_DIR, source);
    if (!statSync(path).isDirectory()) return [path];
    return [path, ...readdirSync(path, { recursive: true, encoding: "utf8" }).map(file => join(path, file))];
}

function modified(file: string): number {
    return statSync(file).mtimeMs;
}
