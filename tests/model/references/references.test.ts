import { describe, expect, test } from "vitest";
import { Glob } from "../../../model/glob";
import { BUILT_IN_KINDS } from "../../../model/kubernetes/kinds";
import type { KubeObject } from "../../../model/kubernetes/object";
import { Resource } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { type KindId, ObjectIndex } from "../../../model/references/object-index";
import {
    type NamedKind,
    REFERENCE_TYPES,
    type ReferenceType,
    SELECTOR_TYPES,
    type SelectorType,
} from "../../../model/references/reference-types";
import {
    hasPort,
    isHeadless,
    namesPort,
    referencesOf,
    selectorReferencesOf,
} from "../../../model/references/references";
import { type Resolution, Resolver, type World } from "../../../model/references/resolver";
import { UNKNOWN, Value } from "../../../model/value";
import { tokenOf } from "../../support/kube-resource";

type Json = Record<string, unknown>;

const NAMESPACE = "shop";
const NAME = "target";
const IN_NAMESPACE: World = { world: "namespace", external: [] };
const IN_STACK: World = { world: "stack", external: [] };

function apiVersionOf(kind: KindId): string {
    const slash = kind.indexOf("/");
    const group = slash < 0 ? BUILT_IN_KINDS[kind]?.groups[0] : kind.slice(0, slash);
    return group ? `${group}/v1` : "v1";
}

function shortName(kind: KindId): string {
    return kind.slice(kind.indexOf("/") + 1);
}

/** An object of a kind, its namespace included: kinds in none ignore it. */
function object(kind: KindId, name: string, fields: Json = {}, metadata: Json = {}): Json {
    return {
        apiVersion: apiVersionOf(kind),
        kind: shortName(kind),
        metadata: { name, namespace: NAMESPACE, ...metadata },
        ...fields,
    };
}

const PLAIN = { type: "a:b:C", name: "plain", props: {} };

const THE_NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };

/** Something that holds a value at a path; `[]` makes a list of one. */
function holding(path: string, value: unknown): Json {
    const [step = "", ...rest] = path.split(".");
    if (step === "") return value as Json;
    const below = rest.length === 0 ? value : holding(rest.join("."), value);
    const key = step.replace("[]", "");
    return { [key]: step.endsWith("[]") ? [below] : below };
}

function merged(one: Json, other: Json): Json {
    const result = { ...one };
    for (const [key, value] of Object.entries(other)) {
        const own = result[key];
        result[key] = isMap(own) && isMap(value) ? merged(own, value) : value;
    }
    return result;
}

