import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { Log } from "sarif";
import { describe, expect, test } from "vitest";
import { githubReport } from "../../cli/report/github";
import { junitReport } from "../../cli/report/junit";
import { markdownReport } from "../../cli/report/markdown";
import { policies } from "../../policies";
import { folderWith, run } from "./support/command";
import { emptyReport } from "./support/report";

const CONFIG = JSON.stringify({
    all: "disabled",
    "no-naked-pods": "mandatory",
    "valid-labels": "advisory",
});

/** A naked pod with a bad label, an exempt one, and a ConfigMap, behind comments that move lines. */
const MANIFESTS = `# The shop.
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    fine: "yes"
    -bad: "no"
---
apiVersion: v1
kind: Pod
metadata:
  name: exempt
  annotations: {kubernetes-guardrails/exempt.no-naked-pods: a one-off}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`;

/** Checks the manifests with reports in these formats, each in a file of its name. */
async function reports(...formats: string[]) {
    const here = folderWith({ "shop/a b.yaml": MANIFESTS, "broken.yaml": "a: b: c\n", "config.json": CONFIG });
    const args = formats.flatMap(format => ["--format", `${format}=${format}.out`]);
    const result = await run(here, ["check", ".", "--config", "config.json", ...args]);
    return { ...result, read: (format: string) => readFileSync(join(here, `${format}.out`), "utf8") };
}

describe("which reports are written", () => {
    test("several at once, one of them on standard output", async () => {
        const here = folderWith({ "a.yaml": MANIFESTS, "config.json": CONFIG });
        const args = ["check", "a.yaml", "--config", "config.json", "--format", "sarif=out.sarif"];
        expect(await run(here, [...args, "--format=text", "-f", "junit=out.xml"])).toMatchObject({
            code: 1,
            stdout: expect.stringContaining(": 1 mandatory and 1 advisory violations, 1 exempt.\n"),
        });
        expect(existsSync(join(here, "out.sarif"))).toBe(true);
        expect(readFileSync(join(here, "out.xml"), "utf8")).toContain("<testsuites");
        expect(await run(here, args)).toMatchObject({ code: 1, stdout: "" });
    });

    test.each([
        ["xml", "Write it as format or format=file, with one of "],
        ["json=", "Write it as format or format=file, with one of "],
        ["json", "Only one format can go to standard output. Give the others a file.\n"],
    ])("wrong: %s", async (format, text) => {
        const args = ["check", "a.yaml", "--format", "text", "--format", format];
        const { code, stdout, stderr } = await run(folderWith({ "a.yaml": MANIFESTS }), args);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(text);
    });

    test("a file that cannot be written", async () => {
        const here = folderWith({ "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" });
        expect(await run(here, ["check", "a.yaml", "--format", "json=no/folder.json"])).toMatchObject({
            code: 2,
            stderr: "no/folder.json: there is no such file or folder\n",
        });
    });
});

describe("json", () => {
    test("all that is known of a violation, in a documented shape", async () => {
        const { read } = await reports("json");
        const report = JSON.parse(read("json"));
        expect(Object.keys(report)).toEqual([
            "version",
            "tool",
            "summary",
            "violations",
            "policies",
            "problems",
            "notes",
        ]);
        expect(report.version).toBe(1);
        expect(report.summary).toEqual({
            files: 1,
            objects: 3,
            otherResources: 0,
            skippedDocuments: 1,
            violations: { mandatory: 1, advisory: 1, known: 0, exempt: 1 },
        });
        const [, labels, exempt] = report.violations;
        expect(labels).toEqual({
            policy: "valid-labels",
            level: "advisory",
            status: "open",
            object: "Pod default/web",
            urn: "urn:pulumi:stack::project::kubernetes:core/v1:Pod::default/web",
            problems: [
                {
                    id: "labelKey",
                    what: expect.stringContaining("-bad"),
                    fix: expect.stringMatching(/\.$/),
                    places: [{ file: "shop/a b.yaml", line: 8, column: 5, endColumn: 15 }],
                    paths: [["metadata", "labels", "-bad"]],
                    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
                },
            ],
        });
        expect(exempt).toMatchObject({ status: "exempt", exemption: { reason: "a one-off" } });
        expect(Object.keys(report.policies).sort()).toEqual(["no-naked-pods", "valid-labels"]);
        expect(report.policies["no-naked-pods"]).toMatchObject({
            severity: policies.find(({ name }) => name === "no-naked-pods")?.severity,
            category: "workloads",
        });
        expect(report.problems).toEqual([
            { file: "broken.yaml", line: 1, column: 5, text: "a key and its value cannot begin here" },
        ]);
    });

    test("a violation keeps its fingerprint when its lines move", async () => {
        const fingerprint = async (text: string) => {
            const here = folderWith({ "a.yaml": text, "config.json": CONFIG });
            const { stdout } = await run(here, ["check", "a.yaml", "--config", "config.json", "--format", "json"]);
            return JSON.parse(stdout).violations[0].problems[0].fingerprint;
        };
        expect(await fingerprint(`# More\n# lines\n${MANIFESTS}`)).toBe(await fingerprint(MANIFESTS));
    });
});

