import { BUILT_IN_KINDS, builtInKind, customKind } from "../kubernetes/kinds";
import type { KubeObject } from "../kubernetes/object";
import type { Pod } from "../kubernetes/pod";
import { mapSelects, selects } from "../kubernetes/selector";
import { type Answer, all, any, UNKNOWN, type Value } from "../value";
import { hasCertificateShim } from "./certificate-shims";
import { type KindId, kindId, type Location, type ObjectIndex } from "./object-index";
import {
    GOVERNING_SERVICE,
    type NamedKind,
    REFERENCE_TYPES,
    type ReferenceType,
    SELECTOR_TYPES,
    type SelectorType,
} from "./reference-types";

/** One reference of one object to another by name. */
export interface Reference {
    readonly type: ReferenceType;
    readonly from: KubeObject;
    /** The value that names the target. */
    readonly at: Value;
    readonly name: string;
    readonly kind: KindId;
    /** Where the target must be. */
    readonly location: Location;
    /** The element that the paths of the type start from. */
    readonly element: Value;
}

/** One selector of an object. */
export interface SelectorReference {
    readonly type: SelectorType;
    readonly from: KubeObject;
    readonly at: Value;
}

/** What a reference is to, as messages begin: `Service shop/cart`. */
export function targetLabel({ kind, name, location }: Pick<Reference, "kind" | "name" | "location">): string {
    const parts = location.namespace === "" ? [name] : [location.namespace, name];
    return `${kindName(kind)} ${parts.join("/")}`;
}

/** The name of a kind as people write it: `Rollout` for `argoproj.io/Rollout`. */
export function kindName(kind: KindId): string {
    return kind.slice(kind.indexOf("/") + 1);
}

/** All references of an object by names that are known, but those that may be left unfulfilled. */
export function referencesOf(object: KubeObject, index: ObjectIndex): Reference[] {
    const pod = object.isPatch ? object.pod : index.podOf(object);
    const own = typesOf(kindId(object)).flatMap(type => read(type, object, object.root, index));
    const ofPod = pod ? typesOf("pod").flatMap(type => read(type, object, pod.spec, index)) : [];
    return pod && object.is("StatefulSet") ? [...own, ...withoutReplacedVolumes(ofPod, pod)] : [...own, ...ofPod];
}

/**
 * The references of a StatefulSet's pods but those of volumes whose place a claim of the same name takes.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/#StatefulSetSpec
 */
function withoutReplacedVolumes(references: readonly Reference[], pod: Pod): Reference[] {
    const claims = pod.object.root.select("spec.volumeClaimTemplates[].metadata.name");
    const paths = pod.spec
        .get("volumes")
        .items()
        .filter(volume => claims.some(claim => mayBeEqual(claim, volume.get("name"))))
        .map(volume => volume.path);
    return references.filter(({ at }) => !paths.some(path => path.every((step, i) => at.path[i] === step)));
}

function mayBeEqual(one: Value, other: Value): boolean {
    return one.isUnknown || other.isUnknown || one.raw === other.raw;
}

/** Finds the types that begin at a kind, gathered from all of them with the first question. */
function byKind<T extends { readonly from: "pod" | readonly KindId[] }>(
    all: readonly T[],
): (kind: KindId | "pod") => readonly T[] {
    const types = new Map<KindId | "pod", T[]>();
    return kind => {
        if (types.size === 0) {
            for (const type of all) {
                for (const from of type.from === "pod" ? ["pod"] : type.from) {
                    types.set(from, [...(types.get(from) ?? []), type]);
                }
            }
        }
        return types.get(kind) ?? [];
    };
}

const typesOf = byKind(REFERENCE_TYPES);
const selectorTypesOf = byKind(SELECTOR_TYPES);

function read(type: ReferenceType, from: KubeObject, root: Value, index: ObjectIndex): Reference[] {
    return root.select(type.at).flatMap(element => {
        const kind = targetKind(type.target, element);
        if (kind === undefined || mayBeMissing(type, element) || mayBeAction(type, element)) return [];
        if (hasCertificateShim(type, from, element, index)) return [];
        const location = targetPlace(type, kind, element, index.locationOf(from));
        const names = type.name === "" ? [element] : element.select(type.name);
        return names.flatMap(at => (at.string ? [{ type, from, at, name: at.string, kind, location, element }] : []));
    });
}

function mayBeMissing({ optional }: ReferenceType, element: Value): boolean {
    return optional !== undefined && element.get(optional).is(true) !== "no";
}

/**
 * The AWS load balancer controller takes a backend with this port for the name of an action in an annotation.
 *
 * Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
 */
function mayBeAction({ port }: ReferenceType, element: Value): boolean {
    if (port === undefined) return false;
    const meant = element.get(port);
    return [meant, meant.get("name")].some(value => value.is("use-annotation") !== "no");
}

