import { checkStack, configure, messageOf } from "../framework/evaluate";
import { Inventory } from "../model/environments/inventory";
import { Resource, type ResourceInit } from "../model/pulumi/resource";
import { type NodeInit, Stack } from "../model/pulumi/stack";
import { productionClusterIsolation } from "../policies/production-cluster-isolation";

const CLUSTERS = 20;

type Uses = Readonly<Record<string, readonly string[]>>;

/** A resource and what its properties depend on, by URN. */
function node(
    type: string,
    name: string,
    props: unknown,
    uses: Uses = {},
    provider?: ResourceInit["provider"],
): NodeInit {
    const resource = new Resource({ urn: urnOf(type, name), type, name, props, provider });
    return { resource, dependencies: Object.values(uses).flat(), propertyDependencies: uses };
}

function urnOf(type: string, name: string): string {
    return `urn:pulumi:main::bench::${type}::${name}`;
}

const [VPC, SUBNET, CLUSTER] = ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:eks/cluster:Cluster"] as const;
const [POOL, PROVIDER, ROLE] = [
    "aws:eks/nodeGroup:NodeGroup",
    "pulumi:providers:kubernetes",
    "aws:iam/role:Role",
] as const;
const [NAMESPACE, SECRET] = ["kubernetes:core/v1:Namespace", "kubernetes:core/v1:Secret"] as const;

/** A cluster with its network, a node pool, a provider and a namespace: seven resources. */
function clusterOf(index: number): NodeInit[] {
    const name = `cluster-${index}`;
    const environment = index % 2 === 0 ? "production" : "development";
    const subnets = [`${name}-a`, `${name}-b`];
    return [
        node(VPC, name, {}),
        ...subnets.map(subnet => node(SUBNET, subnet, {}, { vpcId: [urnOf(VPC, name)] })),
        node(CLUSTER, name, { tags: { environment } }, { vpcConfig: subnets.map(subnet => urnOf(SUBNET, subnet)) }),
        node(POOL, name, { tags: { environment } }, { clusterName: [urnOf(CLUSTER, name)] }),
        node(PROVIDER, name, {}, { kubeconfig: [urnOf(CLUSTER, name), urnOf(POOL, name)] }),
        node(NAMESPACE, name, objectOf("Namespace", name, { labels: { environment } }), {}, providerOf(name)),
    ];
}

function providerOf(name: string): NonNullable<ResourceInit["provider"]> {
    return { urn: urnOf(PROVIDER, name), type: PROVIDER, name, props: {} };
}

function objectOf(kind: string, name: string, metadata: object): object {
    return { apiVersion: "v1", kind, metadata: { name, ...metadata } };
}

/** A role that is made from the one before, and a Secret on one of the clusters that is made from the role. */
function appOf(index: number): NodeInit[] {
    const [name, cluster] = [`app-${index}`, `cluster-${index % CLUSTERS}`];
    const before = index > 0 ? [urnOf(ROLE, `app-${index - 1}`)] : [];
    const uses = { metadata: [urnOf(NAMESPACE, cluster)], stringData: [urnOf(ROLE, name)] };
    return [
        node(ROLE, name, {}, { policy: before }),
        node(SECRET, name, objectOf("Secret", name, { namespace: cluster }), uses, providerOf(cluster)),
    ];
}

/** A compliant stack of so many resources on 20 clusters of both classes. */
export function stackOnClusters(resources: number): NodeInit[] {
    const clusters = Array.from({ length: CLUSTERS }, (_, index) => clusterOf(index)).flat();
    const apps = Array.from({ length: (resources - clusters.length) / 2 }, (_, index) => appOf(index)).flat();
    return [...clusters, ...apps];
}

/** Milliseconds that production-cluster-isolation takes for a stack. */
export function timeOfIsolation(inits: readonly NodeInit[]): number {
    const configured = configure(productionClusterIsolation, {});
    const run = { stackTags: new Map<string, string>(), now: new Date(), inventory: new Inventory() };
    const start = performance.now();
    const violations = checkStack(configured, new Stack(inits), run);
    const time = performance.now() - start;
    if (violations.length > 0) throw new Error(`${violations[0]?.label}: ${violations[0] && messageOf(violations[0])}`);
    return time;
}
