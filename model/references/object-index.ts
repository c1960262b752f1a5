import { Clusters } from "../environments/clusters";
import { customKind } from "../kubernetes/kinds";
import type { KubeObject } from "../kubernetes/object";
import { Pod } from "../kubernetes/pod";
import { CONTROLLER_LABELS } from "../kubernetes/selector";
import { Multimap } from "../multimap";
import { autoNameOf, withoutSuffix } from "../pulumi/auto-names";
import type { Node, Stack } from "../pulumi/stack";
import { type Answer, all, UNKNOWN, type Value } from "../value";

/** What a question about objects is about: a cluster, and a namespace in it; "" for objects in no namespace. */
export interface Location {
    /** The id of a cluster, or of a group of clusters, any of which may be meant. */
    readonly cluster: string;
    readonly namespace: string;
}

/** What a kind is found by: `Deployment` for a built-in kind, `argoproj.io/Rollout` for a custom one. */
export type KindId = string;

/** What the index finds: objects that are meant for sure, and those that may be, which the update will know. */
export interface Matches<T> {
    readonly certain: readonly T[];
    /** Those on clusters that may be the same included. */
    readonly possible: readonly T[];
}

/** The id of an object's kind. */
export function kindId(object: KubeObject): KindId {
    return object.facts ? object.kind : `${object.group}/${object.kind}`;
}

/** Stands for every namespace, name or cluster, in keys of an index. */
export const ANY = "*";

/**
 * The Kubernetes objects of a stack, found by cluster, kind, namespace and name, or by the labels of their pods, in
 * time that does not grow with the stack. Patches are kept apart: they change objects that exist elsewhere, and create
 * none.
 *
 * Where a namespace is asked for that is not known (`UNKNOWN`), objects in any namespace may be meant. What is on
 * another cluster that may be the same is possible, never certain: all is found under its cluster and under the group
 * that its cluster is of.
 */
export class ObjectIndex {
    /** All objects but patches, in the order of the stack. */
    readonly objects: readonly KubeObject[];
    readonly patches: readonly KubeObject[];
    readonly clusters: Clusters;
    private readonly nodes = new Map<KubeObject, Node>();
    private readonly locations = new Map<KubeObject, Location>();
    private readonly customPods = new Map<KubeObject, Pod>();
    /** By cluster, kind, namespace and name; namespaces may be unknown, and each object is there under `ANY` too. */
    private readonly byName = new Multimap<KubeObject>();
    /** By cluster, kind and namespace, in the same way. */
    private readonly byKind = new Multimap<KubeObject>();
    /** Objects whose name is not known, in the same way. */
    private readonly nameless = new Multimap<KubeObject>();
    /** Objects that Pulumi names, by the Pulumi name of their resource, in the same way. */
    private readonly autoNamed = new Multimap<KubeObject>();
    /** CustomResourceDefinitions, by cluster and the kind that they define. */
    private readonly definitions = new Multimap<KubeObject>();
    /** By cluster and namespace, in the same way. */
    private readonly pods = new Multimap<Pod>();
    /** By cluster, namespace and a label's key and value. */
    private readonly podsByLabel = new Multimap<Pod>();
    /** By cluster, namespace and the key of a label whose value is not known. */
    private readonly podsByOpenLabel = new Multimap<Pod>();
    /** A pod of whose labels nothing is known. */
    private readonly unlabelledPods = new Multimap<Pod>();
    /** The first pod with the same labels, by cluster, namespace and labels. */
    private readonly alike = new Multimap<Pod>();
    /** Patches by cluster, kind, namespace and name, in the same way. */
    private readonly patchesByName = new Multimap<KubeObject>();
    /** Patches of workloads by cluster and namespace, in the same way. */
    private readonly workloadPatches = new Multimap<KubeObject>();

    constructor(readonly stack: Stack) {
        this.clusters = new Clusters(stack);
        for (const node of stack.nodes) for (const object of node.resource.objects) this.nodes.set(object, node);
        const all = [...this.nodes.keys()];
        this.objects = all.filter(object => !object.isPatch);
        this.patches = all.filter(object => object.isPatch);
        for (const object of this.objects) this.add(object);
        for (const patch of this.patches) this.addPatch(patch);
    }