describe("sarif", () => {
    // Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
    const schema = JSON.parse(readFileSync("tests/data/sarif-2.1.0.json", "utf8")) as Schema;
    const validator = new Validator(schema, "4", false);

    async function log(): Promise<Log> {
        return JSON.parse((await reports("sarif")).read("sarif"));
    }

    test("is valid", async () => {
        const value = await log();
        expect(validator.validate(value).errors).toEqual([]);
        const broken = { ...value, runs: [{ ...value.runs[0], results: [{ level: "fatal" }] }] };
        expect(validator.validate(broken).valid).toBe(false);
    });

    test("rules with help, results at their places", async () => {
        const { runs } = await log();
        const [run] = runs;
        const rules = run?.tool.driver.rules ?? [];
        expect(rules.map(({ id }) => id)).toEqual(["no-naked-pods", "valid-labels"]);
        expect(rules[0]).toMatchObject({
            helpUri: expect.stringMatching(/^https:/),
            help: {
                text: expect.stringContaining("What to do: "),
                markdown: expect.stringContaining("**What to do:** "),
            },
            defaultConfiguration: { level: "error" },
        });
        const results = run?.results ?? [];
        expect(results.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level])).toEqual([
            ["no-naked-pods", 0, "error"],
            ["valid-labels", 1, "warning"],
            ["no-naked-pods", 0, "error"],
        ]);
        expect(results.map(({ locations }) => locations?.[0]?.physicalLocation)).toEqual([
            { artifactLocation: { uri: "shop/a%20b.yaml" }, region: { startLine: 2, startColumn: 1, endColumn: 15 } },
            {
                artifactLocation: { uri: "shop/a%20b.yaml" },
                region: { startLine: 8, startColumn: 5, endColumn: 15, snippet: { text: '    -bad: "no"' } },
            },
            { artifactLocation: { uri: "shop/a%20b.yaml" }, region: { startLine: 10, startColumn: 1, endColumn: 15 } },
        ]);
        expect(results.map(({ suppressions }) => suppressions)).toEqual([
            undefined,
            undefined,
            [{ kind: "inSource", status: "accepted", justification: "a one-off" }],
        ]);
        expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints?.["violation/v1"])).size).toBe(3);
    });

    test("what the configuration exempts is suppressed from outside", async () => {
        const exempt = [{ resource: "Pod/default/a", reason: "a test" }];
        const config = { all: "disabled", "no-naked-pods": { enforcementLevel: "mandatory", exempt } };
        const here = folderWith({
            "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
            "config.json": JSON.stringify(config),
        });
        const { code, stdout } = await run(here, ["check", "a.yaml", "-c", "config.json", "--format", "sarif"]);
        expect(code).toBe(0);
        expect((JSON.parse(stdout) as Log).runs[0]?.results?.map(({ suppressions }) => suppressions)).toEqual([
            [{ kind: "external", status: "accepted", justification: "a test" }],
        ]);
    });

    test("what could not be read", async () => {
        const [run] = (await log()).runs;
        expect(run?.invocations).toMatchObject([
            {
                executionSuccessful: false,
                toolExecutionNotifications: [
                    { level: "error", message: { text: "broken.yaml:1:5: a key and its value cannot begin here" } },
                ],
            },
        ]);
    });
});

