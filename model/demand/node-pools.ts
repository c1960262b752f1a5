import { type ClusterType, clusterType, followerType } from "../environments/cluster-types";
import type { Cluster } from "../environments/clusters";
import type { KubeObject } from "../kubernetes/object";
import { isReleaseAwaited, needsNodes } from "../pulumi/chart-pods";
import { chartOf, RELEASE } from "../pulumi/charts";
import type { Resource } from "../pulumi/resource";
import type { Node } from "../pulumi/stack";
import { beforeStart, partsOf, StartOrder, waitsUnseen } from "../pulumi/start-order";
import type { ObjectIndex } from "../references/object-index";
import { type Answer, all, any, type Value } from "../value";
import { nodeCount } from "./pools";
import { toleratesTaints } from "./taints";

/** What may start before there is a node for its pods. */
export interface WithoutNodes {
    /** The workload, Release, chart or add-on. */
    readonly from: KubeObject | Resource;
    readonly cluster: Cluster;
    /** The node pools of its cluster that its pods may run on, none of which it waits for. */
    readonly pools: readonly Node[];
}

/**
 * What has pods on clusters of the stack and waits for none of their cluster's node pools. Not judged are clusters that
 * bring nodes along or make them as pods need them, those whose pools are not in the stack, and what a pool itself waits
 * for: a network plugin, without which no node becomes ready.
 */
export function withoutNodes(index: ObjectIndex): WithoutNodes[] {
    const nodes = nodePoolsOf(index);
    if (nodes.isEmpty) return [];
    const candidates = index.stack.nodes.flatMap(node => podsOf(node, index).map(from => ({ node, from })));
    if (candidates.length === 0) return [];
    const order = new StartOrder(index.stack.nodes, nodes.awaitable);
    const first = beforeAny(nodes.pools);
    return candidates.flatMap(({ node, from }) => {
        const cluster = index.clusters.of(node);
        if (!cluster || first.has(node)) return [];
        const pools = nodes.for(cluster, "pod" in from ? from : undefined);
        const sure = pools.filter(({ isUsable }) => isUsable === "yes").map(({ pool }) => pool);
        if (
            sure.length === 0 ||
            pools.some(({ pool }) => order.isBefore(pool, node) || waitsUnseen(node, pool) === "yes")
        )
            return [];
        if (nodes.makers.some(maker => isMadeFor(maker, cluster, node, order))) return [];
        return [{ from, cluster, pools: sure }];
    });
}

/** Whether other machines than those of pools join a cluster before a resource starts. */
function isMadeFor(maker: Node, cluster: Cluster, node: Node, order: StartOrder): boolean {
    if (!order.isBefore(maker, node)) return false;
    const joins = cluster.node !== undefined && order.isBefore(cluster.node, maker);
    return joins || (node.provider !== undefined && order.isBefore(maker, node.provider));
}

/** What is on a cluster and has pods that need a node: not those of DaemonSets, of which there are as many as nodes. */
function podsOf(node: Node, index: ObjectIndex): (KubeObject | Resource)[] {
    const { resource } = node;
    if (resource.objects.length > 0) return resource.objects.filter(object => needsNode(object, index));
    // A chart that has been rendered is judged by its parts.
    const isWhole = resource.type !== RELEASE || isReleaseAwaited(resource) === "yes";
    return chartOf(resource) && node.children.length === 0 && isWhole && needsNodes(resource) === "yes"
        ? [resource]
        : [];
}

/** Whether an object has pods that wait for a node. */
export function needsNode(object: KubeObject, index: ObjectIndex): boolean {
    return index.podOf(object) !== undefined && !object.isPatch && !object.is("CronJob", "DaemonSet");
}

/** All that is complete before any of some resources start. */
function beforeAny(nodes: Iterable<Node>): Set<Node> {
    const before = new Set([...nodes].flatMap(beforeStart));
    for (const node of before) for (const one of [...beforeStart(node), ...partsOf(node)]) before.add(one);
    return before;
}

/** A node pool, and whether pods may run on it. */
interface UsablePool {
    readonly pool: Node;
    readonly isUsable: Answer;
}

/** The node pools of each cluster of a stack that has no nodes without them. */
export class NodePools {
    private readonly byCluster = new Map<Cluster, Node[]>();
    /** Machines that may join a cluster, and what makes nodes as pods need them. */
    readonly makers: readonly Node[];

    constructor(private readonly index: ObjectIndex) {
        const { nodes } = index.stack;
        const scaled = new Set(nodes.filter(node => makesNodesForPods(node)).map(node => index.clusters.of(node)));
        for (const node of nodes) {
            if (followerType(node.resource.type)?.role !== "pool" || isInsidePool(node)) continue;
            const cluster = this.clusterOf(node);
            if (!cluster?.node || scaled.has(cluster) || hasNodes(cluster.node) !== "no") continue;
            const own = this.byCluster.get(cluster);
            if (own) own.push(node);
            else this.byCluster.set(cluster, [node]);
        }
        this.makers = this.isEmpty ? [] : nodes.filter(({ resource }) => MACHINES.has(resource.type));
    }

    get isEmpty(): boolean {
        return this.byCluster.size === 0;
    }

    get pools(): Node[] {
        return [...this.byCluster.values()].flat();
    }

    /** What may be asked whether it is waited for. */
    get awaitable(): Set<Node> {
        const clusters = [...this.byCluster.keys()].flatMap(({ node }) => node ?? []);
        return new Set([...this.pools, ...this.makers, ...(this.makers.length > 0 ? clusters : [])]);
    }

