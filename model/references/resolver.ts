import { namespaceOfRelease } from "../environments/clusters";
import type { Glob } from "../glob";
import { WORKLOAD_KINDS } from "../kubernetes/kinds";
import type { KubeObject } from "../kubernetes/object";
import type { Pod } from "../kubernetes/pod";
import { Multimap } from "../multimap";
import { autoNameOf } from "../pulumi/auto-names";
import type { Node } from "../pulumi/stack";
import { type Answer, any, UNKNOWN, Value } from "../value";
import { type Creator, Creators } from "./creators";
import { NearNames } from "./near-names";
import { ANY, type KindId, kindId, type Location, type Matches, type ObjectIndex, spacesOf } from "./object-index";
import {
    ALWAYS_THERE,
    ANNOTATIONS_OF_MADE,
    COPIES,
    LABELS_OF_CLUSTERS,
    MAKES_ELSEWHERE,
    MAKES_NOTHING,
    MAKES_SECRETS,
    NAME_MADE_SECRETS,
} from "./reference-types";
import { kindName, type Reference, type SelectorReference, selectsLabels } from "./references";
import { labelSelector, mapSelector, podsIn } from "./selection";

/**
 * What became of a reference. Where nothing shows the target, `near` is the name that was most likely meant: one of the
 * stack's objects of that kind in that location.
 */
export type Resolution =
    | { readonly state: "found"; readonly target: KubeObject; readonly missingKeys: readonly Value[] }
    | {
          readonly state: "missing";
          readonly near?: string | undefined;
          /** The object that is meant, where Pulumi gives it another name than that of its resource. */
          readonly autoNamed?: KubeObject | undefined;
      }
    /** The target may exist elsewhere: another stack, the platform, the cloud. */
    | { readonly state: "outside"; readonly near?: string | undefined }
    /** The update will know. */
    | {
          readonly state: "unknown";
          readonly near?: string | undefined;
          /** The workloads of the stack that may make it, where nothing else may. */
          readonly creators?: readonly Creator[];
      };

/** What became of a selector. */
export type SelectorState = Resolution["state"];

/** What must be in the stack. */
export interface World {
    /**
     * Everything, or only what belongs into namespaces that the stack itself makes; of what is in no namespace, which
     * mostly belongs to a platform, only what is a misspelling of what the stack has.
     */
    readonly world: "namespace" | "stack";
    /** Globs over Kind/namespace/name of what exists elsewhere. */
    readonly external: readonly Glob[];
}

/** The label that names the component of an application. */
const COMPONENT = /^(?:app\.kubernetes\.io\/)?component$/;

/** The kinds that bring along what a selector selects. */
const SELECTED_KINDS = { pods: [...WORKLOAD_KINDS, "Rollout"], Service: ["Service"] };

/** The fields in which Secrets and ConfigMaps hold keys. */
const KEY_FIELDS = ["data", "stringData", "binaryData"];

/** Decides references and selectors against the objects of a stack. */
export class Resolver {
    private readonly makers: Makers;
    private readonly creators: Creators;
    private readonly names = new Map<string, NearNames>();
    /** By location, label and the other labels of an application. */
    private readonly components = new Map<string, NearNames | undefined>();
    /** By location. */
    private readonly labelKeys = new Map<string, ReadonlySet<string>>();

    constructor(
        private readonly index: ObjectIndex,
        private readonly world: World,
    ) {
        this.makers = new Makers(index);
        this.creators = new Creators(index);
    }

    /** What a reference leads to. */
    resolve(reference: Reference): Resolution {
        const { kind, name, location, from } = reference;
        const { certain, possible } = this.index.find(location, kind, name);
        const [target] = certain;
        if (target) return { state: "found", target, missingKeys: this.missingKeys(reference, target) };
        if (possible.length > 0) return { state: "unknown" };
        if (isAlwaysThere(kind, name) || this.isExternal(reference)) return { state: "outside" };
        // What a Patch changes exists elsewhere.
        if (this.index.patchesOf(location, kind, name).length > 0) return { state: "outside" };
        if (this.isMadeByStack(reference)) return { state: "outside" };
        const bound = this.isBoundByHand(reference);
        if (bound !== "no") return { state: bound === "yes" ? "outside" : "unknown" };
        if (this.index.stack.isPartial) return { state: "unknown" };
        const near = this.nearName(reference);
        const [autoNamed] = this.index.autoNamedFrom(location, kind, name);
        if (kind === "Namespace") return this.resolveNamespace(name, location, near, autoNamed);
        if (this.mayBeMadeByOthers(location)) return { state: "unknown", near };
        const isOfPlatform = this.world.world === "namespace" && location.namespace === "";
        const isExpected = isOfPlatform ? near !== undefined : this.mustBeHere(location);
        // A name that the provider has chosen proves what is meant, wherever it is.
        const isMeant = autoNamed !== undefined && autoNameOf(autoNamed)?.isChosen === true;
        if (!isExpected && !isMeant) return { state: "outside", near };
        const creators = this.creators.of(kind, location, from);
        if (creators.length > 0) return { state: "unknown", near, creators };
        return { state: "missing", near, autoNamed };
    }

