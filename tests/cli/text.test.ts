import { expect, test } from "vitest";
import type { CheckReport, ReportedViolation } from "../../cli/report/report";
import { textReport } from "../../cli/report/text";
import type { LeveledViolation } from "../../hosts/in-process";
import { Resource } from "../../model/pulumi/resource";
import { policies } from "../../policies";
import { emptyReport } from "./support/report";

const TEXT = "One two three four five six seven eight nine ten.";
const FIX = "Mend it.";
const HINT = 'To exempt an object, give it the annotation kubernetes-guardrails/exempt.<policy>: "<reason>".\n';

function podNamed(name: string): Resource {
    return new Resource({
        urn: `urn:pulumi:stack::project::kubernetes:core/v1:Pod::${name}`,
        type: "kubernetes:core/v1:Pod",
        name,
        props: { metadata: { name } },
        source: { file: `${name}.yaml`, line: 3 },
    });
}

function finding(resource: Resource, policyName: string, level: LeveledViolation["level"]): ReportedViolation {
    const policy = policies.find(({ name }) => name === policyName);
    if (!policy) throw new Error(`no policy ${policyName}`);
    const { urn, name, label, source } = resource;
    return {
        violation: {
            policy,
            urn,
            label,
            reference: ["Pod", name],
            problems: [{ id: "naked", what: TEXT, fix: FIX, paths: [], fields: [] }],
            level,
            source,
        },
        status: "open",
    };
}

const a = podNamed("a");
const b = podNamed("b");
const report: CheckReport = {
    ...emptyReport,
    resources: [b, a],
    fileCount: 2,
    findings: [
        finding(a, "no-naked-pods", "advisory"),
        finding(b, "no-naked-pods", "advisory"),
        finding(a, "valid-labels", "mandatory"),
    ],
};

test("objects in the order of the resources, also when stack policies report later", () => {
    expect(textReport(report, { excerpts: true, colours: false, width: undefined })).toBe(
        [
            "b.yaml:3  Pod default/b",
            "  no-naked-pods  advisory",
            `    ${TEXT}`,
            `      ${FIX}`,
            "",
            "a.yaml:3  Pod default/a",
            "  valid-labels  mandatory",
            `    ${TEXT}`,
            `      ${FIX}`,
            "  no-naked-pods  advisory",
            `    ${TEXT}`,
            `      ${FIX}`,
            "",
            "2 objects in 2 files: 1 mandatory and 2 advisory violations.",
            HINT,
        ].join("\n"),
    );
});

test("texts wrap to the terminal's width, indented", () => {
    const text = textReport(
        { ...report, findings: report.findings.slice(0, 1) },
        { excerpts: true, colours: false, width: 40 },
    );
    expect(text.split("\n").slice(0, 6)).toEqual([
        "a.yaml:3  Pod default/a",
        "  no-naked-pods  advisory",
        "    One two three four five six seven",
        "    eight nine ten.",
        "      Mend it.",
        "",
    ]);
});

test("a terminal too narrow for that breaks lines itself", () => {
    const text = textReport(
        { ...report, findings: report.findings.slice(0, 1) },
        { excerpts: true, colours: false, width: 30 },
    );
    expect(text.split("\n")[2]).toBe(`    ${TEXT}`);
});

test("colours", () => {
    const lines = textReport(report, { excerpts: true, colours: true, width: undefined }).split("\n");
    expect(lines.slice(5, 9)).toEqual([
        "\x1b[1ma.yaml:3\x1b[22m  \x1b[1mPod default/a\x1b[22m",
        "  \x1b[1mvalid-labels\x1b[22m  \x1b[31mmandatory\x1b[39m",
        `    ${TEXT}`,
        `      \x1b[2m${FIX}\x1b[22m`,
    ]);
});