    private add(object: KubeObject): void {
        const { cluster, namespace } = this.locationOf(object);
        const kind = kindId(object);
        const name = object.name.string || undefined;
        const autoName = autoNameOf(object);
        for (const space of [namespace, ANY]) {
            for (const where of this.clusters.withGroup(cluster)) {
                this.byKind.add(object, where, kind, space);
                if (autoName) this.autoNamed.add(object, where, kind, space, object.resource.name);
                if (name === undefined && !autoName) this.nameless.add(object, where, kind, space);
                if (name !== undefined) this.byName.add(object, where, kind, space, name);
            }
        }
        if (object.is("CustomResourceDefinition")) {
            const defined = `${object.get("spec", "group").string}/${object.get("spec", "names", "kind").string}`;
            this.definitions.add(object, cluster, defined);
        }
        const pod = this.podOf(object);
        if (!pod) return;
        for (const space of [namespace, ANY]) {
            for (const where of this.clusters.withGroup(cluster)) this.addPod(pod, cluster, where, space);
        }
    }

    private addPatch(patch: KubeObject): void {
        const { cluster, namespace } = this.locationOf(patch);
        for (const space of [namespace, ANY]) {
            for (const where of this.clusters.withGroup(cluster)) {
                this.patchesByName.add(patch, where, kindId(patch), space, patch.name.string ?? UNKNOWN);
                if (patch.isWorkload) this.workloadPatches.add(patch, where, space);
            }
        }
    }

    /** @param where the pod's cluster, or the group of it. */
    private addPod(pod: Pod, cluster: string, where: string, space: string): void {
        const same = this.alike.get(where, space, labelsKey(pod));
        // Where it is not known that a pod is there, one of those alike is enough: of a group, one of each of two
        // clusters, of which the one that asks may be the first.
        const isGroup = where !== cluster;
        const isFirst = same.length === 0;
        const isVague = isGroup || space === ANY || space === UNKNOWN;
        const isNews = isFirst || (isGroup && same.length === 1 && !same.some(one => this.isOn(one.object, cluster)));
        if (isNews) this.alike.add(pod, where, space, labelsKey(pod));
        else if (isVague) return;
        this.pods.add(pod, where, space);
        if (pod.labels.isUnknown && isNews) this.unlabelledPods.add(pod, where, space);
        for (const [key, label] of pod.labels.entries()) {
            if (label.isUnknown) this.podsByOpenLabel.add(pod, where, space, key);
            else this.podsByLabel.add(pod, where, space, key, label.string ?? "");
        }
    }

    /** Whether an object is on a cluster for sure. */
    isOn(object: KubeObject, cluster: string): boolean {
        return this.locationOf(object).cluster === cluster;
    }

    /** The locations that a location may be the same as, on other clusters. */
    beside(location: Location): Location[] {
        return this.clusters.beside(location.cluster).map(cluster => ({ ...location, cluster }));
    }

    /** The resource of an object, with its edges. */
    nodeOf(object: KubeObject): Node | undefined {
        return this.nodes.get(object);
    }

    /** The cluster of a resource: objects whose clusters are equal are on one cluster. */
    clusterOf({ resource }: Node | { resource: KubeObject["resource"] }): string {
        return this.clusters.idOf(resource);
    }

    /** Where an object is; its namespace is `UNKNOWN` while it is not known. */
    locationOf(object: KubeObject): Location {
        const known = this.locations.get(object);
        if (known) return known;
        const namespace = object.namespace;
        const location = {
            cluster: this.clusterOf(object),
            namespace: namespace.isUnset ? "" : (namespace.string ?? UNKNOWN),
        };
        this.locations.set(object, location);
        return location;
    }

    /**
     * The pod that an object is or makes its pods from, custom workloads that are well known included; a PodTemplate
     * makes none.
     */
    podOf(object: KubeObject): Pod | undefined {
        if (object.pod) return object.is("PodTemplate") ? undefined : object.pod;
        const template = customKind(object.group, object.kind)?.podTemplate;
        if (!template || object.root.get(...template).isUnset) return undefined;
        const pod = this.customPods.get(object) ?? new Pod(object, object.root.get(...template), true);
        this.customPods.set(object, pod);
        return pod;
    }

