import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Policy } from "../framework/define";
import { noNakedPods } from "../policies/no-naked-pods";
import { requireLabels } from "../policies/require-labels";
import { PACK_DIR } from "./support/build";
import { runInCheck } from "./support/check-host";
import { loadFixtures, parseFixture } from "./support/fixtures";
import { runInSdk } from "./support/hosts";
import { PackProcess } from "./support/pack-process";
import { updatedText } from "./support/update-fixture";
import { hasUnknown, mergePatch, secret, UNKNOWN_VALUES, unwrap } from "./support/wire";
import { parseDocuments } from "./support/yaml";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\n";
const EXPECT_POD = 'expect: [{ object: Pod shop/web, message: "a message" }]';

const folders: string[] = [];
afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files, for the time of one test. */
function folderOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), "fixtures-"));
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    }
    return folder;
}

function parse(file: string, text: string, policy: Policy = noNakedPods) {
    return parseFixture(policy, file, text).fixture;
}

describe("a fixture is refused", () => {
    test.each([
        ["fail-1.yml", `${EXPECT_POD}\n---\n${POD}`, /^is not named pass-, fail-, unknown-, remediate-<case>\.yaml/],
        ["fail-Case.yaml", `${EXPECT_POD}\n---\n${POD}`, /^is not named/],
        ["good-case.yaml", `${EXPECT_POD}\n---\n${POD}`, /^is not named/],
        ["fail-a.yaml", POD, /^the first document has the unknown key "apiVersion"/],
        ["fail-a.yaml", EXPECT_POD, /^there is no document after the first$/],
        ["fail-a.yaml", `{}\n---\n${POD}`, /^expect: a fail- case must have some$/],
        ["fail-a.yaml", `expect: []\n---\n${POD}`, /^expect: a fail- case must have some$/],
        ["pass-a.yaml", `${EXPECT_POD}\n---\n${POD}`, /^expect: a pass- case has no expectations$/],
        ["remediate-a.yaml", `${EXPECT_POD}\n---\n${POD}`, /^expect: a remediate- case must have changes$/],
        ["remediate-a.yaml", `level: remediate\n---\n${POD}`, /^level: a remediate- case always has/],
        ["pass-a.yaml", `expected: []\n---\n${POD}`, /^the first document has the unknown key "expected"/],
        ["pass-a.yaml", `stack: { tag: {} }\n---\n${POD}`, /^stack has the unknown key "tag"/],
        ["pass-a.yaml", `level: error\n---\n${POD}`, /^level: must be one of/],
        ["pass-a.yaml", `config: [1]\n---\n${POD}`, /^config: must be an object$/],
        [
            "fail-a.yaml",
            `expect: [{ object: Pod web, message: x }]\n---\n${POD}`,
            /object: must be one of .*Pod shop\/web$/,
        ],
        ["fail-a.yaml", `expect: [{ object: Pod shop/web }]\n---\n${POD}`, /^expect\[0\]: must say the message$/],
        ["fail-a.yaml", `expect: [{ object: Pod shop/web, text: x }]\n---\n${POD}`, /unknown key "text"/],
        ["pass-a.yaml", `{}\n---\n${POD}---\n${POD}`, /^two documents are called "Pod shop\/web"$/],
        ["pass-a.yaml", "{}\n---\nkind: Pod\n", /^a manifest must have apiVersion and kind/],
        ["pass-a.yaml", "{}\n---\n[]\n", /^a document must be an object$/],
        ["pass-a.yaml", "{}\n---\nresource: { type: a:b:C, nmae: x }\n", /^resource has the unknown key "nmae"/],
        ["pass-a.yaml", "{}\n---\nresource: { type: a:b:C, name: x, parent: y }\n", /^no document is called "y"/],
        ["pass-a.yaml", "{}\n---\nresource: { type: a:b:C, name: x, dependsOn: [y] }\n", /^no document is called "y"/],
        ["pass-a.yaml", "{}\n---\nresource: { type: a:b:C, name: x, options: { alias: y } }\n", /unknown key "alias"/],
        ["pass-a.yaml", `dependsOn: { Pod web: [] }\n---\n${POD}`, /^no document is called "Pod web"/],
        ["pass-a.yaml", `{}\n---\npatch: ${JSON.stringify("x")}\n`, /^patch: must be an object$/],
        ["pass-a.yaml", "base: compliant\n---\nkind: Whale\n", /^the base has no Whale/],
        ["pass-a.yaml", "base: { file: compliant, whole: true, without: [Pod x] }\n", /^the base has no "Pod x"/],
        ["pass-a.yaml", `{}\n---\n${POD}a: 1\na: 2\n`, /Map keys must be unique/],
        ["pass-a.yaml", `{}\n---\n${POD}a: !unknown text\n`, /^!unknown text: the kinds are string, bool/],
        ["pass-a.yaml", `{}\n---\n${POD}a: !secrt text\n`, /^unknown tag !secrt$/],
        ["pass-a.yaml", `{}\n---\n${POD}a: *other\n`, /other/],
    ])("%s: %j", (file, text, problem) => {
        expect(() => parse(file, text)).toThrow(problem);
    });
});

