import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Difference, differencesBetween, type ReadReport, readReport } from "../../cli/compare";
import type { Problem } from "../../cli/problem";
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
 * @throws when one of them writes no report, with what it said.
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

/** What the check command of a pack reports, whatever it ends with: 1 says that there are violations. */
function reportOf(pack: string, args: readonly string[], file: string): Promise<ReadReport> {
    return new Promise((resolve, reject) => {
        const command = [join(pack, "dist/cli.js"), "check", ...args, "--format", `json=${file}`];
        execFile(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 }, (_, __, stderr) => {
            const problems: Problem[] = [];
            const report = readReport(file, problems);
            if (report) resolve(report);
            else reject(new Error(`${pack} wrote no report:\n${stderr}`));
        });
    });
}

/** The policies that decide otherwise though no item of the changelog names them, sorted. */
export function unannouncedPolicies({ differences }: Rehearsal, news: readonly Section[]): string[] {
    const items = news.flatMap(section => section.items);
    const policies = new Set(differences.map(({ policy }) => policy));
    return [...policies].filter(policy => !items.some(item => item.includes(`\`${policy}\``))).sort();
}
