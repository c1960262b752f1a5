import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect } from "vitest";
import { type Engine, PACK, SHOP_CONFIG, test } from "./support/engine";
import { BROKEN_SHOP } from "./support/wording";

const EXAMPLE = "shop-yaml-broken";
const PREVIEW = ["pulumi", "preview", "--json", "--stack", "dev"];

/** What the check command says of a file that holds what a command printed. */
async function checked(engine: Engine, content: string) {
    const file = engine.write("input", content);
    const { exitCode, stdout, stderr } = await engine.run(process.execPath, [
        path.join(PACK, "dist/cli.js"),
        ...["check", file, "--format", "json"],
    ]);
    const report = JSON.parse(stdout) as { violations: readonly { object: string; text: string }[] };
    return { exitCode, stderr, messages: report.violations.map(({ object, text }) => `${object}: ${text}`).sort() };
}

describe("the check command finds what the engine does", () => {
    // The engine puts the policy's description on a line before.
    const messages = BROKEN_SHOP.map(message => message.slice(message.indexOf("\n") + 1)).sort();
    const FOUND = { exitCode: 1, stderr: "", messages };

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
