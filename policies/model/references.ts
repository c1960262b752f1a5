import type { Glob } from "./glob";
import { builtInKind } from "./kinds";
import type { KubeObject } from "./object";
import { type KindId, kindId, type Matches, type ObjectIndex, type Place } from "./object-index";
import type { Pod } from "./pod";
import {
    ALWAYS_THERE,
    MAKES_NOTHING,
    MAKES_ONE,
    type NamedKind,
    REFERENCE_TYPES,
    type ReferenceType,
    SELECTOR_TYPES,
    type SelectorType,
} from "./reference-types";
import { mapSelects, selects } from "./selector";
import { UNKNOWN, type Value } from "./value";

/** One reference of one object to another by name. */
export interface Reference {
    readonly type: ReferenceType;
    readonly from: KubeObject;
    /** The value that names the target. */
    readonly at: Value;
    readonly name: string;
    readonly kind: KindId;
    /** Where the target must be. */
    readonly place: Place;
    /** The element that the paths of the type start from. */
    readonly element: Value;
}

/** What became of a reference. */
export type Resolution =
    | { readonly state: "found"; readonly target: KubeObject; readonly missingKeys: readonly Value[] }
    | { readonly state: "missing" }
    /** The target may exist elsewhere: another stack, the platform, the cloud. */
    | { readonly state: "outside" }
    /** The update will know. */
    | { readonly state: "unknown" };

/** What must be in the stack. */
export interface World {
    /** Everything, or only what belongs into namespaces that the stack itself makes. */
    readonly world: "namespace" | "stack";
    /** Globs over Kind/namespace/name of what exists elsewhere. */
    readonly external: readonly Glob[];
}

/** The name of a kind as people write it: `Rollout` for `argoproj.io/Rollout`. */
export function kindName(kind: KindId): string {
    return kind.slice(kind.indexOf("/") + 1);
}

const typesByKind = new Map<KindId | "pod", ReferenceType[]>();

function typesOf(kind: KindId | "pod"): readonly ReferenceType[] {
    if (typesByKind.size === 0) {
        for (const type of REFERENCE_TYPES) {
            for (const from of type.from === "pod" ? ["pod"] : type.from) {
                typesByKind.set(from, [...(typesByKind.get(from) ?? []), type]);
            }
        }
    }
    return typesByKind.get(kind) ?? [];
}

/** All references of an object by a name that is known. Those that may be left unfulfilled are not among them. */
export function referencesOf(object: KubeObject, index: ObjectIndex): Reference[] {
    const own = typesOf(kindId(object)).flatMap(type => read(type, object, object.root, index));
    const pod = object.pod;
    return pod ? [...own, ...typesOf("pod").flatMap(type => read(type, object, pod.spec, index))] : own;
}

function read(type: ReferenceType, from: KubeObject, root: Value, index: ObjectIndex): Reference[] {
    return root.select(type.at).flatMap(element => {
        const names = type.name === "" ? [element] : element.select(type.name);
        const kind = targetKind(type.target, element);
        const optional = type.optional !== undefined && element.get(type.optional).is(true) !== "no";
        if (optional || kind === undefined) return [];
        return names.flatMap(at => {
            const place = targetPlace(type, kind, element, index.placeOf(from));
            return at.string ? [{ type, from, at, name: at.string, kind, place, element }] : [];
        });
    });
}

const NAMESPACE: ReferenceType = {
    from: [],
    at: "metadata",
    name: "namespace",
    target: "Namespace",
    namespace: "cluster",
    untilThere: "it is refused while the namespace does not exist",
    mustExist: false,
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
};

const DEFINITION: ReferenceType = {
    from: [],
    at: "",
    name: "kind",
    target: "CustomResourceDefinition",
    namespace: "cluster",
    untilThere: "it is refused while the cluster does not know its kind",
    mustExist: false,
    source: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",
};

/** What an object needs by where and what it is: its namespace, and the definition of a custom kind. */
export function impliedReferences(object: KubeObject, index: ObjectIndex): Reference[] {
    const place = { ...index.placeOf(object), namespace: "" };
    const namespace = object.get("metadata", "namespace");
    const references: Reference[] = [];
    const refer = (type: ReferenceType, at: Value, name: string) =>
        references.push({ type, from: object, at, name, kind: type.target as KindId, place, element: object.root });
    if (namespace.string && object.scope === "namespaced") refer(NAMESPACE, namespace, namespace.string);
    const definition = object.facts ? undefined : index.definitionOf(object)?.name.string;
    if (definition) refer(DEFINITION, object.get("kind"), definition);
    return references;
}

/** The kind that a reference is to; undefined when it is to a user, or not known yet. */
function targetKind(target: KindId | NamedKind, element: Value): KindId | undefined {
    if (typeof target === "string") return target;
    const kind = element.get(target.kind);
    const group = target.group ? element.get(target.group) : undefined;
    if (kind.isUnknown || group?.isUnknown) return undefined;
    if (kind.string === undefined) return target.byDefault;
    const groupName = group?.isUnset !== false ? target.groupByDefault : group.string;
    // An apiVersion ends in a version, a group does not.
    const known = (groupName ?? "").replace(/\/?v\d+((alpha|beta)\d+)?$/, "");
    if (builtInKind(known, kind.string)) return kind.string;
    return known === "" ? undefined : `${known}/${kind.string}`;
}

