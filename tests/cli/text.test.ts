import { expect, test } from "vitest";
import type { Finding, Report } from "../../cli/report/report";
import { textReport } from "../../cli/report/text";
import type { LeveledViolation } from "../../hosts/in-process";
import { Resource } from "../../model/pulumi/resource";
import { policies } from "../../policies";
import { emptyReport } from "./support/report";

const TEXT = "one two three four five six seven eight nine ten";
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

function finding(resource: Resource, policyName: string, level: LeveledViolation["level"]): Finding {
    const policy = policies.find(({ name }) => name === policyName);
    if (!policy) throw new Error(`no policy ${policyName}`);
    const { urn, name, label, source } = resource;
    return {
        violation: {
            policy,
            urn,
            label,
            reference: ["Pod", name],
            problems: [{ id: "naked", what: TEXT, fix: "", paths: [] }],
            level,
            source,
        },
        status: "open",
    };
}

const a = podNamed("a");
const b = podNamed("b");
const report: Report = {
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
    expect(textReport(report, { colours: false, width: undefined })).toBe(
        [
            "b.yaml:3  Pod default/b",
            `  advisory   no-naked-pods  ${TEXT}`,
            "",
            "a.yaml:3  Pod default/a",
            `  mandatory  valid-labels   ${TEXT}`,
            `  advisory   no-naked-pods  ${TEXT}`,
            "",
            "2 objects in 2 files: 1 mandatory and 2 advisory violations.",
            HINT,
        ].join("\n"),
    );
});

test("texts wrap to the terminal's width, indented behind the policy's name", () => {
    const text = textReport({ ...report, findings: report.findings.slice(0, 1) }, { colours: false, width: 60 });
    expect(text.split("\n").slice(0, 4)).toEqual([
        "a.yaml:3  Pod default/a",
        "  advisory   no-naked-pods  one two three four five six",
        "                            seven eight nine ten",
        "",
    ]);
});

test("a terminal too narrow for that breaks lines itself", () => {
    const text = textReport({ ...report, findings: report.findings.slice(0, 1) }, { colours: false, width: 50 });
    expect(text.split("\n")[1]).toBe(`  advisory   no-naked-pods  ${TEXT}`);
});

test("colours", () => {
    const [, , , heading, mandatory, advisory] = textReport(report, { colours: true, width: undefined }).split("\n");
    expect([heading, mandatory, advisory]).toEqual([
        "\x1b[1ma.yaml:3\x1b[22m  \x1b[1mPod default/a\x1b[22m",
        `  \x1b[31mmandatory\x1b[39m  \x1b[2mvalid-labels \x1b[22m  ${TEXT}`,
        `  \x1b[33madvisory \x1b[39m  \x1b[2mno-naked-pods\x1b[22m  ${TEXT}`,
    ]);
});
