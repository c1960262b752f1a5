import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Difference, differencesBetween, type ReadReport, readReport } from "../../cli/compare";
import type { Section } from "./changelog";

/** What two versions say of the same input. */
export interface Rehearsal {
    readonly from: string;
    readonly to: string;
    readonly differences: readonly Difference[];
}

/**
 * Runs the check command of two versions on the same input.
 * @param oldPack folder of the version in use, compiled.
 * @param newPack folder of the version to come, compiled.
 * @param args paths and options of `check`.
 * @throws when one of them could not check everything, with what it said.
 */
export async function rehearse(oldPack: string, newPack: string, args: readonly string[]): Promise<Rehearsal> {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
    try {
        const before = await reportOf(oldPack, args, join(folder, "before.json"));
        const after = await reportOf(newPack, args, join(folder, "after.json"));
        const differences = differencesBetween(before.violations, after.violations);
        return { from: before.version, to: after.version, differences };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** What the check command of a pack reports. It ends with 2 when it could not check everything. */
function reportOf(pack: string, args: readonly string[], file: string): Promise<ReadReport> {
    return new Promise((resolve, reject) => {
        const command = [join(pack, "dist/cli.js"), "check", ...args, "--format", `json=${file}`];
        execFile(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 }, (error, _, stderr) => {
            const report = error && error.code !== 1 ? undefined : readReport(file, []);
            if (report) resolve(report);
            else reject(new Error(`${pack} could not check everything:\n${stderr}`));
        });
    });
}

/** The policies that decide otherwise though no item of the changelog names them, sorted. */
export function unannouncedPolicies({ differences }: Rehearsal, news: readonly Section[]): string[] {
    const items = news.flatMap(section => section.items);
    const policies = new Set(differences.map(({ policy }) => policy));
    return [...policies].filter(policy => !items.some(item => item.includes(`\`${policy}\``))).sort();
}
