import { needsNode, nodePoolsOf } from "../demand/node-pools";
import { circles, derive, type Rule } from "../graph";
import type { KubeObject } from "../kubernetes/object";
import type { Node } from "../pulumi/stack";
import { beforeStart, componentsAround, partsOf } from "../pulumi/start-order";
import type { ObjectIndex } from "../references/object-index";
import {
    impliedReferences,
    type Reference,
    referencesOf,
    type SelectorReference,
    selectorReferencesOf,
} from "../references/references";
import type { Resolver } from "../references/resolver";
import {
    awaitSwitchedOff,
    type Condition,
    conditionsOf,
    isAwaited,
    mayBeSwitchedOff,
    timeoutAtOnce,
    waitsForPods,
} from "./awaits";
import { bindingOf, passesPendingClaims, storageClassOf, volumeOf } from "./claims";

/** A resource that waits for itself. */
export interface Deadlock {
    readonly node: Node;
    /** What it waits for: each waits for the next one, and the last one for `node`. */
    readonly via: readonly Node[];
    /** What ends it; undefined when nothing does alone. */
    readonly remedy: Remedy | undefined;
}

/** What ends a deadlock, tried: it leads into no other. */
export type Remedy =
    /** A resource is not to depend on some others, none of which it needs. */
    | { readonly independent: Node; readonly of: readonly Node[] }
    /** A resource is not to be awaited. */
    | { readonly unawaited: Node };

/** What may become true in an update. Each holds once others do. */
class Fact {
    /**
     * @param node the resource that it is about
     * @param stage which of its stages, where it is one
     */
    constructor(
        readonly node: Node,
        readonly stage?: "created" | "works" | "complete",
    ) {}
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
        this.created = new Fact(node, "created");
        this.works = new Fact(node, "works");
        this.complete = new Fact(node, "complete");
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
    const inCycles = new Waits(update.rules.filter(({ fact }) => !happens.has(fact)));
    return update.needed.flatMap(created => {
        const cycle = inCycles.cycleOf(created);
        if (!cycle) return [];
        const via = new Set(cycle.map(fact => fact.node));
        via.delete(created.node);
        return [{ node: created.node, via: [...via], remedy: remedyOf(cycle, inCycles, update) }];
    });
}

/** How many ways out of one deadlock are tried. */
const MOST_TRIES = 10;

/** What ends a circle and leaves its beginning in no other. */
function remedyOf(cycle: readonly Fact[], waits: Waits, update: Update): Remedy | undefined {
    const [start] = cycle;
    if (!start) return undefined;
    const created = cycle.filter(({ stage }) => stage === "created").slice(0, MOST_TRIES);
    for (const fact of created) {
        const of = waits.nextOnCircle(fact).map(next => next.node);
        const isAlone = fact === start || !waits.cycleOf(start, new Map([[fact, []]]));
        if (update.canDoWithout(fact.node, of) && isAlone) return { independent: fact.node, of };
    }
    const complete = cycle.filter((fact, index) => fact.stage === "complete" && cycle[index + 1]?.node === fact.node);
    for (const fact of complete.slice(0, MOST_TRIES)) {
        const isAwaited = fact.node.resource.objects.length > 0;
        const withoutAwait = new Map([[fact, [update.creationOf(fact.node)]]]);
        if (isAwaited && !waits.cycleOf(start, withoutAwait)) return { unawaited: fact.node };
    }
    return undefined;
}

/**
 * The resources that would wait for themselves if an annotation did not tell the provider not to wait for them, or
 * might: the annotation ends a deadlock.
 */