/** API groups that have built-in kinds. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set(Object.values(BUILT_IN_KINDS).flatMap(({ groups }) => groups));

/** The kind that a reference is to; undefined when it is to a user, or not known yet. */
function targetKind(target: KindId | NamedKind, element: Value): KindId | undefined {
    if (typeof target === "string") return target;
    const kind = element.get(target.kind);
    const group = target.group === undefined ? undefined : element.get(target.group);
    if (kind.isUnknown || group?.isUnknown) return undefined;
    if (kind.string === undefined) return target.byDefault;
    const named = group === undefined || group.isUnset ? target.groupByDefault : group.string;
    // An apiVersion ends in a version, a group does not.
    const known = (named ?? "").replace(/\/?v\d+((alpha|beta)\d+)?$/, "");
    if (builtInKind(known, kind.string)) return kind.string;
    return BUILT_IN_GROUPS.has(known) ? undefined : `${known}/${kind.string}`;
}

function targetPlace({ namespace }: ReferenceType, kind: KindId, element: Value, own: Location): Location {
    if (isClusterScoped(kind)) return { ...own, namespace: "" };
    const named = namespace === undefined ? undefined : element.get(namespace);
    return named === undefined || named.isUnset ? own : { ...own, namespace: named.string ?? UNKNOWN };
}

/**
 * Custom kinds of which nothing is known live in no namespace when they are called so: ClusterSecretStore, and issuers
 * for cert-manager such as AWSPCAClusterIssuer.
 */
function isClusterScoped(kind: KindId): boolean {
    const slash = kind.indexOf("/");
    const facts = slash < 0 ? BUILT_IN_KINDS[kind] : customKind(kind.slice(0, slash), kindName(kind));
    return facts ? facts.scope === "cluster" : /^(Cluster\w+|\w+ClusterIssuer|GatewayClass)$/.test(kindName(kind));
}

const NAMESPACE: ReferenceType = {
    from: [],
    at: "metadata",
    name: "namespace",
    target: "Namespace",
    without: {
        looks: 'creation fails with "namespace not found"',
        afterwards: "and Pulumi gives up after 5 tries",
    },
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
};

const DEFINITION: ReferenceType = {
    from: [],
    at: "",
    name: "kind",
    target: "CustomResourceDefinition",
    without: {
        looks: 'creation fails with "no matches for kind"',
        afterwards: "and Pulumi gives up after 5 tries",
    },
    source: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",
};

/**
 * Applied to what does not exist, a Patch creates the object.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/await.go (`Creation`, which applies Patches and creates all else).
 */
const PATCHED: ReferenceType = {
    from: [],
    at: "metadata",
    name: "name",
    target: "",
    without: {
        looks: 'applied first, it creates the object itself or is refused, and since version 4.29 of the provider the creation of the object then fails with "already exists"',
        stays: true,
    },
    source: "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/",
};

/** What an object needs by where and what it is: its namespace, the definition of a custom kind, what a Patch changes. */
export function impliedReferences(object: KubeObject, index: ObjectIndex): Reference[] {
    const own = namespaceReference(object, index);
    const definition = object.facts ? undefined : index.definitionOf(object);
    const name = definition?.name.string;
    const defined = name ? [implied(DEFINITION, object, index, object.get("kind"), name)] : [];
    const patched = object.isPatch && object.name.string ? [patchedReference(object, index, object.name.string)] : [];
    return [...(own ? [own] : []), ...defined, ...patched];
}

/** The reference of a Patch to what it changes. */
function patchedReference(patch: KubeObject, index: ObjectIndex, name: string): Reference {
    const location = index.locationOf(patch);
    return { type: PATCHED, from: patch, at: patch.name, name, kind: kindId(patch), location, element: patch.root };
}

/** The reference of an object to its namespace. */
export function namespaceReference(object: KubeObject, index: ObjectIndex): Reference | undefined {
    const name = object.namespace.string;
    return name ? implied(NAMESPACE, object, index, object.get("metadata", "namespace"), name) : undefined;
}

function implied(type: ReferenceType, from: KubeObject, index: ObjectIndex, at: Value, name: string): Reference {
    const kind = String(type.target);
    return { type, from, at, name, kind, location: { ...index.locationOf(from), namespace: "" }, element: from.root };
}

/** The reference of a StatefulSet to the Service that gives its pods their names. */
export function governingServiceOf(set: KubeObject, index: ObjectIndex): Reference | undefined {
    return read(GOVERNING_SERVICE, set, set.root, index)[0];
}

/** The selectors of an object. An empty one selects everything, or nothing, on purpose. */
export function selectorReferencesOf(object: KubeObject): SelectorReference[] {
    if (object.isPatch || isAlias(object) !== "no") return [];
    return selectorTypesOf(kindId(object)).flatMap(type =>
        object.root
            .select(type.at)
            .filter(at => hasConditions(type, at) && !looksElsewhere(type, object, at))
            .map(at => ({ type, from: object, at })),
    );
}