function targetPlace({ namespace }: ReferenceType, kind: KindId, element: Value, own: Place): Place {
    if (namespace === "cluster" || isClusterScoped(kind)) return { ...own, namespace: "" };
    const named = namespace && element.get(namespace.path);
    if (!named || named.isUnset) return own;
    return { ...own, namespace: named.string ?? UNKNOWN };
}

/** Custom resources that live in no namespace are called so. */
function isClusterScoped(kind: KindId): boolean {
    const facts = builtInKind("", kind) ?? builtInKind("rbac.authorization.k8s.io", kind);
    return facts ? facts.scope === "cluster" : /\/(Cluster\w+|GatewayClass)$/.test(kind);
}

/** Decides references, and selectors, against the objects of a stack. */
export class Resolver {
    private readonly makers = new Map<string, boolean>();

    constructor(
        private readonly index: ObjectIndex,
        private readonly world: World,
    ) {}

    /** What a reference leads to. */
    resolve(reference: Reference): Resolution {
        const { kind, name, place } = reference;
        if (place.namespace === UNKNOWN) return { state: "unknown" };
        const { certain, possible } = this.index.find(place, kind, name);
        const [target] = certain;
        if (target) return { state: "found", target, missingKeys: this.missingKeys(reference, target) };
        if (possible.length > 0) return { state: "unknown" };
        if (isAlwaysThere(kind, name) || this.isExternal(kind, name, place)) return { state: "outside" };
        if (this.isMadeByStack(reference)) return { state: "outside" };
        if (this.mayBeMadeByOthers(place)) return { state: "unknown" };
        return { state: this.mustBeHere(place, reference.from) ? "missing" : "outside" };
    }

    /** The pods that a selector may select, and whether there can be others. */
    resolveSelector(from: KubeObject, type: SelectorType): "found" | "missing" | "outside" | "unknown" {
        const place = this.index.placeOf(from);
        const selector = from.get(...type.at.split("."));
        if (place.namespace === UNKNOWN || selector.isUnknown) return "unknown";
        const namespaces = type.namespaces ? this.namespacesOf(from, type.namespaces, place) : [place.namespace];
        if (namespaces === undefined) return "unknown";
        const places = namespaces.map(namespace => ({ ...place, namespace }));
        const matches = places.map(one => this.selected(one, selector, type));
        if (matches.some(({ certain }) => certain.length > 0)) return "found";
        if (matches.some(({ possible }) => possible.length > 0)) return "unknown";
        if (places.some(one => this.mayBeMadeByOthers(one))) return "unknown";
        return places.every(one => this.mustBeHere(one, from, true)) ? "missing" : "outside";
    }

    private selected(place: Place, selector: Value, type: SelectorType): Matches<unknown> {
        if (type.selects === "Service") {
            const services = this.index.ofKind(place, "Service").certain;
            const answers = services.map(service => selects(selector, { labels: service.labels }));
            return {
                certain: services.filter((_, position) => answers[position] === "yes"),
                possible: services.filter((_, position) => answers[position] === "unknown"),
            };
        }
        const isMap = type.shape === "map";
        const equalities = isMap ? selector.entries() : selector.get("matchLabels").entries();
        const decide = isMap ? mapSelects : selects;
        return this.index.selected(place, equalities, (pod: Pod) => decide(selector, { labels: pod.labels }));
    }

    /** The namespaces that a monitor looks into; undefined for all, or when they are not known. */
    private namespacesOf(from: KubeObject, path: string, place: Place): string[] | undefined {
        const selector = from.get(...path.split("."));
        if (selector.isUnset) return [place.namespace];
        const names = selector.get("matchNames");
        if (selector.isUnknown || names.isUnknown || selector.get("any").is(false) === "unknown") return undefined;
        if (selector.get("any").raw === true) return undefined;
        if (names.items().length === 0) return [place.namespace];
        return names.items().some(name => name.isUnknown)
            ? undefined
            : names.items().flatMap(name => name.string ?? []);
    }

    private isExternal(kind: KindId, name: string, { namespace }: Place): boolean {
        const reference = [kindName(kind), namespace, name].filter(part => part !== "").join("/");
        return this.world.external.some(glob => glob.matches(reference));
    }

    /** What a StatefulSet, a CronJob's token or a custom resource of the stack makes under a name that is known. */
    private isMadeByStack({ kind, name, place }: Reference): boolean {
        if (kind === "PersistentVolumeClaim" && this.index.ofKind(place, "StatefulSet").certain.some(claims(name))) {
            return true;
        }
        return Object.entries(MAKES_ONE).some(
            ([maker, made]) =>
                made.kind === kind &&
                this.index.ofKind(place, maker).certain.some(object => {
                    const names = made.names.flatMap(path => object.root.select(path));
                    return names.some(one => one.isUnknown) || names[0]?.string === name;
                }),
        );
    }

