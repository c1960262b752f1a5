import { expect, test } from "vitest";
import { Resource } from "../../../model/pulumi/resource";
import { calicoSelector } from "../../../model/references/calico-selector";
import type { Answer } from "../../../model/value";

const type = "kubernetes:core/v1:Pod";
const props = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", namespace: "shop", labels: { app: "cart", tier: "web" } },
    spec: { containers: [] },
};
const [pod] = new Resource({ urn: `urn:pulumi:dev::shop::${type}::a`, type, name: "a", props }).objects;

test.each<[string, Answer]>([
    ["", "yes"],
    ["all()", "yes"],
    ["app == 'cart'", "yes"],
    ['app=="cart"&&tier == "web"', "yes"],
    ["app == 'cart' && tier == 'db'", "no"],
    ["app != 'cart'", "no"],
    ["gone != 'x'", "yes"],
    ["app in {'cart', 'web'}", "yes"],
    ["app not in { 'cart' }", "no"],
    ["has(app) && !has(gone)", "yes"],
    ["has(gone) || (app == 'cart' && !(tier == 'db'))", "yes"],
    ["app starts with 'c'", "unknown"],
    ["app contains 'c' && has(gone)", "no"],
    ["projectcalico.org/namespace == 'x'", "unknown"],
    ["app =~ 'c'", "unknown"],
    ["app == 'cart' tier", "unknown"],
    ["(".repeat(100_000), "unknown"],
    ["!".repeat(100_000), "unknown"],
])("%.60s: %s", (text, expected) => {
    expect(pod?.pod && calicoSelector(text).selects(pod.pod)).toBe(expected);
});

test("asks for labels with one value only where all pods must have them", () => {
    const keys = (text: string) => [...calicoSelector(text).equalities].map(([key]) => key);
    expect(keys("app == 'a' && tier == 'b'")).toEqual(["app", "tier"]);
    expect(keys("app == 'a' || tier == 'b'")).toEqual([]);
    expect(keys("has(app) && !(tier == 'b')")).toEqual([]);
});
