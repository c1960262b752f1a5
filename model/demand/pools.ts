import { clusterType, followerType, type PoolFacts } from "../environments/cluster-types";
import type { Resource } from "../pulumi/resource";
import type { Value } from "../value";

/** A node pool: what is known of its kind, and the value that the paths start from. */
export interface NodePool {
    readonly facts: PoolFacts;
    readonly at: Value;
}

/** The node pools that a resource makes: one that is itself a pool or a template of pools, or those inside a cluster. */
export function poolsOf({ type, props }: Resource): NodePool[] {
    const follower = followerType(type);
    if (follower) return follower.role === "follower" ? [] : [{ facts: follower, at: props }];
    const inner = (clusterType(type)?.pools ?? []).flatMap(facts =>
        props.select(facts.path).map(at => ({ facts, at })),
    );
    return inner.filter(isDescribed);
}

/** Whether anything is said of a pool's machines or their number. */
export function isDescribed({ facts, at }: NodePool): boolean {
    return [...facts.machineTypes, ...facts.counts, ...facts.maxCounts].some(path => at.select(path).length > 0);
}

/** A number of nodes: a number, one as text, or a list with an element for each node; undefined when it is none. */
export function nodeCount(value: Value): number | undefined {
    if (value.isList) return value.items().length;
    if (value.number !== undefined) return value.number;
    return /^\d{1,9}$/.test(value.string ?? "") ? Number(value.string) : undefined;
}
