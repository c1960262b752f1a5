import { type ClusterType, clusterType, followerType } from "./cluster-types";
import type { Cluster } from "./clusters";
import type { KubeObject } from "./object";
import type { ObjectIndex } from "./object-index";
import type { Node } from "./stack";
import { StartOrder, waitsUnseen } from "./start-order";
import { type Answer, any, type Value } from "./value";

/** A workload that may start before there is a node for its pods. */
export interface WithoutNodes {
    readonly object: KubeObject;
    readonly cluster: Cluster;
    /** The node pools of its cluster, none of which it waits for. */
    readonly pools: readonly Node[];
}

/**
 * The workloads on clusters of the stack that wait for none of their cluster's node pools. Clusters that bring nodes
 * along, and those whose pools are not in the stack, are not judged.
 */
export function workloadsWithoutNodes(index: ObjectIndex): WithoutNodes[] {
    const pools = poolsByCluster(index);
    if (pools.size === 0) return [];
    const order = new StartOrder(index.stack.nodes, [...pools.values()].flat());
    return index.objects.flatMap(object => {
        const node = index.podOf(object) && !object.is("CronJob") ? index.nodeOf(object) : undefined;
        const cluster = node && index.clusters.of(node);
        const own = cluster && pools.get(cluster);
        if (!node || !own || own.some(pool => order.isBefore(pool, node) || waitsUnseen(node, pool) === "yes"))
            return [];
        return [{ object, cluster, pools: own }];
    });
}

/** The pools of each cluster that has no nodes without them. */
function poolsByCluster(index: ObjectIndex): Map<Cluster, Node[]> {
    const pools = new Map<Cluster, Node[]>();
    for (const node of index.stack.nodes) {
        if (followerType(node.resource.type)?.role !== "pool") continue;
        const cluster = index.clusters.of(node);
        if (!cluster?.node || hasNodes(cluster.node) !== "no") continue;
        const own = pools.get(cluster);
        if (own) own.push(node);
        else pools.set(cluster, [node]);
    }
    return pools;
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

/** Clusters that make nodes as pods need them: GKE Autopilot, EKS Auto Mode and Fargate. */
function makesNodes(props: Value): Answer {
    const modes = [
        props.get("enableAutopilot"),
        props.get("autopilot", "enabled"),
        props.get("computeConfig", "enabled"),
        props.get("autoMode", "enabled"),
    ];
    const fargate = props.get("fargate");
    return any([...modes.map(mode => mode.is(true)), fargate.isUnset || fargate.raw === false ? "no" : "yes"]);
}
