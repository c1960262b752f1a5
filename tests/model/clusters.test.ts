import { describe, expect, test } from "vitest";
import { Clusters } from "../../policies/model/clusters";
import { type NodeInit, Stack } from "../../policies/model/stack";
import { graphOf, objectOn, providerOf, type TestResource } from "../support/environments";

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
