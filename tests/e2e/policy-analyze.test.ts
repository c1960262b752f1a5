import path from "node:path";
import { expect } from "vitest";
import { type Engine, PACK, SHOP_CONFIG, test } from "./support/engine";

test("an exported state is judged as the preview judged the program", async ({ engine }) => {
    const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);
    const { reported } = await stack.preview();
    expect((await stack.up({ policyConfig: { all: "disabled" } })).exitCode).toBe(0);
    const state = await stack.exportState();

    const analyzed = await analyze(engine, state);
    for (const { message } of reported) {
        for (const line of message.split("\n")) expect(analyzed.stdout).toContain(`          ${line}\n`);
    }
    expect(analyzed.stderr).toContain("error: one or more mandatory policy violations were found\n");
    expect(analyzed.exitCode).toBe(1);

    const config = engine.write(
        "advisory.json",
        JSON.stringify(Object.fromEntries(reported.map(({ policy }) => [policy, "advisory"]))),
    );
    const advised = await analyze(engine, state, "--policy-pack-config", config);
    expect(advised.stdout.match(/^ +- \[advisory\]/gm)).toHaveLength(reported.length);
    expect(advised.exitCode).toBe(0);

    const checked = await engine.run(process.execPath, [path.join(PACK, "dist/cli.js"), "check", state]);
    for (const { message } of reported) {
        const [, object = "", text = ""] = /^(.*?): (.*)$/.exec(message) ?? [];
        expect(checked.stdout).toContain(`  ${object}\n`);
        for (const sentence of text.split(/(?<=\.) (?=[A-Z])/)) expect(checked.stdout).toContain(`  ${sentence}\n`);
    }
    expect(checked.exitCode).toBe(1);
});

function analyze(engine: Engine, state: string, ...options: readonly string[]) {
    return engine.pulumi(["policy", "analyze", "--file", state, "--policy-pack", PACK, ...options]);
}
