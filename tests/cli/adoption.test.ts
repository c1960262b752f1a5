import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, run } from "./support/command";

const CONFIG = { all: "disabled", "no-naked-pods": "mandatory" };

function pod(name: string, annotations = "{}"): string {
    return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, annotations: ${annotations}}\n`;
}

function folder(files: Readonly<Record<string, string>>, config: object = CONFIG): string {
    return folderWith({ ...files, "config.json": JSON.stringify(config) });
}

function check(here: string, ...args: string[]) {
    return run(here, ["check", "a.yaml", "--config", "config.json", ...args]);
}

describe("baseline", () => {
    const BASELINE = ["--baseline", "known.json"];

    test("what it records does not fail, what is new does", async () => {
        const here = folder({ "a.yaml": pod("a"), "more.yaml": pod("b") });
        expect(await check(here, ...BASELINE, "--update-baseline")).toEqual({
            code: 0,
            stdout: "1 object in 1 file: no violations, 1 in the baseline.\n",
            stderr: "note: known.json records 1 violation.\n",
        });
        expect(JSON.parse(readFileSync(join(here, "known.json"), "utf8"))).toEqual({
            version: 1,
            violations: [
                {
                    policy: "no-naked-pods",
                    urn: "urn:pulumi:stack::project::kubernetes:core/v1:Pod::default/a",
                    object: "Pod default/a",
                    problem: "naked",
                    field: "",
                },
            ],
        });
        expect(await check(here, ...BASELINE)).toEqual({
            code: 0,
            stdout: "1 object in 1 file: no violations, 1 in the baseline.\n",
            stderr: "",
        });
        const { code, stdout } = await check(here, "more.yaml", ...BASELINE);
        expect(code).toBe(1);
        expect(stdout).toContain("more.yaml:1  Pod default/b\n");
        expect(stdout).not.toContain("Pod default/a");
        expect(stdout).toContain("2 objects in 2 files: 1 mandatory violation, 1 in the baseline.\n");
    });

    const LABELS = { all: "disabled", "valid-labels": "mandatory" };
    const labelled = (...labels: string[]) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {${labels.map(label => `${label}: x`).join(", ")}}}\n`;
    test.each<[string, Record<string, string>, string]>([
        ["nothing", {}, "no violations, 1 in the baseline"],
        [
            "a clean second file of the same object, before it",
            { "0.yaml": labelled("fine") },
            "no violations, 1 in the baseline",
        ],
        [
            "a clean second file of the same object, behind it",
            { "b.yaml": labelled("fine") },
            "no violations, 1 in the baseline",
        ],
        [
            "the same mistake in a second file of the same object",
            { "b.yaml": labelled("-bad") },
            "1 mandatory violation, 1 in the baseline",
        ],
        ["another mistake in it", { "a.yaml": labelled("-bad", "-worse") }, "1 mandatory violation"],
        ["another mistake instead of it", { "a.yaml": labelled("-worse") }, "1 mandatory violation"],
    ])("what is new beside a known violation: %s", async (_, files, summary) => {
        const here = folder({ "a.yaml": labelled("-bad") }, LABELS);
        await check(here, ...BASELINE, "--update-baseline");
        for (const [name, text] of Object.entries(files)) writeFileSync(join(here, name), text);
        const names = [...new Set(["a.yaml", ...Object.keys(files)])].sort();
        const { stdout } = await run(here, ["check", ...names, "--config", "config.json", ...BASELINE]);
        expect(/: ([^:]*)\.\n(?:To exempt.*\n)?$/.exec(stdout)?.[1]).toBe(summary);
    });

    test("formats tell what is known", async () => {
        const here = folder({ "a.yaml": pod("a"), "b.yaml": pod("b") });
        await check(here, ...BASELINE, "--update-baseline");
        const args = [
            "b.yaml",
            ...BASELINE,
            "-f",
            "json",
            "-f",
            "sarif=s.json",
            "-f",
            "junit=j.xml",
            "-f",
            "github=g.txt",
        ];
        const { stdout } = await check(here, ...args);
        expect(JSON.parse(stdout).violations.map(({ status }: { status: string }) => status)).toEqual([
            "known",
            "open",
        ]);
        const read = (file: string) => readFileSync(join(here, file), "utf8");
        const [{ results }] = JSON.parse(read("s.json")).runs;
        expect(results.map(({ baselineState }: { baselineState: string }) => baselineState)).toEqual([
            "unchanged",
            "new",
        ]);
        expect(read("j.xml")).toContain('<skipped message="in the baseline: ');
        expect(read("g.txt").match(/^::error/gm)).toHaveLength(1);
    });

    test("violations of it that are gone", async () => {
        const here = folder({ "a.yaml": `${pod("a")}---\n${pod("b")}`, "c.yaml": "apiVersion: v1\nkind: Secret\n" });
        await check(here, ...BASELINE, "--update-baseline");
        const args = ["check", "c.yaml", "--config", "config.json", ...BASELINE];
        expect(await run(here, args)).toEqual({
            code: 0,
            stdout: "1 object in 1 file: no violations.\n",
            stderr: "note: known.json: 2 violations of the baseline are gone. Remove them with --update-baseline.\n",
        });
    });

    test("exempt violations are not recorded", async () => {
        const here = folder({ "a.yaml": pod("a", "{kubernetes-guardrails/exempt.no-naked-pods: a test}") });
        expect((await check(here, ...BASELINE, "--update-baseline")).stderr).toBe(
            "note: known.json records 0 violations.\n",
        );
    });

    test.each([
        [undefined, "there is no such file. Write it with --update-baseline."],
        ["{", "1:2: is not valid JSON: unexpected end of the file"],
        ['{"version": 2, "violations": []}', "not a baseline of this version. Write it anew with --update-baseline."],
        ["[]", "not a baseline of this version. Write it anew with --update-baseline."],
    ])("one that cannot be read: %s", async (content, text) => {
        const here = folder({ "a.yaml": pod("a"), ...(content !== undefined && { "known.json": content }) });
        const { code, stdout, stderr } = await check(here, ...BASELINE);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr.replace("known.json:", "").trim()).toBe(text);
    });

    test("to update none", async () => {
        expect(await check(folder({ "a.yaml": pod("a") }), "--update-baseline")).toEqual({
            code: 2,
            stdout: "",
            stderr: "error: --update-baseline needs --baseline <file>, the file to write\n",
        });
    });

    test("one that cannot be written", async () => {
        const here = folder({ "a.yaml": "apiVersion: v1\nkind: Secret\n" });
        expect(await check(here, "--baseline", "no/known.json", "--update-baseline")).toMatchObject({
            code: 2,
            stderr: "no/known.json: there is no such file or folder\n",
        });
    });
});

