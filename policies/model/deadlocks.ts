import { circles, derive, type Rule } from "./graph";
import type { KubeObject } from "./object";
import type { ObjectIndex } from "./object-index";
import { referencesOf, selectionsOf } from "./references";
import type { Resolver } from "./resolver";
import type { Node } from "./stack";
import {
    awaited,
    awaitSwitchedOff,
    beforeStart,
    isComponent,
    mayBeSwitchedOff,
    partsOf,
    waitsForPods,
} from "./start-order";

/** A resource that waits for itself. */
export interface Deadlock {
    readonly node: Node;
    /** What it waits for: each waits for the next one, and the last one for `node`. */
    readonly via: readonly Node[];
}

/** What may become true in an update. Each holds once others do. */
class Fact {
    /** @param node the resource that it is about */
    constructor(readonly node: Node) {}
}

/** The stages of a resource. */
class Stages {
    /** It is created, once all before it is complete. */
    readonly created: Fact;
    /** Its pods are ready, or whatever else is to happen on the cluster, once what that needs is there. */
    readonly works: Fact;
    /** Pulumi goes on: where it waits for the resource, once that works. */
    readonly complete: Fact;

    constructor(node: Node) {
        this.created = new Fact(node);
        this.works = new Fact(node);
        this.complete = new Fact(node);
    }
}

/** What a resource needs on the cluster: one of some facts. */
type Need = readonly Fact[];

/**
 * The deadlocks of a stack, by playing the update through: what is never created although nothing fails, because
 * something before it is not complete without it. Takes time in proportion to the dependencies and references.
 */
export function deadlocksOf(index: ObjectIndex, resolver: Resolver): Deadlock[] {
    const update = new Update(index, resolver);
    if (update.createsAll()) return [];
    update.addAll();
    const happens = derive(update.rules);
    const inCycles = withoutDependents(update.rules.filter(({ fact }) => !happens.has(fact)));
    return update.needed.flatMap(created => cycleOf(created, inCycles) ?? []);
}

/** Something that might be added to what a resource depends on. */
export interface Edge {
    readonly from: Node;
    readonly to: Node;
}

/**
 * The dependencies of a list that would close a circle if a program got them all: something would wait for itself.
 * Takes time in proportion to the stack, however many there are.
 */
export function closingCircles<E extends Edge>(edges: readonly E[], index: ObjectIndex, resolver: Resolver): Set<E> {
    if (edges.length === 0) return new Set();
    const update = new Update(index, resolver, edges);
    update.addAll();
    const happens = derive(update.rules);
    const never = withoutDependents(update.rules.filter(({ fact }) => !happens.has(fact)));
    const circle = circles(never.keys(), fact => (never.get(fact) ?? []).filter(one => never.has(one)));
    return new Set(
        edges.filter(({ from, to }) => {
            const end = circle.get(update.completionOf(to));
            return end !== undefined && update.creationsOf(from).some(created => circle.get(created) === end);
        }),
    );
}

/** The rules of an update. */
class Update {
    readonly rules: Rule<Fact>[] = [];
    private readonly stages = new Map<Node, Stages>();
    /** The resources that something needs. */
    private readonly neededNodes = new Set<Node>();
    private readonly added = new Set<Node>();
    private readonly proposed = new Map<Node, Node[]>();

    /** @param proposed dependencies that the program does not have */
    constructor(
        private readonly index: ObjectIndex,
        private readonly resolver: Resolver,
        proposed: readonly Edge[] = [],
    ) {
        for (const { from, to } of proposed) {
            const known = this.proposed.get(from);
            if (known) known.push(to);
            else this.proposed.set(from, [to]);
        }
    }

    /**
     * Whether everything is created, as nearly always. Only the rules of what something waits for are needed to tell:
     * few, where little depends on anything else.
     */
    createsAll(): boolean {
        const before = this.index.stack.nodes.flatMap(beforeStart);
        const open = new Set(before);
        // What is added on the way is gone through too.
        for (const node of open) for (const one of this.add(node)) open.add(one);
        const happens = derive(this.rules);
        return before.every(node => happens.has(this.of(node).complete));
    }

    /** Adds the rules of all resources. */
    addAll(): void {
        for (const node of this.index.stack.nodes) this.add(node);
    }

    /** The creation of all that is needed by something. */
    get needed(): Fact[] {
        return [...this.neededNodes].map(node => this.of(node).created);
    }

    /** Adds the rules of a resource. @returns the resources that its rules are about besides. */
    private add(node: Node): Node[] {
        if (this.added.has(node)) return [];
        this.added.add(node);
        const needs = node.resource.objects.flatMap(object => this.needsOf(object));
        const needed = needs.flat().map(fact => fact.node);
        for (const one of needed) this.neededNodes.add(one);
        const before = this.beforeStart(node);
        const parts = partsOf(node);
        const { created, works, complete } = this.of(node);
        const fulfilled = needs.map(need => {
            const fact = new Fact(node);
            for (const one of need) this.rules.push({ fact, premises: [one] });
            return fact;
        });
        this.rules.push(
            { fact: created, premises: before.map(one => this.of(one).complete) },
            { fact: works, premises: [created, ...fulfilled] },
            {
                fact: complete,
                premises: [isAwaited(node) ? works : created, ...parts.map(one => this.of(one).complete)],
            },
        );
        return [...before, ...parts, ...needed];
    }

