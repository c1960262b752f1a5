import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import Module from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configure } from "../../framework/evaluate";
import { evaluate } from "../../hosts/in-process";
import { Resource } from "../../model/pulumi/resource";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { folderWith, ON_NODE, run } from "./support/command";

const LABELS = "labels: {app.kubernetes.io/name: shop}";
/** How the policy words what these tests are about. */
const NAKED = nakedPodText();
const HINT = 'To exempt an object, give it the annotation kubernetes-guardrails/exempt.<policy>: "<reason>".\n';
const NOTHING = "holds nothing to check: no Kubernetes object (apiVersion and kind) and no Pulumi state or preview\n";

const ADVISORY = JSON.stringify({ all: "disabled", "no-naked-pods": "advisory" });
const ONLY_PODS = JSON.stringify({ all: "disabled", "no-naked-pods": "mandatory" });

function nakedPodText(): string {
    const policy = policies.find(({ name }) => name === "no-naked-pods");
    if (!policy) return "";
    const resource = new Resource({
        urn: "urn:pulumi:s::p::kubernetes:core/v1:Pod::a",
        type: "kubernetes:core/v1:Pod",
        name: "a",
        props: {},
    });
    const [violation] = evaluate([{ ...configure(policy, {}), level: "mandatory" }], [resource], {
        stackTags: new Map(),
        now: new Date(),
    });
    const [problem] = violation?.problems ?? [];
    return `  no-naked-pods  mandatory\n    ${problem?.what}\n      ${problem?.fix}`;
}

