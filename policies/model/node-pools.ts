import { type ClusterType, clusterType, followerType } from "./cluster-types";
import type { Cluster } from "./clusters";
import type { KubeObject } from "./object";
import type { ObjectIndex } from "./object-index";
import type { Node } from "./stack";
import { startsAfter } from "./start-order";

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
export function unusedPools(index: ObjectIndex): WithoutNodes[] {
    const pools = new Map<string, Node[]>();
    for (const node of index.stack.nodes) {
        if (followerType(node.resource.type)?.role !== "pool") continue;
        const cluster = index.clusters.of(node);
        if (cluster?.node && !hasInnerPool(cluster.node))
            pools.set(cluster.id, [...(pools.get(cluster.id) ?? []), node]);
    }
    if (pools.size === 0) return [];
    return index.objects.flatMap(object => {
        const node = object.pod && !object.is("PodTemplate", "CronJob") ? index.nodeOf(object) : undefined;
        const cluster = node && index.clusters.of(node);
        const own = cluster && pools.get(cluster.id);
        if (!node || !own || startsAfter(node, new Set(own)).size > 0) return [];
        return [{ object, cluster, pools: own }];
    });
}

/** Whether a cluster has nodes of its own: a pool in its description, or the default group of the eks component. */
function hasInnerPool({ resource, parent }: Node): boolean {
    const component = parent?.resource.type === "eks:index:Cluster" ? parent.resource : undefined;
    if (component) return component.props.get("skipDefaultNodeGroup").is(true) !== "yes";
    const type = clusterType(resource.type);
    if (!type || resource.props.get("removeDefaultNodePool").is(true) === "yes") return false;
    return type.pools.some(pool => describesPool(resource.props, pool)) || hasOwnNodes(resource);
}

function describesPool(props: Node["resource"]["props"], pool: ClusterType["pools"][number]): boolean {
    if (pool.path !== "") return props.select(pool.path).length > 0;
    return [...pool.machineTypes, ...pool.counts, ...pool.maxCounts].some(path => props.select(path).length > 0);
}

/** Clusters that make nodes as pods need them: GKE Autopilot and EKS Auto Mode. */
function hasOwnNodes({ props }: Node["resource"]): boolean {
    const modes = [
        props.get("enableAutopilot"),
        props.get("autopilot", "enabled"),
        props.get("computeConfig", "enabled"),
    ];
    return modes.some(mode => mode.is(true) !== "no");
}