    /**
     * What becomes of the name of a namespace: it is missing where the stack makes one of which Pulumi chooses the name,
     * or one of almost this name. Charts and operators hardly make Namespaces, but for a Release that says so.
     */
    private resolveNamespace(
        name: string,
        { cluster }: Location,
        near: string | undefined,
        autoNamed: KubeObject | undefined,
    ): Resolution {
        if (!autoNamed && near === undefined) return { state: "outside" };
        const isMade = this.makers.createdNamespaces.has({ cluster, namespace: "" }, name);
        return isMade ? { state: "unknown" } : { state: "missing", near, autoNamed };
    }

    /** The name of an object of the kind in the location that a reference is most likely to, misspelt. */
    private nearName({ kind, name, location }: Reference): string | undefined {
        const key = [location.cluster, location.namespace, kind].join("\n");
        let names = this.names.get(key);
        if (!names) {
            names = new NearNames(this.index.ofKind(location, kind).certain.flatMap(one => one.name.string ?? []));
            this.names.set(key, names);
        }
        return names.nearest(name);
    }

    /** Whether there is anything that a selector selects. */
    resolveSelector(selection: SelectorReference): SelectorState {
        const { from, type } = selection;
        const location = this.index.locationOf(from);
        const namespaces = type.namespaces ? namespacesOf(from, type.namespaces, location) : [location.namespace];
        if (selection.at.isUnknown || namespaces === undefined) return "unknown";
        const locations = namespaces.map(namespace => ({ ...location, namespace }));
        const matches = locations.map(one => this.selected(selection, one));
        if (matches.some(({ certain }) => certain.length > 0)) return "found";
        if (matches.some(({ possible }) => possible.length > 0)) return "unknown";
        if (locations.some(one => this.hasExternal(SELECTED_KINDS[type.selects], one))) return "outside";
        if (locations.some(one => this.isOfCluster(selection, one))) return "outside";
        if (locations.some(one => this.mayBeMadeByOthers(one) || this.index.hasWorkloadPatch(one))) return "unknown";
        if (!locations.every(one => this.mustBeHere(one, type.forOthers !== true))) return "outside";
        if (type.mayOutlive && locations.some(one => this.isOfAbsentComponent(selection, one))) return "outside";
        if (type.forOthers && !locations.some(one => this.hasKeysOf(selection, one))) return "outside";
        const mayCome = (one: Location) => this.creators.mayLabelPods(one) || this.creators.mayMakePods(one);
        return type.selects === "pods" && locations.some(mayCome) ? "unknown" : "missing";
    }

    /**
     * Whether some pods of a namespace have each label that a selector looks for, with whatever value: then the value is
     * wrong. A label that no pod has yet is one by which those to come ask to be let in.
     */
    private hasKeysOf({ at }: SelectorReference, location: Location): boolean {
        const known = this.labelKeysIn(location);
        const wanted = at
            .get("matchExpressions")
            .items()
            .filter(one => one.get("operator").is("In") === "yes" || one.get("operator").is("Exists") === "yes")
            .flatMap(one => one.get("key").string ?? []);
        return [...at.get("matchLabels").keys(), ...wanted].every(key => known.has(key));
    }

    /**
     * Whether a selector names a component of an application of which the stack has others only: charts leave out the
     * workload of a component that is switched off, and often not its budget or policy. A component that is only misspelt
     * is none.
     *
     * Source: https://helm.sh/docs/chart_best_practices/labels/ (`app.kubernetes.io/component`; `component` before that).
     */
    private isOfAbsentComponent({ at }: SelectorReference, location: Location): boolean {
        const labels = at.get("matchLabels").entries();
        const [key, component] = labels.find(([name]) => COMPONENT.test(name)) ?? [];
        const others = labels.filter(([name]) => name !== key);
        const wanted = component?.string;
        if (key === undefined || wanted === undefined || others.length === 0) return false;
        const components = this.componentsOf(location, key, others);
        return components !== undefined && components.nearest(wanted) === undefined;
    }

