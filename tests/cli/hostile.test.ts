import { describe, expect, test } from "vitest";
import { builtPack } from "../support/build";
import type { EngineResource } from "../support/engine";
import { PackProcess } from "../support/pack-process";
import type { WireMap } from "../support/wire";
import { folderWith, run } from "./support/command";

/** Little memory, in MiB: a quarter of what Node takes by itself on a small machine. */
const MEMORY = "--max-old-space-size=512";

const N = 200_000;

/** Texts that parsers and expressions may stumble over, each as long as objects may be. */
const TEXTS: Readonly<Record<string, string>> = {
    json: "[".repeat(N) + "]".repeat(N),
    openJson: '{"auths":'.repeat(N / 10),
    yaml: "a: ".repeat(N / 3),
    assignments: "password=".repeat(N / 10),
    pairs: '"password": '.repeat(N / 10),
    tokens: "eyJ".repeat(N / 3),
    urls: "a://a:".repeat(N / 6),
    keys: "-----BEGIN RSA PRIVATE KEY-----".repeat(N / 30),
    words: "a b ".repeat(N / 4),
    spaces: " ".repeat(N),
    slashes: "/".repeat(N),
    digits: "9".repeat(N),
    dots: "1.".repeat(N / 2),
    stars: "*a".repeat(N / 2),
    until: `; until=${" ".repeat(N)}`,
    directives: "alias ".repeat(N / 6),
};

/** A list as deep as this. */
function deep(levels: number): string {
    return "[".repeat(levels) + "]".repeat(levels);
}

/** Labels, as many as these. */
function labels(count: number): Record<string, string> {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, `v${index}`]));
}

/** Objects with one of the texts at each place that policies read closely. */
function objectsWith(text: string): object[] {
    const metadata = {
        name: "a",
        namespace: "b",
        labels: { "app.kubernetes.io/name": text, env: text },
        annotations: {
            "kubernetes-guardrails/exempt.valid-labels": text,
            "nginx.ingress.kubernetes.io/auth-url": text,
            [text.slice(0, 1000)]: text,
        },
    };
    const container = {
        name: "c",
        image: text,
        env: [{ name: text, value: text }],
        args: [text],
        resources: { requests: { cpu: text, memory: text } },
    };
    return [
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: text, [text.slice(0, 1000)]: text } },
        { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container] } },
        {
            apiVersion: "networking.k8s.io/v1",
            kind: "Ingress",
            metadata,
            spec: { tls: [{ hosts: [text] }], rules: [{ host: text, http: { paths: [{ path: text }] } }] },
        },
    ];
}

/** A naked pod, which must be found whatever stands beside it. */
const CANARY = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "canary", namespace: "b" },
    spec: { containers: [] },
};

/** Configuration with patterns and globs that would take for ever were they followed one way after the other. */
const CONFIG = {
    all: "advisory",
    "no-naked-pods": "mandatory",
    "require-labels": {
        enforcementLevel: "advisory",
        labels: { "app.kubernetes.io/name": { pattern: "(a+)+$" }, env: { pattern: "(.*a){20}" } },
    },
    "restrict-annotations": {
        enforcementLevel: "advisory",
        forbidden: ["*a".repeat(100), `${"**".repeat(50)}x`, "?*".repeat(50)],
    },
    "restrict-image-registries": { enforcementLevel: "advisory", allowed: [`${"*/".repeat(50)}*`] },
};

/** The naked pods that a JSON report has, and what policies could not decide. */
function found(report: string): { pods: string[]; undecided: string[] } {
    const { violations } = JSON.parse(report) as {
        violations: { policy: string; object: string; problems: { id: string; what: string }[] }[];
    };
    return {
        pods: violations.filter(({ policy }) => policy === "no-naked-pods").map(({ object }) => object),
        undecided: violations.flatMap(({ problems }) =>
            problems.flatMap(({ id, what }) => (id === "internal-error" ? what : [])),
        ),
    };
}

