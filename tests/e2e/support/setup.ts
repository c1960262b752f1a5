import { spawn } from "node:child_process";
import type { TestProject } from "vitest/node";
import { builtPack, PACK_DIR } from "../../support/build";

declare module "vitest" {
    interface ProvidedContext {
        /** The folder with the executables: `pulumi`, its plugins. */
        toolchain: string;
    }
}

/** Runs once before all tests: the executables are there, and the pack is compiled from the sources as they are. */
export default async function setup({ provide }: TestProject): Promise<void> {
    const output = await node("tests/e2e/toolchain/build.mjs");
    provide("toolchain", output.trimEnd().split("\n").at(-1) ?? "");
    await builtPack();
}

/**
 * Runs a script of the repository, with its progress on this terminal.
 *
 * @returns what it wrote to standard output
 * @throws when it fails; it has then said why on standard error
 */
export function node(script: string, ...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [script, ...args], {
            cwd: PACK_DIR,
            stdio: ["ignore", "pipe", "inherit"],
        });
        let output = "";
        child.stdout.setEncoding("utf8").on("data", text => {
            output += text;
        });
        child.on("error", reject);
        child.on("close", code => {
            if (code === 0) resolve(output);
            else reject(new Error(`node ${script} failed with exit code ${code}; the reason is above.`));
        });
    });
}