function isMap(value: unknown): value is Json {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Objects, patches as the kind `<Kind>Patch`, and Helm releases, whose properties are no manifest. */
function index(...manifests: readonly Json[]): ObjectIndex {
    const resources = manifests.map(({ apiVersion, kind, ...others }, position) => {
        const type = tokenOf(String(apiVersion), String(kind));
        const props = kind === "Release" ? others : { apiVersion, kind: String(kind).replace(/Patch$/, ""), ...others };
        const name = `resource-${position}`;
        return new Resource({ urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, props });
    });
    return new ObjectIndex(new Stack(resources.map(resource => ({ resource }))));
}

/** A kind that a reference may be to, and what the reference says of it. */
function targetOf(target: KindId | NamedKind): { kind: KindId; says: Json } {
    if (typeof target === "string") return { kind: target, says: {} };
    const kind = target.byDefault ?? (target.groupByDefault === "" ? "ServiceAccount" : "Role");
    const group = apiVersionOf(kind).replace(/\/?v1$/, "");
    const says = holding(target.kind, shortName(kind));
    if (target.group === undefined) return { kind, says };
    const value = target.group === "apiVersion" ? apiVersionOf(kind) : group;
    return { kind, says: merged(says, holding(target.group, value)) };
}

/** An object with one reference. */
function referring(type: ReferenceType, from: KindId, name: unknown, more: Json = {}): Json {
    const named = type.name === "" ? name : merged(holding(type.name, name), merged(targetOf(type.target).says, more));
    const isPod = type.from === "pod";
    return object(
        isPod ? "Pod" : from,
        "referring",
        isPod ? { spec: holding(type.at, named) } : holding(type.at, named),
    );
}

function resolutions(world: World, from: Json, ...others: readonly Json[]): Resolution[] {
    const all = index(from, ...others);
    const referring = all.stack.nodes
        .flatMap(({ resource }) => resource.objects)
        .filter(one => one.name.raw === "referring");
    expect(referring).toHaveLength(1);
    const resolver = new Resolver(all, world);
    return referring.flatMap(one => referencesOf(one, all)).map(reference => resolver.resolve(reference));
}

function states(world: World, from: Json, ...others: readonly Json[]): string[] {
    return resolutions(world, from, ...others).map(({ state }) => state);
}

const ROWS = REFERENCE_TYPES.flatMap(type =>
    (type.from === "pod" ? ["Pod"] : type.from).map(from => [`${from}: ${type.at} ${type.name}`, type, from] as const),
);

describe.each(ROWS)("a reference of %s", (_, type, from) => {
    const { kind } = targetOf(type.target);
    const target = (name: string) => object(kind, name);
    const namespaceOfTarget = type.namespace === undefined ? {} : holding(type.namespace, NAMESPACE);
    const reference = (name: unknown, more: Json = {}) => referring(type, from, name, merged(namespaceOfTarget, more));
    // What is in no namespace belongs to a platform.
    const isPlatforms = index(target(NAME)).locationOf(index(target(NAME)).objects[0] as KubeObject).namespace === "";

    test("finds its target", () => {
        expect(states(IN_NAMESPACE, reference(NAME), target(NAME), THE_NAMESPACE)).toEqual(["found"]);
    });

    test("finds nothing where the stack makes the namespace", () => {
        const state = isPlatforms ? "outside" : "missing";
        expect(states(IN_NAMESPACE, reference(NAME), target("other"), THE_NAMESPACE)).toEqual([state]);
    });

    test("finds nothing where the stack has what it misspells", () => {
        // The namespace may be another stack's.
        const state = isPlatforms ? "missing" : "outside";
        expect(resolutions(IN_NAMESPACE, reference("taregt"), target(NAME))).toEqual([{ state, near: NAME }]);
        expect(resolutions(IN_STACK, reference("taregt"), target(NAME))).toEqual([{ state: "missing", near: NAME }]);
    });

    test("finds nothing in the world of the stack", () => {
        expect(states(IN_STACK, reference(NAME), target("other"))).toEqual(["missing"]);
    });

    test("leads out of the stack that does not make the namespace", () => {
        expect(states(IN_NAMESPACE, reference(NAME), target("other"))).toEqual(["outside"]);
    });

    test("leads out of the stack where the target exists elsewhere", () => {
        const external = [new Glob(`${shortName(kind)}/*${NAME}`)];
        expect(states({ ...IN_STACK, external }, reference(NAME))).toEqual(["outside"]);
    });

    test("is not known while its name or that of a target is not", () => {
        expect(states(IN_STACK, reference(UNKNOWN), target(NAME))).toEqual([]);
        expect(states(IN_STACK, reference(NAME), target(UNKNOWN))).toEqual(["unknown"]);
    });

    test("may be left unfulfilled where it says so", () => {
        if (type.optional === undefined) return;
        expect(states(IN_STACK, reference(NAME, holding(type.optional, true)))).toEqual([]);
        expect(states(IN_STACK, reference(NAME, holding(type.optional, UNKNOWN)))).toEqual([]);
        expect(states(IN_STACK, reference(NAME, holding(type.optional, false)))).toEqual(["missing"]);
    });
});

/** An object with one selector. */
function selecting(type: SelectorType, from: KindId, labels: unknown): Json {
    const selector = type.shape === "map" ? labels : { matchLabels: labels };
    return object(from, "selecting", holding(type.at, selector));
}

function selected(world: World, from: Json, ...others: readonly Json[]): string[] {
    const all = index(from, ...others);
    const resolver = new Resolver(all, world);
    return all.objects.flatMap(one => selectorReferencesOf(one)).map(selection => resolver.resolveSelector(selection));
}

const SELECTORS = SELECTOR_TYPES.flatMap(type => type.from.map(from => [`${from}: ${type.at}`, type, from] as const));

describe.each(SELECTORS)("a selector of %s", (_, type, from) => {
    const target = (labels: unknown) => object(type.selects === "pods" ? "Pod" : "Service", "one", {}, { labels });
    const selector = (labels: unknown) => selecting(type, from, labels);

    test("finds what it selects", () => {
        expect(selected(IN_NAMESPACE, selector({ app: "a" }), target({ app: "a" }))).toEqual(["found"]);
    });

    test("selects nothing where the stack makes the namespace", () => {
        expect(selected(IN_NAMESPACE, selector({ app: "a" }), target({ app: "b" }), THE_NAMESPACE)).toEqual([
            "missing",
        ]);
    });

    test("selects nothing in the world of the stack", () => {
        expect(selected(IN_STACK, selector({ app: "a" }), target({ app: "b" }))).toEqual(["missing"]);
    });

    test("selects what is to come by a label that nothing has yet, where it is for others", () => {
        const state = type.forOthers ? "outside" : "missing";
        expect(selected(IN_STACK, selector({ client: "true" }), target({ app: "b" }))).toEqual([state]);
    });

    test("selects what other stacks have in the namespace", () => {
        expect(selected(IN_NAMESPACE, selector({ app: "a" }))).toEqual(["outside"]);
    });

    test("is not known while its labels or those of a target are not", () => {
        expect(selected(IN_STACK, selector({ app: UNKNOWN }), target({ app: "a" }))).toEqual(["unknown"]);
        expect(selected(IN_STACK, selector({ app: "a" }), target({ app: UNKNOWN }))).toEqual(["unknown"]);
    });
});

describe("a monitor of several namespaces", () => {
    const monitor = (namespaces: Json) =>
        object("monitoring.coreos.com/ServiceMonitor", "selecting", {
            spec: { selector: { matchLabels: { app: "a" } }, namespaceSelector: namespaces },
        });
    const BOTH = { matchNames: [NAMESPACE, "bank"] };
    const service = (namespace: string, app: string) => object("Service", "one", {}, { namespace, labels: { app } });
    const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const release = { apiVersion: "helm.sh/v3", kind: "Release", namespace: "bank" };
    const external = [new Glob("Service/bank/one")];

    test.each<[string, World, Json, Json[], string]>([
        ["finds it in the first", IN_STACK, BOTH, [service(NAMESPACE, "a")], "found"],
        ["finds it in the last", IN_STACK, BOTH, [service("bank", "a")], "found"],
        ["finds nothing elsewhere", IN_STACK, BOTH, [service("mall", "a")], "missing"],
        ["may find it in the last", IN_STACK, BOTH, [service("bank", UNKNOWN)], "unknown"],
        ["may find what is somewhere", IN_STACK, BOTH, [service(UNKNOWN, "a")], "unknown"],
        ["does not find what is different", IN_STACK, BOTH, [service(UNKNOWN, "b"), service("bank", "b")], "missing"],
        ["may find what a chart makes in the last", IN_STACK, BOTH, [release], "unknown"],
        ["finds what exists elsewhere in the last", { ...IN_STACK, external }, BOTH, [], "outside"],
        ["finds nothing where the stack makes both", IN_NAMESPACE, BOTH, ["shop", "bank"].map(namespace), "missing"],
        ["leads out where the stack makes one", IN_NAMESPACE, BOTH, [namespace(NAMESPACE)], "outside"],
        ["looks into its own by default", IN_STACK, {}, [service("bank", "a")], "missing"],
        ["looks into its own where none is named", IN_STACK, { matchNames: [] }, [service(NAMESPACE, "a")], "found"],
        ["may look everywhere", IN_STACK, { any: true }, [], "unknown"],
        ["may look everywhere, perhaps", IN_STACK, { any: UNKNOWN }, [], "unknown"],
        ["looks into some that are not known", IN_STACK, { matchNames: UNKNOWN }, [], "unknown"],
        ["looks into one that is not known", IN_STACK, { matchNames: [NAMESPACE, UNKNOWN] }, [], "unknown"],
    ])("%s", (_, world, namespaces, others, expected) => {
        expect(selected(world, monitor(namespaces), ...others)).toEqual([expected]);
    });
});

describe("what no resource of the stack shows", () => {
    const claim = (name: string) =>
        object("Pod", "referring", { spec: { volumes: [{ persistentVolumeClaim: { claimName: name } }] } });
    const settings = (name: string) => object("Pod", "referring", { spec: { volumes: [{ configMap: { name } }] } });
    const set = (name: string, template: string) =>
        object("StatefulSet", name, { spec: { volumeClaimTemplates: [{ metadata: { name: template } }] } });

    test.each<[string, Json, Json, string]>([
        ["the claim of a StatefulSet", claim("data-db-0"), set("db", "data"), "outside"],
        ["its claim of a high number", claim("data-db-12"), set("db", "data"), "outside"],
        ["not one without a number", claim("data-db"), set("db", "data"), "missing"],
        ["not one with more behind the number", claim("data-db-0-copy"), set("db", "data"), "missing"],
        ["not another", claim("logs-db-0"), set("db", "data"), "missing"],
        ["not anything else of that name", settings("data-db-0"), set("db", "data"), "missing"],
        ["any claim of a StatefulSet whose name is not known", claim("data-db-0"), set(UNKNOWN, "data"), "outside"],
        ["any claim of a template whose name is not known", claim("data-db-0"), set("db", UNKNOWN), "outside"],
        ["not the claim of a Deployment", claim("data-db-0"), { ...set("db", "data"), kind: "Deployment" }, "missing"],
    ])("is %s", (_, from, maker, expected) => {
        expect(states(IN_STACK, from, maker)).toEqual([expected]);
    });

    test.each([
        ["kubernetes:yaml:ConfigFile", "unknown"],
        ["kubernetes:yaml/v2:ConfigGroup", "unknown"],
        ["kubernetes:yaml/v12:ConfigGroup", "unknown"],
        ["kubernetes:kustomize:Directory", "unknown"],
        ["kubernetes:helm.sh/v3:Chart", "unknown"],
        ["kubernetes:helm.sh/v3:Charts", "missing"],
        ["example:kubernetes:yaml:ConfigFile", "missing"],
    ])("may be of %s while it is not rendered: %s", (type, expected) => {
        const overlay = new Resource({
            urn: `urn:pulumi:dev::shop::${type}::overlay`,
            type,
            name: "overlay",
            props: {},
        });
        const manifest = settings(NAME);
        const pod = new Resource({
            urn: "urn:pulumi:dev::shop::kubernetes:core/v1:Pod::pod",
            type: "kubernetes:core/v1:Pod",
            name: "pod",
            props: manifest,
        });
        const child = new Resource({ ...PLAIN, urn: "urn:pulumi:dev::shop::a:b:C::child", parent: overlay.urn });
        const stateIn = (...resources: readonly Resource[]) => {
            const all = new ObjectIndex(new Stack(resources.map(resource => ({ resource }))));
            const resolver = new Resolver(all, IN_STACK);
            return all.objects.flatMap(one => referencesOf(one, all)).map(one => resolver.resolve(one).state);
        };
        expect(stateIn(pod, overlay)).toEqual([expected]);
        expect(stateIn(pod, overlay, child)).toEqual(["missing"]);
    });
});

describe("a reference names its target's kind", () => {
    const scaling = (target: Json) =>
        object("HorizontalPodAutoscaler", "referring", { spec: { scaleTargetRef: { name: NAME, ...target } } });
    const certificate = (issuer: unknown) =>
        object("cert-manager.io/Certificate", "referring", { spec: { issuerRef: issuer } });
    const inNone = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: NAME } });
    const controller = object("ReplicationController", NAME);
    const deployment = object("Deployment", NAME);
    const awsIssuer = { group: "awspca.cert-manager.io", kind: "AWSPCAClusterIssuer", name: NAME };
    const awsIssuers = inNone("awspca.cert-manager.io/v1beta1", "AWSPCAClusterIssuer");

    test.each<[string, Json, Json, string[]]>([
        ["in a group", scaling({ apiVersion: "apps/v1", kind: "Deployment" }), deployment, ["found"]],
        [
            "in a group's later version",
            scaling({ apiVersion: "apps/v1beta10", kind: "Deployment" }),
            deployment,
            ["found"],
        ],
        [
            "in a group's much later version",
            scaling({ apiVersion: "apps/v12", kind: "Deployment" }),
            deployment,
            ["found"],
        ],
        [
            "in the group without a name",
            scaling({ apiVersion: "v1", kind: "ReplicationController" }),
            controller,
            ["found"],
        ],
        ["in another group", scaling({ apiVersion: "example.com/v1", kind: "Deployment" }), deployment, ["missing"]],
        [
            "in a group of its own",
            scaling({ apiVersion: "example.com/v1", kind: "Deployment" }),
            object("example.com/Deployment", NAME),
            ["found"],
        ],
        [
            "in a group that looks like a version",
            certificate({ group: "v1.example.com", kind: "Issuer", name: NAME }),
            object("v1.example.com/Issuer", NAME),
            ["found"],
        ],
        ["in no group that knows it", scaling({ apiVersion: "apps/v1", kind: "Novel" }), deployment, []],
        ["by default", certificate({ name: NAME }), object("cert-manager.io/Issuer", NAME), ["found"]],
        [
            "in its group by default",
            certificate({ kind: "Issuer", name: NAME }),
            object("cert-manager.io/Issuer", NAME),
            ["found"],
        ],
        [
            "that is not known",
            certificate({ kind: UNKNOWN, name: NAME }),
            object("cert-manager.io/Issuer", "other"),
            [],
        ],
        [
            "in a group that is not known",
            certificate({ group: UNKNOWN, kind: "Issuer", name: NAME }),
            object("cert-manager.io/Issuer", "other"),
            [],
        ],
        [
            "in no namespace",
            certificate({ kind: "ClusterIssuer", name: NAME }),
            inNone("cert-manager.io/v1", "ClusterIssuer"),
            ["found"],
        ],
        ["in no namespace, too", certificate(awsIssuer), awsIssuers, ["found"]],
        ["in no namespace, for all clusters", certificate(awsIssuer), THE_NAMESPACE, ["outside"]],
        ["in its namespace", certificate({ ...awsIssuer, kind: "AWSPCAIssuer" }), THE_NAMESPACE, ["missing"]],
        [
            "in its namespace, whatever it begins or ends with",
            certificate({ ...awsIssuer, kind: "ClusterIssuers.v1" }),
            THE_NAMESPACE,
            ["missing"],
        ],
        [
            "in its namespace, whatever is in the middle",
            certificate({ ...awsIssuer, kind: "AClusteredIssuer" }),
            THE_NAMESPACE,
            ["missing"],
        ],
    ])("%s", (_, from, other, expected) => {
        expect(states(IN_NAMESPACE, from, other, ...(other === THE_NAMESPACE ? [] : [THE_NAMESPACE]))).toEqual(
            expected,
        );
    });
});

