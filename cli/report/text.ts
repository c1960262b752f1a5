import { createColors } from "picocolors";
import type { LeveledViolation } from "../../hosts/in-process";
import { EXEMPT_ANNOTATION } from "../../policies/exemptions";
import type { Resource } from "../../policies/model/resource";
import { printable } from "../printable";

/** What was checked, and what came of it. */
export interface Outcome {
    /** In the order in which objects are to be listed. */
    readonly resources: readonly Resource[];
    readonly fileCount: number;
    readonly violations: readonly LeveledViolation[];
}

/** What the output goes to. */
export interface Terminal {
    readonly colours: boolean;
    /** Columns to wrap at; undefined for lines as long as they are. */
    readonly width: number | undefined;
}

type Level = LeveledViolation["level"];

const LEVELS: readonly Level[] = ["mandatory", "advisory"];

/** The narrowest column of text that is still easier to read than lines that the terminal breaks. */
const MIN_TEXT_WIDTH = 30;

/** The report that people read: violations by object, and how many there are of what. */
export function textReport(outcome: Outcome, terminal: Terminal): string {
    const shown = outcome.violations.filter(({ exemption }) => !exemption);
    const groups = groupByObject(outcome.resources, shown);
    return [
        ...groups.map(group => `${describeObject(group, terminal)}\n`),
        summary(outcome, shown),
        ...(shown.length > 0
            ? [`To exempt an object, give it the annotation ${EXEMPT_ANNOTATION}<policy>: "<reason>".`]
            : []),
    ]
        .map(part => `${part}\n`)
        .join("");
}

/** Violations of one object each, in the order of the resources. */
function groupByObject(resources: readonly Resource[], violations: readonly LeveledViolation[]): LeveledViolation[][] {
    const order = new Map(resources.map((resource, index) => [resource.urn, index]));
    const groups = new Map<string, LeveledViolation[]>();
    for (const violation of violations) {
        const key = JSON.stringify([violation.urn, violation.label]);
        const group = groups.get(key);
        if (group) group.push(violation);
        else groups.set(key, [violation]);
    }
    const position = ([violation]: readonly LeveledViolation[]) => order.get(violation?.urn ?? "") ?? 0;
    return [...groups.values()].sort((a, b) => position(a) - position(b));
}

function describeObject(violations: readonly LeveledViolation[], terminal: Terminal): string {
    const { bold, red, yellow, dim } = createColors(terminal.colours);
    const paint: Readonly<Record<Level, (text: string) => string>> = { mandatory: red, advisory: yellow };
    const [first] = violations;
    const source = first?.source;
    const place = [source?.file, source?.line].filter(part => part !== undefined).join(":");
    const nameWidth = Math.max(...violations.map(({ policy }) => policy.name.length));
    const levelWidth = Math.max(...LEVELS.map(level => level.length));
    const indent = levelWidth + nameWidth + 6;
    const lines = LEVELS.flatMap(level => violations.filter(violation => violation.level === level)).map(
        ({ level, policy, text }) =>
            `  ${paint[level](level.padEnd(levelWidth))}  ${dim(policy.name.padEnd(nameWidth))}  ${hang(text, indent, terminal.width)}`,
    );
    return [`${bold(printable(place))}  ${bold(printable(first?.label ?? ""))}`, ...lines].join("\n");
}

/** Breaks a text between words so that all but its first line are indented. */
function hang(text: string, indent: number, width: number | undefined): string {
    const clean = printable(text);
    if (width === undefined || width - indent < MIN_TEXT_WIDTH) return clean;
    const lines: string[] = [];
    let line = "";
    for (const word of clean.split(" ")) {
        if (line !== "" && line.length + 1 + word.length > width - indent) {
            lines.push(line);
            line = word;
        } else {
            line = line === "" ? word : `${line} ${word}`;
        }
    }
    return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function summary({ resources, fileCount, violations }: Outcome, shown: readonly LeveledViolation[]): string {
    const objects = resources.reduce((sum, { objects }) => sum + objects.length, 0);
    const others = resources.filter(({ objects }) => objects.length === 0).length;
    const checked = [
        ...(objects > 0 || others === 0 ? [count(objects, "object")] : []),
        ...(others > 0 ? [count(others, objects > 0 ? "other resource" : "resource")] : []),
    ].join(" and ");
    const exempt = violations.length - shown.length;
    return `${checked} in ${count(fileCount, "file")}: ${describeCounts(shown)}${exempt > 0 ? `, ${exempt} exempt` : ""}.`;
}

function describeCounts(violations: readonly LeveledViolation[]): string {
    if (violations.length === 0) return "no violations";
    const counts = LEVELS.map(level => ({ level, number: violations.filter(found => found.level === level).length }));
    const parts = counts.filter(({ number }) => number > 0).map(({ level, number }) => `${number} ${level}`);
    return `${parts.join(" and ")} violation${violations.length === 1 ? "" : "s"}`;
}

function count(number: number, word: string): string {
    return `${number} ${word}${number === 1 ? "" : "s"}`;
}