    /** The objects of a kind with this name; of those that may be meant one at least, when there are any. */
    find(location: Location, kind: KindId, name: string): Matches<KubeObject> {
        const own = this.findIn(location, kind, name);
        const elsewhere = this.beside(location).map(other => this.findIn(other, kind, name));
        return { certain: own.certain, possible: [...own.possible, ...firstOfAll(elsewhere)] };
    }

    /** An object of this name that is not in the location for sure, but on another cluster that may be the same. */
    elsewhere(location: Location, kind: KindId, name: string): KubeObject | undefined {
        const { cluster, namespace } = location;
        if (namespace === UNKNOWN || this.byName.get(cluster, kind, namespace, name).length > 0) return undefined;
        for (const other of this.beside(location)) {
            const [found] = this.byName.get(other.cluster, kind, namespace, name);
            if (found) return found;
        }
        return undefined;
    }

    /** The same without what is on other clusters. */
    findIn({ cluster, namespace }: Location, kind: KindId, name: string): Matches<KubeObject> {
        const certain = namespace === UNKNOWN ? [] : this.byName.get(cluster, kind, namespace, name);
        const spaces = spacesOf(namespace);
        const vague = [
            this.byName.get(cluster, kind, namespace === UNKNOWN ? ANY : UNKNOWN, name),
            ...spaces.map(space => this.nameless.get(cluster, kind, space)),
            ...spaces.map(space => this.notYetNamed(cluster, kind, space, name)),
        ];
        return { certain, possible: vague.flatMap(objects => objects.slice(0, 1)) };
    }

    /** Objects to which Pulumi may still give this name. */
    private notYetNamed(cluster: string, kind: KindId, space: string, name: string): readonly KubeObject[] {
        const base = withoutSuffix(name);
        const named = base === undefined ? [] : this.autoNamed.get(cluster, kind, space, base);
        return named.filter(object => !object.name.string);
    }

    /** The objects of a kind that Pulumi names, other than their resource, which has this name. */
    autoNamedFrom({ cluster, namespace }: Location, kind: KindId, resourceName: string): readonly KubeObject[] {
        if (namespace === UNKNOWN) return [];
        const named = this.autoNamed.get(cluster, kind, namespace, resourceName);
        return named.filter(object => object.name.string !== resourceName);
    }

    /** The patches that change an object of this name, or may: what they change exists, in the stack or elsewhere. */
    patchesOf(location: Location, kind: KindId, name: string): readonly KubeObject[] {
        const names = [name, UNKNOWN];
        return [location, ...this.beside(location)].flatMap(({ cluster, namespace }) =>
            spacesOf(namespace).flatMap(space =>
                names.flatMap(one => this.patchesByName.get(cluster, kind, space, one)),
            ),
        );
    }

    /** Whether a workload that exists elsewhere, with labels that are not known, may be in a namespace. */
    hasWorkloadPatch(location: Location): boolean {
        return [location, ...this.beside(location)].some(({ cluster, namespace }) =>
            spacesOf(namespace).some(space => this.workloadPatches.get(cluster, space).length > 0),
        );
    }

    /**
     * All objects of a kind in a namespace; with namespace "" all that are in none. Those on clusters that may be the
     * same may be told twice.
     */
    ofKind(location: Location, kind: KindId): Matches<KubeObject> {
        const own = this.ofKindIn(location, kind);
        const elsewhere = this.beside(location).flatMap(other => [...Object.values(this.ofKindIn(other, kind))]);
        return { certain: own.certain, possible: joined([own.possible, ...elsewhere]) };
    }

    /** The same without what is on other clusters. */
    ofKindIn({ cluster, namespace }: Location, kind: KindId): Matches<KubeObject> {
        if (namespace === UNKNOWN) return { certain: [], possible: this.everywhere(cluster, kind) };
        return {
            certain: this.byKind.get(cluster, kind, namespace),
            possible: this.byKind.get(cluster, kind, UNKNOWN),
        };
    }

