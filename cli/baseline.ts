import { readFileSync, writeFileSync } from "node:fs";
import { textOf } from "../framework/evaluate";
import type { LeveledViolation } from "../hosts/in-process";
import { compareText } from "../model/text";
import { isFields } from "./fields";
import { accessProblem } from "./input/files";
import { parseJson } from "./input/json";
import { type Problem, SyntaxProblem } from "./problem";

/** The version of the file's shape. */
const SHAPE_VERSION = 1;

/**
 * A violation that is known and need not fail. All of it must be the same for a violation to be known: one more
 * container that violates the policy makes another message, and so a new violation.
 */
interface Entry {
    readonly policy: string;
    readonly urn: string;
    readonly object: string;
    readonly text: string;
}

/** The violations that a file records, which need not fail. */
export class Baseline {
    private readonly unseen: Set<string>;
    private readonly keys: ReadonlySet<string>;

    constructor(entries: readonly Entry[]) {
        this.keys = new Set(entries.map(keyOf));
        this.unseen = new Set(this.keys);
    }

    /** Whether the violation was there when the baseline was written. */
    holds(violation: LeveledViolation): boolean {
        const key = keyOf(entryOf(violation));
        this.unseen.delete(key);
        return this.keys.has(key);
    }

    /** How many violations of it were not asked for: they are gone. */
    get goneCount(): number {
        return this.unseen.size;
    }
}

/**
 * Reads a baseline.
 * @param problems gets why it cannot be read.
 */
export function readBaseline(file: string, problems: Problem[]): Baseline {
    try {
        const value = parseJson(readFileSync(file, "utf8"));
        if (isFields(value) && value.version === SHAPE_VERSION && Array.isArray(value.violations)) {
            return new Baseline(value.violations.filter(isEntry));
        }
        problems.push({ file, text: "is not a baseline of this version, write it anew with --update-baseline" });
    } catch (error) {
        if (error instanceof SyntaxProblem) {
            problems.push({ file, line: error.line, column: error.column, text: error.reason });
        } else if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            problems.push({ file, text: "there is no such file, write it with --update-baseline" });
        } else problems.push({ file, text: accessProblem(error) });
    }
    return new Baseline([]);
}

/**
 * Writes a baseline of violations, sorted, so that changes to it are easy to review.
 * @throws the error of the file system.
 */
export function writeBaseline(file: string, violations: readonly LeveledViolation[]): void {
    const entries = new Map(violations.map(entryOf).map(entry => [keyOf(entry), entry]));
    const sorted = [...entries].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
    writeFileSync(file, `${JSON.stringify({ version: SHAPE_VERSION, violations: sorted }, null, 2)}\n`);
}

function entryOf(violation: LeveledViolation): Entry {
    const { policy, urn, label } = violation;
    return { policy: policy.name, urn, object: label, text: textOf(violation) };
}

function keyOf({ policy, urn, object, text }: Entry): string {
    return JSON.stringify([urn, object, policy, text]);
}

function isEntry(value: unknown): value is Entry {
    return isFields(value) && ["policy", "urn", "object", "text"].every(key => typeof value[key] === "string");
}
