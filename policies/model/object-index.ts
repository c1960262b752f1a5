import { Clusters } from "./clusters";
import { DEFAULT_ENVIRONMENT_SETTINGS } from "./environment";
import type { KubeObject } from "./object";
import type { Pod } from "./pod";
import { CONTROLLER_LABELS } from "./selector";
import type { Node, Stack } from "./stack";
import { type Answer, all, UNKNOWN, type Value } from "./value";

/** What a question about objects is about: a cluster, and a namespace in it; "" for objects in no namespace. */
export interface Place {
    readonly cluster: string;
    readonly namespace: string;
}

/** What a kind is found by: `Deployment` for a built-in kind, `argoproj.io/Rollout` for a custom one. */
export type KindId = string;

/** What the index finds: objects that are meant for sure, and those that may be, which the update will know. */
export interface Matches<T> {
    readonly certain: readonly T[];
    readonly possible: readonly T[];
}

/** The id of an object's kind. */
export function kindId(object: KubeObject): KindId {
    return object.facts ? object.kind : `${object.group}/${object.kind}`;
}

/**
 * The Kubernetes objects of a stack, found by cluster, kind, namespace and name, or by the labels of their pods, in
 * constant time. Patches are kept apart: they change objects that exist elsewhere, and create none.
 */
export class ObjectIndex {
    /** All objects but patches, in the order of the stack. */
    readonly objects: readonly KubeObject[];
    readonly patches: readonly KubeObject[];
    readonly clusters: Clusters;
    private readonly nodes = new Map<KubeObject, Node>();
    private readonly byName = new Multimap<KubeObject>();
    private readonly byKind = new Multimap<KubeObject>();
    /** Objects in a namespace that is not known, by cluster, kind and name. */
    private readonly homeless = new Multimap<KubeObject>();
    /** Objects whose name is not known, by cluster, kind and namespace, which may be unknown too. */
    private readonly nameless = new Multimap<KubeObject>();
    /** CustomResourceDefinitions, by cluster and the kind that they define. */
    private readonly definitions = new Multimap<KubeObject>();
    private readonly pods = new Multimap<Pod>();
    private readonly podsByLabel = new Multimap<Pod>();
    /** Pods whose labels or namespace are not known, by cluster. */
    private readonly vaguePods = new Multimap<Pod>();

    constructor(readonly stack: Stack) {
        this.clusters = new Clusters(stack, { ...DEFAULT_ENVIRONMENT_SETTINGS, clusters: [] });
        for (const node of stack.nodes) for (const object of node.resource.objects) this.nodes.set(object, node);
        const all = [...this.nodes.keys()];
        this.objects = all.filter(object => !object.isPatch);
        this.patches = all.filter(object => object.isPatch);
        for (const object of this.objects) this.add(object);
    }

    private add(object: KubeObject): void {
        const place = this.placeOf(object);
        const kind = kindId(object);
        const { cluster } = place;
        this.byKind.add(object, cluster, kind);
        const name = object.name.string;
        if (name === undefined) this.nameless.add(object, cluster, kind, place.namespace);
        else if (place.namespace === UNKNOWN) this.homeless.add(object, cluster, kind, name);
        else this.byName.add(object, cluster, kind, place.namespace, name);
        if (object.is("CustomResourceDefinition")) {
            const defined = `${object.get("spec", "group").string}/${object.get("spec", "names", "kind").string}`;
            this.definitions.add(object, cluster, defined);
        }
        if (object.pod && !object.is("PodTemplate")) this.addPod(object.pod, place);
    }

    private addPod(pod: Pod, { cluster, namespace }: Place): void {
        if (
            namespace === UNKNOWN ||
            pod.labels.isUnknown ||
            pod.labels.entries().some(([, label]) => label.isUnknown)
        ) {
            this.vaguePods.add(pod, cluster);
            return;
        }
        this.pods.add(pod, cluster, namespace);
        for (const [key, label] of pod.labels.entries()) {
            this.podsByLabel.add(pod, cluster, namespace, `${key}=${label.string ?? ""}`);
        }
    }

    /** The resource of an object, with its edges. */
    nodeOf(object: KubeObject): Node | undefined {
        return this.nodes.get(object);
    }

