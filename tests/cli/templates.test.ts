import { describe, expect, test } from "vitest";
import { folderWith, run } from "./support/command";

const CONFIG = JSON.stringify({ all: "disabled", "no-naked-pods": "mandatory" });
const SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n";

/** A placeholder as shells and envsubst write it. */
const $ = (name: string) => `\${${name}}`;

function deployment(labels: string, tag: string): string {
    return `apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, labels: { ${labels} } }
spec:
  template:
    spec: { containers: [{ name: web, image: "cart:${tag}", args: ["$(PORT)", "${$("HOME")}"] }] }
`;
}

async function check(text: string) {
    const here = folderWith({ "a.yaml": text, "b.yaml": SETTINGS, "config.json": CONFIG });
    return run(here, ["check", "a.yaml", "b.yaml", "--config", "config.json"]);
}

test.each([
    ["envsubst", deployment(`team: "${$("TEAM")}"`, "1.0.0"), 3, $("TEAM"), "envsubst < <file>"],
    ["Flux, with a default", deployment("", $("TAG:=1.0.0")), 6, $("TAG:=1.0.0"), "envsubst < <file>"],
    ["Helm", deployment("", "{{ .Values.tag }}"), 6, "{{ .Values.tag }}", "helm template <chart>"],
    ["kustomize", deployment("", "$(TAG)"), 6, "$(TAG)", "kustomize build <folder>"],
    ["OpenShift", deployment("", $("{TAG}")), 6, $("{TAG}"), "oc process -f <template>"],
    ["a kind", SETTINGS.replace("ConfigMap", $("KIND")), 2, $("KIND"), "envsubst < <file>"],
])("a template is not checked, and a line says what to run: %s", async (_, text, line, placeholder, command) => {
    const { code, stderr } = await check(`${text}---\n${text}`);

    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^a\\.yaml:${line}:\\d+: `));
    expect(stderr.replace(/^\S+ /, "")).toBe(
        `is a template, in which ${placeholder} has no value yet. Check what comes of it: ${command} | kubernetes-guardrails check -\n`,
    );
});

describe("no template is what has placeholders", () => {
    const workflow = 'spec: { templates: [{ container: { image: "{{inputs.parameters.image}}" } }] }';
    test.each([
        ["in arguments, which Kubernetes and programs fill in", deployment("", "1.0.0")],
        ["in data", `${SETTINGS}data: { script: "echo ${$("HOME")} {{ name }} $(date)" }\n`],
        [
            "in a custom resource, whose controller fills them in",
            `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\n${workflow}\n`,
        ],
    ])("%s", async (_, text) => {
        expect(await check(text)).toMatchObject({ code: 0, stderr: "" });
    });
});