function pod(name: string, more = ""): string {
    return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, ${LABELS}${more}}\n`;
}

function configMap(name: string): string {
    return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
}

/** Runs the check with only the policy about naked pods. */
function check(folder: string, args: readonly string[], options: Parameters<typeof run>[2] = {}) {
    return run(folder, ["check", ...args, "--config", "only-pods.json.txt"], options);
}

function folder(files: Parameters<typeof folderWith>[0]): string {
    return folderWith({ ...files, "only-pods.json.txt": ONLY_PODS });
}

describe("report and exit code", () => {
    test("no violation", async () => {
        const here = folder({ "a.yaml": `${configMap("a")}---\n${configMap("b")}` });
        expect(await check(here, ["a.yaml"])).toEqual({
            code: 0,
            stdout: "2 objects in 1 file: no violations.\n",
            stderr: "",
        });
    });

    test("a mandatory violation", async () => {
        const here = folder({ "a.yaml": `# shop\n---\n${pod("web", ", namespace: shop")}` });
        expect(await check(here, ["a.yaml"])).toEqual({
            code: 1,
            stdout: `a.yaml:3  Pod shop/web\n${NAKED}\n\n1 object in 1 file: 1 mandatory violation.\n${HINT}`,
            stderr: "",
        });
    });

    test("only advisory violations", async () => {
        const here = folderWith({ "a.yaml": pod("a"), "b.yaml": pod("b"), "config.json": ADVISORY });
        const { code, stdout } = await run(here, ["check", "a.yaml", "b.yaml", "--config", "config.json"]);
        expect(code).toBe(0);
        expect(stdout).toContain("2 objects in 2 files: 2 advisory violations.\n");
    });

    test("mandatory before advisory within an object, and both counted", async () => {
        const config = { all: "disabled", "no-naked-pods": "advisory", "valid-labels": "mandatory" };
        const here = folderWith({
            "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {-: b}}\n",
            "config.json": JSON.stringify(config),
        });
        const { code, stdout } = await run(here, ["check", "a.yaml", "--config", "config.json"]);
        expect(code).toBe(1);
        expect(stdout.split("\n").map(line => line.slice(0, 26))).toEqual([
            "a.yaml:1  Pod default/a",
            "  valid-labels  mandatory",
            expect.stringMatching(/^ {4}\w/),
            expect.stringMatching(/^ {6}\w/),
            "      3 | -: b",
            "        | ^^^^",
            "  no-naked-pods  advisory",
            expect.stringMatching(/^ {4}\w/),
            expect.stringMatching(/^ {6}\w/),
            "",
            "1 object in 1 file: 1 mand",
            HINT.slice(0, 26),
            "",
        ]);
        expect(stdout).toContain("1 mandatory and 1 advisory violations.\n");
    });

    test("the level remediate counts as mandatory", async () => {
        const labels = { team: { default: "shop" } };
        const config = { all: "disabled", "require-labels": { enforcementLevel: "remediate", labels } };
        const here = folderWith({
            "a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
            "config.json": JSON.stringify(config),
        });
        const { code, stdout } = await run(here, ["check", "a.yaml", "--config", "config.json"]);
        expect(code).toBe(1);
        expect(stdout).toContain("  require-labels  mandatory\n");
    });

    test("exempt objects are only counted", async () => {
        const exempt = ", annotations: {kubernetes-guardrails/exempt.no-naked-pods: a test}";
        const here = folder({ "a.yaml": `${pod("a", exempt)}---\n${pod("b")}`, "b.yaml": pod("c", exempt) });
        expect((await check(here, ["."])).stdout).toContain("3 objects in 2 files: 1 mandatory violation, 2 exempt.\n");
        expect(await check(here, ["b.yaml"])).toMatchObject({
            code: 0,
            stdout: "1 object in 1 file: no violations, 1 exempt.\n",
        });
    });

    test("an error beside compliant objects", async () => {
        const here = folder({ "a.yaml": configMap("a"), "b.yaml": "a: b: c\n" });
        expect(await check(here, ["."])).toEqual({
            code: 2,
            stdout: "1 object in 1 file: no violations.\n",
            stderr: "b.yaml:1:5: a key and its value cannot begin here\n",
        });
    });

    test("an error beside a mandatory violation: both are told, the error decides", async () => {
        const here = folder({ "a.yaml": `a: b: c\n---\n${pod("a")}` });
        const { code, stdout, stderr } = await check(here, ["a.yaml", "nowhere.yaml"]);
        expect(code).toBe(2);
        expect(stdout).toContain("a.yaml:3  Pod default/a\n");
        expect(stderr).toBe(
            "nowhere.yaml: there is no such file or folder\na.yaml:1:5: a key and its value cannot begin here\n",
        );
    });

    test("control characters do not reach the terminal", async () => {
        const here = folderWith({
            "a.yaml": 'apiVersion: v1\nkind: Pod\nmetadata: {name: "\\e[31ma", labels: {"\\e[2J": ""}}\n',
        });
        const { code, stdout } = await run(here, ["check", "a.yaml"]);
        expect(code).toBe(1);
        expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    });

    test("no colours on a pipe", async () => {
        const here = folder({ "a.yaml": pod("a") });
        const { stdout } = await check(here, ["a.yaml"], { env: { FORCE_COLOR: "1", CI: "true" } });
        expect(stdout).toContain("  no-naked-pods  mandatory\n");
    });
});

