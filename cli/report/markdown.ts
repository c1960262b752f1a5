import { withoutControls } from "../../model/text";
import { describeNotice } from "../notice";
import {
    type CheckReport,
    type Counts,
    countsOf,
    describeChecked,
    describeCounts,
    describePlace,
    groupByObject,
    placeOf,
    type ReportedViolation,
} from "./report";

/**
 * How many violations the table holds: with more of them, the summary of a step on GitHub would be refused at 1 MiB.
 *
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const MAX_ROWS = 1000;

/** The report as a summary in Markdown, for `$GITHUB_STEP_SUMMARY` or a comment on a pull request. */
export function markdownReport(report: CheckReport): string {
    const counts = countsOf(report);
    const open = groupByObject(report)
        .flat()
        .filter(({ status }) => status === "open");
    const more = open.length - MAX_ROWS;
    return [
        "## Kubernetes guardrails",
        "",
        `${mark(counts)} ${describeChecked(counts, report.fileCount)}: **${describeCounts(counts)}**.`,
        ...(open.length > 0
            ? [
                  "",
                  "| Level | Object | Policy | What is wrong and what to do | Place |",
                  "| --- | --- | --- | --- | --- |",
                  ...open.slice(0, MAX_ROWS).map(row),
              ]
            : []),
        ...(more > 0 ? ["", `… and ${more} more.`] : []),
        ...list("Could not be checked", report.problems.map(describeNotice)),
        ...list("Notes", report.notes.map(describeNotice)),
        "",
    ].join("\n");
}

function mark({ mandatory, advisory }: Counts): string {
    return mandatory > 0 ? "❌" : advisory > 0 ? "⚠️" : "✅";
}

function row({ violation }: ReportedViolation): string {
    const { level, label, policy } = violation;
    const cells = [
        level,
        escapeMarkdown(label),
        `[${policy.name}](${policy.url})`,
        violation.problems.map(({ what, fix }) => escapeMarkdown(`${what} ${fix}`)).join("<br>"),
        escapeMarkdown(describePlace(placeOf(violation))),
    ];
    return `| ${cells.join(" | ")} |`;
}

function list(heading: string, texts: readonly string[]): string[] {
    if (texts.length === 0) return [];
    return ["", `### ${heading}`, "", ...texts.map(text => `- ${escapeMarkdown(text)}`)];
}

/** A text that Markdown takes for nothing but text. */
function escapeMarkdown(text: string): string {
    return withoutControls(text).replace(/[\\`*_{}[\]<>#|~&@]/g, character => `&#${character.charCodeAt(0)};`);
}
