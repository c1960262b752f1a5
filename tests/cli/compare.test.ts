import { describe, expect, test } from "vitest";
import { folderWith, run } from "./support/command";

/** A report of a version with these violations: policy, object, text, level and what has become of it. */
function report(version: string, violations: readonly (readonly string[])[]): string {
    return JSON.stringify({
        version: 1,
        tool: { name: "kubernetes-guardrails", version },
        violations: violations.map(([policy, object, text, level, status = "open"]) => {
            const [what, fix] = text?.split(/(?<=\.) /) ?? [];
            return { policy, object, urn: `urn:${object}`, problems: [{ what, fix }], level, status };
        }),
    });
}

function compared(before: string, after: string) {
    return run(folderWith({ "before.json": before, "after.json": after }), ["compare", "before.json", "after.json"]);
}

const PODS = ["no-naked-pods", "Pod shop/a", "No controller owns this Pod. Create a Deployment.", "mandatory"];
const REPLICAS = ["require-replicas", "Deployment shop/b", "It has 1 replica. Run 2.", "advisory"];

describe("compare", () => {
    test("two reports that say the same, in any order", async () => {
        expect(await compared(report("0.1.0", [PODS, REPLICAS]), report("0.1.0", [REPLICAS, PODS]))).toEqual({
            code: 0,
            stdout: "kubernetes-guardrails 0.1.0: no differences.\n",
            stderr: "",
        });
    });

    test("what is new, gone, at another level and in other words, by policy", async () => {
        const before = [
            PODS,
            REPLICAS,
            ["valid-labels", "Pod shop/c", "It is one. Correct it.", "advisory"],
            ["ingress-tls", "Ingress shop/d", "It has no TLS. Add it.", "advisory"],
        ];
        const after = [
            ["require-replicas", "Deployment shop/b", "It has 1 replica. Run 2.", "mandatory"],
            ["valid-labels", "Pod shop/c", "It is two. Correct it.", "advisory"],
            ["ingress-tls", "Ingress shop/d", "It has no TLS. Add it.", "advisory"],
            ["probe-quality", "Pod shop/e", "It has no\nhandler. Add one.", "advisory"],
        ];
        expect(await compared(report("0.1.0", before), report("0.2.0", after))).toEqual({
            code: 1,
            stdout: `no-naked-pods
  gone, was mandatory  Pod shop/a: No controller owns this Pod. Create a Deployment.

probe-quality
  new, advisory  Pod shop/e: It has no handler. Add one.

require-replicas
  mandatory, was advisory  Deployment shop/b: It has 1 replica. Run 2.

valid-labels
  in other words, advisory  Pod shop/c: It is two. Correct it.

kubernetes-guardrails 0.1.0 → 0.2.0: 1 new, 1 gone, 1 at another level, 1 in other words.
`,
            stderr: "",
        });
    });

    test.each<[string, string[][], string[][], number]>([
        ["new, mandatory", [], [PODS], 1],
        ["new, advisory", [], [REPLICAS], 0],
        ["gone", [PODS], [], 0],
        ["mandatory in other words", [PODS], [[...PODS.slice(0, 2), "Other words. Look.", "mandatory"]], 0],
        ["exempt no longer", [[...PODS, "exempt"]], [PODS], 1],
        ["in a baseline now", [PODS], [[...PODS, "known"]], 0],
        ["advisory now", [PODS], [[...PODS.slice(0, 3), "advisory"]], 0],
    ])("ends with 1 only when something is newly mandatory: %s", async (_, before, after, code) => {
        expect((await compared(report("0.1.0", before), report("0.1.0", after))).code).toBe(code);
    });

    test("an object that is there twice", async () => {
        const { stdout } = await compared(report("0.1.0", [PODS]), report("0.1.0", [PODS, PODS]));
        expect(stdout).toMatch(/1 new\.\n$/);
    });

    test("an object with violations of two levels, of which one is gone", async () => {
        const odd = [...PODS.slice(0, 2), "It is odd. Look.", "advisory"];
        const { stdout } = await compared(report("0.1.0", [PODS, odd]), report("0.1.0", [odd]));
        expect(stdout).toMatch(/gone, was mandatory .*\n\n.*: 1 gone\.\n$/);
    });

    test.each([
        ["no report", "{}", "after.json: not a report of this version. Write one with check --format json.\n"],
        ["no JSON", "{", "after.json:1:2: is not valid JSON: unexpected end of the file\n"],
    ])("%s", async (_, content, stderr) => {
        expect(await compared(report("0.1.0", []), content)).toEqual({ code: 2, stdout: "", stderr });
    });

    test("no file", async () => {
        expect(await run(folderWith({}), ["compare", "a.json", "b.json"])).toEqual({
            code: 2,
            stdout: "",
            stderr: "a.json: there is no such file or folder\nb.json: there is no such file or folder\n",
        });
    });

    test("what the command itself wrote", async () => {
        const pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, labels: {app.kubernetes.io/name: a}}\n";
        const here = folderWith({
            "a.yaml": pod,
            "all.json": '{"all": "disabled", "no-naked-pods": "mandatory"}',
            "none.json": '{"all": "disabled"}',
        });
        for (const name of ["all", "none"]) {
            await run(here, ["check", "a.yaml", "--config", `${name}.json`, "--format", `json=${name}.report`]);
        }
        const { code, stdout } = await run(here, ["compare", "none.report", "all.report"]);
        expect(code).toBe(1);
        expect(stdout).toMatch(
            /^no-naked-pods\n {2}new, mandatory {2}Pod shop\/a: No controller owns this Pod, .*\n\n/,
        );
        expect((await run(here, ["compare", "all.report", "none.report"])).code).toBe(0);
    });
});