describe("selectors that select everything, or nothing, on purpose", () => {
    const count = (from: Json) => index(from).objects.flatMap(one => selectorReferencesOf(one)).length;
    const service = (spec: Json) => object("Service", "selecting", { spec });
    const budget = (selector: unknown) => object("PodDisruptionBudget", "selecting", { spec: { selector } });
    const exists = [{ key: "app", operator: "Exists" }];

    test.each<[string, Json, number]>([
        ["none", service({}), 0],
        ["one without labels", service({ selector: {} }), 0],
        ["one with a label", service({ selector: { app: "a" } }), 1],
        ["one that is not known", service({ selector: UNKNOWN }), 1],
        ["one of a Service that is a name", service({ type: "ExternalName", selector: { app: "a" } }), 0],
        ["one of a Service that may be a name", service({ type: UNKNOWN, selector: { app: "a" } }), 0],
        ["an empty one", budget({}), 0],
        ["one of empty lists", budget({ matchLabels: {}, matchExpressions: [] }), 0],
        ["one with a condition", budget({ matchExpressions: exists }), 1],
        ["one that is not known at all", budget(UNKNOWN), 1],
    ])("%s", (_, from, expected) => {
        expect(count(from)).toBe(expected);
    });
});

describe("a Service has a port", () => {
    const PORTS = [{ name: "http", port: 80 }, { port: 443 }];

    test.each<[string, Json, unknown, string]>([
        ["by its number", { ports: PORTS }, 80, "yes"],
        ["by its name", { ports: PORTS }, "http", "yes"],
        ["by its number as text", { ports: PORTS }, "443", "yes"],
        ["by its number in an object", { ports: PORTS }, { number: 443 }, "yes"],
        ["by its name in an object", { ports: PORTS }, { name: "http" }, "yes"],
        ["not another", { ports: PORTS }, 8080, "no"],
        ["not another name", { ports: PORTS }, { name: "https" }, "no"],
        ["not without ports", {}, 80, "no"],
        ["not by what it is forwarded to", { ports: [{ port: 80, targetPort: 8080 }] }, 8080, "no"],
        ["whatever it is, when it is a name", { type: "ExternalName" }, 80, "yes"],
        ["perhaps, when it may be a name", { type: UNKNOWN, ports: PORTS }, 8080, "unknown"],
        ["for sure, even if it may be a name", { type: UNKNOWN, ports: PORTS }, 80, "yes"],
        ["perhaps, when none is meant", { ports: PORTS }, undefined, "unknown"],
        ["perhaps, when neither name nor number is", { ports: PORTS }, {}, "unknown"],
        ["perhaps, when it is not known which is meant", { ports: PORTS }, UNKNOWN, "unknown"],
        ["perhaps, when it is not known which number is", { ports: PORTS }, { number: UNKNOWN }, "unknown"],
        ["perhaps, when its ports are not known", { ports: UNKNOWN }, 80, "unknown"],
        ["perhaps, when one of its ports is not known", { ports: [...PORTS, UNKNOWN] }, 8080, "unknown"],
        ["perhaps, when one of its names is not known", { ports: [{ name: UNKNOWN, port: 80 }] }, "web", "unknown"],
        ["for sure, when only others are not known", { ports: [UNKNOWN, ...PORTS] }, 443, "yes"],
    ])("%s", (_, spec, port, expected) => {
        const [service] = index(object("Service", "one", { spec })).objects;
        expect(service && hasPort(service, new Value(port))).toBe(expected);
    });
});