    /** The components of an application in a namespace, which its other labels tell; undefined where there is none. */
    private componentsOf(
        location: Location,
        key: string,
        labels: readonly (readonly [string, Value])[],
    ): NearNames | undefined {
        const { cluster, namespace } = location;
        const id = JSON.stringify([cluster, namespace, key, labels.map(([name, { raw }]) => [name, raw])]);
        if (!this.components.has(id)) {
            const pods = this.index.candidates(location, labels).flat();
            const names = pods
                .filter(pod => labels.every(([name, value]) => mayBeEqual(pod.labels.get(name), value)))
                .flatMap(pod => pod.labels.get(key).string ?? []);
            this.components.set(id, names.length > 0 ? new NearNames(names) : undefined);
        }
        return this.components.get(id);
    }

    /** The keys of all labels that pods of a namespace have. */
    private labelKeysIn(location: Location): ReadonlySet<string> {
        const id = `${location.cluster}\n${location.namespace}`;
        const known = this.labelKeys.get(id) ?? new Set(this.index.podsIn(location).flatMap(pod => pod.labels.keys()));
        this.labelKeys.set(id, known);
        return known;
    }

    /** The pods, or Services, that a selector selects in a namespace. */
    selected(selection: SelectorReference, location: Location): Matches<KubeObject | Pod> {
        if (selection.type.selects === "pods") return this.pods(selection, location);
        const services = this.index.ofKind(location, "Service");
        const answers = services.certain.map(service => ({
            service,
            answer: selectsLabels(selection, service.labels),
        }));
        const may = services.possible.filter(service => selectsLabels(selection, service.labels) !== "no");
        return {
            certain: answers.filter(({ answer }) => answer === "yes").map(({ service }) => service),
            possible: [...answers.filter(({ answer }) => answer === "unknown").map(({ service }) => service), ...may],
        };
    }

    /** What a selector might select in the object's own namespace if it said something else. */
    selectable({ type, from }: SelectorReference): readonly (KubeObject | Pod)[] {
        const location = this.index.locationOf(from);
        return type.selects === "pods" ? this.index.podsIn(location) : this.index.ofKind(location, "Service").certain;
    }

    /** The pods that a selector of pods selects in a namespace. */
    pods(selection: SelectorReference, location: Location): Matches<Pod> {
        const { type, at } = selection;
        return podsIn(this.index, location, type.shape === "map" ? mapSelector(at) : labelSelector(at));
    }

    /** Whether a selector selects what clusters run themselves. */
    private isOfCluster(selection: SelectorReference, { namespace }: Location): boolean {
        const there = LABELS_OF_CLUSTERS.filter(
            one => one.namespace === namespace && one.of === selection.type.selects,
        );
        return there.some(({ labels }) => selectsLabels(selection, new Value(labels)) !== "no");
    }

    private isExternal({ kind, name, location }: Reference): boolean {
        const parts = location.namespace === "" ? [kindName(kind), name] : [kindName(kind), location.namespace, name];
        return this.world.external.some(glob => glob.matchesParts(parts) !== "no");
    }

    /** Whether something of a kind exists elsewhere, of whose labels nothing is known. */
    private hasExternal(kinds: readonly string[], { namespace }: Location): boolean {
        const { external } = this.world;
        return external.some(glob => kinds.some(kind => glob.matchesParts([kind, namespace, UNKNOWN]) !== "no"));
    }

    /** Whether a StatefulSet or a custom resource of the stack makes it, as its name shows. */
    private isMadeByStack({ kind, name, location }: Reference): boolean {
        const { claims, copies, secrets } = this.makers;
        if (copies.has({ ...location, namespace: kind }, name)) return true;
        if (kind === "Secret") return secrets.has(location, name);
        const claim = kind === "PersistentVolumeClaim" ? /^(.+)-\d+$/.exec(name)?.[1] : undefined;
        return claim !== undefined && claims.has(location, claim);
    }

    /**
     * Whether a claim needs no StorageClass of the name that it says: it asks for one volume, or there is a volume of
     * that class which somebody made.
     *
     * Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
     */
    private isBoundByHand({ kind, name, location, element }: Reference): Answer {
        if (kind !== "StorageClass") return "no";
        const { certain, possible } = this.index.ofKind(location, "PersistentVolume");
        const asksForOne = [element.get("volumeName"), element.get("selector")].map((value): Answer => {
            if (value.isUnknown) return "unknown";
            return value.isSet && value.raw !== "" ? "yes" : "no";
        });
        const isOfClass = [...certain, ...possible].map(volume => volume.get("spec", "storageClassName").is(name));
        return any([...asksForOne, ...isOfClass]);
    }

