import { describe, expect, test } from "vitest";
import { Clusters } from "../../../model/environments/clusters";
import { type NodeInit, Stack } from "../../../model/pulumi/stack";
import { UNKNOWN } from "../../../model/value";
import { graphOf, objectOn, providerOf, type TestResource } from "../../support/environments";

const EKS: TestResource = { type: "aws:eks/cluster:Cluster", name: "eks" };
const GKE: TestResource = { type: "gcp:container/cluster:Cluster", name: "gke" };

function clustersOf(graph: readonly NodeInit[]): (name: string) => string | undefined {
    const stack = new Stack(graph);
    const clusters = new Clusters(stack);
    return name => {
        const node = stack.nodes.find(({ resource }) => resource.name === name);
        return node && clusters.of(node)?.label;
    };
}

test("the clusters that a stack makes: a component and the cluster inside it are one", () => {
    const component: TestResource = { type: "eks:index:Cluster", name: "main" };
    const stack = new Stack(
        graphOf([
            EKS,
            component,
            { ...EKS, name: "main-eksCluster", parent: "main" },
            { type: "a:b:C", name: "other" },
        ]),
    );
    expect(new Clusters(stack).made.map(({ label, node }) => [label, node?.resource.name])).toEqual([
        ['aws:eks/cluster:Cluster "eks"', "eks"],
        ['eks:index:Cluster "main"', "main-eksCluster"],
    ]);
});

describe("the cluster of", () => {
    test("itself, its provider, an object, a node pool, what follows the pool, and nothing else", () => {
        const of = clustersOf(
            graphOf([
                EKS,
                GKE,
                providerOf("k8s", "eks"),
                objectOn("k8s", "cart", "shop"),
                { type: "aws:eks/nodeGroup:NodeGroup", name: "nodes", uses: { clusterName: ["eks"] } },
                providerOf("late", "nodes"),
                { type: "aws:s3/bucket:Bucket", name: "files", uses: { name: ["eks"] } },
            ]),
        );
        const eks = 'aws:eks/cluster:Cluster "eks"';
        expect(["eks", "k8s", "cart", "nodes", "late"].map(of)).toEqual([eks, eks, eks, eks, eks]);
        expect(of("files")).toBeUndefined();
    });

    test("a node pool by the id that the cloud gave the cluster, or by a property below another", () => {
        const pool = {
            type: "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
            props: { clusterId: "0b1c" },
        };
        const cluster = { type: "digitalocean:index/kubernetesCluster:KubernetesCluster", name: "doks" };
        const membership = { type: "gcp:gkehub/membership:Membership", name: "member", uses: { endpoint: ["gke"] } };
        const graph = graphOf([GKE, cluster, { ...pool, name: "nodes" }, membership]);
        const of = clustersOf(
            graph.map(init => ({ ...init, outputs: init.resource.name === "doks" && { id: "0b1c" } })),
        );
        expect(of("nodes")).toBe('digitalocean:index/kubernetesCluster:KubernetesCluster "doks"');
        expect(of("member")).toBe('gcp:container/cluster:Cluster "gke"');
    });

    test("a provider by what a property of something between depends on, which the engine may list only there", () => {
        const graph = graphOf([
            EKS,
            { type: "a:b:C", name: "fetch", uses: { input: ["eks"] } },
            providerOf("k8s", "fetch"),
        ]);
        expect(clustersOf(graph.map(init => ({ ...init, dependencies: [] })))("k8s")).toBe(
            'aws:eks/cluster:Cluster "eks"',
        );
    });

    test("a provider that depends on the stack itself is not any that the stack has", () => {
        const stack: TestResource = { type: "pulumi:pulumi:Stack", name: "stack" };
        const graph = graphOf([stack, { ...EKS, parent: "stack" }, providerOf("k8s", "stack")]);
        expect(clustersOf(graph)("k8s")).toBe('the cluster of provider "k8s"');
    });
});

