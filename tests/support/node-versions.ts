import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** One version of each line of Node that the pack supports. */
export const NODE_VERSIONS = { "20": "20.20.2", "22": "22.23.3", "24": "24.21.0" } as const;

/** A line of Node. */
export type NodeLine = keyof typeof NODE_VERSIONS;

/**
 * The executable of a version of Node: the one that runs this program where it is of the same line, else one from npm,
 * kept in the user's cache folder.
 */
export async function nodeExecutable(line: NodeLine): Promise<string> {
    if (process.versions.node.startsWith(`${line}.`)) return process.execPath;
    const version = NODE_VERSIONS[line];
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
    const executable = join(cache, "kubernetes-guardrails", "node", version, "bin", "node");
    if (!existsSync(executable)) await fetchNode(version, executable);
    return executable;
}

async function fetchNode(version: string, executable: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "guardrails-node-"));
    try {
        writeFileSync(join(folder, "package.json"), "{}");
        const name = `node-${process.platform}-${process.arch}`;
        await promisify(execFile)("npm", ["install", "--no-save", "--loglevel=error", `${name}@${version}`], {
            cwd: folder,
        });
        // Only what is complete appears in the cache, also when two programs fetch at once.
        mkdirSync(dirname(executable), { recursive: true });
        const draft = `${executable}-${process.pid}`;
        await promisify(execFile)("cp", [join(folder, "node_modules", name, "bin", "node"), draft]);
        renameSync(draft, executable);
    } finally {
        rmSync(folder, { recursive: true });
    }
}
