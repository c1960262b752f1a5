import { groupedBy } from "../../../model/groups";
import type { KubeObject } from "../../../model/kubernetes/object";
import { awaited, awaitSwitchedOff, isAwaited, mayBeSwitchedOff, timeoutAtOnce } from "../../../model/order/awaits";
import { bindingOf } from "../../../model/order/claims";
import { rightlyNotAwaited } from "../../../model/order/deadlocks";
import type { Resource } from "../../../model/pulumi/resource";
import type { Node } from "../../../model/pulumi/stack";
import { componentsAround, waitsBy } from "../../../model/pulumi/start-order";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";
import type { Resolver } from "../../../model/references/resolver";
import { joinSome } from "../../../model/text";
import type { Value } from "../../../model/value";

/** An annotation by which an object is not waited for as it should be. */
export interface Unawaited {
    readonly object: KubeObject;
    readonly annotation: Value;
    /** What would be waited for, in words that follow "until". */
    readonly once: string;
    /** What starts too early, as a sentence names it. */
    readonly dependents: Dependents;
}

/** Resources that depend on something, for the beginning of a sentence. */
export interface Dependents {
    readonly labels: string;
    readonly count: number;
}

/** A Release, chart or file whose parts nobody waits for. */
export interface UnawaitedParts {
    readonly resource: Resource;
    /** The input that says so. */
    readonly at: Value;
    /** What would be waited for, in words that follow "until". */
    readonly once: string;
    readonly dependents: Dependents;
}

/** What others wait for, but is not waited for itself. */
export interface StartedEarly {
    readonly objects: readonly Unawaited[];
    /** Charts and files that give all of their objects the annotation. */
    readonly renderers: readonly UnawaitedParts[];
}

/**
 * What others wait for, but is not waited for itself. Who depends on a component that the provider makes waits for its
 * children, and so for none that carries the annotation; `skipAwait` gives it to all of them.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/provider/yaml/v2/yaml.go (`SkipAwait`) and helm/v4/chart.go.
 */
export function startedEarly(index: ObjectIndex, resolver: Resolver): StartedEarly {
    const unawaited = index.stack.nodes.filter(({ resource }) =>
        resource.objects.some(object => awaitSwitchedOff(object) && isWorthWaiting(object, index)),
    );
    const dependents = new Map<Node, Node[]>();
    for (const node of unawaited) for (const one of [node, ...componentsAround(node)]) dependents.set(one, []);
    if (dependents.size === 0) return { objects: [], renderers: [] };
    for (const node of index.stack.nodes) for (const first of readyBefore(node)) dependents.get(first)?.push(node);
    const candidates = unawaited.flatMap((node): Candidate[] => {
        const first = [node, ...componentsAround(node)].find(one => (dependents.get(one) ?? []).length > 0);
        return first ? [{ node, first, others: dependents.get(first) ?? [] }] : [];
    });
    if (candidates.length === 0) return { objects: [], renderers: [] };
    const right = rightlyNotAwaited(index, resolver);
    const early = candidates.filter(({ node }) => !right.has(node));
    const whole = unawaitedRenderers(early, index);
    const byFirst = groupedBy(early, ({ first }) => first);
    return {
        objects: early
            .filter(({ first }) => !whole.has(first))
            .flatMap(({ node, others }) => objectsOf(node, others, index)),
        renderers: [...byFirst].filter(([first]) => whole.has(first)).map(([first, parts]) => partsOf(first, parts)),
    };
}

/** A resource that starts early, and who waits for it by itself or by a component around it. */
interface Candidate {
    readonly node: Node;
    /** What the others depend on: the resource itself, or the component. */
    readonly first: Node;
    readonly others: readonly Node[];
}

/** The charts and files of which no object may be waited for. */
function unawaitedRenderers(early: readonly Candidate[], index: ObjectIndex): ReadonlySet<Node> {
    const whole = new Set(early.filter(({ first }) => waitsBy(first) === "component").map(({ first }) => first));
    if (whole.size === 0) return whole;
    for (const node of index.stack.nodes) {
        if (isAwaitedPart(node, index)) for (const one of componentsAround(node)) whole.delete(one);
    }
    return whole;
}

function partsOf({ resource }: Node, parts: readonly Candidate[]): UnawaitedParts {
    const names = parts.slice(0, MOST_NAMED).map(({ node }) => node.resource.label);
    const are = parts.length === 1 ? "is" : "are";
    return {
        resource,
        at: resource.props.get("skipAwait"),
        once: `${joinSome(names, parts.length)} ${are} ready`,
        dependents: dependentsOf(parts[0]?.others ?? []),
    };
}

/** How many resources a message names of many. */
const MOST_NAMED = 3;

/** Some resources as a sentence names them. */
export function dependentsOf(others: readonly Node[]): Dependents {
    const names = others.slice(0, MOST_NAMED).map(other => other.resource.label);
    return { labels: joinSome(names, others.length), count: others.length };
}

function objectsOf({ resource }: Node, others: readonly Node[], index: ObjectIndex): Unawaited[] {
    return resource.objects.flatMap(object => {
        const annotation = awaitSwitchedOff(object);
        const once = awaited(object);
        if (annotation === undefined || once === undefined || !isWorthWaiting(object, index)) return [];
        return [{ object, annotation, once, dependents: dependentsOf(others) }];
    });
}

/** Whether an object may be waited for, as one is not where the chart or file that renders it says so of all. */
function isAwaitedPart({ resource }: Node, index: ObjectIndex): boolean {
    return resource.objects.some(
        object => (isWorthWaiting(object, index) || mayBeSwitchedOff(object)) && !awaitSwitchedOff(object),
    );
}

/** Whether there is something to wait for: a claim that is bound with the first pod is not ready before that. */
function isWorthWaiting(object: KubeObject, index: ObjectIndex): boolean {
    if (!isAwaited(object)) return false;
    return !object.is("PersistentVolumeClaim") || bindingOf(object, index) === "at once";
}

/** What is given no time to become ready. */
export function failedAtOnce(index: ObjectIndex): Omit<Unawaited, "dependents">[] {
    return index.objects.flatMap(object => {
        const annotation = timeoutAtOnce(object);
        const once = awaited(object);
        if (annotation === undefined || once === undefined) return [];
        return [{ object, annotation, once }];
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