describe("exemptions that do nothing", () => {
    const notes = async (here: string) => (await check(here)).stderr;

    test.each<[string, object[], string]>([
        ["used, by reference", [{ resource: "Pod/default/*", reason: "a test" }], ""],
        [
            "not used, by what messages call the Pod",
            [{ resource: "Pod/a", reason: "a test" }],
            "note: config.json: the exemption of Pod/a from no-naked-pods is not used. Remove it.\n",
        ],
        ["used, by URN", [{ resource: "urn:*::default/a", reason: "a test" }], ""],
        [
            "not used",
            [{ resource: "Pod/shop/*", reason: "a test" }],
            "note: config.json: the exemption of Pod/shop/* from no-naked-pods is not used. Remove it.\n",
        ],
        [
            "ended",
            [{ resource: "Pod/default/a", reason: "a test", until: "2020-01-01" }],
            "note: config.json: the exemption of Pod/default/a from no-naked-pods ended on 2020-01-01. Remove or renew it.\n",
        ],
    ])("in the configuration: %s", async (_, exempt, text) => {
        const config = { all: "disabled", "no-naked-pods": { enforcementLevel: "mandatory", exempt } };
        expect(await notes(folder({ "a.yaml": pod("a") }, config))).toBe(text);
    });

    test("of a policy that is switched off nothing is said", async () => {
        const exempt = [{ resource: "x", reason: "a test", until: "2020-01-01" }];
        const config = { all: "disabled", "no-naked-pods": { enforcementLevel: "disabled", exempt } };
        expect(await notes(folder({ "a.yaml": pod("a") }, config))).toBe("");
    });

    test.each([
        ["used", "no-naked-pods", ""],
        ["of no policy", "no-naked-pod", 'names no policy. Did you mean "no-naked-pods"?'],
        ["of nothing like a policy", "everything", "names no policy. Correct it"],
        ["not used", "valid-labels", "is not used. Remove it"],
        ["of a policy that is switched off", "selector-matches-template", ""],
        [
            "of a policy that takes none",
            "require-cluster-environment",
            "does nothing: only the configuration can exempt from this policy",
        ],
    ])("an annotation %s", async (_, policy, text) => {
        const key = `kubernetes-guardrails/exempt.${policy}`;
        const config = { ...CONFIG, "valid-labels": "mandatory", "require-cluster-environment": "mandatory" };
        const here = folder({ "a.yaml": `# a\n${pod("a", `{${key}: a test}`)}` }, config);
        expect(await notes(here)).toBe(
            text && `note: a.yaml:2: Pod default/a: annotation ${key} ${text}${text.endsWith("?") ? "" : "."}\n`,
        );
    });

    test.each([
        ["of another prefix", "annotations", "kubernetes-guardrails.io/exempt.no-naked-pods", "annotation"],
        ["in another case", "annotations", "Kubernetes-Guardrails/Exempt.no-naked-pods", "annotation"],
        ["with a letter too few", "annotations", "kubernetes-guardrail/exempt.no-naked-pods", "annotation"],
        ["as a label", "labels", "kubernetes-guardrails/exempt.no-naked-pods", "label"],
    ])("an exemption %s does nothing", async (_, map, key, what) => {
        const text = `apiVersion: v1\nkind: Pod\nmetadata: { name: a, ${map}: { ${key}: a-test } }\n`;
        expect(await notes(folder({ "a.yaml": text }, CONFIG))).toContain(
            `Pod default/a: ${what} ${key} does nothing. `,
        );
    });

    test("an exemption in a pod template or a job template does nothing there", async () => {
        const metadata = "{ annotations: { kubernetes-guardrails/exempt.no-naked-pods: a test } }";
        const job = `apiVersion: batch/v1
kind: CronJob
metadata: { name: a }
spec: { jobTemplate: { metadata: ${metadata}, spec: { template: { metadata: ${metadata}, spec: {} } } } }
`;
        const text = await notes(folder({ "a.yaml": job }, CONFIG));
        expect(text).toContain("does nothing in the pod template. Move it to the metadata of the CronJob.\n");
        expect(text).toContain("does nothing in the job template. Move it to the metadata of the CronJob.\n");
    });
});