describe("files and folders", () => {
    test("what a folder holds besides files: told, and never waited for", async () => {
        const here = folder({
            "k8s/.hidden.yaml": configMap("a"),
            "k8s/.ci/a.yaml": pod("hidden"),
            "k8s/web/a.yaml": configMap("b"),
            "k8s/overlay/kustomization.yaml": "patches: [{path: patch.yaml}]\n",
            "k8s/overlay/patch.yaml": pod("patch"),
            "k8s/overlay/below/b.yaml": configMap("c"),
        });
        symlinkSync("web", join(here, "k8s/link"));
        execFileSync("mkfifo", [join(here, "k8s/pipe.yaml")]);
        expect(await check(here, ["k8s"])).toEqual({
            code: 0,
            stdout: "3 objects in 3 files: no violations.\n",
            stderr: [
                "note: k8s/.ci: is hidden and not read. Name it to check what is in it.",
                "note: k8s/link: is a link to a folder and not followed. Name it to check what is in it.",
                "warning: k8s/overlay: is a kustomization, whose files are not objects by themselves: kustomize build k8s/overlay | kubernetes-guardrails check -.",
                "note: k8s/pipe.yaml: is neither a file nor a folder and not read.",
                "",
            ].join("\n"),
        });
    });

    test("a folder: all manifests below it by name, not in hidden folders and node_modules", async () => {
        const here = folder({
            "k8s/b.yml": pod("b"),
            "k8s/a/z.yaml": pod("az"),
            "k8s/a.json": JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } }),
            "k8s/B.YAML": pod("upper"),
            "k8s/readme.md": pod("text"),
            "k8s/.git/a.yaml": pod("hidden"),
            "k8s/node_modules/x/a.yaml": pod("module"),
        });
        const { stdout } = await check(here, ["k8s"]);
        expect(stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual([
            "k8s/B.YAML:1  Pod default/upper",
            "k8s/a/z.yaml:1  Pod default/az",
            "k8s/a.json:1  Pod default/a",
            "k8s/b.yml:1  Pod default/b",
        ]);
    });

    test("arguments in their order, each file once, links followed to files only", async () => {
        const here = folder({ "b.yaml": pod("b"), "a/a.yaml": pod("a") });
        symlinkSync(join(here, "b.yaml"), join(here, "a/link.yaml"));
        symlinkSync(here, join(here, "a/circle.yaml"));
        const { stdout } = await check(here, ["b.yaml", "a", "./a/a.yaml"]);
        expect(stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual(["b.yaml:1  Pod default/b", "a/a.yaml:1  Pod default/a"]);
    });

    test("globs, for shells that do not expand them", async () => {
        const here = folder({
            "k8s/b.yml": pod("b"),
            "k8s/a/z.yaml": pod("az"),
            "k8s/a/readme.md": "# Shop",
            "k8s/node_modules/x/a.yaml": pod("module"),
            "k8s/[odd].yaml": pod("odd"),
        });
        const objects = async (...paths: string[]) => (await check(here, paths)).stdout.match(/^\S+ {2}Pod .*$/gm);
        expect(await objects("k8s/**")).toEqual([
            "k8s/[odd].yaml:1  Pod default/odd",
            "k8s/a/z.yaml:1  Pod default/az",
            "k8s/b.yml:1  Pod default/b",
        ]);
        expect(await objects("k8s/*.{yaml,yml}")).toHaveLength(2);
        expect(await objects("k8s/[odd].yaml")).toEqual(["k8s/[odd].yaml:1  Pod default/odd"]);
        expect(await check(here, ["k8s/*.json"])).toEqual({
            code: 2,
            stdout: "",
            stderr: "k8s/*.json: matches no YAML or JSON file\n",
        });
    });

    test("what is not Kubernetes is skipped in a folder and counted", async () => {
        const here = folder({
            "package.json": '{"name": "shop"}',
            "tsconfig.json": '{\n  // A comment.\n  "strict": true\n}',
            "values.yaml": "replicas: 2\n",
            "kustomize.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            "kubeconfig.yaml": "apiVersion: v1\nkind: Config\n",
            "Chart.yaml": "apiVersion: v2\nname: shop\n",
            "empty.yaml": "",
            "comments.yaml": "# one\n---\n# two\n",
            "a.yaml": configMap("a"),
        });
        expect(await check(here, ["."])).toEqual({
            code: 0,
            stdout: "1 object in 1 file: no violations.\n",
            stderr: "note: 6 documents hold no object to deploy and were skipped.\n",
        });
    });

    test.each([
        ...["kubelet.config.k8s.io/v1beta1 KubeletConfiguration", "apiserver.config.k8s.io/v1 EncryptionConfiguration"],
        ...["pod-security.admission.config.k8s.io/v1 PodSecurityConfiguration", "audit.k8s.io/v1 Policy"],
        ...["apiserver.k8s.io/v1beta1 EgressSelectorConfiguration", "kubeadm.k8s.io/v1beta4 ClusterConfiguration"],
        ...["client.authentication.k8s.io/v1 ExecCredential", "config.kubernetes.io/v1 ResourceList"],
        ...["kind.x-k8s.io/v1alpha4 Cluster", "skaffold/v4beta1 Config", "eksctl.io/v1alpha5 ClusterConfig"],
        ...["cli.kyverno.io/v1alpha1 Test"],
    ])("%s is a file of a tool", async type => {
        const [apiVersion, kind] = type.split(" ");
        const here = folder({ "a.yaml": configMap("a"), "b.yaml": `apiVersion: ${apiVersion}\nkind: ${kind}\n` });
        expect(await check(here, ["."])).toEqual({
            code: 0,
            stdout: "1 object in 1 file: no violations.\n",
            stderr: "note: 1 document holds no object to deploy and was skipped.\n",
        });
    });

    const SOURCE = "# Source: shop/templates/tests/test.yaml\n";
    test.each([
        ["test", SOURCE, "", [], 0],
        ["test-success, test-failure", SOURCE, "", [], 0],
        ["test", "", ", labels: {app.kubernetes.io/managed-by: Helm}", [], 0],
        ["test", "", ", labels: {helm.sh/chart: shop-1.0.0}", [], 0],
        ["test", SOURCE, "", ["--include-tests"], 1],
        // Whoever applies it with kubectl creates it.
        ["test", "", "", [], 1],
        ["pre-install,test", SOURCE, "", [], 1],
        ["testing", SOURCE, "", [], 1],
    ])("of a Helm chart, what has the hooks %s, %j%s %j", async (hooks, comment, labels, args, count) => {
        const metadata = `{ name: b, annotations: { helm.sh/hook: "${hooks}" }${labels} }`;
        const helmTest = `${comment}apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\n`;
        const here = folder({ "a.yaml": configMap("a"), "b.yaml": helmTest });
        const { stdout, stderr } = await check(here, [".", ...args]);
        const line = comment === "" ? 1 : 2;
        expect({ count: stdout.match(/^b\.yaml:\d+ {2}Pod /gm)?.length ?? 0, stderr }).toEqual({
            count,
            stderr:
                count === 0
                    ? `note: b.yaml:${line}: Pod b is a test of a Helm chart and not checked. Check it too with --include-tests.\n`
                    : "",
        });
    });

    test("what only sounds like a file of a tool is an object", async () => {
        const here = folder({
            "a.yaml":
                "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: { name: config, namespace: gate }\n",
            "b.yaml": "apiVersion: config.k8s.io/v1\nkind: Policy\nmetadata: { name: a, namespace: gate }\n",
            "c.yaml": "apiVersion: not-audit.k8s.io/v1\nkind: Policy\nmetadata: { name: a, namespace: gate }\n",
        });
        expect((await check(here, ["."])).stdout).toBe("3 objects in 3 files: no violations.\n");
    });

    test("a file that was named must hold something", async () => {
        const here = folder({
            "values.yaml": "replicas: 2\n",
            "empty.json": "",
            "comments.yaml": "# a\n",
            "a.yaml": configMap("a"),
        });
        expect(await check(here, ["a.yaml", "values.yaml", "comments.yaml"])).toEqual({
            code: 2,
            stdout: "1 object in 1 file: no violations.\n",
            stderr: `values.yaml: ${NOTHING}comments.yaml: ${NOTHING}`,
        });
    });

    test("nothing to check is an error", async () => {
        const here = folder({ "docs/readme.md": "# Shop\n" });
        expect(await check(here, ["docs"])).toEqual({
            code: 2,
            stdout: "",
            stderr: "error: nothing to check in docs.\n",
        });
    });

    test("standard input", async () => {
        const here = folder({});
        const { code, stdout } = await check(here, ["-"], { stdin: `---\n${pod("a")}` });
        expect(code).toBe(1);
        expect(stdout).toContain("<stdin>:2  Pod default/a\n");
        expect(await check(here, ["-"])).toEqual({ code: 2, stdout: "", stderr: `<stdin>: ${NOTHING}` });
    });

    test("other encodings", async () => {
        const here = folder({
            "bom.yaml": `\uFEFF${pod("bom")}`,
            "powershell.yaml": Buffer.from(`\uFEFF${pod("powershell").replaceAll("\n", "\r\n")}`, "utf16le"),
            "latin1.yaml": Buffer.from(pod("\u00e4"), "latin1"),
        });
        const { stdout, stderr } = await check(here, ["."]);
        expect(stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual([
            "bom.yaml:1  Pod default/bom",
            "powershell.yaml:1  Pod default/powershell",
        ]);
        expect(stderr).toBe("latin1.yaml: is not UTF-8 text\n");
    });

    test("a folder in place of a configuration file", async () => {
        const here = folder({ "a.yaml": pod("a") });
        mkdirSync(join(here, "config"));
        expect(await run(here, ["check", "a.yaml", "--config", "config"])).toEqual({
            code: 2,
            stdout: "",
            stderr: "config: cannot be read (EISDIR)\n",
        });
    });
});

