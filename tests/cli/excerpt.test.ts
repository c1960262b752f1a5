import { expect, test } from "vitest";
import { folderWith, run } from "./support/command";

const CONFIG = JSON.stringify({
    all: "disabled",
    "pod-security-baseline": "mandatory",
    "no-mutable-image-tags": "mandatory",
    "valid-labels": "mandatory",
    "no-plaintext-secrets": "mandatory",
    "no-duplicate-env": "mandatory",
});

const DEPLOYMENT = `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      hostNetwork: true # for a test
      containers:
        - name: web
          image: "nginx:latest"
        - {name: db, image: postgres, env: [{name: A, value: hunter2}, {name: A, value: hunter2}]}
`;

async function textOf(manifest: string, ...args: string[]): Promise<string> {
    const here = folderWith({ "a.yaml": manifest, "config.json": CONFIG });
    return (await run(here, ["check", "a.yaml", "--config", "config.json", ...args])).stdout;
}

test("the line that a problem is about, the part that is wrong marked", async () => {
    const text = await textOf(DEPLOYMENT);
    expect(text).toContain("\n      9 |       hostNetwork: true # for a test\n        |       ^^^^^^^^^^^^^^^^^\n");
    expect(text).toContain(
        '\n      12 |           image: "nginx:latest"\n         |           ^^^^^^^^^^^^^^^^^^^^^\n',
    );
});

test("of a line that holds more, only what is wrong", async () => {
    const text = await textOf(DEPLOYMENT);
    expect(text).toContain("\n      13 | image: postgres\n         | ^^^^^^^^^^^^^^^\n");
    expect(text).not.toContain("hunter2");
});

test.each([
    ["of a Secret", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  labels:\n    -hunter2: a\n", "-hunter2: a"],
    [
        "with a credential",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  password: hunter2\n",
        "hunter2",
    ],
    [
        "in which a credential has strayed",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    -password: hunter2\n",
        "hunter2",
    ],
])("no line %s", async (_, manifest, text) => {
    const shown = await textOf(manifest);
    expect(shown).toContain("1 mandatory violation");
    expect(shown).not.toContain(text);
});

test("no line at all", async () => {
    expect(await textOf(DEPLOYMENT, "--no-excerpt")).not.toContain(" | ");
});

test("no line of what is missing, and none of JSON", async () => {
    expect(
        await textOf("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n"),
    ).not.toContain(" | ");
    const json = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostNetwork": true}}';
    expect(await textOf(json)).toContain('1 | "hostNetwork": true\n');
});
