import { readFileSync } from "node:fs";

/** What a process has taken so far: seconds of CPU time, and megabytes at the most. */
export interface Usage {
    readonly cpu: number;
    readonly memory: number;
}

/** Clock ticks in a second, as every Linux counts them for programs. */
const TICKS = 100;

/** What a process has taken so far; undefined when it has ended. */
export function usageOf(pid: number): Usage | undefined {
    try {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        // The name of the command, in parentheses, may have spaces.
        const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
        const [user, system] = fields.split(" ").slice(11, 13).map(Number);
        if (kilobytes === undefined) return undefined;
        return { cpu: ((user ?? 0) + (system ?? 0)) / TICKS, memory: Number(kilobytes) / 1024 };
    } catch {
        return undefined;
    }
}

/** The middle one of some values, the upper of two. */
export function median(values: readonly number[] = []): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