describe("documents", () => {
    test("lines in a file of several documents, and what is broken in it", async () => {
        const here = folder({
            "a.yaml": `${pod("a")}---\n# comment\n\n${pod("b")}---\na: 1\na: 2\n--- # last\n${pod("c")}`,
        });
        const { stdout, stderr } = await check(here, ["a.yaml"]);
        expect(stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual([
            "a.yaml:1  Pod default/a",
            "a.yaml:7  Pod default/b",
            "a.yaml:14  Pod default/c",
        ]);
        expect(stderr).toBe(
            'note: 1 document holds no object to deploy and was skipped.\nwarning: a.yaml:12:1: duplicate key "a": the last one counts, as for Helm and for kubectl without strict validation.\n',
        );
    });

    test("the items of lists are objects of their own, with their own lines", async () => {
        const here = folder({
            "a.yaml": `---\n# all\napiVersion: v1\nkind: List\nitems:\n- ${pod("a").replaceAll("\n", "\n  ")}\n- apiVersion: v1\n  kind: PodList\n  items:\n  - metadata: {name: b}\n  -\n    metadata: {name: c}\n- null\n- x\n`,
            "b.json":
                '{\n\t"apiVersion": "v1", "kind": "PodList",\n\t"items": [\n\t\t{"metadata": {"name": "d"}},\n\t\t{"metadata": {"name": "e"}}]}',
        });
        const { stdout } = await check(here, ["."]);
        expect(stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual([
            "a.yaml:6  Pod default/a",
            "a.yaml:13  Pod default/b",
            "a.yaml:15  Pod default/c",
            "b.json:4  Pod default/d",
            "b.json:5  Pod default/e",
        ]);
        expect(stdout).toContain("5 objects in 2 files: ");
    });

    test("a list in JSON that YAML would refuse", async () => {
        const item = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", annotations: { x: "\u007f\u0080" } } };
        const here = folder({ "a.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [item] }) });
        const { stdout, stderr } = await check(here, ["a.json"]);
        expect(stderr).toBe("");
        expect(stdout).toContain("a.json:1  Pod default/a\n");
    });

    test("the same object twice is checked twice", async () => {
        const here = folder({ "base.yaml": pod("a"), "overlay.yaml": pod("a") });
        expect((await check(here, ["."])).stdout.match(/^\S+ {2}Pod .*$/gm)).toEqual([
            "base.yaml:1  Pod default/a",
            "overlay.yaml:1  Pod default/a",
        ]);
    });

    test("YAML in braces, and broken JSON", async () => {
        const here = folder({
            "a.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n",
            "b.json": '{"apiVersion": "v1",\n "kind": "Pod",}',
            "c.json": '{"apiVersion": "v1", "kind": "Pod"',
        });
        const { stdout, stderr } = await check(here, ["."]);
        expect(stdout).toContain("a.yaml:1  Pod default/a\n");
        expect(stdout).toContain("b.json:1  Pod default/<unnamed>\n");
        expect(stderr).toBe("c.json:1:35: is not valid JSON: unexpected end of the file\n");
    });

    test("JSON objects one behind the other", async () => {
        const [a, b] = ["a", "{b}"].map(name => JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name } }));
        const here = folder({
            "lines.json": `${a}\n${b}\n`,
            "together.json": `\n${a}${b}`,
            "markers.json": `---\n${a}\n---\n\n${b}\n---\n`,
            "quotes.json": `{"x": "\\"}"}\n${a}`,
        });
        const { stdout, stderr } = await check(here, ["."]);
        expect({ objects: stdout.match(/^\S+ {2}Pod .*$/gm), stderr }).toEqual({
            objects: [
                "lines.json:1  Pod default/a",
                "lines.json:2  Pod default/{b}",
                "markers.json:2  Pod default/a",
                "markers.json:5  Pod default/{b}",
                "quotes.json:2  Pod default/a",
                "together.json:2  Pod default/a",
                "together.json:2  Pod default/{b}",
            ],
            stderr: "note: 1 document holds no object to deploy and was skipped.\n",
        });
        const stdin = `${a}\n${b}\n`;
        expect((await check(here, ["-"], { stdin })).stdout).toContain("<stdin>:2  Pod default/{b}\n");
    });

    test("broken JSON behind an object", async () => {
        const here = folder({ "a.json": "{}\n{}\n{,}", "b.json": "{}\n{}\n]", "c.json": '{}\n{"', "d.json": "{}\n[]" });
        expect((await check(here, ["."])).stderr.split("\n")).toEqual([
            'a.json:3:2: is not valid JSON: unexpected ","',
            'b.json:3:1: is not valid JSON: unexpected "]"',
            "c.json:2:3: is not valid JSON: unexpected end of the file",
            "note: 7 documents hold no object to deploy and were skipped.",
            "",
        ]);
        const stdin = "{a: 1}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: yaml}}\n";
        expect((await check(here, ["-"], { stdin })).stdout).toContain("<stdin>:3  Pod default/yaml\n");
    });

    test("a template is told to be rendered", async () => {
        const here = folder({ "a.yaml": "kind: Pod\nname: {{ .Values.name }}\n" });
        expect(await check(here, ["."])).toEqual({
            code: 2,
            stdout: "",
            stderr: "a.yaml:2:8: an object cannot be a key. It looks like a template. Check what comes of it: helm template <chart> | kubernetes-guardrails check -\n",
        });
    });

    test("objects of wrong types", async () => {
        const here = folderWith({
            "a.yaml": [
                "apiVersion: v1\nkind: Pod\nmetadata: x\nspec: 1\n",
                "apiVersion: v1\nkind: Pod\nmetadata: [1]\nspec: {containers: {}}\n",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 12, namespace: true, labels: null}\nspec: []\n",
                "apiVersion: apps/v1\nkind: DeploymentList\nitems: [1, [], null, {}]\n",
                "apiVersion: v1\nkind: a:b:c/::d\n",
            ].join("---\n"),
        });
        const { code, stdout, stderr } = await run(here, ["check", "a.yaml"]);
        expect(stdout).not.toContain("internal error");
        expect(stderr).toBe("");
        expect(code).toBe(1);
        expect(stdout).toContain("a.yaml:1  Pod default/<unnamed>\n");
    });

    test("nested too deeply", async () => {
        const here = folder({ "a.json": "[".repeat(200_000) + "]".repeat(200_000) });
        expect(await check(here, ["a.json"])).toMatchObject({ code: 2, stdout: "" });
    });
});

