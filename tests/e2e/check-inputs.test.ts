import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect } from "vitest";
import { type Engine, PACK, SHOP_CONFIG, test } from "./support/engine";
import { BROKEN_SHOP, violationsIn } from "./support/wording";

const EXAMPLE = "shop-yaml-broken";
const PREVIEW = ["pulumi", "preview", "--json", "--stack", "dev"];

/** What the check command says of a file that holds what a command printed. */
async function checked(engine: Engine, content: string) {
    const file = engine.write("input", content);
    const { exitCode, stdout, stderr } = await engine.run(process.execPath, [
        path.join(PACK, "dist/cli.js"),
        ...["check", file, "--format", "json"],
    ]);
    const messages = violationsIn(stdout).map(({ message }) => message);
    return { exitCode, stderr, messages: messages.sort() };
}

/** ConfigMaps that the provider writes to a folder, of a program with other names or options. */
function settings(renamed: string, kept: string): string {
    return `name: shop
runtime: yaml
config: { renderTo: { type: string } }
resources:
  cluster: { type: "pulumi:providers:kubernetes", properties: { renderYamlToDirectory: "\${renderTo}" } }
  ${renamed}
    type: kubernetes:core/v1:ConfigMap
    properties: { metadata: { name: renamed, namespace: shop }, data: { currency: EUR } }
  ${kept}
    type: kubernetes:core/v1:ConfigMap
    properties: { metadata: { name: replaced, namespace: shop }, data: { currency: EUR } }
`;
}

describe("the check command tells which objects a preview deletes after it has created them", () => {
    const withOptions = (name: string, options = "") => `${name}:\n    options: { provider: "\${cluster}"${options} }`;
    const REPLACE = ["--replace", "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::replaced"];

    test("renamed and replaced ones, until the advice is followed", async ({ engine }) => {
        const folder = path.dirname(
            engine.write("settings/Pulumi.yaml", settings(withOptions("old"), withOptions("replaced"))),
        );
        const stack = await engine.stackOf(folder);
        expect((await stack.up({ policyPacks: [] })).exitCode).toBe(0);
        const said = async (program: string) => {
            engine.write("settings/Pulumi.yaml", program);
            const inPreview = async (variables: readonly string[], options: readonly string[] = []) => {
                const preview = await engine.run("env", [...variables, ...PREVIEW, ...REPLACE, ...options], folder);
                expect(preview.exitCode, preview.stderr).toBe(0);
                const { messages } = await checked(engine, preview.stdout);
                return messages.filter(message => message.includes("before it deletes"));
            };
            const inEvents = await inPreview(["PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"]);
            expect(await inPreview([], ["--show-replacement-steps"])).toEqual(inEvents);
            // What the order of a replacement is, the digest does not tell of itself.
            const withoutOrder = inEvents.filter(message => !message.includes("replaces this object"));
            expect(await inPreview([])).toEqual(withoutOrder);
            return inEvents;
        };
        const program = settings(withOptions("new"), withOptions("replaced"));
        expect(await said(program)).toEqual([
            'ConfigMap shop/renamed: The update creates this object before it deletes the same one of resource "old", so either the creation fails with "already exists" or the deletion removes the new object. Set the resource option aliases: [{ name: "old" }].',
            'ConfigMap shop/replaced: The update replaces this object with one of the same name before it deletes the old one, so either the creation fails with "already exists" or the deletion removes the new object. Set the resource option deleteBeforeReplace: true.',
        ]);
        const advised = settings(
            withOptions("new", ', aliases: [{ name: "old" }]'),
            withOptions("replaced", ", deleteBeforeReplace: true"),
        );
        expect(await said(advised)).toEqual([]);

        // The provider overwrites files as it once took over objects: the deletion takes away what was created.
        expect([...engine.rendered().keys()].sort()).toEqual(["ConfigMap renamed", "ConfigMap replaced"]);
        engine.write("settings/Pulumi.yaml", program);
        expect((await stack.up({ policyPacks: [] })).exitCode).toBe(0);
        expect([...engine.rendered().keys()]).toEqual(["ConfigMap replaced"]);
    });
});

describe("the check command finds what the engine does", () => {
    const FOUND = { exitCode: 1, stderr: "", messages: BROKEN_SHOP };

    test("in a preview and in its events", async ({ engine }) => {
        const folder = engine.copyExample(EXAMPLE);
        await engine.stackOf(folder, SHOP_CONFIG);

        const digest = await engine.run("env", PREVIEW, folder);
        expect(digest.exitCode).toBe(0);
        expect(await checked(engine, digest.stdout)).toEqual(FOUND);

        const events = await engine.run("env", ["PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true", ...PREVIEW], folder);
        expect(events.exitCode).toBe(0);
        expect(events.stdout.split("\n").length).toBeGreaterThan(10);
        expect(await checked(engine, events.stdout)).toEqual(FOUND);
    });

    test("in a stack's state, with secrets encrypted and in plain", async ({ engine }) => {
        const folder = engine.copyExample(EXAMPLE);
        const stack = await engine.stackOf(folder, SHOP_CONFIG);
        expect((await stack.up({ policyPacks: [] })).exitCode).toBe(0);

        expect(await checked(engine, readFileSync(await stack.exportState(), "utf8"))).toEqual(FOUND);

        const plain = await engine.pulumi(["stack", "export", "--show-secrets", "--stack", "dev"], folder);
        expect(plain.stdout).toContain(Buffer.from(SHOP_CONFIG.queuePassword?.value ?? "?").toString("base64"));
        expect(await checked(engine, plain.stdout)).toEqual(FOUND);
    });
});