describe("a folder of fixtures is refused", () => {
    const cases = {
        "no-naked-pods/pass-a.yaml": `{}\n---\n${POD}`,
        "no-naked-pods/fail-a.yaml": `config: { kinds: [] }\n${EXPECT_POD}\n---\n${POD}`,
        "no-naked-pods/unknown-a.yaml": `level: advisory\n---\n${POD}`,
    };

    test("not when all is there", () => {
        expect(loadFixtures([noNakedPods], folderOf(cases)).problems).toEqual([]);
    });

    test("when no policy has its name", () => {
        const dir = folderOf({ ...cases, "no-such-policy/pass-a.yaml": "", "_base/compliant.yaml": "" });
        expect(loadFixtures([noNakedPods], dir).problems).toEqual(["no-such-policy: no policy has this name"]);
    });

    test("when a case is missing", () => {
        const { "no-naked-pods/unknown-a.yaml": _, ...rest } = cases;
        expect(loadFixtures([noNakedPods], folderOf(rest)).problems).toEqual(["no-naked-pods: has no unknown- case"]);
    });

    test("when a policy that repairs has no case of it", () => {
        expect(loadFixtures([noNakedPods, requireLabels], folderOf(cases)).problems).toEqual([
            "require-labels: has no pass- case",
            "require-labels: has no fail- case",
            "require-labels: has no unknown- case",
            "require-labels: has no remediate- case",
        ]);
    });

    test("when two cases are the same, whatever they expect", () => {
        const twin = `# Another comment\nconfig: { kinds: [] }\n---\n${POD}`;
        const dir = folderOf({ ...cases, "no-naked-pods/pass-twin.yaml": twin });
        expect(loadFixtures([noNakedPods], dir).problems).toEqual([
            "no-naked-pods/pass-twin.yaml: is the same case as fail-a.yaml",
        ]);
    });
});

