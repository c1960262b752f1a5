import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { builtPack } from "../../support/build";

/** What a run of the command gave. */
export interface Run {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Whether Node.js runs the command, of which some tests look inside. */
export const ON_NODE = process.env.EXECUTABLE === undefined;

/** A new folder with these files, removed when the test is over. */
export function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
    const folder = mkdtempSync(join(tmpdir(), "guardrails-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
    }
    return folder;
}

/**
 * Runs the compiled command in a folder, or what EXECUTABLE names: all tests of the command run on the executable too.
 */
export async function run(
    cwd: string,
    args: readonly string[],
    { stdin = "", env = {}, nodeArgs = [] }: { stdin?: string; env?: NodeJS.ProcessEnv; nodeArgs?: string[] } = {},
): Promise<Run> {
    const [command = "", ...first] = process.env.EXECUTABLE
        ? [process.env.EXECUTABLE]
        : [process.execPath, ...nodeArgs, join(await builtPack(), "dist/cli.js")];
    return await new Promise((resolve, reject) => {
        const child = spawn(command, [...first, ...args], {
            cwd,
            env: { ...process.env, ...env },
        });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", chunk => {
            stdout += chunk;
        });
        child.stderr.setEncoding("utf8").on("data", chunk => {
            stderr += chunk;
        });
        child.on("error", reject);
        child.on("close", code => resolve({ code, stdout, stderr }));
        // The command may end without reading what it is not asked to.
        child.stdin.on("error", () => {});
        child.stdin.end(stdin);
    });
}