describe("Pulumi state", () => {
    const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;
    const resources = [
        { urn: urn("pulumi:pulumi:Stack", "shop-dev"), type: "pulumi:pulumi:Stack" },
        { urn: urn("pulumi:providers:kubernetes", "k8s"), type: "pulumi:providers:kubernetes", id: "1", inputs: {} },
        {
            urn: urn("kubernetes:core/v1:Pod", "web"),
            type: "kubernetes:core/v1:Pod",
            custom: true,
            provider: `${urn("pulumi:providers:kubernetes", "k8s")}::1`,
            inputs: { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } },
        },
        { urn: urn("kubernetes:core/v1:Pod", "old"), type: "kubernetes:core/v1:Pod", delete: true, inputs: {} },
    ];
    const report = `  Pod shop/web\n${NAKED}\n\n1 object and 2 other resources in 1 file: 1 mandatory violation.\n${HINT}`;

    test("an exported stack on standard input", async () => {
        const stdin = JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
        expect(await check(folder({}), ["-"], { stdin })).toEqual({ code: 1, stdout: `<stdin>${report}`, stderr: "" });
    });

    test("a checkpoint in a folder", async () => {
        const here = folder({
            "stacks/dev.json": JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
        });
        expect(await check(here, ["stacks"])).toEqual({ code: 1, stdout: `stacks/dev.json${report}`, stderr: "" });
    });

    const [, , web] = resources;
    const steps = [
        { op: "same", urn: web?.urn, newState: web },
        { op: "read", urn: "urn:a", newState: { ...web, urn: urn("kubernetes:core/v1:Pod", "read") } },
        { op: "delete", urn: "urn:b", oldState: { ...web, urn: urn("kubernetes:core/v1:Pod", "gone") } },
    ];
    const events = steps.map(({ op, newState }, sequence) => ({
        ...{ sequence, timestamp: 1 },
        resourcePreEvent: { metadata: { op, new: newState ?? null }, planning: true },
    }));
    const webReport = report.replace("and 2 other resources ", "");

    test("a preview", async () => {
        const stdin = JSON.stringify({ steps, changeSummary: { same: 1 } }, null, 4);
        expect(await check(folder({}), ["-"], { stdin })).toEqual({
            code: 1,
            stdout: `<stdin>${webReport}`,
            stderr: "",
        });
    });

    test("the events of a preview", async () => {
        const lines = [{ sequence: 0, timestamp: 1, preludeEvent: {} }, ...events, { summaryEvent: {} }].map(event =>
            JSON.stringify(event),
        );
        const here = folder({ "preview.json": `${lines.join("\n")}\n`, "cut.json": `${lines[0]}\n{"sequence": 1,` });
        expect(await check(here, ["preview.json"])).toEqual({
            code: 1,
            stdout: `preview.json${webReport}`,
            stderr: "",
        });
        const stdin = lines.join("\n");
        expect(await check(here, ["-"], { stdin })).toEqual({ code: 1, stdout: `<stdin>${webReport}`, stderr: "" });
        expect((await check(here, ["cut.json"])).stderr).toBe(
            "cut.json:2:16: is not valid JSON: unexpected end of the file\n",
        );
    });

    test("an empty stack", async () => {
        const stdin = JSON.stringify({ version: 3, deployment: { manifest: {} } });
        expect(await check(folder({}), ["-"], { stdin })).toEqual({
            code: 0,
            stdout: "0 objects in 1 file: no violations.\n",
            stderr: "",
        });
    });
});