describe("a document becomes a resource", () => {
    test("a manifest of the core group, a patch, a custom resource", () => {
        const text = `{}\n---\n${POD}---\npatch: { apiVersion: apps/v1, kind: Deployment }\n---\napiVersion: a.b/v1\nkind: C\n`;
        const { resources } = parse("pass-a.yaml", text);
        expect(resources.map(({ id, urn }) => [id, urn.replace(/^.*?pass-a::/, "")])).toEqual([
            ["the stack", "pulumi:pulumi:Stack::no-naked-pods.pass-a-main"],
            ["Pod shop/web", "kubernetes:core/v1:Pod::shop/web"],
            ["Deployment unnamed-2", "kubernetes:apps/v1:DeploymentPatch::unnamed-2"],
            ["C unnamed-3", "kubernetes:a.b/v1:C::unnamed-3"],
        ]);
    });

    test("with parent, provider and dependencies", () => {
        const [, provider, app, pod] = parse(
            "pass-a.yaml",
            [
                "stack: { name: dev, project: shop }\ndependsOn: { web: [main] }",
                'resource: { type: "pulumi:providers:kubernetes", name: main, props: { kubeconfig: !unknown } }',
                'resource: { type: "acme:index:App", name: app }',
                "resource: { name: web, parent: app, provider: main, propertyDependencies: { spec: [app] }, props: { apiVersion: v1, kind: Pod } }",
            ].join("\n---\n"),
        ).resources;
        expect(pod).toMatchObject({
            urn: "urn:pulumi:dev::shop::acme:index:App$kubernetes:core/v1:Pod::web",
            parent: app?.urn,
            provider: { urn: provider?.urn, props: { kubeconfig: UNKNOWN_VALUES.string } },
            dependencies: [provider?.urn, app?.urn],
            propertyDependencies: { spec: [app?.urn] },
        });
        expect(app?.parent).toBe("urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev");
    });

    test("as a change of a base, alone or with the rest of it", () => {
        const alone = parse("pass-a.yaml", "base: compliant\n---\nkind: Service\nmetadata: { name: orders }\n");
        expect(alone.resources.map(({ id }) => id)).toEqual(["the stack", "Service shop/orders"]);
        const text =
            "base: { file: compliant, whole: true, without: [ConfigMap shop/settings] }\n---\nkind: Pod\nmetadata: { name: x }\n";
        const ids = parse("pass-a.yaml", text).resources.map(({ id }) => id);
        expect(ids).toContain("Pod shop/x");
        expect(ids).toContain("Service shop/orders");
        expect(ids).not.toContain("Pod shop/owned");
        expect(ids).not.toContain("ConfigMap shop/settings");
    });
});

test("a merge patch is that of RFC 7396, and reaches into lists", () => {
    // https://datatracker.ietf.org/doc/html/rfc7396#appendix-A
    expect(mergePatch({ a: "b" }, { a: "c" })).toEqual({ a: "c" });
    expect(mergePatch({ a: "b" }, { b: "c" })).toEqual({ a: "b", b: "c" });
    expect(mergePatch({ a: "b", b: "c" }, { a: null })).toEqual({ b: "c" });
    expect(mergePatch({ a: ["b"] }, { a: "c" })).toEqual({ a: "c" });
    expect(mergePatch({ a: { b: "c" } }, { a: { b: "d", c: null } })).toEqual({ a: { b: "d" } });
    expect(mergePatch({ a: [{ b: "c" }] }, { a: [1] })).toEqual({ a: [1] });
    expect(mergePatch(["a"], ["c"])).toEqual(["c"]);
    expect(mergePatch({ a: "b" }, null)).toBeNull();
    expect(mergePatch([1, 2], { a: "b", c: null })).toEqual({ a: "b" });
    expect(mergePatch({}, { a: { bb: { ccc: null } } })).toEqual({ a: { bb: {} } });
    expect(mergePatch([{ a: 1 }, { b: 2 }, 3], { 0: { c: 4 }, 1: null, 3: 5 })).toEqual([{ a: 1, c: 4 }, 3, 5]);
    expect(mergePatch({ a: secret({ b: "c" }) }, { a: { d: "e" } })).toEqual({ a: { d: "e" } });
});

test("tags say what is secret or unknown", () => {
    const [value] = parseDocuments("a: !secret { b: [!unknown , !unknown list, 1] }\nc: !secret d\ne: !unknown number");
    expect(value).toEqual({
        a: secret({ b: [UNKNOWN_VALUES.string, UNKNOWN_VALUES.list, 1] }),
        c: secret("d"),
        e: UNKNOWN_VALUES.number,
    });
    expect(unwrap(value ?? null)).toMatchObject({ a: { b: [UNKNOWN_VALUES.string, UNKNOWN_VALUES.list, 1] }, c: "d" });
    expect(hasUnknown(secret([{ a: UNKNOWN_VALUES.map }]))).toBe(true);
    expect(hasUnknown({ a: ["b"] })).toBe(false);
});