export function rightlyNotAwaited(index: ObjectIndex, resolver: Resolver): Set<Node> {
    const update = new Update(index, resolver, [], true);
    update.addAll();
    const happens = derive(update.rules);
    const waits = new Waits(update.rules.filter(({ fact }) => !happens.has(fact)));
    return new Set(index.stack.nodes.filter(node => waits.nextOnCircle(update.completionOf(node)).length > 0));
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
    const never = new Waits(update.rules.filter(({ fact }) => !happens.has(fact)));
    return new Set(
        edges.filter(({ from, to }) => {
            const end = never.circleOf(update.completionOf(to));
            return end !== undefined && update.creationsOf(from).some(created => never.circleOf(created) === end);
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

    /** The pods that use a claim, once somebody asked. */
    private consumers: Map<KubeObject, KubeObject[]> | undefined;

    /**
     * @param proposed dependencies that the program does not have
     * @param isWary whether what is not known is taken to wait, and annotations that switch waiting off to be missing
     */
    constructor(
        private readonly index: ObjectIndex,
        private readonly resolver: Resolver,
        proposed: readonly Edge[] = [],
        private readonly isWary = false,
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
        const { objects } = node.resource;
        const needs = objects.flatMap(object => this.needsOf(object));
        const waits = objects.map(object => this.waitOf(object));
        const awaited = waits.flatMap(wait => (wait === "works" ? [] : wait));
        const needed = [...needs, ...awaited].flat().map(fact => fact.node);
        for (const one of needed) this.neededNodes.add(one);
        const before = this.beforeStart(node);
        const parts = partsOf(node);
        const { created, works, complete } = this.of(node);
        this.rules.push(
            { fact: created, premises: before.map(one => this.of(one).complete) },
            { fact: works, premises: [created, ...this.fulfilled(node, needs)] },
            {
                fact: complete,
                premises: [
                    waits.includes("works") ? works : created,
                    ...this.fulfilled(node, awaited),
                    ...parts.map(one => this.of(one).complete),
                ],
            },
        );
        return [...before, ...parts, ...needed];
    }

    /** A fact for each need, which holds once one of what fulfils it does. */
    private fulfilled(node: Node, needs: readonly Need[]): Fact[] {
        return needs.map(need => {
            const fact = new Fact(node);
            for (const one of need) this.rules.push({ fact, premises: [one] });
            return fact;
        });
    }

    /** Before the parts of a component comes what is before itself. */
    private beforeStart(node: Node): Node[] {
        const before = beforeStart(node);
        if (this.proposed.size === 0) return before;
        for (const one of [node, ...componentsAround(node)]) before.push(...(this.proposed.get(one) ?? []));
        return before;
    }

    /** What holds once a resource is complete. */
    completionOf(node: Node): Fact {
        return this.of(node).complete;
    }

    /** What holds once a resource is created. */
    creationOf(node: Node): Fact {
        return this.of(node).created;
    }

    /** Whether a resource need not wait for some others: it depends on each of them itself, and needs none of them. */
    canDoWithout(node: Node, others: readonly Node[]): boolean {
        const own = new Set([...node.dependencies, ...[...node.propertyDependencies.values()].flat()]);
        const needed = new Set(node.resource.objects.flatMap(object => this.nodesOf(this.mustExistFor(object))));
        return others.length > 0 && others.every(other => own.has(other) && !needed.has(other));
    }

    private mustExistFor(object: KubeObject): KubeObject[] {
        const references = [...referencesOf(object, this.index), ...impliedReferences(object, this.index)];
        return this.targetsOf(references.filter(({ type }) => type.without !== undefined));
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

    /**
     * What Pulumi waits for before it goes on after an object: that it works, or some needs; none where it does not wait,
     * or that is not known.
     */
    private waitOf(object: KubeObject): "works" | Need[] {
        const isOff = awaitSwitchedOff(object) !== undefined || mayBeSwitchedOff(object);
        if ((isOff && !this.isWary) || timeoutAtOnce(object)) return [];
        const conditions = conditionsOf(object);
        if (conditions === "unknown") return this.isWary ? "works" : [];
        if (conditions) return conditions.flatMap(condition => this.needsOfCondition(object, condition));
        if (!isAwaited(object)) return [];
        return object.is("PersistentVolumeClaim") ? this.waitOfClaim(object) : "works";
    }

    /** A claim is complete once it is bound, or is to be bound later and the provider knows it. */
    private waitOfClaim(claim: KubeObject): "works" | Need[] {
        const passes = passesPendingClaims(claim);
        if (passes === "no" || (passes === "unknown" && this.isWary)) return "works";
        if (bindingOf(claim, this.index) === "at once") return "works";
        const storageClass = storageClassOf(claim, this.index);
        return storageClass ? [this.creationsOfObjects([storageClass])] : [];
    }

    /** What must be there for a condition of the annotation waitFor; none where that cannot be told. */
    private needsOfCondition(object: KubeObject, condition: Condition): Need[] {
        const isWorking = isSignOfWork(condition);
        if (object.is("PodDisruptionBudget")) return isSignOfHealth(condition) ? this.podsSelected(object) : [];
        if (object.is("APIService")) {
            return isWorking
                ? this.targetsOf(referencesOf(object, this.index)).flatMap(one => this.podsBehind(one))
                : [];
        }
        const works = () => this.nodesOf([object]).map(node => [this.of(node).works]);
        if (object.is("PersistentVolumeClaim")) return isPhase(condition, "Bound") ? works() : [];
        if (this.index.podOf(object)) return isWorking || isSignOfPods(condition) ? works() : [];
        if (!object.isCustom || !isWorking) return [];
        return this.targetsOf(referencesOf(object, this.index)).map(target => this.creationsOfObjects([target]));
    }

    /** What must be there for an object to work. */
    private needsOf(object: KubeObject): Need[] {
        if (object.isPatch) return [];
        if (object.is("Service")) return this.podsBehind(object);
        if (object.is("PersistentVolumeClaim")) return this.needsOfClaim(object);
        const isIngress = object.is("Ingress");
        if (!isIngress && this.index.podOf(object) === undefined) return [];
        const references = referencesOf(object, this.index);
        const targets = this.targetsOf(
            references.filter(({ type }) => (isIngress ? type.port : type.without) !== undefined),
        );
        return targets
            .flatMap(target => [
                this.creationsOfObjects([target]),
                ...(isIngress ? this.podsBehind(target) : []),
                ...(target.is("PersistentVolumeClaim") ? [this.worksOfObjects([target])] : []),
            ])
            .concat(this.nodesFor(object));
    }

    /** A node pool of its cluster, where that has no nodes without, for pods that must run on a node. */
    private nodesFor(object: KubeObject): Need[] {
        const pools = nodePoolsOf(this.index);
        if (pools.isEmpty || pools.makers.length > 0) return [];
        if (!needsNode(object, this.index) || mayHaveNoPods(object)) return [];
        const node = this.index.nodeOf(object);
        const cluster = node && this.index.clusters.of(node);
        const own = cluster ? pools.for(cluster, object) : [];
        return own.length > 0 ? [own.map(({ pool }) => this.of(pool).created)] : [];
    }

    /** A claim is bound to the volume that it names, and where its StorageClass says so, with the first pod. */
    private needsOfClaim(claim: KubeObject): Need[] {
        const targets = this.targetsOf(
            referencesOf(claim, this.index).filter(({ type }) => type.without !== undefined),
        );
        const volume = volumeOf(claim, this.index);
        const needs = [...targets, ...(volume ? [volume] : [])].map(target => this.creationsOfObjects([target]));
        const binding = bindingOf(claim, this.index);
        const isLate = binding === "with its first pod" || (binding === "unknown" && this.isWary);
        if (!isLate || !claim.get("spec", "volumeName").isUnset) return needs;
        const consumers = this.consumersOf(claim);
        const isKnown = this.isWary || !this.resolver.mayBeMadeByOthers(this.index.locationOf(claim));
        return isKnown && consumers.length > 0 ? [...needs, this.creationsOfObjects(consumers)] : needs;
    }

    private consumersOf(claim: KubeObject): readonly KubeObject[] {
        if (!this.consumers) {
            this.consumers = new Map();
            for (const object of this.index.objects) {
                if (!this.index.podOf(object)) continue;
                const claims = referencesOf(object, this.index).filter(({ kind }) => kind === "PersistentVolumeClaim");
                for (const target of this.targetsOf(claims)) {
                    const known = this.consumers.get(target);
                    if (known) known.push(object);
                    else this.consumers.set(target, [object]);
                }
            }
        }
        return this.consumers.get(claim) ?? [];
    }

    /** A ready pod behind a Service, where all pods that there may be are known. */
    private podsBehind(service: KubeObject): Need[] {
        return waitsForPods(service) === "yes" ? this.podsSelected(service) : [];
    }

    /** A ready pod of those that an object selects. */
    private podsSelected(object: KubeObject): Need[] {
        const [selection] = selectorReferencesOf(object);
        return selection ? this.podsOfSelection(selection, object) : [];
    }

    private podsOfSelection(selection: SelectorReference, object: KubeObject): Need[] {
        const location = this.index.locationOf(object);
        const { certain, possible } = this.resolver.pods(selection, location);
        if (this.isWary) {
            const all = [...certain, ...possible];
            return all.length > 0 ? [this.worksOfObjects(all.map(pod => pod.object))] : [];
        }
        if (this.resolver.mayBeMadeByOthers(location) || this.index.hasWorkloadPatch(location)) return [];
        if (certain.length === 0 || possible.length > 0 || certain.some(pod => mayHaveNoPods(pod.object))) return [];
        return [this.worksOfObjects(certain.map(pod => pod.object))];
    }

    /** The objects of the stack that references are to. */
    private targetsOf(references: readonly Reference[]): KubeObject[] {
        return references.flatMap(reference => {
            const resolution = this.resolver.resolve(reference);
            return resolution.state === "found" ? [resolution.target] : [];
        });
    }

    private creationsOfObjects(objects: readonly KubeObject[]): Need {
        return this.nodesOf(objects).map(node => this.of(node).created);
    }

    private worksOfObjects(objects: readonly KubeObject[]): Need {
        return this.nodesOf(objects).map(node => this.of(node).works);
    }

    private nodesOf(objects: readonly KubeObject[]): Node[] {
        return objects.flatMap(object => this.index.nodeOf(object) ?? []);
    }
}

/** Conditions that hold once an object does what it is for, whatever its kind. */
const SIGNS_OF_WORK: ReadonlySet<string> = new Set(
    ["Ready", "Available", "Complete", "ContainersReady", "Synced", "Healthy", "Programmed", "Accepted"].map(type =>
        type.toLowerCase(),
    ),
);

/** The provider compares without case, as kubectl does: provider/pkg/await/condition/kubectl.go. */
function isSignOfWork(condition: Condition): boolean {
    return (
        condition.form === "condition" &&
        SIGNS_OF_WORK.has(condition.type.toLowerCase()) &&
        condition.status.toLowerCase() === "true"
    );
}

/** Fields of the status that are there once pods are ready. */
const COUNTS_OF_PODS =
    /^\{\s*\$?\.status\.(readyReplicas|availableReplicas|numberReady|numberAvailable|succeeded)\s*\}$/;

function isSignOfPods(condition: Condition): boolean {
    if (isPhase(condition, "Running") || isPhase(condition, "Succeeded") || isPhase(condition, "Healthy")) return true;
    return condition.form === "jsonpath" && COUNTS_OF_PODS.test(condition.path) && condition.value !== "0";
}

/** A PodDisruptionBudget has these once its pods are ready. */
function isSignOfHealth(condition: Condition): boolean {
    return condition.form === "condition"
        ? condition.type.toLowerCase() === "disruptionallowed" && condition.status.toLowerCase() === "true"
        : /^\{\s*\$?\.status\.(currentHealthy|disruptionsAllowed)\s*\}$/.test(condition.path) &&
              Number(condition.value) > 0;
}

function isPhase(condition: Condition, phase: string): boolean {
    return (
        condition.form === "jsonpath" &&
        /^\{\s*\$?\.status\.phase\s*\}$/.test(condition.path) &&
        condition.value === phase
    );
}

/** Whether a workload may have no pods for now: one that is scaled down, a CronJob. */
function mayHaveNoPods(object: KubeObject): boolean {
    const replicas = object.get("spec", "replicas");
    return object.is("CronJob") || replicas.isUnknown || replicas.raw === 0;
}

/** What never happens in an update, and what each waits for that never happens either. */
class Waits {
    /** Without the facts that no other of them waits for. */
    private readonly waits = new Map<Fact, Fact[]>();
    private readonly circle: ReadonlyMap<Fact, number>;

    constructor(never: readonly Rule<Fact>[]) {
        const { waits } = this;
        for (const { fact, premises } of never) {
            const known = waits.get(fact);
            if (known) known.push(...premises);
            else waits.set(fact, [...premises]);
        }
        const dependents = new Map<Fact, Fact[]>([...waits.keys()].map(fact => [fact, []]));
        for (const [fact, premises] of waits) for (const one of premises) dependents.get(one)?.push(fact);
        const idle = derive([...dependents].map(([fact, premises]) => ({ fact, premises })));
        for (const fact of idle) waits.delete(fact);
        this.circle = circles(waits.keys(), fact => (waits.get(fact) ?? []).filter(one => waits.has(one)));
    }

    /** A number that is the same for what leads to each other. */
    circleOf(fact: Fact): number | undefined {
        return this.circle.get(fact);
    }

    /** What a fact waits for that waits for it in turn. */
    nextOnCircle(fact: Fact): Fact[] {
        const own = this.circle.get(fact);
        return own === undefined ? [] : (this.waits.get(fact) ?? []).filter(next => this.circle.get(next) === own);
    }

    /**
     * The shortest way from a fact back to it, which begins with it; undefined when there is none.
     * @param changed what some facts wait for instead
     */
    cycleOf(start: Fact, changed: ReadonlyMap<Fact, readonly Fact[]> = new Map()): Fact[] | undefined {
        const cameFrom = new Map<Fact, Fact>();
        const queue = [start];
        for (const fact of queue) {
            for (const next of changed.get(fact) ?? this.nextOnCircle(fact)) {
                if (cameFrom.has(next)) continue;
                cameFrom.set(next, fact);
                queue.push(next);
            }
            if (cameFrom.has(start)) break;
        }
        if (!cameFrom.has(start)) return undefined;
        const way: Fact[] = [];
        for (let fact = cameFrom.get(start); fact && fact !== start; fact = cameFrom.get(fact)) way.push(fact);
        return [start, ...way.reverse()];
    }
}