describe("options", () => {
    test("the configuration is read before anything else", async () => {
        const here = folderWith({ "a.yaml": pod("a"), "config.json": '{"no-naked-pod": "advisory"}' });
        expect(await run(here, ["check", "a.yaml", "nowhere", "--config", "config.json"])).toEqual({
            code: 2,
            stdout: "",
            stderr: 'config.json:1:2: There is no policy "no-naked-pod". Did you mean "no-naked-pods"?\n',
        });
    });

    test("the stack is in the URNs of manifests", async () => {
        const exempt = (resource: string) =>
            JSON.stringify({
                all: "disabled",
                "no-naked-pods": { enforcementLevel: "mandatory", exempt: [{ resource, reason: "a test" }] },
            });
        const here = folderWith({
            "a.yaml": pod("a"),
            "default.json": exempt("urn:pulumi:stack::project::kubernetes:core/v1:Pod::default/a"),
            "named.json": exempt("urn:pulumi:dev::shop::kubernetes:core/v1:Pod::default/a"),
        });
        expect(await run(here, ["check", "a.yaml", "--config", "default.json"])).toMatchObject({ code: 0 });
        expect(await run(here, ["check", "a.yaml", "--config", "named.json"])).toMatchObject({ code: 1 });
        expect(await run(here, ["check", "a.yaml", "--config", "named.json", "--stack", "org/shop/dev"])).toMatchObject(
            { code: 0 },
        );
    });

    test("the environment of manifests", async () => {
        const config = {
            all: "disabled",
            "no-naked-pods": { enforcementLevel: "mandatory", environments: ["production"] },
        };
        const here = folderWith({ "a.yaml": pod("a"), "config.json": JSON.stringify(config) });
        const args = ["check", "a.yaml", "--config", "config.json"];
        expect(await run(here, [...args, "--environment", "prod"])).toMatchObject({ code: 1 });
        expect(await run(here, [...args, "--environment", "staging"])).toMatchObject({ code: 0 });
        expect(await run(here, [...args, "--stack-tag", "a=b", "--stack-tag", "environment=prod"])).toMatchObject({
            code: 1,
        });
    });

    test.each([
        [["check"], "error: missing required argument 'paths'\n"],
        [["chek", "a.yaml"], "error: unknown command 'chek'\n(Did you mean check?)\n"],
        [["check", "a.yaml", "--confg", "x"], "error: unknown option '--confg'\n(Did you mean --config?)\n"],
        [
            ["check", "a.yaml", "--stack", "a//b"],
            "error: option '-s, --stack <name>' argument 'a//b' is invalid. Write it as stack, project/stack or organization/project/stack.\n",
        ],
        [
            ["check", "a.yaml", "--environment", ""],
            "error: option '-e, --environment <name>' argument '' is invalid. It must not be empty.\n",
        ],
        [
            ["check", "a.yaml", "--stack-tag", "=x"],
            "error: option '--stack-tag <key=value>' argument '=x' is invalid. Write it as key=value.\n",
        ],
    ])("wrong usage: %s", async (args, stderr) => {
        expect(await run(folderWith({ "a.yaml": pod("a") }), args)).toEqual({ code: 2, stdout: "", stderr });
    });

    test("help and version", async () => {
        const { version } = JSON.parse(await readFile(join(await builtPack(), "package.json"), "utf8"));
        const here = folderWith({});
        expect(await run(here, ["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
        const { code, stdout, stderr } = await run(here, ["check", "--help"]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toContain("$ helm template shop ./chart | kubernetes-guardrails check -");
        expect(stdout).toMatch(/\(default:\s+project\/stack\)/);
        expect(await run(here, [])).toMatchObject({ code: 2, stdout: "" });
    });
});

test.runIf(ON_NODE)("an unexpected error is told without its text, which may hold a secret", async () => {
    const here = folder({
        "a.yaml": pod("a"),
        "break.cjs": `require("node:fs").statSync = () => { throw new TypeError("hunter2"); };`,
    });
    const { code, stdout, stderr } = await check(here, ["a.yaml"], {
        nodeArgs: ["--require", join(here, "break.cjs")],
    });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain("hunter2");
    expect(stderr).toMatch(
        /^internal error: TypeError in kubernetes-guardrails .*; please report it with these lines\n {4}at /,
    );
});

test.runIf(ON_NODE)("the command needs nothing but Node and its own folder", async () => {
    const bundle = join(await builtPack(), "dist/cli.js");
    expect(await readFile(bundle, "utf8")).not.toMatch(/(?:require|import)\("@pulumi/);
    const probe = join(
        folderWith({
            "probe.cjs": `const Module = require("node:module"); const load = Module._load;
Module._load = function (name, ...rest) { process.stderr.write("load " + name + "\\n"); return load.call(this, name, ...rest); };`,
        }),
        "probe.cjs",
    );
    const here = folder({ "a.yaml": pod("a") });
    const { code, stderr } = await check(here, ["a.yaml"], { nodeArgs: ["--require", probe] });
    expect(code).toBe(1);
    const loaded = [...stderr.matchAll(/^load (.*)$/gm)].map(([, name]) => name ?? "");
    expect(loaded).toContain("node:fs");
    const own = (name: string) => name === bundle || name.startsWith("./");
    expect(loaded.filter(name => !Module.isBuiltin(name) && !own(name))).toEqual([]);
});

describe("after a document that could not be read", () => {
    const MISSING = [
        "no-dangling-references",
        "require-headless-service",
        "pod-disruption-budgets",
        "require-network-policy",
    ];
    const SHOP = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  replicas: 3
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "registry.example.com/db:1.0.0", envFrom: [{ configMapRef: { name: db } }] }] }
`;
    const missing = async (files: Record<string, string>) => {
        const config = JSON.stringify({
            all: "disabled",
            ...Object.fromEntries(MISSING.map(name => [name, "advisory"])),
        });
        const here = folderWith({ ...files, "config.json": config });
        const { code, stdout } = await run(here, ["check", "manifests", "--config", "config.json", "--format", "json"]);
        const { violations } = JSON.parse(stdout) as { violations: readonly { policy: string }[] };
        return { code, policies: [...new Set(violations.map(({ policy }) => policy))].sort() };
    };

    test("nothing is called missing, since it may be there", async () => {
        expect(await missing({ "manifests/shop.yaml": SHOP })).toEqual({ code: 0, policies: [...MISSING].sort() });
        const broken = { "manifests/shop.yaml": SHOP, "manifests/other.yaml": "kind: [" };
        expect(await missing(broken)).toEqual({ code: 2, policies: [] });
    });
});