    /** Whether a Helm release, or a custom resource whose controller is not known, may make things there. */
    mayBeMadeByOthers(location: Location): boolean {
        if (this.index.stack.isPartial) return true;
        const { everywhere, namespaces } = this.makers;
        if (everywhere.has(ANY)) return true;
        return [location, ...this.index.beside(location)].some(({ cluster, namespace }) => {
            if (everywhere.has(cluster)) return true;
            const made = namespaces.get(cluster);
            // What is in no namespace, or in one that is not known, any of them may make.
            return made !== undefined && (namespace === "" || namespace === UNKNOWN || made.has(namespace));
        });
    }

    /**
     * Whether what must be in a location must be in this stack.
     * @param byLabel the target is whatever has some labels, of which a workload there shows that it is this stack's.
     */
    private mustBeHere({ cluster, namespace }: Location, byLabel = false): boolean {
        if (this.world.world === "stack") return true;
        if (namespace === UNKNOWN) return false;
        if (this.index.find({ cluster, namespace: "" }, "Namespace", namespace).certain.length > 0) return true;
        return byLabel && this.index.podsIn({ cluster, namespace }).length > 0;
    }

    /** The keys that a reference asks for and its target lacks. A Patch may add any, as controllers do. */
    private missingKeys({ type, element, location, kind, name }: Reference, target: KubeObject): Value[] {
        if (type.keys === undefined || this.index.patchesOf(location, kind, name).length > 0) return [];
        const held = KEY_FIELDS.map(field => target.get(field));
        // What is empty in the program is filled by something else.
        if (held.some(map => map.isUnknown) || held.every(map => map.keys().length === 0)) return [];
        const keys = new Set((type.keysIn ?? KEY_FIELDS).flatMap(field => target.get(field).keys()));
        return element.select(type.keys).filter(key => key.string !== undefined && !keys.has(key.string));
    }
}

/** Whether something exists on every cluster. */
export function isAlwaysThere(kind: KindId, name: string): boolean {
    return ALWAYS_THERE.some(([there, pattern]) => there === kind && pattern.test(name));
}

/** Names by cluster and namespace. */
class Names {
    private readonly known = new Multimap<string>();

    constructor(private readonly index: ObjectIndex) {}

    add({ cluster, namespace }: Location, name: string): void {
        for (const where of this.index.clusters.withGroup(cluster)) {
            for (const space of [namespace, ANY]) this.known.add(name, where, space, name);
        }
    }

    /** Whether a name is there, or may be: it, its namespace or its cluster is not known. */
    has(location: Location, name: string): boolean {
        return [location, ...this.index.beside(location)].some(({ cluster, namespace }) =>
            spacesOf(namespace).some(space =>
                [name, UNKNOWN].some(one => this.known.get(cluster, space, one).length > 0),
            ),
        );
    }
}

/** What is made that no resource of the stack shows. */
class Makers {
    /** Clusters, and groups of them, in which there may be anything. */
    readonly everywhere = new Set<string>();
    /** Namespaces in which there may be anything, by cluster and by group. */
    readonly namespaces = new Map<string, Set<string>>();
    /** Secrets that custom resources make. */
    readonly secrets: Names;
    /** Namespaces that Helm releases make, or may. */
    readonly createdNamespaces: Names;
    /** What is copied into other namespaces, by kind instead of namespace. */
    readonly copies: Names;
    /** Claims that StatefulSets make, without the ordinal at the end. */
    readonly claims: Names;

