import { describe, expect, test } from "vitest";
import { Glob } from "../../policies/model/glob";
import { BUILT_IN_KINDS } from "../../policies/model/kinds";
import { type KindId, ObjectIndex } from "../../policies/model/object-index";
import {
    type NamedKind,
    REFERENCE_TYPES,
    type ReferenceType,
    SELECTOR_TYPES,
    type SelectorType,
} from "../../policies/model/reference-types";
import { referencesOf, selectionsOf } from "../../policies/model/references";
import { Resolver, type World } from "../../policies/model/resolver";
import { Resource } from "../../policies/model/resource";
import { Stack } from "../../policies/model/stack";
import { UNKNOWN } from "../../policies/model/value";

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

function index(...manifests: readonly Json[]): ObjectIndex {
    const resources = manifests.map((props, position) => {
        const apiVersion = String(props.apiVersion);
        const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${props.kind}`;
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

function states(world: World, from: Json, ...others: readonly Json[]): string[] {
    const all = index(from, ...others);
    const [first] = all.stack.nodes
        .flatMap(({ resource }) => resource.objects)
        .filter(one => one.name.raw === "referring");
    if (!first) return ["no object"];
    const resolver = new Resolver(all, world);
    return referencesOf(first, all).map(reference => resolver.resolve(reference).state);
}

const ROWS = REFERENCE_TYPES.flatMap(type =>
    (type.from === "pod" ? ["Pod"] : type.from).map(from => [`${from}: ${type.at} ${type.name}`, type, from] as const),
);

describe.each(ROWS)("a reference of %s", (_, type, from) => {
    const { kind } = targetOf(type.target);
    const target = (name: string) => object(kind, name);
    const namespaceOfTarget = type.namespace === undefined ? {} : holding(type.namespace, NAMESPACE);
    const reference = (name: unknown, more: Json = {}) => referring(type, from, name, merged(namespaceOfTarget, more));
    const isPlatforms = type.commonlyProvided === true || kind === "cert-manager.io/ClusterIssuer";

    test("finds its target", () => {
        expect(states(IN_NAMESPACE, reference(NAME), target(NAME), THE_NAMESPACE)).toEqual(["found"]);
    });

    test("finds nothing where the stack makes the namespace", () => {
        const inNoNamespace = index(object(from, "referring")).objects[0]?.scope === "cluster";
        const isMissing = !isPlatforms && !(inNoNamespace && BUILT_IN_KINDS[kind]?.scope === "cluster");
        const state = isMissing ? "missing" : "outside";
        expect(states(IN_NAMESPACE, reference(NAME), target("other"), THE_NAMESPACE)).toEqual([state]);
    });

    test("finds nothing in the world of the stack", () => {
        expect(states(IN_STACK, reference(NAME), target("other"))).toEqual(["missing"]);
    });

    test("leads out of the stack that does not make the namespace", () => {
        // What workloads need in no namespace is judged where the stack has workloads.
        const manifest = reference(NAME);
        const isJudged = BUILT_IN_KINDS[from]?.workload && BUILT_IN_KINDS[kind]?.scope === "cluster" && !isPlatforms;
        expect(states(IN_NAMESPACE, manifest, target("other"))).toEqual([isJudged ? "missing" : "outside"]);
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
    return all.objects.flatMap(one => selectionsOf(one)).map(selection => resolver.resolveSelector(selection));
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
        expect(selected(IN_STACK, selector({ app: "a" }))).toEqual(["missing"]);
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
