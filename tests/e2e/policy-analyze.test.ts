import { expect } from "vitest";
import { PACK, SHOP_CONFIG, test } from "./support/engine";

test("`pulumi policy analyze` judges an exported state as the preview does", async ({ engine }) => {
    const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);
    const preview = await stack.preview();
    expect((await stack.up({ policyConfig: { all: "disabled" } })).exitCode).toBe(0);
    const state = await stack.exportState();
    const analyze = ["policy", "analyze", "--file", state, "--policy-pack", PACK];

    const failed = await engine.pulumi(analyze);
    expect(failed.exitCode).toBe(1);
    for (const { message } of preview.reported) {
        for (const line of message.split("\n")) expect(failed.stdout).toContain(line);
    }

    const config = engine.write("advisory.json", JSON.stringify({ all: "advisory" }));
    const passed = await engine.pulumi([...analyze, "--policy-pack-config", config]);
    expect(passed.exitCode).toBe(0);
});