describe("whether two providers lead to the same cluster", () => {
    const kubeconfigOf = (context: string, server: string) =>
        JSON.stringify({
            clusters: [{ name: "c", cluster: { server } }],
            contexts: [context, "other"].map(name => ({ name, context: { cluster: "c" } })),
            "current-context": context,
        });
    const provider = (name: string, props: object, uses: TestResource["uses"] = {}): TestResource => ({
        type: "pulumi:providers:kubernetes",
        name,
        props: props as Record<string, unknown>,
        uses,
    });
    const command: TestResource = { type: "command:local:Command", name: "command" };
    const other: TestResource = { type: "command:local:Command", name: "other" };
    const component: TestResource = { type: "acme:platform:Kubernetes", name: "component" };
    const inside = (name: string): TestResource => ({ ...EKS, name, parent: "component" });
    const open = { kubeconfig: UNKNOWN };

    function relation(one: TestResource, another: TestResource, ...more: readonly TestResource[]) {
        const graph = graphOf([...more, one, another, objectOn(one.name, "a", "x"), objectOn(another.name, "b", "x")]);
        const stack = new Stack(graph);
        const clusters = new Clusters(stack);
        const [a, b] = ["a", "b"].map(name => {
            const node = stack.nodes.find(({ resource }) => resource.name === name);
            return node ? clusters.idOf(node.resource) : "";
        });
        return [clusters.relation(a ?? "", b ?? ""), clusters.relation(b ?? "", a ?? "")];
    }

    test.each<[string, string, TestResource, TestResource, ...TestResource[]]>([
        ["yes", "default providers of two versions", provider("default", {}), provider("default_4_34_2", {})],
        ["yes", "one that names nothing either", provider("default_4_34_2", {}), provider("mine", { namespace: "x" })],
        [
            "yes",
            "default providers of which nothing is known",
            provider("default", open),
            provider("default_4_34_2", open),
        ],
        ["yes", "one context", provider("one", { context: "main" }), provider("two", { context: "main" })],
        ["no", "two contexts", provider("one", { context: "main" }), provider("two", { context: "test" })],
        ["unknown", "a context and whatever is current", provider("one", { context: "main" }), provider("default", {})],
        ["unknown", "one of which nothing is known", provider("one", open), provider("default", {})],
        ["unknown", "two of which nothing is known", provider("one", open), provider("two", open)],
        [
            "unknown",
            "contexts of kubeconfigs that are not known",
            provider("one", { ...open, context: "main" }),
            provider("two", { ...open, context: "main" }),
        ],
        ["unknown", "two paths", provider("one", { kubeconfig: "./a" }), provider("two", { kubeconfig: "./b" })],
        [
            "yes",
            "one server in two spellings",
            provider("one", { kubeconfig: kubeconfigOf("main", "https://Api.example.com./") }),
            provider("two", { kubeconfig: kubeconfigOf("admin", "https://api.example.com:443") }),
        ],
        [
            "no",
            "two servers",
            provider("one", { kubeconfig: kubeconfigOf("main", "https://api.example.com") }),
            provider("two", { kubeconfig: kubeconfigOf("main", "https://api.example.com:6443") }),
        ],
        [
            "yes",
            "one identifier",
            provider("one", { ...open, clusterIdentifier: "main" }),
            provider("two", { ...open, clusterIdentifier: "main" }),
        ],
        [
            "no",
            "two identifiers",
            provider("one", { ...open, clusterIdentifier: "main" }),
            provider("two", { ...open, clusterIdentifier: "test" }),
        ],
        [
            "yes",
            "the output of one command",
            provider("one", open, { kubeconfig: ["command"] }),
            provider("two", { ...open, namespace: "x" }, { kubeconfig: ["command"] }),
            command,
        ],
        [
            "no",
            "two contexts of one output",
            provider("one", { ...open, context: "main" }, { kubeconfig: ["command"] }),
            provider("two", { ...open, context: "test" }, { kubeconfig: ["command"] }),
            command,
        ],
        [
            "unknown",
            "outputs of two commands",
            provider("one", open, { kubeconfig: ["command"] }),
            provider("two", open, { kubeconfig: ["other"] }),
            command,
            other,
        ],
        [
            "yes",
            "one cluster of the stack",
            provider("one", open, { kubeconfig: ["eks"] }),
            provider("two", open, { kubeconfig: ["command"] }),
            EKS,
            { ...command, uses: { create: ["eks"] } },
        ],
        [
            "no",
            "two clusters of the stack",
            provider("one", open, { kubeconfig: ["eks"] }),
            provider("two", open, { kubeconfig: ["gke"] }),
            EKS,
            GKE,
        ],
        [
            "unknown",
            "a cluster of the stack and whatever is current",
            provider("one", open, { kubeconfig: ["eks"] }),
            provider("default", {}),
            EKS,
        ],
        [
            "unknown",
            "outputs of a component that makes two clusters",
            provider("one", open, { kubeconfig: ["component"] }),
            provider("two", open, { kubeconfig: ["component"] }),
            component,
            inside("blue"),
            inside("green"),
        ],
        [
            "yes",
            "outputs of a component that makes one cluster",
            provider("one", open, { kubeconfig: ["component"] }),
            provider("two", open, { kubeconfig: ["inner"] }),
            component,
            inside("inner"),
        ],
        [
            "no",
            "a virtual cluster and its host",
            provider("one", { kubeconfig: kubeconfigOf("main", "https://api.example.com") }),
            provider("two", open, { kubeconfig: ["virtual"] }),
            {
                type: "kubernetes:helm.sh/v3:Release",
                name: "virtual",
                props: { chart: "vcluster" },
                provider: "one",
            },
        ],
        [
            "unknown",
            "a directory for manifests and a cluster",
            provider("one", { renderYamlToDirectory: "out" }),
            provider("two", { context: "main" }),
        ],
        [
            "yes",
            "one directory for manifests",
            provider("one", { renderYamlToDirectory: "out" }),
            provider("two", { renderYamlToDirectory: "out" }),
        ],
    ])("%s: %s", (answer, _, one, another, ...more) => {
        expect(relation(one, another, ...more)).toEqual([answer, answer]);
    });

    test("a provider of one's own may be called like one that the engine makes", () => {
        const stack: TestResource = { type: "pulumi:pulumi:Stack", name: "stack" };
        const own = { ...provider("default", open), parent: "stack" };
        expect(relation(own, provider("default_4_34_2", {}), stack)).toEqual(["unknown", "unknown"]);
    });
});