    /**
     * The pools of a cluster that the pods of a workload may run on; none where the cluster is not judged.
     * @param workload undefined for what nobody sees the pods of
     */
    for(cluster: Cluster, workload: KubeObject | undefined): UsablePool[] {
        const pod = workload && this.index.podOf(workload);
        return (this.byCluster.get(cluster) ?? [])
            .map(pool => ({ pool, isUsable: all([hasMachines(pool.resource), toleratesTaints(pod, pool.resource)]) }))
            .filter(({ isUsable }) => isUsable !== "no");
    }

    /** The cluster of a pool: by its dependencies, else by what its inputs refer to. */
    private clusterOf(node: Node): Cluster | undefined {
        const known = this.index.clusters.of(node);
        if (known) return known;
        const properties = (followerType(node.resource.type)?.cluster ?? []).map(
            path => path.split(/[.[]/, 1)[0] ?? path,
        );
        const urns = properties.flatMap(property => urnsIn(node.resource.props.get(property).raw));
        const found = urns.flatMap(urn => {
            const target = this.index.stack.get(urn);
            return (target && this.index.clusters.of(target)) ?? [];
        });
        const [cluster, ...others] = new Set(found);
        return others.length === 0 ? cluster : undefined;
    }
}

const known = new WeakMap<ObjectIndex, NodePools>();

/** The node pools of a stack, found once. */
export function nodePoolsOf(index: ObjectIndex): NodePools {
    const pools = known.get(index) ?? new NodePools(index);
    known.set(index, pools);
    return pools;
}

/** How deep references to resources lie in an input: a component's `core` holds those of what it is made of. */
const DEPTH = 4;

/** The URNs among the texts of a value. Source: pulumi/pulumi sdk/go/common/resource/plugin/rpc.go (resource references). */
function urnsIn(raw: unknown, depth = DEPTH): string[] {
    if (typeof raw === "string") return raw.startsWith("urn:pulumi:") ? [raw] : [];
    if (typeof raw !== "object" || raw === null || depth === 0) return [];
    return Object.values(raw).flatMap(value => urnsIn(value, depth - 1));
}

/** A component makes its pool of another one. */
function isInsidePool({ parent }: Node): boolean {
    for (let node = parent; node; node = node.parent) {
        if (followerType(node.resource.type)?.role === "pool") return true;
    }
    return false;
}

/** Whether a pool begins with any machines, as far as its inputs say. */
function hasMachines({ type, props }: Resource): Answer {
    const counts = (followerType(type)?.counts ?? []).flatMap(path => props.select(path));
    if (counts.length === 0) return "yes";
    return any(counts.map(count => (count.isUnknown ? "unknown" : nodeCount(count) === 0 ? "no" : "yes")));
}

/**
 * Machines that programs make into nodes themselves.
 *
 * Sources: the Pulumi Registry's documentation of each type.
 */
const MACHINES: ReadonlySet<string> = new Set([
    "aws:autoscaling/group:Group",
    "aws:ec2/fleet:Fleet",
    "aws:ec2/instance:Instance",
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "aws-native:autoscaling:AutoScalingGroup",
    "azure-native:compute:VirtualMachineScaleSet",
    "azure-native:compute:VirtualMachine",
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceGroupManager:InstanceGroupManager",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
]);

/** Kinds by which Karpenter and its like are told to make nodes as pods need them. */
const AUTOSCALED: ReadonlySet<string> = new Set(["NodePool", "Provisioner", "NodeClaim"]);

function makesNodesForPods({ resource }: Node): boolean {
    if (resource.objects.some(({ group, kind }) => group === "karpenter.sh" && AUTOSCALED.has(kind))) return true;
    return chartOf(resource)?.name.toLowerCase() === "karpenter";
}

/** Whether a cluster comes with nodes: a pool in its description, the default group of the eks component, or its own. */
function hasNodes({ resource, parent }: Node): Answer {
    const component = parent?.resource.type === "eks:index:Cluster" ? parent.resource.props : undefined;
    if (component) return any([hasDefaultGroup(component), makesNodes(component), makesNodes(resource.props)]);
    const removed = resource.props.get("removeDefaultNodePool").is(true);
    const inner = removed === "no" ? (clusterType(resource.type)?.pools ?? []) : [];
    return any([
        removed === "unknown" ? "unknown" : "no",
        ...inner.map(pool => describesPool(resource.props, pool)),
        makesNodes(resource.props),
    ]);
}

/** What the eks component makes unless it is told not to. */
function hasDefaultGroup(component: Value): Answer {
    const skipped = component.get("skipDefaultNodeGroup");
    if (skipped.isUnknown) return "unknown";
    return skipped.raw === true ? "no" : "yes";
}

function describesPool(props: Value, pool: ClusterType["pools"][number]): Answer {
    const paths = pool.path === "" ? [...pool.machineTypes, ...pool.counts, ...pool.maxCounts] : [pool.path];
    return paths.some(path => props.select(path).length > 0) ? "yes" : "no";
}

/** Clusters that make nodes as pods need them: GKE Autopilot and node auto-provisioning, EKS Auto Mode and Fargate. */
function makesNodes(props: Value): Answer {
    const modes = [
        props.get("enableAutopilot"),
        props.get("autopilot", "enabled"),
        props.get("computeConfig", "enabled"),
        props.get("autoMode", "enabled"),
        props.get("clusterAutoscaling", "enabled"),
    ];
    const fargate = props.get("fargate");
    return any([...modes.map(mode => mode.is(true)), fargate.isUnset || fargate.raw === false ? "no" : "yes"]);
}
