import { readFileSync } from "node:fs";
import { compareText, withoutControls } from "../model/text";
import { EXIT } from "./exit";
import { type Fields, isFields } from "./fields";
import { accessProblem } from "./input/files";
import { parseJson } from "./input/json";
import { describeNotice, type Notice, SyntaxProblem } from "./notice";

/** A violation as a JSON report has it. */
export interface ReadViolation {
    readonly policy: string;
    readonly urn: string;
    readonly object: string;
    readonly text: string;
    /** Its level where it counts, else why it does not: `known`, `exempt`. */
    readonly state: string;
}

/** What a JSON report tells. */
export interface ReadReport {
    /** Version of the command that wrote it. */
    readonly version: string;
    readonly violations: readonly ReadViolation[];
}

/** What two reports say otherwise of one policy and object; undefined on the side that says nothing. */
export interface Difference {
    readonly policy: string;
    readonly object: string;
    readonly before: ReadViolation | undefined;
    readonly after: ReadViolation | undefined;
}

/**
 * Shows what a report says otherwise than one before it: of another version, another configuration, another state.
 * @param print gets the differences.
 * @param tell gets what keeps the reports from being read.
 * @returns the exit code: a violation when something is mandatory that was not.
 */
export function compare(
    beforeFile: string,
    afterFile: string,
    print: (text: string) => void,
    tell: (text: string) => void,
): number {
    const problems: Notice[] = [];
    const before = readReport(beforeFile, problems);
    const after = readReport(afterFile, problems);
    for (const problem of problems) tell(describeNotice(problem));
    if (!before || !after) return EXIT.error;
    const differences = differencesBetween(before.violations, after.violations);
    print(describeDifferences(differences, before.version, after.version));
    return differences.some(isNewlyMandatory) ? EXIT.violation : EXIT.ok;
}

/** Whether a deployment fails now that did not. */
function isNewlyMandatory({ before, after }: Difference): boolean {
    return after?.state === "mandatory" && before?.state !== "mandatory";
}

/**
 * Reads a report that `check --format json` wrote.
 * @param problems gets why it cannot be read.
 */
export function readReport(file: string, problems: Notice[]): ReadReport | undefined {
    try {
        const report = parseJson(readFileSync(file, "utf8"));
        if (isFields(report) && report.version === 1 && isFields(report.tool) && Array.isArray(report.violations)) {
            const violations = report.violations.filter(isFields).map(violationOf);
            return { version: String(report.tool.version), violations };
        }
        problems.push({ file, text: "not a report of this version. Write one with check --format json." });
    } catch (error) {
        if (error instanceof SyntaxProblem) {
            problems.push({ file, line: error.line, column: error.column, text: error.reason });
        } else problems.push({ file, text: accessProblem(error) });
    }
    return undefined;
}

function violationOf({ policy, urn, object, problems, level, status }: Fields): ReadViolation {
    const list = Array.isArray(problems) ? problems.filter(isFields) : [];
    return {
        policy: String(policy),
        urn: String(urn),
        object: String(object),
        text: list.map(({ what, fix }) => `${what} ${fix}`).join(" "),
        state: String(status === "open" ? level : status),
    };
}

/**
 * What is different, by policy, then as the reports have it. A policy says one thing of an object at each level: what
 * both say is left out before the rest is compared.
 */
export function differencesBetween(before: readonly ReadViolation[], after: readonly ReadViolation[]): Difference[] {
    const [old, now] = [byKey(without(before, after)), byKey(without(after, before))];
    return [...new Map([...old, ...now])]
        .map(([key, { policy, object }]) => ({ policy, object, before: old.get(key), after: now.get(key) }))
        .filter(({ before: was, after: is }) => was?.state !== is?.state || was?.text !== is?.text)
        .sort((one, other) => compareText(one.policy, other.policy));
}

/** Some violations but those that others repeat, each as often as it is there. */
function without(some: readonly ReadViolation[], others: readonly ReadViolation[]): ReadViolation[] {
    const identity = ({ policy, urn, object, text, state }: ReadViolation) =>
        JSON.stringify([policy, urn, object, text, state]);
    const counts = new Map<string, number>();
    for (const other of others) counts.set(identity(other), (counts.get(identity(other)) ?? 0) + 1);
    return some.filter(violation => {
        const left = counts.get(identity(violation)) ?? 0;
        counts.set(identity(violation), left - 1);
        return left <= 0;
    });
}

/** Violations by what they are about; the second of an object that is there twice is another. */
function byKey(violations: readonly ReadViolation[]): Map<string, ReadViolation> {
    const found = new Map<string, ReadViolation>();
    for (const violation of violations) {
        const { policy, urn, object } = violation;
        let key = JSON.stringify([policy, urn, object]);
        while (found.has(key)) key += "'";
        found.set(key, violation);
    }
    return found;
}

/** Differences as people read them, by policy, and how many there are of what. */
export function describeDifferences(differences: readonly Difference[], before: string, after: string): string {
    const versions = before === after ? `kubernetes-guardrails ${after}` : `kubernetes-guardrails ${before} → ${after}`;
    const policies = [...new Set(differences.map(({ policy }) => policy))];
    const groups = policies.map(policy => {
        const lines = differences.filter(difference => difference.policy === policy).map(describeDifference);
        return `${[withoutControls(policy), ...lines].join("\n")}\n\n`;
    });
    return `${groups.join("")}${versions}: ${summaryOf(differences)}.\n`;
}

function describeDifference({ object, before, after }: Difference): string {
    const name = withoutControls(object);
    const text = withoutControls(((after ?? before)?.text ?? "").replaceAll("\n", " "));
    if (!before) return `  new, ${after?.state}  ${name}: ${text}`;
    if (!after) return `  gone, was ${before.state}  ${name}: ${text}`;
    const state =
        before.state === after.state ? `in other words, ${after.state}` : `${after.state}, was ${before.state}`;
    return `  ${state}  ${name}: ${text}`;
}

function summaryOf(differences: readonly Difference[]): string {
    if (differences.length === 0) return "no differences";
    const counts = {
        new: differences.filter(({ before }) => !before).length,
        gone: differences.filter(({ after }) => !after).length,
        "at another level": differences.filter(({ before, after }) => before && after && before.state !== after.state)
            .length,
        "in other words": differences.filter(({ before, after }) => before && after && before.state === after.state)
            .length,
    };
    return Object.entries(counts)
        .filter(([, number]) => number > 0)
        .map(([what, number]) => `${number} ${what}`)
        .join(", ");
}