test.each<[string, Json, string]>([
    ["is headless", { clusterIP: "None" }, "yes"],
    ["is headless in its list of addresses", { clusterIPs: ["None"] }, "yes"],
    ["has an address", { clusterIP: "10.0.0.1", clusterIPs: ["None"] }, "no"],
    ["gets an address", {}, "no"],
    ["may be headless", { clusterIP: UNKNOWN }, "unknown"],
    ["may be headless in its list of addresses", { clusterIPs: UNKNOWN }, "unknown"],
])("a Service %s", (_, spec, expected) => {
    const [service] = index(object("Service", "one", { spec })).objects;
    expect(service && isHeadless(service)).toBe(expected);
});

describe("a container names a port", () => {
    const named = (...names: unknown[]) => ({ ports: names.map(name => ({ name })) });

    test.each<[string, Json, string]>([
        ["the first", { containers: [named("http", "admin")] }, "yes"],
        ["the last", { containers: [named("admin"), named("http")] }, "yes"],
        ["not of those that start first and end", { initContainers: [named("http")] }, "no"],
        [
            "of those that start first and go on",
            { initContainers: [{ ...named("http"), restartPolicy: "Always" }] },
            "yes",
        ],
        [
            "perhaps, of those that may go on",
            { initContainers: [{ ...named("http"), restartPolicy: UNKNOWN }] },
            "unknown",
        ],
        ["of another protocol", { containers: [{ ports: [{ name: "http", protocol: "UDP" }] }] }, "no"],
        ["of the protocol by default", { containers: [{ ports: [{ name: "http", protocol: "TCP" }] }] }, "yes"],
        [
            "perhaps, of a protocol that is not known",
            { containers: [{ ports: [{ name: "http", protocol: UNKNOWN }] }] },
            "unknown",
        ],
        ["not of another name", { containers: [{ ports: [{ name: "admin", protocol: UNKNOWN }] }] }, "no"],
        ["none", { containers: [named("admin"), {}] }, "no"],
        ["perhaps, of a name that is not known", { containers: [named("admin", UNKNOWN)] }, "unknown"],
        ["perhaps, of ports that are not known", { containers: [{ ports: UNKNOWN }] }, "unknown"],
        ["perhaps, one that is not known", { containers: [named("admin"), UNKNOWN] }, "unknown"],
        ["for sure, beside one that is not known", { containers: [named("http"), UNKNOWN] }, "yes"],
    ])("%s", (_, spec, expected) => {
        const [pod] = index(object("Pod", "one", { spec })).objects.flatMap(({ pod: own }) => own ?? []);
        expect(pod && namesPort(pod, new Value({ targetPort: "http" }))).toBe(expected);
    });
});