    /** The cluster of a resource: objects whose clusters are equal are on one cluster. */
    clusterOf({ resource }: Node | { resource: KubeObject["resource"] }): string {
        return this.clusters.ofProvider(resource.provider)?.id ?? resource.provider?.urn ?? "";
    }

    /** Where an object is; its namespace is `UNKNOWN` while it is not known. */
    placeOf(object: KubeObject): Place {
        const namespace = object.namespace;
        return {
            cluster: this.clusterOf(object),
            namespace: namespace.isUnset ? "" : (namespace.string ?? UNKNOWN),
        };
    }

    /** The objects of a kind with this name; of those that may be meant one at least, when there are any. */
    find({ cluster, namespace }: Place, kind: KindId, name: string): Matches<KubeObject> {
        const vague = [
            this.homeless.get(cluster, kind, name),
            this.nameless.get(cluster, kind, namespace),
            this.nameless.get(cluster, kind, UNKNOWN),
        ];
        return {
            certain: this.byName.get(cluster, kind, namespace, name),
            possible: vague.flatMap(objects => objects.slice(0, 1)),
        };
    }

    /** All objects of a kind in a namespace; with namespace "" all that are in none. */
    ofKind({ cluster, namespace }: Place, kind: KindId): Matches<KubeObject> {
        const objects = this.byKind.get(cluster, kind);
        return {
            certain: objects.filter(object => this.placeOf(object).namespace === namespace),
            possible: objects.filter(object => this.placeOf(object).namespace === UNKNOWN),
        };
    }

    /** All objects of a kind on a cluster, whatever their namespace. */
    everywhere(cluster: string, kind: KindId): readonly KubeObject[] {
        return this.byKind.get(cluster, kind);
    }

    /**
     * The pods and pod templates that a selector selects.
     * @param equalities labels that the selector asks for with their values, which narrow the search.
     * @param selects decides each candidate.
     */
    selected(
        { cluster, namespace }: Place,
        equalities: Iterable<readonly [string, Value]>,
        selects: (pod: Pod) => Answer,
    ): Matches<Pod> {
        const [first] = [...equalities].filter(
            ([key, value]) => value.string !== undefined && !CONTROLLER_LABELS.has(key),
        );
        const candidates = first
            ? this.podsByLabel.get(cluster, namespace, `${first[0]}=${first[1].string}`)
            : this.pods.get(cluster, namespace);
        const vague = this.vaguePods
            .get(cluster)
            .map(pod => ({ pod, answer: all([this.isIn(pod, namespace), selects(pod)]) }));
        const decided = [...candidates.map(pod => ({ pod, answer: selects(pod) })), ...vague];
        const ofAnswer = (wanted: Answer) => decided.filter(({ answer }) => answer === wanted).map(({ pod }) => pod);
        return { certain: ofAnswer("yes"), possible: ofAnswer("unknown") };
    }

    private isIn(pod: Pod, namespace: string): Answer {
        const own = this.placeOf(pod.object).namespace;
        if (own === UNKNOWN) return "unknown";
        return own === namespace ? "yes" : "no";
    }

    /** The definition of a custom resource's kind, where the stack has it. */
    definitionOf(object: KubeObject): KubeObject | undefined {
        return this.definitions.get(this.clusterOf(object), kindId(object))[0];
    }

    /** All pods and pod templates that are in a namespace for sure. */
    podsIn({ cluster, namespace }: Place): readonly Pod[] {
        return this.pods.get(cluster, namespace);
    }
}

const indexes = new WeakMap<Stack, ObjectIndex>();

/** The index of a stack, made once for all policies. */
export function indexOf(stack: Stack): ObjectIndex {
    const index = indexes.get(stack) ?? new ObjectIndex(stack);
    indexes.set(stack, index);
    return index;
}

/** Lists of values by several keys. */
class Multimap<T> {
    private readonly lists = new Map<string, T[]>();

    add(value: T, ...keys: readonly string[]): void {
        const key = keys.join("\n");
        const list = this.lists.get(key);
        if (list) list.push(value);
        else this.lists.set(key, [value]);
    }

    get(...keys: readonly string[]): readonly T[] {
        return this.lists.get(keys.join("\n")) ?? [];
    }
}
