import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Location, Log, Notification, ReportingDescriptor, Result } from "sarif";
import type { Policy, Severity } from "../../framework/define";
import { messageOf } from "../../framework/evaluate";
import type { ActivePolicy } from "../../hosts/in-process";
import { describeNotice, type Notice } from "../notice";
import { type Excerpt, excerptOf } from "./excerpt";
import {
    type CheckReport,
    type FileLocation,
    fingerprintOf,
    type Level,
    placesOf,
    type ReportedViolation,
} from "./report";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const LEVELS: Readonly<Record<Level, "error" | "warning">> = { mandatory: "error", advisory: "warning" };

/**
 * Scores by which GitHub sorts alerts: above 9.0 critical, from 7.0 high, from 4.0 medium.
 *
 * Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
const SCORES: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

/**
 * The report as SARIF 2.1.0, which code scanning services take. Violations that an exemption lets pass are suppressed
 * results; with a baseline, results are new or unchanged.
 *
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(report: CheckReport): string {
    const ruleIndex = new Map(report.policies.map(({ policy }, index) => [policy, index]));
    const log: Log = {
        $schema: SCHEMA,
        version: "2.1.0",
        runs: [
            {
                tool: {
                    driver: {
                        name: "kubernetes-guardrails",
                        version: report.version,
                        semanticVersion: report.version,
                        rules: report.policies.map(describeRule),
                    },
                },
                columnKind: "utf16CodeUnits",
                invocations: [
                    {
                        executionSuccessful: report.problems.length === 0,
                        toolExecutionNotifications: [
                            ...report.problems.map(problem => notification(problem, "error")),
                            ...report.notes.map(note => notification(note, note.level ?? "note")),
                        ],
                    },
                ],
                results: report.findings.flatMap(finding =>
                    describeResults(finding, ruleIndex.get(finding.violation.policy) ?? -1, report.hasBaseline),
                ),
            },
        ],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule({ policy, level }: ActivePolicy): ReportingDescriptor {
    return {
        id: policy.name,
        name: policy.displayName,
        shortDescription: { text: policy.description },
        fullDescription: { text: `${policy.description} ${policy.why}` },
        help: { text: helpOf(policy, "text"), markdown: helpOf(policy, "markdown") },
        helpUri: policy.url,
        defaultConfiguration: { level: level === "advisory" ? "warning" : "error" },
        properties: {
            tags: ["kubernetes", policy.category, ...frameworksOf(policy)],
            precision: "very-high",
            "problem.severity": level === "advisory" ? "warning" : "error",
            "security-severity": SCORES[policy.severity],
        },
    };
}

function helpOf(policy: Policy, style: "text" | "markdown"): string {
    const heading = (text: string) => (style === "markdown" ? `**${text}:**` : `${text}:`);
    return [
        policy.why,
        `${heading("What to do")} ${policy.remediationSteps}`,
        `${heading("When not to use it")} ${policy.whenNotToUse}`,
        `${heading("Source")} ${style === "markdown" ? `<${policy.url}>` : policy.url}`,
    ].join("\n\n");
}

function frameworksOf({ frameworks = [] }: Policy): string[] {
    return frameworks.map(({ framework, version, item }) => `${framework} ${version} ${item}`);
}

function describeResults({ violation, status }: ReportedViolation, ruleIndex: number, hasBaseline: boolean): Result[] {
    const logicalLocations = [{ name: violation.label, fullyQualifiedName: violation.urn, kind: "resource" }];
    return violation.problems.map(problem => {
        const [first, ...others] = placesOf(violation, problem);
        const excerpt = excerptOf(violation, problem);
        return {
            ruleId: violation.policy.name,
            ruleIndex,
            level: LEVELS[violation.level],
            message: { id: problem.id, text: messageOf({ label: violation.label, problems: [problem] }) },
            locations: [{ ...(first && locationOf(first, excerpt)), logicalLocations }],
            ...(others.length > 0 && { relatedLocations: others.map(place => locationOf(place)) }),
            partialFingerprints: { "violation/v1": fingerprintOf(violation, problem) },
            ...(hasBaseline && { baselineState: status === "known" ? "unchanged" : "new" }),
            ...(violation.exemption && {
                suppressions: [
                    {
                        kind: violation.exemption.inObject ? "inSource" : "external",
                        status: "accepted",
                        ...(violation.exemption.reason && { justification: violation.exemption.reason }),
                    },
                ],
            }),
        };
    });
}

function locationOf({ file, line, column, endColumn }: FileLocation, excerpt?: Excerpt): Location {
    const region = {
        startLine: line,
        ...(column && { startColumn: column }),
        ...(endColumn && { endColumn }),
        ...(excerpt && { snippet: { text: excerpt.text } }),
    };
    return {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(line !== undefined && { region }) },
    };
}

/** A file as a URI, relative where the user named it so. */
function uriOf(file: string): string {
    if (isAbsolute(file)) return pathToFileURL(file).href;
    return encodeURI(file.replaceAll("\\", "/")).replaceAll("?", "%3F").replaceAll("#", "%23");
}

function notification(problem: Notice, level: "error" | "warning" | "note"): Notification {
    const { file, line, column } = problem;
    return {
        level,
        message: { text: describeNotice(problem) },
        ...(file !== undefined && { locations: [locationOf({ file, line, column })] }),
    };
}