describe("what exists although the stack does not show it", () => {
    const settings = (name: string, metadata: Json = {}) =>
        object("Pod", "referring", { spec: { volumes: [{ configMap: { name } }] } }, metadata);
    const claim = (name: string, metadata: Json = {}) =>
        object("Pod", "referring", { spec: { volumes: [{ persistentVolumeClaim: { claimName: name } }] } }, metadata);
    const account = (name: string) => object("Pod", "referring", { spec: { serviceAccountName: name } });
    const priority = object("Pod", "referring", { spec: { priorityClassName: NAME } });
    const release = (namespace: unknown) => ({ apiVersion: "helm.sh/v3", kind: "Release", namespace });
    const set = (metadata: Json = {}) =>
        object("StatefulSet", "db", { spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] } }, metadata);
    const custom = (apiVersion: string) => ({ ...object("ConfigMap", "maker"), apiVersion, kind: "Maker" });
    const list = (kind: string, ...items: unknown[]) => ({ apiVersion: "v1", kind, items });
    const other = object("ConfigMap", "other");

    test.each<[string, Json, Json, string]>([
        ["by its name on every cluster", account("default"), other, "outside"],
        ["not by the name that another kind has", settings("default"), other, "missing"],
        ["by a patch", settings(NAME), { ...object("ConfigMap", NAME), kind: "ConfigMapPatch" }, "outside"],
        [
            "not by a patch of another",
            settings(NAME),
            { ...object("ConfigMap", "other"), kind: "ConfigMapPatch" },
            "missing",
        ],
        ["by a release into the namespace", settings(NAME), release(NAMESPACE), "unknown"],
        ["not by a release into another", settings(NAME), release("bank"), "missing"],
        ["not by a release into the namespace by default", settings(NAME), release(undefined), "missing"],
        [
            "by a release into its own by default",
            settings(NAME, { namespace: "default" }),
            release(undefined),
            "unknown",
        ],
        ["by a release into any", settings(NAME), release(UNKNOWN), "unknown"],
        [
            "by a release, when its namespace is not known",
            settings(NAME, { namespace: UNKNOWN }),
            release("bank"),
            "unknown",
        ],
        ["by a release, when it is in no namespace", priority, release("bank"), "unknown"],
        ["as a claim of a set", claim("data-db-0"), set(), "outside"],
        ["not as a claim of a set elsewhere", claim("data-db-0"), set({ namespace: "bank" }), "missing"],
        ["as a claim of a set somewhere", claim("data-db-0"), set({ namespace: UNKNOWN }), "outside"],
        ["as a claim somewhere", claim("data-db-0", { namespace: UNKNOWN }), set({ namespace: "bank" }), "outside"],
        ["not as another claim somewhere", claim("logs-db-0", { namespace: UNKNOWN }), set(), "missing"],
        ["by a custom resource", settings(NAME), custom("example.com/v1"), "unknown"],
        ["not by a kind of Kubernetes itself that is new", settings(NAME), custom("apps/v1"), "missing"],
        ["in a list, of which nothing is known", settings(NAME), list("ConfigMapList", UNKNOWN), "unknown"],
        [
            "in a list, of which something is not known",
            settings(NAME),
            list("ConfigMapList", other, UNKNOWN),
            "unknown",
        ],
        ["not in a list that is known", settings(NAME), list("ConfigMapList", other), "missing"],
        ["not in what has items and is no list", settings(NAME), list("ConfigMap", UNKNOWN), "missing"],
    ])("%s", (_, from, maker, expected) => {
        expect(states(IN_STACK, from, maker)).toEqual([expected]);
    });

    test("what its keys are asked for has, or may get", () => {
        const from = object("Pod", "referring", {
            spec: {
                containers: [
                    { env: ["a", "b", UNKNOWN].map(key => ({ valueFrom: { configMapKeyRef: { name: NAME, key } } })) },
                ],
            },
        });
        const missing = (...others: Json[]) => {
            const all = index(from, ...others);
            const resolver = new Resolver(all, IN_STACK);
            return all.objects
                .flatMap(one => referencesOf(one, all))
                .map(reference => resolver.resolve(reference))
                .flatMap(found => (found.state === "found" ? found.missingKeys.map(({ raw }) => raw) : [found.state]));
        };
        const holding = (fields: Json) => object("ConfigMap", NAME, fields);
        expect(missing(holding({ data: { a: "" } }))).toEqual(["b"]);
        // Variables are read from nothing else.
        expect(missing(holding({ data: { a: "" }, binaryData: { b: "" } }))).toEqual(["b"]);
        expect(missing(holding({ data: { c: UNKNOWN } }))).toEqual(["a", "b"]);
        expect(missing(holding({ data: { a: "" }, binaryData: UNKNOWN }))).toEqual([]);
        expect(missing(holding({ data: UNKNOWN }))).toEqual([]);
        expect(missing(holding({}))).toEqual([]);
        expect(missing(holding({ data: { a: "" } }), { ...holding({}), kind: "ConfigMapPatch" })).toEqual([]);
    });
});

