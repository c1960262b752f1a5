import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { PACK, SHOP_CONFIG, test } from "./support/engine";

/** For each preset the policies that object to the well-made shop, and the levels at which they do. */
const OBJECTIONS: Record<string, readonly string[]> = {
    "recommended.json": [],
    "advisory.json": [],
    // It demands digests, the shop has fixed tags.
    "production.json": ["no-mutable-image-tags mandatory"],
    "cis-1.12.json": [],
};

for (const [file, objections] of Object.entries(OBJECTIONS)) {
    test(`the engine takes the preset ${file} for the well-made shop`, async ({ engine }) => {
        const stack = await engine.stackOf(engine.copyExample("shop-yaml"), SHOP_CONFIG);
        const policyConfig: unknown = JSON.parse(readFileSync(join(PACK, "config", file), "utf8"));

        const { reported } = await stack.preview({ policyConfig });

        const found = reported.map(({ policy, level }) => `${policy} ${level}`);
        expect([...new Set(found)].sort()).toEqual(objections);
    });
}

test("the preset advisory.json turns every violation into a warning", async ({ engine }) => {
    const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);
    const policyConfig: unknown = JSON.parse(readFileSync(join(PACK, "config", "advisory.json"), "utf8"));

    const { reported, exitCode } = await stack.preview({ policyConfig });

    expect(reported.length).toBeGreaterThan(0);
    expect(new Set(reported.map(({ level }) => level))).toEqual(new Set(["advisory"]));
    expect(exitCode).toBe(0);
});
