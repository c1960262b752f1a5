import type { KubeObject } from "../kubernetes/object";
import { type Autoscaler, type Autoscalers, type Bound, bound } from "./autoscalers";

/** How many pods a workload runs at the least, and what says so. */
export interface Replicas {
    readonly count: Bound;
    /** The autoscaler that decides. */
    readonly autoscaler?: Autoscaler;
}

/**
 * The number of pods that a workload never falls below while it is healthy: what its autoscaler keeps, else its own
 * `replicas`, 1 where nothing is said. Unknown while an autoscaler may have it as its target.
 */
export function replicasOf(workload: KubeObject, autoscalers: Autoscalers): Replicas {
    const { certain, possible } = autoscalers.of(workload, "replicas");
    if (possible.length > 0) return { count: "unknown" };
    const [first, ...others] = certain.map(autoscaler => ({ count: autoscaler.min, autoscaler }));
    // Of several autoscalers, which is a mistake of its own, the one that scales down further decides.
    if (first) return others.reduce((least, other) => (isLess(other, least) ? other : least), first);
    return { count: bound(workload.get("spec", "replicas"), 1) };
}

function isLess(one: Replicas, other: Replicas): boolean {
    if (typeof other.count !== "number") return false;
    return typeof one.count !== "number" || one.count < other.count;
}
