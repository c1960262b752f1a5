import { mkdirSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { PREVIOUS, packWith } from "../support/previous-version";
import { type Engine, PACK, SHOP_CONFIG, test } from "./support/engine";

test("the state of a stack that one version let pass is judged by the next as its changelog says", async ({
    engine,
}) => {
    const previous = path.join(engine.folder, "previous");
    mkdirSync(previous);
    packWith(previous, PREVIOUS);
    const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);
    expect((await stack.up({ policyConfig: { all: "disabled" } })).exitCode).toBe(0);
    const state = await stack.exportState();

    const [before, after] = [await judged(engine, previous, state), await judged(engine, PACK, state)];
    expect(after.filter(line => !before.includes(line))).toEqual([
        expect.stringMatching(/^\[mandatory\] no-naked-pods: Pod shop\/migrate-orders: /),
        expect.stringMatching(/^\[mandatory\] selector-matches-template: Deployment shop\/storefront: /),
        expect.stringMatching(/^\[mandatory\] valid-labels: .* contains characters that are not allowed/),
    ]);
    expect(before.filter(line => !after.includes(line))).toEqual([
        expect.stringMatching(/^\[advisory\] selector-matches-template: Deployment shop\/storefront: /),
        expect.stringMatching(/^\[mandatory\] valid-labels: .* has characters that are not allowed/),
    ]);
});

/** What `pulumi policy analyze` says of a state by a pack, sorted: `[level] policy: message`. */
async function judged(engine: Engine, pack: string, state: string): Promise<string[]> {
    const { stdout } = await engine.pulumi(["policy", "analyze", "--file", state, "--policy-pack", pack]);
    const violations = stdout.matchAll(/^ +- (\[\w+\]) .*? +([\w-]+) {2}\(.*\)\n +(.*)$/gm);
    return [...violations].map(([, level, policy, message]) => `${level} ${policy}: ${message}`).sort();
}
