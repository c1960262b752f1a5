import type { Notice } from "../notice";
import { type CheckReport, countsOf, describeChecked, describeCounts, type FileLocation, placesOf } from "./report";

/**
 * The report as workflow commands, which GitHub Actions shows beside the lines of a pull request. Mandatory violations
 * are errors, advisory ones warnings; the last line is the summary.
 *
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubReport(report: CheckReport): string {
    const open = report.findings.filter(({ status }) => status === "open");
    const counts = countsOf(report);
    return [
        ...open.flatMap(({ violation }) =>
            violation.problems.map(problem =>
                command(
                    violation.level === "mandatory" ? "error" : "warning",
                    violation.policy.name,
                    placesOf(violation, problem)[0],
                    [violation.label, `${problem.what} ${problem.fix}`],
                ),
            ),
        ),
        ...report.problems.map(problem => command("error", "cannot be checked", placeIn(problem), [problem.text])),
        ...report.notes.map(note => command("notice", "note", placeIn(note), [note.text])),
        `${describeChecked(counts, report.fileCount)}: ${describeCounts(counts)}.`,
    ]
        .map(line => `${line}\n`)
        .join("");
}

function command(name: string, title: string, place: FileLocation | undefined, text: readonly string[]): string {
    const properties = { file: place?.file, line: place?.line, col: place?.column, title };
    const list = Object.entries(properties)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
    return `::${name} ${list.join(",")}::${escapeText(text.filter(Boolean).join(": "))}`;
}

function placeIn({ file, line, column }: Notice): FileLocation | undefined {
    return file === undefined ? undefined : { file, line, column };
}

/** Source: actions/toolkit packages/core/src/command.ts (`escapeData`, `escapeProperty`). */
function escapeText(text: string): string {
    return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
    return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