    /** Before the parts of a component comes what is before itself. */
    private beforeStart(node: Node): Node[] {
        const before = beforeStart(node);
        if (this.proposed.size === 0) return before;
        for (let one: Node | undefined = node; one && (one === node || isComponent(one)); one = one.parent) {
            before.push(...(this.proposed.get(one) ?? []));
        }
        return before;
    }

    /** What holds once a resource is complete. */
    completionOf(node: Node): Fact {
        return this.of(node).complete;
    }

    /** What holds once a resource, or what it is made of, is created. */
    creationsOf(node: Node): Fact[] {
        const all = new Set([node]);
        for (const one of all) for (const part of partsOf(one)) all.add(part);
        return [...all].map(one => this.of(one).created);
    }

    private of(node: Node): Stages {
        const stages = this.stages.get(node) ?? new Stages(node);
        this.stages.set(node, stages);
        return stages;
    }

    /** What must be there for an object to work. */
    private needsOf(object: KubeObject): Need[] {
        if (object.isPatch) return [];
        if (object.is("Service")) return this.podsBehind(object);
        const isIngress = object.is("Ingress");
        if (!isIngress && !object.is("PersistentVolumeClaim") && this.index.podOf(object) === undefined) return [];
        return referencesOf(object, this.index)
            .filter(({ type }) => (isIngress ? type.port : type.without) !== undefined)
            .flatMap(reference => {
                const resolution = this.resolver.resolve(reference);
                if (resolution.state !== "found") return [];
                const { target } = resolution;
                const created = this.nodesOf([target]).map(node => this.of(node).created);
                return [created, ...(isIngress ? this.podsBehind(target) : [])];
            });
    }

    /** A ready pod behind a Service, where all pods that there may be are known. */
    private podsBehind(service: KubeObject): Need[] {
        const [selection] = waitsForPods(service) ? selectionsOf(service) : [];
        const place = this.index.placeOf(service);
        if (!selection || this.resolver.mayBeMadeByOthers(place) || this.index.hasWorkloadPatch(place)) return [];
        const { certain, possible } = this.resolver.pods(selection, place);
        if (certain.length === 0 || possible.length > 0 || certain.some(({ object }) => mayHaveNoPods(object)))
            return [];
        return [this.nodesOf(certain.map(({ object }) => object)).map(node => this.of(node).works)];
    }

    private nodesOf(objects: readonly KubeObject[]): Node[] {
        return objects.flatMap(object => this.index.nodeOf(object) ?? []);
    }
}

/** Whether a resource is waited for; not where that is not known. */
function isAwaited({ resource }: Node): boolean {
    return resource.objects.some(
        object => awaited(object) !== undefined && awaitSwitchedOff(object) === undefined && !mayBeSwitchedOff(object),
    );
}

/** Whether a workload may have no pods for now: one that is scaled down, a CronJob. */
function mayHaveNoPods(object: KubeObject): boolean {
    const replicas = object.get("spec", "replicas");
    return object.is("CronJob") || replicas.isUnknown || replicas.raw === 0;
}

/** Facts and what they wait for. */
type Waits = ReadonlyMap<Fact, readonly Fact[]>;

/** What each fact waits for that never happens, without the facts that no other of them waits for. */
function withoutDependents(never: readonly Rule<Fact>[]): Waits {
    const waits = new Map<Fact, Fact[]>();
    for (const { fact, premises } of never) waits.set(fact, [...(waits.get(fact) ?? []), ...premises]);
    const dependents = new Map<Fact, Fact[]>([...waits.keys()].map(fact => [fact, []]));
    for (const [fact, premises] of waits) for (const one of premises) dependents.get(one)?.push(fact);
    const idle = derive([...dependents].map(([fact, premises]) => ({ fact, premises })));
    for (const fact of idle) waits.delete(fact);
    return waits;
}

/** The shortest way from the creation of a resource back to it. */
function cycleOf(created: Fact, waits: Waits): Deadlock | undefined {
    const cameFrom = new Map<Fact, Fact>();
    const queue = [created];
    for (const fact of queue) {
        for (const next of waits.get(fact) ?? []) {
            if (cameFrom.has(next)) continue;
            cameFrom.set(next, fact);
            queue.push(next);
        }
        if (cameFrom.has(created)) break;
    }
    if (!cameFrom.has(created)) return undefined;
    const via = new Set<Node>();
    for (let fact = cameFrom.get(created); fact && fact !== created; fact = cameFrom.get(fact)) via.add(fact.node);
    via.delete(created.node);
    return { node: created.node, via: [...via].reverse() };
}
