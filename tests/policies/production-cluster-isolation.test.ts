import { describe, expect, test } from "vitest";
import { configure, messageOf } from "../../framework/evaluate";
import { evaluate } from "../../hosts/in-process";
import { productionClusterIsolation } from "../../policies/production-cluster-isolation";
import { graphOf, messagesOf, objectOn, providerOf, type TestResource } from "../support/environments";

function violations(resources: readonly TestResource[], stack?: string): string[] {
    return messagesOf(productionClusterIsolation, graphOf(resources, stack));
}

const PRODUCTION: TestResource = { type: "aws:eks/cluster:Cluster", name: "blue", props: { tags: { env: "prod" } } };

const GREEN: TestResource = { type: "aws:eks/cluster:Cluster", name: "green", props: { tags: { env: "dev" } } };

/** What is said of a ConfigMap on the cluster "green" whose data comes from the cluster "blue". */
function leak(name: string, ...way: string[]): string {
    const source = ['depends on aws:eks/cluster:Cluster "blue", which is production (tag env=prod)', ...way].join(", ");
    return (
        `ConfigMap shop/${name}: The environment of aws:eks/cluster:Cluster "green" is development (tag env=dev), but ` +
        `data ${source}. Use what belongs to its own cluster.`
    );
}

describe("what an object is made from", () => {
    const clusters = [PRODUCTION, GREEN, providerOf("k8s", "green")];
    const cart = { ...objectOn("k8s", "cart", "shop"), uses: { data: ["step"] } };

    test("is the first source of each class", () => {
        const other: TestResource = { ...PRODUCTION, name: "blue-too" };
        const third: TestResource = { ...GREEN, name: "green-too" };
        const step: TestResource = {
            type: "a:b:C",
            name: "step",
            uses: { x: ["blue-too", "green-too", "green", "blue"] },
        };
        expect(violations([...clusters, other, third, step, cart])).toEqual([leak("cart", 'through a:b:C "step"')]);
    });

    test("is nothing behind an object whose cluster nothing is known of", () => {
        const step: TestResource = { ...objectOn("lost", "step", "shop"), uses: { data: ["blue"] } };
        expect(violations([...clusters, providerOf("lost"), step, cart])).toEqual([]);
    });

    test("is nothing behind a provider that leads to no cluster", () => {
        const step: TestResource = { type: "pulumi:providers:example", name: "step", uses: { token: ["blue"] } };
        expect(violations([...clusters, step, cart])).toEqual([]);
    });
});

test("the environment that the user names is that of the cluster of all objects without a provider", () => {
    const graph = graphOf([{ ...objectOn("none", "cart", "dev"), provider: "" }]);
    const active = { ...configure(productionClusterIsolation, {}), level: "mandatory" as const };
    const context = { stackTags: new Map<string, string>(), now: new Date(), environment: "prod" };
    const resources = graph.map(({ resource }) => resource);
    expect(evaluate([active], resources, context, graph).map(messageOf)).toEqual([
        "ConfigMap dev/cart: The environment is development (name of Namespace dev), but the cluster is production " +
            "(option --environment). Deploy it with a provider of a development cluster, " +
            'or declare Namespace dev in this stack with the label "environment", which takes precedence over its name.',
    ]);
});

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

    test("whose circle has a way out leads there", () => {
        const circle: TestResource[] = [
            PRODUCTION,
            GREEN,
            providerOf("k8s", "green"),
            { type: "a:b:C", name: "one", uses: { x: ["two"] } },
            { type: "a:b:C", name: "two", uses: { x: ["one", "blue"] } },
            { ...objectOn("k8s", "cart", "shop"), uses: { data: ["one"] } },
        ];
        expect(violations(circle)).toEqual([leak("cart", 'through a:b:C "one"')]);
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
    const secret: TestResource = { ...objectOn("k8s", "cart", "dev"), uses: { data: ["step-0"] } };
    expect(violations([PRODUCTION, GREEN, ...chain, providerOf("k8s", "green"), secret])).toEqual([
        'ConfigMap dev/cart: The environment of aws:eks/cluster:Cluster "green" is development (tag env=dev), but data ' +
            'depends on aws:eks/cluster:Cluster "blue", which is production (tag env=prod), through a:b:C "step-0". ' +
            "Use what belongs to its own cluster.",
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
        'ConfigMap elsewhere/other: The environment is development (name of stack dev), but provider "two" leads to the cluster ' +
            'of kubeconfig context "prod", which is production (name of kubeconfig context prod). Deploy it with a provider of a development cluster.',
    ]);
});