    constructor(private readonly index: ObjectIndex) {
        this.secrets = new Names(index);
        this.claims = new Names(index);
        this.createdNamespaces = new Names(index);
        this.copies = new Names(index);
        for (const node of index.stack.nodes) {
            if (isUnrendered(node)) this.everywhere.add(ANY);
            if (hasUnknownItems(node)) this.add({ cluster: index.clusterOf(node), namespace: UNKNOWN });
            if (node.resource.type !== "kubernetes:helm.sh/v3:Release") continue;
            const own = node.resource.props.get("namespace");
            const namespace = own.isUnset ? namespaceOfRelease(node.resource) : own;
            const location = {
                cluster: index.clusterOf(node),
                namespace: namespace.isUnset ? "default" : (namespace.string ?? UNKNOWN),
            };
            this.add(location);
            if (node.resource.props.get("createNamespace").is(true) === "no") continue;
            this.createdNamespaces.add({ ...location, namespace: "" }, location.namespace);
        }
        for (const object of index.objects) {
            const location = index.locationOf(object);
            if (object.is("StatefulSet")) for (const name of claimsOf(object)) this.claims.add(location, name);
            const made = secretsOf(object);
            for (const name of made) this.secrets.add(location, name);
            if (object.is("Secret", "ConfigMap") && isCopied(object.annotations)) {
                this.copies.add({ ...location, namespace: object.kind }, object.name.string ?? UNKNOWN);
            }
            if (made.length > 0 && ANNOTATIONS_OF_MADE.some(path => object.root.select(path).some(isCopied))) {
                for (const name of made) this.copies.add({ ...location, namespace: "Secret" }, name);
            }
            if (!makesAnything(object)) continue;
            const isElsewhere = location.namespace === "" || MAKES_ELSEWHERE.has(kindId(object));
            this.add(isElsewhere ? { ...location, namespace: UNKNOWN } : location);
        }
    }

    private add({ cluster, namespace }: Location): void {
        for (const where of this.index.clusters.withGroup(cluster)) {
            if (namespace === UNKNOWN) this.everywhere.add(where);
            else this.namespaces.set(where, (this.namespaces.get(where) ?? new Set()).add(namespace));
        }
    }
}

/** `<template>-<set>`, to which the controller adds an ordinal; `UNKNOWN` for a name that is not known. */
function claimsOf(set: KubeObject): string[] {
    const names = set.root.select("spec.volumeClaimTemplates[].metadata.name");
    const own = set.name.string;
    return names.map(({ string }) => (string === undefined || own === undefined ? UNKNOWN : `${string}-${own}`));
}

/** The Secrets that an object says a controller makes for it, `UNKNOWN` for a name that is not known. */
function secretsOf(object: KubeObject): string[] {
    const paths = object.facts ? [] : (MAKES_SECRETS[kindId(object)] ?? []);
    const names = paths.map(path => object.root.select(path)).find(values => values.length > 0) ?? [];
    const annotates = object.is("Service") || kindId(object) === "gateway.networking.k8s.io/Gateway";
    const annotations = annotates ? NAME_MADE_SECRETS.map(key => object.annotations.get(key)) : [];
    const annotated = annotations.filter(name => !name.isUnset);
    return [...names, ...annotated].map(name => name.string ?? UNKNOWN);
}

/** Whether annotations say that what has them is copied, or may. */
function isCopied(annotations: Value): boolean {
    return COPIES.some(key => {
        const value = annotations.get(key);
        return !value.isUnset && value.raw !== "false";
    });
}

/** Whether it is a custom resource whose controller may make what others refer to. */
function makesAnything(object: KubeObject): boolean {
    const kind = kindId(object);
    if (object.facts || MAKES_NOTHING.has(object.group) || MAKES_NOTHING.has(kind)) return false;
    return !Object.hasOwn(MAKES_SECRETS, kind) && object.group.includes(".");
}

/** A chart or file that could not be rendered yet: its cluster is not known before the update. */
function isUnrendered({ resource, children }: Node): boolean {
    return children.length === 0 && OVERLAY.test(resource.type);
}

const OVERLAY = /^kubernetes:(yaml|kustomize|helm\.sh)(\/v\d+)?:(ConfigFile|ConfigGroup|Directory|Chart)$/;

/** Whether it is a List with items of which not even the kind is known. */
function hasUnknownItems({ resource }: Node): boolean {
    const isList = resource.type.endsWith("List") && resource.type.startsWith("kubernetes:");
    return isList && resource.props.select("items[]").some(item => item.isUnknown);
}

/** The namespaces that a monitor looks into; undefined for all, or when they are not known. */
function namespacesOf(from: KubeObject, path: string, location: Location): string[] | undefined {
    const selector = from.get(...path.split("."));
    const names = selector.get("matchNames");
    if (names.isUnknown || selector.get("any").is(true) !== "no") return undefined;
    const items = names.items();
    if (items.some(name => name.isUnknown)) return undefined;
    return items.length === 0 ? [location.namespace] : items.flatMap(name => name.string ?? []);
}

function mayBeEqual(one: Value, other: Value): boolean {
    return one.isUnknown || other.isUnknown || one.raw === other.raw;
}