describe("what a selector selects in a namespace", () => {
    const monitor = object("monitoring.coreos.com/ServiceMonitor", "selecting", {
        spec: { selector: { matchLabels: { app: "a" } } },
    });
    const service = (name: string, labels: unknown, namespace: unknown = NAMESPACE) =>
        object("Service", name, {}, { labels, namespace });

    test("is each Service, for sure or perhaps", () => {
        const all = index(
            monitor,
            service("one", { app: "a" }),
            service("two", { app: "a", tier: "web" }),
            service("other", { app: "b" }),
            service("open", { app: UNKNOWN }),
            service("elsewhere", { app: "a" }, "bank"),
            service("somewhere", { app: "a" }, UNKNOWN),
        );
        const [selection] = all.objects.flatMap(one => selectorReferencesOf(one));
        if (!selection) throw new Error("no selector");
        const { certain, possible } = new Resolver(all, IN_STACK).selected(selection, all.locationOf(selection.from));
        const names = (found: readonly unknown[]) => found.map(one => (one as KubeObject).name.string);
        expect([names(certain), names(possible)]).toEqual([
            ["one", "two"],
            ["open", "somewhere"],
        ]);
    });

    test("is not expected where the namespace is not known", () => {
        const from = object("Service", "selecting", { spec: { selector: { app: "a" } } }, { namespace: UNKNOWN });
        const pod = object("Pod", "one", {}, { labels: { app: "b" }, namespace: UNKNOWN });
        expect(selected(IN_NAMESPACE, from, pod)).toEqual(["outside"]);
        expect(selected(IN_STACK, from, pod)).toEqual(["missing"]);
    });

    test("may be what a patch labels, in any of its namespaces", () => {
        const both = merged(monitor, { spec: { namespaceSelector: { matchNames: [NAMESPACE, "bank"] } } });
        const patch = (namespace: string) => ({
            ...object("Deployment", "one", {}, { namespace }),
            kind: "DeploymentPatch",
        });
        expect(selected(IN_STACK, both, patch("bank"))).toEqual(["unknown"]);
        expect(selected(IN_STACK, both, patch("mall"))).toEqual(["missing"]);
    });
});
