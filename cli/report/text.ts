import { createColors } from "picocolors";
import { textOf } from "../../framework/evaluate";
import { EXEMPT_ANNOTATION } from "../../framework/exemptions";
import { printable } from "../printable";
import {
    countsOf,
    describeChecked,
    describeCounts,
    type Finding,
    groupByObject,
    LEVELS,
    type Level,
    type Report,
} from "./report";

/** What the output goes to. */
export interface Terminal {
    readonly colours: boolean;
    /** Columns to wrap at; undefined for lines as long as they are. */
    readonly width: number | undefined;
}

/** The narrowest column of text that is still easier to read than lines that the terminal breaks. */
const MIN_TEXT_WIDTH = 30;

/** The report that people read: violations by object, and how many there are of what. */
export function textReport(report: Report, terminal: Terminal): string {
    const open = report.findings.filter(({ status }) => status === "open");
    const counts = countsOf(report);
    return [
        ...groupByObject({ ...report, findings: open }).map(group => `${describeObject(group, terminal)}\n`),
        `${describeChecked(counts, report.fileCount)}: ${describeCounts(counts)}.`,
        ...(open.length > 0
            ? [`To exempt an object, give it the annotation ${EXEMPT_ANNOTATION}<policy>: "<reason>".`]
            : []),
    ]
        .map(part => `${part}\n`)
        .join("");
}

function describeObject(findings: readonly Finding[], terminal: Terminal): string {
    const { bold, red, yellow, dim } = createColors(terminal.colours);
    const paint: Readonly<Record<Level, (text: string) => string>> = { mandatory: red, advisory: yellow };
    const violations = findings.map(({ violation }) => violation);
    const [first] = violations;
    const source = first?.source;
    const place = [source?.file, source?.line].filter(part => part !== undefined).join(":");
    const nameWidth = Math.max(...violations.map(({ policy }) => policy.name.length));
    const levelWidth = Math.max(...LEVELS.map(level => level.length));
    const indent = levelWidth + nameWidth + 6;
    const lines = violations.map(violation => {
        const { level, policy } = violation;
        return `  ${paint[level](level.padEnd(levelWidth))}  ${dim(policy.name.padEnd(nameWidth))}  ${hang(textOf(violation), indent, terminal.width)}`;
    });
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
