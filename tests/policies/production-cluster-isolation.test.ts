import { describe, expect, test } from "vitest";
import { productionClusterIsolation } from "../../policies/production-cluster-isolation";
import { graphOf, messagesOf, objectOn, providerOf, type TestResource } from "../support/environments";

function violations(resources: readonly TestResource[], stack?: string): string[] {
    return messagesOf(productionClusterIsolation, graphOf(resources, stack));
}

const PRODUCTION: TestResource = { type: "aws:eks/cluster:Cluster", name: "blue", props: { tags: { env: "prod" } } };

describe("a broken state", () => {
    test("whose dependencies go round in a circle ends", () => {
        const circle: TestResource[] = [
            PRODUCTION,
            { type: "a:b:C", name: "one", uses: { x: ["two"] } },
            { type: "a:b:C", name: "two", uses: { x: ["one", "k8s"] } },
            { type: "aws:eks/nodeGroup:NodeGroup", name: "pool", uses: { clusterName: ["other"] } },
            { type: "aws:eks/nodeGroup:NodeGroup", name: "other", uses: { clusterName: ["pool"] } },
            providerOf("k8s", "one"),
            { ...objectOn("k8s", "cart", "dev"), uses: { data: ["one", "cart"] } },
        ];
        expect(violations(circle)).toEqual([]);
    });

    test("in which virtual clusters are their own hosts ends", () => {
        const release: TestResource = {
            type: "kubernetes:helm.sh/v3:Release",
            name: "inner",
            provider: "k8s",
            props: { chart: "vcluster" },
        };
        expect(violations([release, providerOf("k8s", "inner"), objectOn("k8s", "cart", "dev")])).toEqual([]);
    });

    test("with a dependency on what is not in it", () => {
        const [provider] = graphOf([providerOf("k8s")]);
        const graph = provider && [{ ...provider, propertyDependencies: { kubeconfig: ["urn:pulumi:a::b::c::d"] } }];
        expect(messagesOf(productionClusterIsolation, graph ?? [])).toEqual([]);
    });
});

test("credentials are followed through as many resources as a stack may have", () => {
    const length = 20_000;
    const chain = Array.from({ length }, (_, index) => {
        const uses = { input: [index + 1 < length ? `step-${index + 1}` : "blue"] };
        return { type: "a:b:C", name: `step-${index}`, uses };
    });
    const green: TestResource = { type: "aws:eks/cluster:Cluster", name: "green", props: { tags: { env: "dev" } } };
    const secret: TestResource = { ...objectOn("k8s", "cart", "dev"), uses: { data: ["step-0"] } };
    expect(violations([PRODUCTION, green, ...chain, providerOf("k8s", "green"), secret])).toEqual([
        'ConfigMap dev/cart: is on aws:eks/cluster:Cluster "green", which is development (tag env=dev), but its data ' +
            'depends on aws:eks/cluster:Cluster "blue", which is production (tag env=prod), through a:b:C "step-0"; ' +
            "use what belongs to its own cluster.",
    ]);
});

test("two providers of one server share its namespaces", () => {
    const kubeconfig = JSON.stringify({
        clusters: [{ name: "c", cluster: { server: "https://192.0.2.1" } }],
        contexts: [{ name: "prod", context: { cluster: "c" } }],
        "current-context": "prod",
    });
    const provider = (name: string): TestResource => ({
        type: "pulumi:providers:kubernetes",
        name,
        props: { kubeconfig },
    });
    const namespace: TestResource = {
        type: "kubernetes:core/v1:Namespace",
        name: "shop",
        provider: "one",
        props: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { env: "prod" } } },
    };
    const stack = [provider("one"), provider("two"), namespace, objectOn("two", "cart", "shop")];
    expect(violations(stack, "dev")).toEqual([]);
    expect(violations([...stack, objectOn("two", "other", "elsewhere")], "dev")).toEqual([
        'ConfigMap elsewhere/other: is development (name of stack dev) but runs on the cluster of kubeconfig context "prod", ' +
            'which is production (name of kubeconfig context prod), through provider "two"; deploy it with a provider of a development cluster.',
    ]);
});
