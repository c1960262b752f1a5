import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryFile } from "../support/reference";
import { folderWith, run } from "./support/command";

const GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n";

/** A row of the table: some files, what is checked of them, and how what is told begins. */
interface Case {
    readonly files: Readonly<Record<string, string | Buffer>>;
    readonly args?: readonly string[];
    readonly says: RegExp;
    readonly prepare?: (folder: string) => void;
}

const FAILED = { steps: [], diagnostics: [{ message: "failed", severity: "error" }], changeSummary: {} };

/** By the first words of the row. */
const CASES: Readonly<Record<string, Case>> = {
    "YAML or JSON that kubectl refuses": { files: { "m/a.yaml": "a: [" }, says: /^m\/a\.yaml:\d+:\d+: / },
    "a file that is not UTF-8 text": {
        files: { "m/a.yaml": Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]) },
        says: /^m\/a\.yaml: is not UTF-8/,
    },
    "a file or folder that does not exist": { files: {}, args: ["nowhere"], says: /^nowhere: there is no such file/ },
    "a file that is named and holds no Kubernetes object": {
        files: { "values.yaml": "replicas: 3\n" },
        args: ["values.yaml"],
        says: /^values\.yaml: holds nothing to check/,
    },
    "a folder without any object": { files: { "m/notes.txt": "hello" }, args: ["m"], says: /^error: nothing to check/ },
    "a template that is not filled in": {
        files: {
            "m/a.yaml": GOOD.replace("settings", "{{ .Release.Name }}").replace("{{", '"{{').replace("}}", '}}"'),
        },
        says: /is a template, .* helm template/,
    },
    "a preview that failed or was cut off": {
        files: { "m/preview.json": JSON.stringify(FAILED) },
        says: /^m\/preview\.json: the preview/,
    },
    "a report that cannot be written": {
        files: {},
        args: ["good.yaml", "--format", "json=no/such/report.json"],
        says: /^no\/such\/report\.json: /,
    },
    "a key that is there twice, of which the last counts": {
        files: { "m/a.yaml": `${GOOD}kind: ConfigMap\n` },
        says: /^warning: m\/a\.yaml:4/,
    },
    "text behind the end of a document, which kubectl does not read": {
        files: { "m/a.yaml": `${GOOD}...\nmore: 1\n` },
        says: /^warning: m\/a\.yaml:\d/,
    },
    "a folder of kustomize, whose patches are not objects": {
        files: { "m/kustomization.yaml": "resources: [a.yaml]\n", "m/a.yaml": GOOD },
        says: /^warning: m: is a kustomization, .*kustomize build/,
    },
    "a hidden folder, or a link to a folder": {
        files: { "m/a.yaml": GOOD },
        prepare: folder => {
            mkdirSync(join(folder, "m/.hidden"));
            symlinkSync("..", join(folder, "m/link"));
        },
        says: /^note: m\/\.hidden: .*\nnote: m\/link: /,
    },
    "a test of a Helm chart, in what Helm has rendered": {
        files: {
            "m/a.yaml": `# Source: shop/templates/test.yaml\n${GOOD.replace("namespace: shop", "annotations: { helm.sh/hook: test }")}`,
        },
        says: /^note: m\/a\.yaml:2: ConfigMap settings is a test of a Helm chart/,
    },
    "a file in a folder that holds no Kubernetes object": {
        files: { "m/values.yaml": "replicas: 3\n", "m/a.yaml": GOOD },
        says: /^note: 1 document holds no object/,
    },
};

const ROWS = [
    ...readFileSync(repositoryFile("docs/ci.md"), "utf8").matchAll(
        /^\| (.+?) \| (error|warning|note)\b.*? \| ([02]) \|$/gm,
    ),
].map(([, input = "", , code]) => [input.replace(/ \(.*/, ""), Number(code)] as const);

test("every kind of bad input that the guide lists is tried", () => {
    expect(ROWS.map(([input]) => input).sort()).toEqual(Object.keys(CASES).sort());
});

test.each(ROWS)("%s", async (input, code) => {
    const { files, args = ["m", "good.yaml"], says, prepare } = CASES[input] as Case;
    const here = folderWith({ ...files, "good.yaml": GOOD.replace("settings", "others") });
    prepare?.(here);

    const ended = await run(here, ["check", ...args]);

    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: expect.stringMatching(says) });
});
