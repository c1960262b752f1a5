import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configuredPolicies, type WishedPolicy } from "../../cli/config";
import { readInput } from "../../cli/input/read";
import { SecondThread } from "../../cli/second-thread";
import { evaluateResources } from "../../hosts/in-process";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { folderWith } from "./support/command";

const STACK = { project: "shop", stack: "dev" };
const CIRCUMSTANCES = {
    stackTags: new Map([["environment", "dev"]]),
    environment: undefined,
    now: new Date("2026-06-01"),
};

function pod(index: number): string {
    return [
        "---",
        "apiVersion: v1",
        "kind: Pod",
        "metadata:",
        `  name: pod-${index}`,
        "  namespace: live",
        `  annotations: {${index % 7 === 0 ? 'kubernetes-guardrails/exempt.no-naked-pods: "a test"' : ""}}`,
        "spec:",
        "  containers:",
        `    - {name: main, image: "shop:${index % 3 === 0 ? "latest" : "1.2.3"}", securityContext: {privileged: ${index % 5 === 0}}}`,
        "",
    ].join("\n");
}

const NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: live, labels: {environment: production}}\n";
const PODS = Array.from({ length: 2500 }, (_, index) => pod(index)).join("");
const STATE = JSON.stringify({
    version: 3,
    deployment: {
        manifest: {},
        resources: [
            {
                urn: "urn:pulumi:live::shop::kubernetes:core/v1:Pod::naked",
                type: "kubernetes:core/v1:Pod",
                inputs: { apiVersion: "v1", kind: "Pod", metadata: { name: "naked" } },
            },
        ],
    },
});

async function active(folder: string): Promise<WishedPolicy[]> {
    const file = join(folder, "guardrails.json.txt");
    const config = { "no-naked-pods": { enforcementLevel: "advisory", environments: ["production"] } };
    await writeFile(file, JSON.stringify(config));
    const problems: unknown[] = [];
    const result = configuredPolicies(policies, file, problems as never);
    expect(problems).toEqual([]);
    return result;
}

async function threadWith(script: string, files: Readonly<Record<string, string | Buffer>>) {
    const folder = folderWith(files);
    const configured = await active(folder);
    const thread = new SecondThread(script, configured, CIRCUMSTANCES, STACK);
    const input = await readInput([folder], STACK, thread);
    thread.conclude();
    const parts = input.sets.map(nodes => ({ resources: nodes.map(({ resource }) => resource) }));
    return { input, parts, configured, violations: await thread.violationsOf(parts) };
}

test("the second thread finds what the first would, and where", async () => {
    const { parts, configured, violations } = await threadWith(join(await builtPack(), "dist/cli.js"), {
        "a.yaml": PODS,
        "b/state.json": STATE,
        "c.yaml": Buffer.concat([Buffer.from(`${NAMESPACE}---\n`), Buffer.from([0xff, 0xfe, 0xfd])]),
        "d.yaml": NAMESPACE,
    });
    const expected = parts.map(({ resources }) => evaluateResources(configured, resources, CIRCUMSTANCES));
    expect(violations?.map(one => one.length)).toEqual(expected.map(one => one.length));
    expect(violations?.flat().length).toBeGreaterThan(5000);
    expect(violations?.flat().filter(({ exemption }) => exemption).length).toBeGreaterThan(100);
    expect(violations).toEqual(expected);
    const [first] = violations?.[0] ?? [];
    expect(first?.source?.line).toBe(expected[0]?.[0]?.source?.line);
});

test("little text starts no thread", async () => {
    const { violations } = await threadWith("does-not-exist.js", { "a.yaml": pod(1) });
    expect(violations).toBeUndefined();
});

test("a thread that fails gives nothing, and the first does its work", async () => {
    const folder = folderWith({ "fails.js": "throw new Error()" });
    const { violations } = await threadWith(join(folder, "fails.js"), { "a.yaml": PODS });
    expect(violations).toBeUndefined();
});