describe("the check command, with little memory", { timeout: 600_000 }, () => {
    test("judges texts that nearly fit, by patterns and globs that would take for ever", async () => {
        const items = [...Object.values(TEXTS).flatMap(objectsWith), CANARY];
        const here = folderWith({
            "a.json": JSON.stringify({ apiVersion: "v1", kind: "List", items }),
            "config.json": JSON.stringify(CONFIG),
        });
        const { code, stdout, stderr } = await run(here, ["check", "a.json", "-c", "config.json", "-f", "json"], {
            nodeArgs: [MEMORY],
        });
        expect({ code, stderr }).toMatchObject({ code: 1 });
        expect(found(stdout)).toEqual({
            pods: [...Object.keys(TEXTS).map(() => "Pod b/a"), "Pod b/canary"],
            undecided: [],
        });
    });

    test("judges a hundred thousand labels, selectors of them, and depth", async () => {
        const many = labels(100_000);
        const metadata = { name: "a", namespace: "b", labels: many, annotations: many };
        const items = [
            { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [] } },
            { apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "b" }, spec: { selector: many } },
            {
                apiVersion: "networking.k8s.io/v1",
                kind: "NetworkPolicy",
                metadata: { name: "a", namespace: "b" },
                spec: { podSelector: { matchLabels: many } },
            },
            CANARY,
        ];
        const deepPod = JSON.stringify(CANARY).replace("[]", `[{"env": ${deep(50_000)}, "image": ${deep(50_000)}}]`);
        const here = folderWith({
            "a.json": JSON.stringify({ apiVersion: "v1", kind: "List", items }),
            "deep.json": deepPod.replace("canary", "deep"),
        });
        const { code, stdout } = await run(here, ["check", ".", "-f", "json"], { nodeArgs: [MEMORY] });
        expect(code).toBe(1);
        expect(found(stdout)).toEqual({ pods: ["Pod b/a", "Pod b/canary", "Pod b/deep"], undecided: [] });
    });

    test("refuses YAML that would fill the memory, and judges the rest", async () => {
        const aliases = Array.from({ length: 30 }, (_, level) =>
            level === 0
                ? "a0: &a0 [1, 1]"
                : `a${level}: &a${level} [${Array(9)
                      .fill(`*a${level - 1}`)
                      .join(", ")}]`,
        );
        const base = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join(", ");
        const merges = Array.from({ length: 3000 }, (_, index) => `m${index}: {<<: *base}`);
        const here = folderWith({
            "a-aliases.yaml": aliases.join("\n"),
            "b-merges.yaml": `base: &base {${base}}\n${merges.join("\n")}\n`,
            "c-deep.yaml": `a: ${deep(100_000)}\n`,
            "d-questions.yaml": "? ".repeat(100_000),
            "e-state.json": `{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:a::b::c:d:E::f", "inputs": {"a": ${deep(100_000)}}}]}}`,
            "f-spaces.yaml": `${" ".repeat(1_000_000)}x`,
            "g-canary.json": JSON.stringify(CANARY),
        });
        const { code, stdout, stderr } = await run(here, ["check", ".", "-f", "json"], { nodeArgs: [MEMORY] });
        expect(code).toBe(2);
        expect(found(stdout)).toEqual({ pods: ["Pod b/canary"], undecided: [] });
        expect(stderr.replaceAll(/:\d+/g, "").split("\n").slice(0, 5)).toEqual([
            "a-aliases.yaml: document contains excessive aliasing",
            "b-merges.yaml: document contains excessive aliasing",
            "c-deep.yaml: exceeded max depth of 10000",
            "d-questions.yaml: exceeded max depth of 10000",
            "e-state.json: is nested too deeply",
        ]);
    });

    test.each([
        ["repeated repetition", "(a{1000}){1000}", "invalid repeat count: `{1000}`"],
        ["nested repetition", "((((a{30}){30}){30}){30})", "invalid repeat count: `{30}`"],
        ["two repetitions", "a{1000}{1000}", "invalid nested repetition operator: `{1000}{1000}`"],
        ["depth", `${"(".repeat(2000)}a${")".repeat(2000)}`, "expression nests too deeply"],
    ])("refuses a pattern that would fill the memory: %s", async (_, pattern, reason) => {
        const config = { "require-labels": { enforcementLevel: "mandatory", labels: { a: { pattern } } } };
        const here = folderWith({ "a.json": JSON.stringify(CANARY), "config.json": JSON.stringify(config) });
        const args = ["check", "a.json", "-c", "config.json"];
        const { code, stdout, stderr } = await run(here, args, { nodeArgs: [MEMORY] });
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(reason);
    });
});

describe("the pack's process, with little memory", { timeout: 600_000 }, () => {
    const KUBECONFIGS: Readonly<Record<string, string>> = {
        aliases: [
            "a0: &a0 [1, 1]",
            ...Array.from(
                { length: 29 },
                (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(", ")}]`,
            ),
            "contexts: *a29",
            "users: *a29",
            "clusters: *a29",
            "",
        ].join("\n"),
        merges: `base: &base {${Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join(", ")}}\n${Array.from({ length: 3000 }, (_, index) => `m${index}: {<<: *base}`).join("\n")}\n`,
        deepYaml: `a: ${deep(300_000)}\n`,
        deepJson: deep(500_000),
        contexts: JSON.stringify({
            "current-context": "c8999",
            contexts: Array.from({ length: 9000 }, (_, index) => ({
                name: `c${index}`,
                context: { cluster: "c", user: "u" },
            })),
        }),
        keys: Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join("\n"),
        spaces: `a${" ".repeat(900_000)}\n!`,
        base64: "QUFB".repeat(200_000),
        huge: "a: 1\n".repeat(2_000_000),
    };

    test("reads any kubeconfig, and goes on", async () => {
        const pack = await PackProcess.start(await builtPack(), { NODE_OPTIONS: MEMORY });
        try {
            await pack.configureStack({ name: "dev", project: "shop" });
            for (const [name, kubeconfig] of Object.entries(KUBECONFIGS)) {
                const pods = (await pack.analyze(podOn(name, kubeconfig))).filter(
                    ({ policy }) => policy === "no-naked-pods",
                );
                expect({ name, count: pods.length }).toEqual({ name, count: 1 });
                const said = await pack.analyzeStack([podOn(name, kubeconfig)]);
                expect(said.filter(({ message }) => /internal error|can't run/.test(message))).toEqual([]);
            }
        } finally {
            await pack.stop();
        }
    });

    /** A naked pod on a cluster that a kubeconfig leads to. */
    function podOn(name: string, kubeconfig: string): EngineResource {
        const type = "kubernetes:core/v1:Pod";
        const props: WireMap = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [] } };
        const providerUrn = `urn:pulumi:dev::shop::pulumi:providers:kubernetes::${name}`;
        return {
            urn: `urn:pulumi:dev::shop::${type}::${name}`,
            type,
            name,
            props,
            provider: { urn: providerUrn, type: "pulumi:providers:kubernetes", name, props: { kubeconfig } },
        };
    }
});
