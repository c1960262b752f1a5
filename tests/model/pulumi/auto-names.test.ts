import { expect, test } from "vitest";
import { autoNameOf, autoNameOfRelease, isNameChosen, withoutSuffix } from "../../../model/pulumi/auto-names";
import { RELEASE, Resource, type ResourceInit } from "../../../model/pulumi/resource";
import { UNKNOWN } from "../../../model/value";
import { kubeResource } from "../../support/kube-resource";

const provider = { urn: "urn:provider", type: "pulumi:providers:kubernetes", name: "main", props: {} };

function shownName(metadata: unknown, more: Partial<ResourceInit> = {}): string | undefined {
    const { objects } = kubeResource("cart", "v1", "ConfigMap", { metadata }, { provider, ...more });
    return objects[0] && autoNameOf(objects[0])?.shown;
}

const PATCH = "kubernetes:core/v1:ConfigMapPatch";

const AUTO_NAMED = { "pulumi.com/autonamed": "true" };

test.each<[string, unknown, Partial<ResourceInit>, string | undefined]>([
    ["no name", {}, {}, "cart-<8 random characters>"],
    ["no metadata", undefined, {}, "cart-<8 random characters>"],
    ["an empty name", { name: "" }, {}, "cart-<8 random characters>"],
    ["a name", { name: "cart" }, {}, undefined],
    ["a name that the provider has chosen", { name: "cart-1a2b3c4d", annotations: AUTO_NAMED }, {}, "cart-1a2b3c4d"],
    ["a name that is not known", { name: UNKNOWN }, {}, undefined],
    ["metadata that are not known", UNKNOWN, {}, undefined],
    ["a name of the API server's", { generateName: "cart-" }, {}, undefined],
    ["the beginning of a name that is not known", { generateName: UNKNOWN }, {}, undefined],
    ["a manifest", {}, { provider: undefined }, undefined],
    ["a Patch", {}, { type: PATCH }, undefined],
    ["rules of the stack", {}, { hasOwnNaming: true }, undefined],
    ["a name by rules of the stack", { name: "x", annotations: AUTO_NAMED }, { hasOwnNaming: true }, "x"],
])("what Pulumi names an object: %s", (_, metadata, more, shown) => {
    expect(shownName(metadata, more)).toBe(shown);
});

test.each<[string, unknown, Partial<ResourceInit>, string]>([
    ["marked so", { name: "cart-1a2b3c4d", annotations: AUTO_NAMED }, {}, "yes"],
    ["not marked", { name: "cart-1a2b3c4d" }, {}, "no"],
    ["marks not known", { name: "cart-1a2b3c4d", annotations: UNKNOWN }, {}, "unknown"],
    ["the mark not known", { name: "cart-1a2b3c4d", annotations: { "pulumi.com/autonamed": UNKNOWN } }, {}, "unknown"],
    ["marks not known, of a name that Pulumi does not make", { name: "basket", annotations: UNKNOWN }, {}, "no"],
    ["the same with rules of the stack", { name: "basket", annotations: UNKNOWN }, { hasOwnNaming: true }, "unknown"],
    ["a Patch", { name: "cart-1a2b3c4d", annotations: AUTO_NAMED }, { type: PATCH }, "no"],
    ["no name", { annotations: AUTO_NAMED }, {}, "no"],
])("whether Pulumi has chosen a name: %s", (_, metadata, more, answer) => {
    const { objects } = kubeResource("cart", "v1", "ConfigMap", { metadata }, { provider, ...more });
    expect(objects.map(isNameChosen)).toEqual([answer]);
});

test("items of a List are not named by Pulumi", () => {
    const list = kubeResource("carts", "v1", "ConfigMapList", { items: [{ metadata: {} }] }, { provider });
    expect(list.objects.map(autoNameOf)).toEqual([undefined]);
});

test.each<[unknown, string | undefined]>([
    [undefined, "redis-<8 random characters>"],
    ["", "redis-<8 random characters>"],
    ["redis", undefined],
    [UNKNOWN, undefined],
])("what Pulumi names a release whose name is %j, whatever the rules of the stack", (name, shown) => {
    const init = { urn: "urn:release", type: RELEASE, name: "redis", props: { name }, provider, hasOwnNaming: true };
    expect(autoNameOfRelease(new Resource(init))?.shown).toBe(shown);
});

test.each([
    ["cart-1a2b3c4d", "cart"],
    ["my-cart-1a2b3c4", "my-cart"],
    ["cart-1a2b3c", undefined],
    ["cart", undefined],
    ["1a2b3c4d", undefined],
])("what Pulumi may have appended to: %s", (name, base) => {
    expect(withoutSuffix(name)).toBe(base);
});