test("a violation without an expectation is seen by every host", async () => {
    const fixture = parse("pass-a.yaml", `{}\n---\n${POD}`);
    const message = expect.stringMatching(/^Pod shop\/web: No controller owns this Pod, /);
    const violations = [{ object: "Pod shop/web", level: "mandatory", message }];
    expect(await runInSdk(fixture)).toEqual({ violations, remediated: {} });
    expect(runInCheck(fixture)).toEqual({ violations, remediated: {} });
});

describe("a pack's process", () => {
    /** A pack whose program is this text, with the SDK of this repository. */
    function packOf(program: string): string {
        const packageJson = JSON.stringify({ name: "p", version: "1.0.0", main: "index.js" });
        const folder = folderOf({ "package.json": packageJson, "index.js": program });
        symlinkSync(join(PACK_DIR, "node_modules"), join(folder, "node_modules"));
        return folder;
    }

    test("that writes before its port is refused", async () => {
        const dir = packOf("console.log('hello'); setInterval(() => {}, 1000);");
        await expect(PackProcess.start(dir)).rejects.toThrow("wrote to standard output before its port\nhello");
    });

    test("that ends before it serves is refused with what it wrote", async () => {
        const dir = packOf("throw new Error('no such file');");
        await expect(PackProcess.start(dir)).rejects.toThrow(/ended with code \d+ before it served.*no such file/s);
    });

    test("keeps what it writes later, and answers", async () => {
        const program = `
            const { PolicyPack } = require("@pulumi/policy");
            console.error("early");
            new PolicyPack("p", { policies: [{
                name: "n", description: "d", enforcementLevel: "mandatory",
                validateResource: (args, report) => { console.log("late"); report(String(args.stackTags.get("t"))); },
            }] });`;
        const pack = await PackProcess.start(packOf(program));
        await pack.configureStack({ name: "dev", project: "shop", tags: { t: "tag" } });
        const urn = "urn:pulumi:dev::shop::a:b:C::x";
        expect(await pack.analyze({ urn, type: "a:b:C", name: "x", props: {} })).toEqual([
            { policy: "n", urn, description: "d", message: "d\ntag", level: "mandatory" },
        ]);
        expect((await pack.info()).policies.map(({ name, level }) => [name, level])).toEqual([["n", "mandatory"]]);
        await pack.stop();
        expect([pack.stdout, pack.stderr]).toEqual(["late\n", "early\n"]);
    });
});

describe("an updated fixture says what its policy says", () => {
    const lines = "Pod shop/web:\n- It is bad. Mend it.\n- It is late. Be early.";
    const violation = { object: "Pod shop/web", message: "It is bad. Mend it.", level: "mandatory" } as const;

    test.each([
        ["a message for a message", `${EXPECT_POD}\n---\n${POD}`, violation.message],
        ["several lines at the margin", "expect:\n- object: Pod shop/web\n  message: short\n", lines],
        ["several lines, indented", "expect:\n    - object: Pod shop/web\n      message: short\n", lines],
        ["a line for several", "expect:\n  - object: Pod shop/web\n    message: |-\n      a\n      b\n", "It is bad."],
        ["for another object", "expect:\n  - object: Pod shop/web\n    message: one\n    level: advisory\n", lines],
        ["where nothing was expected", "config: {}\n", lines],
    ])("%s", (_, header, message) => {
        const text = header.includes("---") ? header : `${header}---\n${POD}`;
        const file = header.includes("expect") ? "fail-a.yaml" : "pass-a.yaml";

        const updated = updatedText(text, parse(file, text), [{ ...violation, message }]);

        expect(parse("fail-a.yaml", updated).expect).toEqual([{ ...violation, message }]);
        expect(updated.endsWith(`---\n${POD}`)).toBe(true);
    });
});
