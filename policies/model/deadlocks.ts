import type { KubeObject } from "./object";
import type { ObjectIndex } from "./object-index";
import { type Reference, type Resolver, referencesOf } from "./references";
import { mapSelects } from "./selector";
import type { Node, Stack } from "./stack";
import { awaited, awaitSwitchedOff, beforeStart, isComponent, waitsForPods } from "./start-order";

/** A resource that is never complete: what it waits for only starts after it. */
export interface Deadlock {
    /** The resource that Pulumi waits for. */
    readonly waiting: Node;
    /** What it waits for, none of which ever starts. */
    readonly never: readonly Node[];
}

/** What must have been created before an object counts as complete: one of each group. */
type Groups = readonly ReadonlySet<Node>[];

/**
 * Finds what waits for ever, by playing the update through: a resource starts when all before it is complete, and is
 * complete when it has started and one of each group that it waits for has. What is left was started in vain, or
 * waits behind such a resource. Takes time in proportion to the edges.
 */
export function deadlocksOf(stack: Stack, index: ObjectIndex, resolver: Resolver): Deadlock[] {
    const groups = new Map<Node, Groups>();
    const waitingFor = new Map<Node, [Node, ReadonlySet<Node>][]>();
    const blockers = new Map<Node, number>();
    const blocked = new Map<Node, Node[]>();
    const openGroups = new Map<Node, Set<ReadonlySet<Node>>>();
    const openChildren = new Map<Node, number>();
    const started = new Set<Node>();
    const complete = new Set<Node>();
    const ready: Node[] = [];

    for (const node of stack.nodes) {
        const before = new Set(beforeStart(node));
        blockers.set(node, before.size);
        for (const one of before) push(blocked, one, node);
        openChildren.set(node, isComponent(node) ? node.children.length : 0);
        const own = awaitedGroups(node, index, resolver);
        groups.set(node, own);
        openGroups.set(node, new Set(own));
        for (const group of own) for (const member of group) push(waitingFor, member, [node, group]);
        if (before.size === 0) ready.push(node);
    }

    const completeIfDone = (node: Node) => {
        if (complete.has(node) || !started.has(node)) return;
        if ((openGroups.get(node)?.size ?? 0) > 0 || (openChildren.get(node) ?? 0) > 0) return;
        complete.add(node);
        if (node.parent) {
            openChildren.set(node.parent, (openChildren.get(node.parent) ?? 0) - 1);
            finished.push(node.parent);
        }
        for (const next of blocked.get(node) ?? []) {
            const left = (blockers.get(next) ?? 0) - 1;
            blockers.set(next, left);
            if (left === 0) ready.push(next);
        }
    };
    const finished: Node[] = [];
    while (ready.length > 0 || finished.length > 0) {
        const done = finished.pop();
        if (done) {
            completeIfDone(done);
            continue;
        }
        const node = ready.pop();
        if (!node || started.has(node)) continue;
        started.add(node);
        for (const [waiting, group] of waitingFor.get(node) ?? []) {
            openGroups.get(waiting)?.delete(group);
            finished.push(waiting);
        }
        finished.push(node);
    }

    return stack.nodes
        .filter(node => started.has(node) && !complete.has(node))
        .flatMap(waiting => [...(openGroups.get(waiting) ?? [])].map(group => ({ waiting, never: [...group] })));
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
}

/** What the provider waits for before it calls a resource complete. */
function awaitedGroups(node: Node, index: ObjectIndex, resolver: Resolver): Groups {
    return node.resource.objects.flatMap(object => {
        if (awaited(object) === undefined || awaitSwitchedOff(object)) return [];
        if (object.is("Service")) return podsBehind(object, index, resolver);
        const references = referencesOf(object, index).filter(({ type }) =>
            object.is("Ingress") ? type.port !== undefined : object.pod !== undefined && type.untilThere !== undefined,
        );
        return references.flatMap(reference => awaitedOf(reference, node, index, resolver));
    });
}

/** A pod does not start without its configuration; an Ingress needs the pods behind its Services. */
function awaitedOf(reference: Reference, node: Node, index: ObjectIndex, resolver: Resolver): Groups {
    const resolution = resolver.resolve(reference);
    if (resolution.state !== "found") return [];
    const { target } = resolution;
    if (target.is("Service")) return podsBehind(target, index, resolver);
    const made = index.nodeOf(target);
    return made && made !== node ? [new Set([made])] : [];
}

/** The workloads of the stack of which one must run, unless there may be others. */
function podsBehind(service: KubeObject, index: ObjectIndex, resolver: Resolver): Groups {
    if (!waitsForPods(service)) return [];
    const place = index.placeOf(service);
    if (resolver.mayBeMadeByOthers(place)) return [];
    const selector = service.get("spec", "selector");
    const { certain, possible } = index.selected(place, selector.entries(), pod =>
        mapSelects(selector, { labels: pod.labels }),
    );
    const nodes = certain.flatMap(pod => index.nodeOf(pod.object) ?? []);
    return nodes.length > 0 && possible.length === 0 ? [new Set(nodes)] : [];
}
