import { createColors } from "picocolors";
import type { Problem } from "../../framework/evaluate";
import { EXEMPT_ANNOTATION } from "../../framework/exemptions";
import type { LeveledViolation } from "../../hosts/in-process";
import { withoutControls } from "../../model/text";
import { drawExcerpt, excerptOf } from "./excerpt";
import {
    type CheckReport,
    countsOf,
    describeChecked,
    describeCounts,
    groupByObject,
    type Level,
    type ReportedViolation,
} from "./report";

/** What the output goes to. */
export interface Terminal {
    readonly colours: boolean;
    /** Columns to wrap at; undefined for lines as long as they are. */
    readonly width: number | undefined;
    /** Whether lines of manifests are shown. */
    readonly excerpts: boolean;
}

/** The narrowest column of text that is still easier to read than lines that the terminal breaks. */
const MIN_TEXT_WIDTH = 30;

/** The report that people read: violations by object, and how many there are of what. */
export function textReport(report: CheckReport, terminal: Terminal): string {
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

function describeObject(findings: readonly ReportedViolation[], terminal: Terminal): string {
    const { bold, red, yellow, dim, cyan } = createColors(terminal.colours);
    const paint: Readonly<Record<Level, (text: string) => string>> = { mandatory: red, advisory: yellow };
    const violations = findings.map(({ violation }) => violation);
    const [first] = violations;
    const source = first?.source;
    const place = [source?.file, source?.line].filter(part => part !== undefined).join(":");
    const lines = violations.flatMap(violation => [
        `  ${bold(violation.policy.name)}  ${paint[violation.level](violation.level)}`,
        ...violation.problems.flatMap(problem => [
            `    ${hang(problem.what, 4, terminal.width)}`,
            `      ${dim(hang(problem.fix, 6, terminal.width))}`,
            ...excerptLines(violation, problem, terminal).map(line => `      ${cyan(line)}`),
        ]),
    ]);
    return [`${bold(withoutControls(place))}  ${bold(withoutControls(first?.label ?? ""))}`, ...lines].join("\n");
}

function excerptLines(violation: LeveledViolation, problem: Problem, { excerpts }: Terminal): string[] {
    const excerpt = excerpts ? excerptOf(violation, problem) : undefined;
    return excerpt ? drawExcerpt(excerpt).map(withoutControls) : [];
}

/** Breaks a text between words so that all but its first line are indented. */
function hang(text: string, indent: number, width: number | undefined): string {
    const clean = withoutControls(text);
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