test.each([
    ["yes", { kubeconfig: UNKNOWN, vpcId: "vpc-1" }],
    ["unknown", { blueKubeconfig: UNKNOWN, greenKubeconfig: UNKNOWN }],
    ["unknown", UNKNOWN],
])("whether two providers of one StackReference lead to the same cluster: %s", (answer, outputs) => {
    const props = { kubeconfig: UNKNOWN };
    const reference: TestResource = { type: "pulumi:pulumi:StackReference", name: "infra" };
    const providers = ["one", "two"].map(name => ({ ...providerOf(name, "infra"), props }));
    const graph = graphOf([reference, ...providers, objectOn("one", "a", "x"), objectOn("two", "b", "x")]);
    const inits = graph.map(init => (init.resource.name === "infra" ? { ...init, outputs: { outputs } } : init));
    const stack = new Stack(inits);
    const clusters = new Clusters(stack);
    const [a = "", b = ""] = stack.nodes.flatMap(({ resource }) =>
        resource.objects.length > 0 ? [clusters.idOf(resource)] : [],
    );
    expect(clusters.relation(a, b)).toBe(answer);
});

describe("a component's clusters", () => {
    const component: TestResource = { type: "acme:platform:Kubernetes", name: "component" };
    const nested: TestResource = { type: "acme:platform:Inner", name: "nested", parent: "component" };

    test("are those that it is made of, at any depth, before those that it is made from", () => {
        const graph = [EKS, { ...component, uses: { host: ["eks"] } }, nested, { ...GKE, parent: "nested" }];
        expect(clustersOf(graphOf([...graph, providerOf("k8s", "component")]))("k8s")).toBe(
            'gcp:container/cluster:Cluster "gke"',
        );
    });

    test("are those of its node pools, and one of several where the provider names it", () => {
        const pool: TestResource = {
            type: "aws:eks/nodeGroup:NodeGroup",
            name: "pool",
            parent: "component",
            uses: { clusterName: ["eks"] },
        };
        const eks = 'aws:eks/cluster:Cluster "eks"';
        expect(clustersOf(graphOf([EKS, component, pool, providerOf("k8s", "component")]))("k8s")).toBe(eks);
        const blue: TestResource = { ...EKS, parent: "component", props: { name: "blue" } };
        const green: TestResource = { ...EKS, name: "green", parent: "component", props: { name: "green" } };
        const user = { user: { exec: { command: "aws", args: ["eks", "get-token", "--cluster-name", "blue"] } } };
        const kubeconfig = JSON.stringify({
            contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
            users: [{ name: "u", ...user }],
            "current-context": "c",
        });
        const provider = { ...providerOf("k8s", "component"), props: { kubeconfig } };
        expect(clustersOf(graphOf([component, blue, green, provider]))("k8s")).toBe(eks);
    });

    test("are those of a node pool in it that says nothing itself", () => {
        const group: TestResource = { type: "eks:index:ManagedNodeGroup", name: "group", uses: { cluster: ["eks"] } };
        const pool: TestResource = { type: "aws:eks/nodeGroup:NodeGroup", name: "pool", parent: "group" };
        const own: TestResource = { ...component, uses: { cluster: ["eks"] } };
        const inOwn: TestResource = { ...pool, name: "in-own", parent: "component" };
        const of = clustersOf(graphOf([EKS, group, pool, own, inOwn]));
        expect([of("pool"), of("in-own")]).toEqual([of("eks"), of("eks")]);
    });
});

test("all of many providers at the end of a long chain lead to the cluster at its beginning", () => {
    const chain = Array.from(
        { length: 5000 },
        (_, index): TestResource => ({
            type: "a:b:C",
            name: `link-${index}`,
            uses: { input: [index === 0 ? "eks" : `link-${index - 1}`] },
        }),
    );
    const providers = Array.from({ length: 1000 }, (_, index) => providerOf(`k8s-${index}`, "link-4999"));
    const clusters = new Clusters(new Stack(graphOf([EKS, ...chain, ...providers])));
    expect(clusters.made[0]?.accesses).toHaveLength(1000);
});
