import { describe, expect, test } from "vitest";
import { isTypoOf, NearNames } from "../../../model/references/near-names";

describe("a name is most likely another one, mistyped", () => {
    test.each([
        ["library", "libary"],
        ["cart-settings", "cart-setings"],
        ["cart-settings", "cart-settinsg"],
        ["cart-settings", "cart-sittengs"],
        ["letsencrypt-prod", "letsencrypt-pord"],
        ["nginx", "ngnix"],
        ["shop-tls", "shop-tsl"],
        ["shop-config", "shop-configs"],
        ["shop-config", "shopconfig"],
        ["shop-config", "shop.config"],
        ["system:reader", "system:raeder"],
        ["db-1-settings", "db-1-setings"],
        ["production", "prodution"],
    ])("%s and %s", (one, other) => {
        expect([isTypoOf(one, other), isTypoOf(other, one)]).toEqual([true, true]);
    });

    test.each([
        ["cart", "cart"],
        ["db-1", "db-2"],
        ["db-1-settings", "db-2-settings"],
        ["settings-v1", "settings-v2"],
        ["tls-a", "tls-b"],
        ["cart-blue", "cart-green"],
        ["fast-ssd", "fast-hdd"],
        ["nginx-internal", "nginx-external"],
        ["config-reader", "config-leader"],
        ["shop-test", "shop-dev"],
        ["shop-testing", "shop-test"],
        ["letsencrypt-prod", "letsencrypt-prd"],
        ["letsencrypt-nonprod", "letsencrypt-nonprd"],
        ["mongo", "mongos"],
        ["minio", "minion"],
        ["postgres", "postgresql"],
        ["maria", "mariadb"],
        ["cart", "card"],
        ["web", "wab"],
        ["shop-setings", "cart-settings"],
        ["cart-settings", "cart-settings-2"],
        ["cart-setings-one", "cart-settings-two"],
        ["settings", "sxttxngx"],
        ["a-b", "ab"],
        ["", "settings"],
        ["settings", "--"],
        ["1a2b3c4d", "1a2b3c4e"],
    ])("but not %s and %s", (one, other) => {
        expect([isTypoOf(one, other), isTypoOf(other, one)]).toEqual([false, false]);
    });
});

describe("the name that is most likely meant", () => {
    const names = new NearNames(["cart-settings", "cart-settingz", "shop-config", "nginx"]);

    test.each([
        ["cart-setting", "cart-settings"],
        ["cart-setings", "cart-settings"],
        ["cart-setingz", "cart-settingz"],
        ["shopconfig", "shop-config"],
        ["ngnix", "nginx"],
        ["", undefined],
        ["basket", undefined],
        ["x".repeat(254), undefined],
        ["a-".repeat(17), undefined],
    ])("%s: %s", (name, expected) => {
        expect(names.nearest(name)).toBe(expected);
    });

    test("does not depend on the order of the names", () => {
        const some = ["settings-b", "settings-a", "sxttings", "setting"];
        expect(new NearNames(some).nearest("settings")).toBe(new NearNames(some.toReversed()).nearest("settings"));
    });

    test("among thousands that are alike takes no time for each pair", () => {
        const letters = (number: number) => [...String(number)].map(digit => "abcdefghij"[Number(digit)]).join("");
        const many = Array.from({ length: 10_000 }, (_, i) => `settings${letters(i + 100_000)}`);
        const all = new NearNames(many);
        const before = performance.now();
        for (const name of many) all.nearest(`${name}xyz`);
        expect(performance.now() - before).toBeLessThan(10_000);
    });
});
