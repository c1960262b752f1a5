import { awaited, awaitSwitchedOff, isAwaited, timeoutAtOnce } from "../model/awaits";
import { bindingOf } from "../model/claims";
import { rightlyNotAwaited } from "../model/deadlocks";
import type { KubeObject } from "../model/object";
import { kindId, type ObjectIndex } from "../model/object-index";
import type { Resolver } from "../model/resolver";
import type { Node } from "../model/stack";
import { joinSome } from "../model/text";
import type { Value } from "../model/value";

/** An annotation by which an object is not waited for as it should be. */
export interface Unawaited {
    readonly object: KubeObject;
    readonly annotation: Value;
    /** What it does, in words that follow its path. */
    readonly detail: string;
}

/** What others wait for, but is not waited for itself. */
export function startedEarly(index: ObjectIndex, resolver: Resolver): Unawaited[] {
    const dependents = new Map<Node, Node[]>();
    for (const node of index.stack.nodes) {
        if (node.resource.objects.some(object => awaitSwitchedOff(object) && isWorthWaiting(object, index))) {
            dependents.set(node, []);
        }
    }
    if (dependents.size === 0) return [];
    for (const node of index.stack.nodes) for (const first of readyBefore(node)) dependents.get(first)?.push(node);
    const candidates = [...dependents].filter(([, others]) => others.length > 0);
    if (candidates.length === 0) return [];
    const right = rightlyNotAwaited(index, resolver);
    return candidates
        .filter(([node]) => !right.has(node))
        .flatMap(([{ resource }, others]) =>
            resource.objects.flatMap(object => {
                const annotation = awaitSwitchedOff(object);
                const once = awaited(object);
                if (annotation === undefined || once === undefined || !isWorthWaiting(object, index)) return [];
                const names = others.slice(0, 3).map(other => other.resource.label);
                const detail = `lets ${joinSome(names, others.length)} start before ${once}`;
                return [{ object, annotation, detail }];
            }),
        );
}

/** Whether there is something to wait for: a claim that is bound with the first pod is not ready before that. */
function isWorthWaiting(object: KubeObject, index: ObjectIndex): boolean {
    if (!isAwaited(object)) return false;
    return !object.is("PersistentVolumeClaim") || bindingOf(object, index) === "at once";
}

/** What is given no time to become ready. */
export function failedAtOnce(index: ObjectIndex): Unawaited[] {
    return index.objects.flatMap(object => {
        const annotation = timeoutAtOnce(object);
        const once = awaited(object);
        if (annotation === undefined || once === undefined) return [];
        return [
            { object, annotation, detail: `gives Pulumi no time to wait until ${once}, so the update fails at once` },
        ];
    });
}

/** Kinds that point at others, and work whenever those do: to name one by its output is not to need it ready. */
const POINTERS: ReadonlySet<string> = new Set([
    "Service",
    "Ingress",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "autoscaling.k8s.io/VerticalPodAutoscaler",
    "keda.sh/ScaledObject",
    "monitoring.coreos.com/PodMonitor",
    "monitoring.coreos.com/ServiceMonitor",
]);

/** What a resource waits for to be ready: all that it depends on, or what a pointer names in dependsOn. */
export function readyBefore({ resource, dependencies, propertyDependencies }: Node): readonly Node[] {
    const isPointer = resource.objects.length > 0 && resource.objects.every(object => POINTERS.has(kindId(object)));
    if (!isPointer) return dependencies;
    const named = new Set([...propertyDependencies.values()].flat());
    return dependencies.filter(dependency => !named.has(dependency));
}
