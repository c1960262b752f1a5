import { readFileSync } from "node:fs";
import type { LeveledViolation } from "../hosts/in-process";
import { compareText } from "../model/text";
import { isFields } from "./fields";
import { accessProblem } from "./input/files";
import { parseJson } from "./input/json";
import { type Notice, SyntaxProblem } from "./notice";
import { writeWhole } from "./output-files";
import { identityOf } from "./report/report";

/** The version of the file's shape. */
const SHAPE_VERSION = 1;

/**
 * A problem that is known and need not fail: of one object, at one field. Its words may change, and so may the order of
 * files and of lists whose elements have names.
 */
interface Entry {
    readonly policy: string;
    readonly urn: string;
    readonly object: string;
    readonly problem: string;
    /** `spec.containers["web"].image`; empty when the problem is about the object as a whole. */
    readonly field: string;
    /** How many objects of this name have it; 1 when left out. */
    readonly count?: number;
}

/** The violations that a file records, which need not fail. */
export class Baseline {
    /** How many of each are left to be found. */
    private readonly left = new Map<string, number>();

    constructor(entries: readonly Entry[]) {
        for (const entry of entries) {
            const key = keyOf(entry);
            this.left.set(key, (this.left.get(key) ?? 0) + (entry.count ?? 1));
        }
    }

    /**
     * Tells the problems that were there when the baseline was written from new ones. A problem is known when it was
     * there at all of its fields. Each counts once: a second object of the same name needs its own.
     */
    divide(violation: LeveledViolation): Record<"known" | "open", LeveledViolation["problems"]> {
        const known: LeveledViolation["problems"][number][] = [];
        const open: LeveledViolation["problems"][number][] = [];
        for (const problem of violation.problems) {
            const keys = entriesOf(violation, problem).map(keyOf);
            const isKnown = keys.every(key => (this.left.get(key) ?? 0) > 0);
            for (const key of keys) {
                const count = this.left.get(key);
                if (count !== undefined && count > 0) this.left.set(key, count - 1);
            }
            (isKnown ? known : open).push(problem);
        }
        return { known, open };
    }

    /** How many problems of it were not found: they are gone. */
    get goneCount(): number {
        return [...this.left.values()].reduce((sum, count) => sum + count, 0);
    }
}

/**
 * Reads a baseline.
 * @param problems gets why it cannot be read.
 */
export function readBaseline(file: string, problems: Notice[]): Baseline {
    try {
        const value = parseJson(readFileSync(file, "utf8"));
        if (isFields(value) && value.version === SHAPE_VERSION && Array.isArray(value.violations)) {
            return new Baseline(value.violations.filter(isEntry));
        }
        problems.push({ file, text: "not a baseline of this version. Write it anew with --update-baseline." });
    } catch (error) {
        if (error instanceof SyntaxProblem) {
            problems.push({ file, line: error.line, column: error.column, text: error.reason });
        } else if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            problems.push({ file, text: "there is no such file. Write it with --update-baseline." });
        } else problems.push({ file, text: accessProblem(error) });
    }
    return new Baseline([]);
}

/**
 * Writes a baseline of violations, sorted, so that changes to it are easy to review.
 * @throws the error of the file system.
 */
export function writeBaseline(file: string, violations: readonly LeveledViolation[]): void {
    const entries = new Map<string, Entry>();
    for (const violation of violations) {
        for (const problem of violation.problems) {
            for (const entry of entriesOf(violation, problem)) {
                const key = keyOf(entry);
                const count = (entries.get(key)?.count ?? (entries.has(key) ? 1 : 0)) + 1;
                entries.set(key, count > 1 ? { ...entry, count } : entry);
            }
        }
    }
    const sorted = [...entries].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
    writeWhole(file, `${JSON.stringify({ version: SHAPE_VERSION, violations: sorted }, null, 2)}\n`);
}

function entriesOf(violation: LeveledViolation, { id, fields }: LeveledViolation["problems"][number]): Entry[] {
    const [policy = "", urn = "", object = ""] = identityOf(violation);
    return (fields.length > 0 ? fields : [""]).map(field => ({ policy, urn, object, problem: id, field }));
}

function keyOf({ policy, urn, object, problem, field }: Entry): string {
    return JSON.stringify([urn, object, policy, problem, field]);
}

function isEntry(value: unknown): value is Entry {
    const keys = ["policy", "urn", "object", "problem", "field"];
    return isFields(value) && keys.every(key => typeof value[key] === "string");
}
