import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { PACK_DIR } from "./build";

const run = promisify(execFile);

/** What is neither in the archive nor part of making it. */
const NOT_PACKED = [".git", "bench", "dist", "examples", "fixtures", "node_modules", "tests"];

/**
 * Makes the archive that is published, by `npm pack` in a copy of the sources: packing compiles anew and changes files
 * for as long as it lasts, which other programs must not see.
 * @param folder that it may write to.
 * @param repository folder of the sources.
 * @returns the archive.
 */
export async function packArchive(folder: string, repository = PACK_DIR): Promise<string> {
    const sources = join(folder, "sources");
    cpSync(repository, sources, {
        recursive: true,
        filter: file => !NOT_PACKED.includes(basename(file)) || file === repository,
    });
    symlinkSync(join(repository, "node_modules"), join(sources, "node_modules"));
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: sources });
    return join(folder, stdout.trim());
}

/**
 * Installs the archive as Pulumi installs a pack that an organization requires: unpacks it, and runs npm in it.
 * Source: pulumi/pulumi pkg/backend/httpstate/policypack.go (`installRequiredPolicy`).
 * @param folder for the pack.
 * @param args of npm, besides those of Pulumi.
 */
export async function installRequiredPack(archive: string, folder: string, args: readonly string[]): Promise<void> {
    mkdirSync(folder, { recursive: true });
    await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
    await npmInstall(folder, args);
}

/** Runs `npm install` as Pulumi does. */
export async function npmInstall(folder: string, args: readonly string[] = []): Promise<void> {
    await run("npm", ["install", "--loglevel=error", ...args], { cwd: folder });
}

/** The versions of a lock file, or of what npm says that it has installed, by place in `node_modules`. */
export function versionsIn(lockFile: string): Record<string, string> {
    const { packages } = JSON.parse(readFileSync(lockFile, "utf8")) as {
        packages: Record<string, { version: string }>;
    };
    const installed = Object.entries(packages).filter(([place]) => place !== "");
    return Object.fromEntries(installed.map(([place, { version }]) => [place, version]));
}
