import { describe, expect, test } from "vitest";
import { withoutNodes } from "../../../model/demand/node-pools";
import { Stack } from "../../../model/pulumi/stack";
import { ObjectIndex } from "../../../model/references/object-index";
import { graphOf, providerOf, type TestResource } from "../../support/environments";
import { UNKNOWN_VALUES } from "../../support/wire";

const { bool: BOOL, list: LIST } = UNKNOWN_VALUES;
const EKS = "aws:eks/cluster:Cluster";
const GKE = "gcp:container/cluster:Cluster";
const GKE_POOL = "gcp:container/nodePool:NodePool";
const AKS = "azure-native:containerservice:ManagedCluster";
const AKS_POOL = "azure-native:containerservice:AgentPool";

function pool(type: string, name: string, property: string): TestResource {
    return { type, name, uses: { [property]: ["shop"] } };
}

function workload(kind: string, ...dependsOn: readonly string[]): TestResource {
    const apiVersion = kind === "CronJob" ? "batch/v1" : "apps/v1";
    const props = { apiVersion, kind, metadata: { name: "cart" }, spec: { template: {}, jobTemplate: {} } };
    return { type: `kubernetes:${apiVersion}:${kind}`, name: "cart", provider: "k8s", props, dependsOn };
}

/** Each workload that may start before any node, with the pools that it could wait for. */
function without(...resources: readonly TestResource[]): string[][] {
    const found = withoutNodes(new ObjectIndex(new Stack(graphOf(resources))));
    return found.map(({ from, cluster, pools }) => [
        "resource" in from ? from.resource.name : from.name,
        cluster.node?.resource.name ?? "",
        ...pools.map(({ resource }) => resource.name),
    ]);
}

describe("a workload on a cluster of the stack", () => {
    const cluster: TestResource = { type: EKS, name: "shop" };
    const blue = pool("aws:eks/nodeGroup:NodeGroup", "blue", "clusterName");
    const green = pool("aws:eks/nodeGroup:NodeGroup", "green", "clusterName");
    const addon = pool("aws:eks/addon:Addon", "addon", "clusterName");
    const provider = providerOf("k8s", "shop");
    const elsewhere = { ...blue, uses: {}, props: { clusterName: "basket" } };

    test.each<[string, TestResource[], string[][]]>([
        ["waits for none of its pools", [blue, green, workload("Deployment")], [["cart", "shop", "blue", "green"]]],
        ["waits for all of them", [blue, green, workload("Deployment", "blue", "green")], []],
        ["waits for the first", [blue, green, workload("Deployment", "blue")], []],
        ["waits for the last", [blue, green, workload("Deployment", "green")], []],
        ["waits for an add-on only", [blue, addon, workload("Deployment", "addon")], [["cart", "shop", "blue"]]],
        ["has no pool to wait for", [workload("Deployment")], []],
        ["has an add-on and no pool to wait for", [addon, workload("Deployment")], []],
        ["has a pool of another cluster", [elsewhere, workload("Deployment")], []],
        ["starts later", [blue, workload("CronJob")], []],
    ])("%s", (_, resources, expected) => {
        expect(without(cluster, provider, ...resources)).toEqual(expected);
    });
});

describe("a cluster comes with nodes", () => {
    const GKE_PARTS = [pool(GKE_POOL, "pool", "cluster")];
    const EKS_PARTS = [pool("aws:eks/nodeGroup:NodeGroup", "pool", "clusterName")];
    const AKS_PARTS = [pool(AKS_POOL, "pool", "resourceName")];

    /** Whether workloads that wait for no pool of a cluster may start without nodes. */
    function comesWithNodes(
        type: string,
        props: object,
        parts: readonly TestResource[],
        more: readonly TestResource[] = [],
    ) {
        const cluster = { type, name: "shop", props, ...(more.length > 0 ? { parent: "component" } : {}) };
        const found = without(...more, cluster, ...parts, providerOf("k8s", "shop"), workload("Deployment"));
        expect(found).toEqual(found.length === 0 ? [] : [["cart", "shop", "pool"]]);
        return found.length === 0;
    }

    test.each<[string, string, object, TestResource[], boolean]>([
        ["of EKS not", EKS, {}, EKS_PARTS, false],
        ["of EKS in Auto Mode", EKS, { computeConfig: { enabled: true } }, EKS_PARTS, true],
        ["of EKS in a mode that is not known", EKS, { computeConfig: { enabled: BOOL } }, EKS_PARTS, true],
        ["of EKS without Auto Mode not", EKS, { computeConfig: { enabled: false } }, EKS_PARTS, false],
        ["of GKE with its default pool", GKE, { initialNodeCount: 3 }, GKE_PARTS, true],
        ["of GKE with pools of its own", GKE, { nodePools: [{ nodeCount: 1 }] }, GKE_PARTS, true],
        [
            "of GKE without its default pool not",
            GKE,
            { initialNodeCount: 1, removeDefaultNodePool: true },
            GKE_PARTS,
            false,
        ],
        ["of GKE perhaps", GKE, { initialNodeCount: 1, removeDefaultNodePool: BOOL }, GKE_PARTS, true],
        ["of GKE on Autopilot", GKE, { enableAutopilot: true, removeDefaultNodePool: true }, GKE_PARTS, true],
        [
            "of Google itself on Autopilot",
            "google-native:container/v1:Cluster",
            { autopilot: { enabled: true } },
            [pool("google-native:container/v1:NodePool", "pool", "clusterId")],
            true,
        ],
        [
            "of Google itself not",
            "google-native:container/v1:Cluster",
            { autopilot: { enabled: false } },
            [pool("google-native:container/v1:NodePool", "pool", "clusterId")],
            false,
        ],
        ["of AKS with pools", AKS, { agentPoolProfiles: [{ count: 1 }] }, AKS_PARTS, true],
        ["of AKS with pools that are not known", AKS, { agentPoolProfiles: LIST }, AKS_PARTS, true],
        ["of AKS without pools not", AKS, { agentPoolProfiles: [] }, AKS_PARTS, false],
    ])("%s", (_, type, props, parts, expected) => {
        expect(comesWithNodes(type, props, parts)).toBe(expected);
    });

    test.each<[string, object, boolean]>([
        ["by default", {}, true],
        ["as it says", { skipDefaultNodeGroup: false }, true],
        ["perhaps", { skipDefaultNodeGroup: BOOL }, true],
        ["not without its default group", { skipDefaultNodeGroup: true }, false],
        ["in Auto Mode", { skipDefaultNodeGroup: true, autoMode: { enabled: true } }, true],
        ["not without Auto Mode", { skipDefaultNodeGroup: true, autoMode: { enabled: false } }, false],
        ["on Fargate", { skipDefaultNodeGroup: true, fargate: true }, true],
        ["on Fargate with a profile", { skipDefaultNodeGroup: true, fargate: { selectors: [] } }, true],
        ["on Fargate, perhaps", { skipDefaultNodeGroup: true, fargate: BOOL }, true],
        ["not without Fargate", { skipDefaultNodeGroup: true, fargate: false }, false],
    ])("of the eks component: %s", (_, props, expected) => {
        expect(comesWithNodes(EKS, {}, EKS_PARTS, [{ type: "eks:index:Cluster", name: "component", props }])).toBe(
            expected,
        );
    });

    test("of another component not by what that says", () => {
        const component: TestResource = { type: "example:Cluster", name: "component", props: { fargate: true } };
        expect(comesWithNodes(EKS, {}, EKS_PARTS, [component])).toBe(false);
    });
});