    /** All objects of a kind on a cluster, whatever their namespace. */
    everywhere(cluster: string, kind: KindId): readonly KubeObject[] {
        return this.byKind.get(cluster, kind, ANY);
    }

    /**
     * The pods and pod templates of one location that a selector selects, without those on clusters that may be the same;
     * of those that may be meant and have the same labels in the same namespace, one at least.
     * @param equalities labels that the selector asks for with their values, which narrow the search.
     * @param selects decides each candidate.
     */
    selected(
        location: Location,
        equalities: Iterable<readonly [string, Value]>,
        selects: (pod: Pod) => Answer,
    ): Matches<Pod> {
        const certain: Pod[] = [];
        const possible: Pod[] = [];
        for (const pod of this.candidates(location, equalities).flat()) {
            const answer = all([this.isIn(pod, location.namespace), selects(pod)]);
            if (answer === "yes") certain.push(pod);
            if (answer === "unknown") possible.push(pod);
        }
        return { certain, possible };
    }

    /** The pods that may have all of some labels, as lists: the shortest that one of them gives. */
    candidates(
        { cluster, namespace }: Location,
        equalities: Iterable<readonly [string, Value]>,
    ): readonly (readonly Pod[])[] {
        const spaces = spacesOf(namespace);
        let fewest = spaces.map(space => this.pods.get(cluster, space));
        for (const [key, { string }] of equalities) {
            if (string === undefined || CONTROLLER_LABELS.has(key)) continue;
            const lists = spaces.flatMap(space => [
                this.podsByLabel.get(cluster, space, key, string),
                this.podsByOpenLabel.get(cluster, space, key),
                this.unlabelledPods.get(cluster, space),
            ]);
            if (totalLength(lists) <= totalLength(fewest)) fewest = lists;
        }
        return fewest;
    }

    /** Whether a pod is in a namespace. */
    isIn(pod: Pod, namespace: string): Answer {
        const own = this.locationOf(pod.object).namespace;
        if (own === UNKNOWN || namespace === UNKNOWN) return "unknown";
        return own === namespace ? "yes" : "no";
    }

    /** The definition of a custom resource's kind, where the stack has it. */
    definitionOf(object: KubeObject): KubeObject | undefined {
        return this.definitions.get(this.clusterOf(object), kindId(object))[0];
    }

    /** All pods and pod templates that are in a namespace for sure. */
    podsIn({ cluster, namespace }: Location): readonly Pod[] {
        return namespace === UNKNOWN ? [] : this.pods.get(cluster, namespace);
    }
}

/** Under which keys of an index to look for what is in a namespace, or may be. */
export function spacesOf(namespace: string): string[] {
    return namespace === UNKNOWN ? [ANY] : [namespace, UNKNOWN];
}

/** What is the same for pods that every selector treats alike. */
export function labelsKey({ labels }: Pod): string {
    if (!labels.isMap) return labels.isUnknown ? UNKNOWN : "";
    // A label that is no text selects nothing, whatever it holds.
    return JSON.stringify(labels.entries().map(([key, label]) => [key, withoutContent(label)]));
}

/** What a value holds, but nothing of what lies in it: an empty object where it is an object or a list. */
export function withoutContent({ raw }: Value): unknown {
    return typeof raw === "object" ? raw && {} : raw;
}

/** One object at least, where any were found. */
function firstOfAll(matches: readonly Matches<KubeObject>[]): KubeObject[] {
    return matches.flatMap(({ certain, possible }) => [...certain.slice(0, 1), ...possible.slice(0, 1)]).slice(0, 1);
}

/** Lists as one, which most often only one of them has anything of. */
function joined<T>(lists: readonly (readonly T[])[]): readonly T[] {
    const full = lists.filter(({ length }) => length > 0);
    return full.length > 1 ? full.flat() : (full[0] ?? []);
}

function totalLength(lists: readonly (readonly unknown[])[]): number {
    return lists.reduce((sum, { length }) => sum + length, 0);
}

const indexes = new WeakMap<Stack, ObjectIndex>();

/** The index of a stack, made once for all policies. */
export function indexOf(stack: Stack): ObjectIndex {
    const index = indexes.get(stack) ?? new ObjectIndex(stack);
    indexes.set(stack, index);
    return index;
}
