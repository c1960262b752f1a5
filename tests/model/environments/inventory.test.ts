import { expect, test } from "vitest";
import { Inventory } from "../../../model/environments/inventory";
import { UNKNOWN, Value } from "../../../model/value";
import { kubeResource } from "../../support/kube-resource";

/** A Kubernetes provider of a stack. */
function provider(name: string, props: Record<string, unknown> = {}) {
    const type = "pulumi:providers:kubernetes";
    return { urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, props };
}

const LABELS = { environment: "production" };

/** The labels of the Namespace "shop" on one provider, as an object on another one is told of them. */
function toldOf(namespace: ReturnType<typeof provider>, own: ReturnType<typeof provider>, labels: object = LABELS) {
    const inventory = new Inventory();
    const shop = kubeResource(
        "shop",
        "v1",
        "Namespace",
        { metadata: { name: "shop", labels } },
        { provider: namespace },
    );
    const cart = kubeResource("cart", "v1", "ConfigMap", { metadata: { namespace: "shop" } }, { provider: own });
    for (const one of [shop, cart]) inventory.add(one);
    const found = inventory.namespace(cart, new Value("shop"));
    return found === "unknown" ? found : found.map(object => object.labels.raw);
}

const KUBECONFIG = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://192.0.2.1" } }],
    contexts: [{ name: "c", context: { cluster: "c" } }],
    "current-context": "c",
});
const OTHER = KUBECONFIG.replace("192.0.2.1", "192.0.2.2");

test.each([
    ["of one provider", provider("a", { kubeconfig: UNKNOWN }), provider("a", { kubeconfig: UNKNOWN }), [LABELS]],
    ["of two default providers", provider("default"), provider("default_4_34_2"), [LABELS]],
    ["of one server", provider("a", { kubeconfig: KUBECONFIG }), provider("b", { kubeconfig: KUBECONFIG }), [LABELS]],
    ["of two servers", provider("a", { kubeconfig: KUBECONFIG }), provider("b", { kubeconfig: OTHER }), []],
    ["that may be the same", provider("a", { kubeconfig: UNKNOWN }), provider("default"), "unknown"],
    [
        "of two unknown kubeconfigs",
        provider("a", { kubeconfig: UNKNOWN }),
        provider("b", { kubeconfig: UNKNOWN }),
        "unknown",
    ],
])("a Namespace is found on the cluster of an object: providers %s", (_, one, other, expected) => {
    expect(toldOf(one, other)).toEqual(expected);
});

test("a Namespace that says nothing leaves nothing open on a cluster that may be the same", () => {
    expect(toldOf(provider("a", { kubeconfig: UNKNOWN }), provider("default"), {})).toEqual([]);
});

test("a patch on the other default provider labels a Namespace too", () => {
    const inventory = new Inventory();
    const metadata = { name: "shop" };
    const shop = kubeResource("shop", "v1", "Namespace", { metadata }, { provider: provider("default") });
    const patch = kubeResource(
        "patch",
        "v1",
        "Namespace",
        { metadata: { ...metadata, labels: LABELS } },
        { provider: provider("default_4_34_2"), type: "kubernetes:core/v1:NamespacePatch" },
    );
    inventory.add(shop);
    expect(inventory.namespace(shop, new Value("shop"))).toHaveLength(1);
    inventory.add(patch);
    expect(inventory.namespace(shop, new Value("shop"))).toHaveLength(2);
});