test("junit: a suite for every file, a test for every violation and every good object", async () => {
    const { read } = await reports("junit");
    const lines = read("junit").split("\n");
    expect(lines.map(line => line.replace(/ message="[^"]*"/, "").replace(/ file="[^"]*"/, ""))).toEqual([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="kubernetes-guardrails" tests="5" failures="1" errors="1" skipped="2">',
        '  <testsuite name="shop/a b.yaml" tests="4" failures="1" errors="0" skipped="2">',
        '    <testcase classname="shop/a b.yaml" name="Pod default/web: no-naked-pods"><failure type="no-naked-pods">shop/a b.yaml:2:1</failure></testcase>',
        '    <testcase classname="shop/a b.yaml" name="Pod default/web: valid-labels"><skipped/></testcase>',
        '    <testcase classname="shop/a b.yaml" name="Pod default/exempt: no-naked-pods"><skipped/></testcase>',
        '    <testcase classname="shop/a b.yaml" name="ConfigMap default/settings"/>',
        "  </testsuite>",
        '  <testsuite name="broken.yaml" tests="1" failures="0" errors="1" skipped="0">',
        '    <testcase classname="broken.yaml" name="can be read"><error/></testcase>',
        "  </testsuite>",
        "</testsuites>",
        "",
    ]);
});

test("junit: texts cannot leave their places", () => {
    const problems = [{ file: '<a>&"\u0007\ud800.yaml', text: "'b'" }];
    expect(junitReport({ ...emptyReport, problems })).toContain(
        'name="&lt;a&gt;&amp;&quot;\ufffd\ufffd.yaml" tests="1"',
    );
});

test("github: workflow commands", async () => {
    const { read } = await reports("github");
    expect(read("github").split("\n")).toEqual([
        expect.stringMatching(
            /^::error file=shop\/a b\.yaml,line=2,col=1,title=no-naked-pods::Pod default\/web: No controller /,
        ),
        expect.stringMatching(/^::warning file=shop\/a b\.yaml,line=8,col=5,title=valid-labels::Pod default\/web: /),
        "::error file=broken.yaml,line=1,col=5,title=cannot be checked::a key and its value cannot begin here",
        "3 objects in 1 file: 1 mandatory and 1 advisory violations, 1 exempt.",
        "",
    ]);
});

test("github: texts cannot make commands of their own", () => {
    const problems = [{ file: "a:b,c%.yaml", text: "one\r\n::error::two" }];
    expect(githubReport({ ...emptyReport, problems }).split("\n")[0]).toBe(
        "::error file=a%3Ab%2Cc%25.yaml,title=cannot be checked::one%0D%0A::error::two",
    );
});

test("markdown: a summary and a table", async () => {
    const { read } = await reports("markdown");
    const lines = read("markdown").split("\n");
    expect(lines.slice(0, 6)).toEqual([
        "## Kubernetes guardrails",
        "",
        "❌ 3 objects in 1 file: **1 mandatory and 1 advisory violations, 1 exempt**.",
        "",
        "| Level | Object | Policy | What is wrong and what to do | Place |",
        "| --- | --- | --- | --- | --- |",
    ]);
    expect(lines[6]).toMatch(
        /^\| mandatory \| Pod default\/web \| \[no-naked-pods\]\(https:.* \| shop\/a b\.yaml:2:1 \|$/,
    );
    expect(lines.slice(8)).toEqual([
        "",
        "### Could not be checked",
        "",
        "- broken.yaml:1:5: a key and its value cannot begin here",
        "",
    ]);
});

test("markdown: texts are nothing but text", () => {
    const problems = [{ text: "a|b <img> `c` [d](e) @f\n# g" }];
    expect(markdownReport({ ...emptyReport, problems })).toContain(
        "- a&#124;b &#60;img&#62; &#96;c&#96; &#91;d&#93;(e) &#64;f�&#35; g\n",
    );
});