    /** Whether a Helm release, or a custom resource whose controller is not known, may make things there. */
    mayBeMadeByOthers({ cluster, namespace }: Place): boolean {
        if (this.makers.size === 0) this.findMakers();
        const places = namespace === "" ? [`${cluster}\n*`] : [`${cluster}\n${namespace}`, `${cluster}\n${UNKNOWN}`];
        return this.makers.has("opaque") || places.some(place => this.makers.has(place));
    }

    private findMakers(): void {
        this.makers.set("", true);
        const add = ({ cluster, namespace }: Place) => {
            this.makers.set(`${cluster}\n${namespace}`, true);
            this.makers.set(`${cluster}\n*`, true);
        };
        for (const node of this.index.stack.nodes) {
            const { resource, children } = node;
            if (resource.type === "kubernetes:helm.sh/v3:Release") {
                const namespace = resource.props.get("namespace");
                const cluster = this.index.clusterOf(node);
                add({ cluster, namespace: namespace.isUnset ? "default" : (namespace.string ?? UNKNOWN) });
            }
            // Without a cluster the provider cannot render it: what it will make is not known yet.
            if (isOverlay(resource.type) && children.length === 0) this.makers.set("opaque", true);
        }
        for (const object of this.index.objects) {
            if (object.facts || isBuiltInGroup(object.group)) continue;
            const id = kindId(object);
            if (MAKES_NOTHING.has(object.group) || MAKES_NOTHING.has(id) || Object.hasOwn(MAKES_ONE, id)) continue;
            add(this.index.placeOf(object));
        }
    }

    /**
     * Whether what must be in a place must be in this stack.
     * @param byLabel the target is whatever has some labels.
     */
    private mustBeHere({ cluster, namespace }: Place, from: KubeObject, byLabel = false): boolean {
        if (this.world.world === "stack") return true;
        const where = namespace === "" ? this.index.placeOf(from).namespace : namespace;
        if (where === "" || where === UNKNOWN) return false;
        const made = this.index.find({ cluster, namespace: "" }, "Namespace", where).certain.length > 0;
        const hasWorkload =
            (byLabel || namespace === "") && this.index.podsIn({ cluster, namespace: where }).length > 0;
        return made || hasWorkload;
    }

    /** The keys that a reference asks for and its target lacks. A Patch may add any, other controllers too. */
    private missingKeys({ type, element }: Reference, target: KubeObject): Value[] {
        if (type.keys === undefined || !target.is("ConfigMap", "Secret")) return [];
        const held = ["data", "stringData", "binaryData"].map(field => target.get(field));
        const patched = this.index.patches.some(patch => patch.is(target.kind) && patch.name.raw === target.name.raw);
        if (patched || held.some(map => map.isUnknown) || held.every(map => map.keys().length === 0)) return [];
        const keys = new Set(held.flatMap(map => map.keys()));
        return element.select(type.keys).filter(key => key.string !== undefined && !keys.has(key.string));
    }
}

/** Whether a StatefulSet's claim templates make a claim of this name: `<template>-<set>-<ordinal>`. */
function claims(name: string): (set: KubeObject) => boolean {
    return set =>
        set
            .get("spec", "volumeClaimTemplates")
            .items()
            .some(template => {
                const prefix = `${template.get("metadata", "name").string}-${set.name.string}-`;
                return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
            });
}

function isAlwaysThere(kind: KindId, name: string): boolean {
    return ALWAYS_THERE.some(([there, pattern]) => there === kind && pattern.test(name));
}

/** Components of the Kubernetes provider that make objects from charts and files. */
function isOverlay(type: string): boolean {
    return /^kubernetes:(yaml|kustomize|helm\.sh)(\/v\d+)?:(ConfigFile|ConfigGroup|Directory|Chart)$/.test(type);
}

function isBuiltInGroup(group: string): boolean {
    return !group.includes(".");
}

/** The selectors of an object that select nothing on purpose never are among these: empty ones. */
export function selectorsOf(object: KubeObject): SelectorType[] {
    return SELECTOR_TYPES.filter(type => {
        if (!type.from.includes(kindId(object)) || object.isPatch) return false;
        if (object.is("Service") && object.get("spec", "type").raw === "ExternalName") return false;
        const selector = object.get(...type.at.split("."));
        if (type.shape === "map") return selector.keys().length > 0;
        return selector.get("matchLabels").keys().length > 0 || selector.get("matchExpressions").items().length > 0;
    });
}

/** Whether a Service has the port that a reference means, by name or number. */
export function hasPort(service: KubeObject, port: Value): "yes" | "no" | "unknown" {
    const meant = port.isMap ? [port.get("name"), port.get("number")].find(value => !value.isUnset) : port;
    const ports = service.get("spec", "ports");
    if (service.get("spec", "type").raw === "ExternalName") return "yes";
    if (meant === undefined || meant.isUnset || meant.isUnknown || ports.isUnknown) return "unknown";
    const answers = ports.items().flatMap(one => [one.get("name"), one.get("port")]);
    if (answers.some(value => value.isSet && String(value.raw) === String(meant.raw))) return "yes";
    return answers.some(value => value.isUnknown) ? "unknown" : "no";
}