/** Whether a Service is only a name for what is outside: its selector and ports mean nothing. */
function isAlias(service: KubeObject): Answer {
    return service.get("spec", "type").is("ExternalName");
}

function hasConditions({ shape }: SelectorType, at: Value): boolean {
    if (at.isUnknown) return true;
    if (shape === "map") return at.keys().length > 0;
    return at.get("matchLabels").keys().length > 0 || at.get("matchExpressions").items().length > 0;
}

/** A peer of a NetworkPolicy may be in namespaces that a selector beside it chooses. */
function looksElsewhere({ forOthers }: SelectorType, { resource }: KubeObject, { path }: Value): boolean {
    // Paths start at the resource, of which the object is a part when it is an item of a List.
    return forOthers === true && !resource.props.get(...path.slice(0, -1), "namespaceSelector").isUnset;
}

/** Whether a selection selects labels. */
export function selectsLabels({ type, at }: SelectorReference, labels: Value): Answer {
    return type.shape === "map" ? mapSelects(at, { labels }) : selects(at, { labels });
}

/** Whether a Service has the port that a reference means, by name or number. */
export function hasPort(service: KubeObject, port: Value): Answer {
    const meant = port.isMap ? [port.get("name"), port.get("number")].find(value => !value.isUnset) : port;
    const ports = service.get("spec", "ports");
    if (isAlias(service) === "yes") return "yes";
    if (meant === undefined || meant.isUnset || meant.isUnknown || ports.isUnknown) return "unknown";
    const answers = ports.items().flatMap(one => [one.get("name"), one.get("port")]);
    if (answers.some(value => value.isSet && String(value.raw) === String(meant.raw))) return "yes";
    return isAlias(service) === "unknown" || answers.some(value => value.isUnknown) ? "unknown" : "no";
}

/** Whether a Service gives each of its pods a name of its own. */
export function isHeadless(service: KubeObject): Answer {
    const spec = service.get("spec");
    const own = spec.get("clusterIP");
    return (own.isUnset ? spec.get("clusterIPs", 0) : own).is("None");
}

/**
 * The names by which containers of a pod mount volumes that it does not have. The API server refuses such a pod or
 * template; in a StatefulSet it cannot tell, and no pods are created.
 *
 * Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go (`ValidateVolumeMounts`) and
 * pkg/apis/apps/validation/validation.go (`ValidatePodTemplateSpecForStatefulSet`).
 */
export function mountsWithoutVolume(pod: Pod): Value[] {
    const volumes = pod.spec.get("volumes");
    if (pod.object.isPatch || !(volumes.isUnset || volumes.isList)) return [];
    const claims = pod.object.is("StatefulSet") ? pod.object.root.select("spec.volumeClaimTemplates[]") : [];
    const names = [
        ...volumes.items().map(volume => volume.get("name")),
        ...claims.map(claim => claim.get("metadata", "name")),
    ];
    if (names.some(name => name.isUnknown)) return [];
    const known = new Set(names.map(({ raw }) => raw));
    return pod.containers
        .flatMap(({ value }) => [...value.select("volumeMounts[].name"), ...value.select("volumeDevices[].name")])
        .filter(({ string }) => string !== undefined && !known.has(string));
}

/**
 * Whether a container of a pod that runs as long as the pod does gives a port the name that a Service's port asks for,
 * with the same protocol.
 *
 * Source: kubernetes/kubernetes pkg/api/v1/pod/util.go (`FindPort`).
 */
export function namesPort(
    pod: Pod,
    wanted: Value,
    protocol: "same protocol" | "any protocol" = "same protocol",
): Answer {
    const name = wanted.get("targetPort").raw;
    const answers = pod.containers.map(container => {
        const runs = container.role === "container" ? "yes" : container.isSidecar;
        const ports = container.get("ports");
        const fits = (port: Value) => (protocol === "any protocol" ? "yes" : sameProtocol(port, wanted));
        const named = ports.items().map(port => all([equal(port.get("name"), name), fits(port)]));
        return all([runs, any(ports.isUnknown ? ["unknown"] : named)]);
    });
    const answer = any(answers);
    return answer === "no" && pod.mayHaveMoreContainers ? "unknown" : answer;
}

function equal(value: Value, raw: unknown): Answer {
    if (value.isUnknown) return "unknown";
    return value.raw === raw ? "yes" : "no";
}

/** TCP where a port says none. */
function sameProtocol(one: Value, other: Value): Answer {
    const [first, second] = [one, other].map(port => port.get("protocol"));
    if (first?.isUnknown || second?.isUnknown) return "unknown";
    return (first?.raw ?? "TCP") === (second?.raw ?? "TCP") ? "yes" : "no";
}
