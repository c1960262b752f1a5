import fc from "fast-check";
import type { Policy } from "../../framework/define";
import { type JsonSchema, schemasOf } from "../../framework/settings";
import type { EngineOptions, EngineResource } from "../support/engine";
import { isMap, secret, UNKNOWN_VALUES, type Wire, type WireMap } from "../support/wire";
import { GUARDS } from "./guards";
import { plantMarkers } from "./markers";
import { type Seeds, STACK } from "./seeds";

/** A stack as chance makes it, with the configuration of all policies that are not at their defaults. */
export interface Program {
    readonly resources: readonly EngineResource[];
    readonly config: Readonly<Record<string, WireMap>>;
    readonly tags: Readonly<Record<string, string>>;
    /** Decides the order of the resources where it must not matter. */
    readonly order: number;
    /** Whether the guards are among the resources, which violate policies whatever stands beside them. */
    readonly guarded: boolean;
}

/** A part of a whole, from 0 up to but not including 1, each as likely: which of many, however many there are. */
const fraction = fc.noBias(fc.nat({ max: 999_999 })).map(part => part / 1_000_000);

function pick<T>(list: readonly T[], part: number): T | undefined {
    return list[Math.floor(part * list.length)];
}

const HUGE = 100_000;

/** Texts on which parsers, globs and messages stumble. */
const ODD_TEXTS = [
    ...["", " ", "\t\n", "null", "true", "0", "-1", "1e308", "NaN", "50%", "-10%", "101%", "1.5Gi", "1e3", "0x10"],
    ...["__proto__", "constructor", "toString", "hasOwnProperty", "default", "kube-system", "*", "?", "**", ".", ".."],
    ...["/", "//", "a/b/c", "../..", "@", ":", "a:b:c", "a@sha256:0", "registry:5000/a", "\\", "$(A)", "%s", "$x"],
    ...["ünïcödé", "日本語", "😀", "\u0000", "\u001b[31mred", "a\nb", "\u202eabc", "\ud800", "\udfff\ud800", "e\u0301"],
    ...["10.0.0.0/8", "2026-02-30", "2026-11-23T00:00:00Z", "9999999999999999999999", "system:masters", "prod"],
];

const odd = fc.constantFrom(...ODD_TEXTS);

const oddNumber = fc.constantFrom(0, -0, -1, 1, 2, 0.5, 1.5, 65_535, 65_536, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324);

const oddKey = fc.constantFrom("__proto__", "constructor", "toString", "", ".", "a.b", "[0]", "0", "ü", "\ud800");

/** A map with keys that JavaScript objects have anyway. */
function mapOf(entries: readonly (readonly [string, Wire])[]): WireMap {
    return Object.fromEntries(entries);
}

function nested(depth: number, asList: boolean): Wire {
    let value: Wire = "bottom";
    for (let level = 0; level < depth; level += 1) value = asList ? [value] : { spec: value };
    return value;
}

/** Any value, by choice one that a Kubernetes object has somewhere, or nearly. */
function wire(words: readonly string[]): fc.Arbitrary<Wire> {
    const word = fc.constantFrom(...words);
    const leaf = fc.oneof(
        fc.constant(null),
        fc.boolean(),
        oddNumber,
        { arbitrary: odd, weight: 2 },
        { arbitrary: word, weight: 3 },
        fc.string({ unit: "binary", maxLength: 30 }),
        fc.constantFrom(...Object.values(UNKNOWN_VALUES)),
    );
    const huge = fc.oneof(
        fc.constantFrom("a", "a-", "/", " ", "*", "=", "(", "é").map(unit => unit.repeat(HUGE / unit.length)),
        fc.tuple(leaf, fc.constantFrom(300, 3000)).map(([value, count]): Wire => Array(count).fill(value)),
        fc.constant(mapOf(Array.from({ length: 1000 }, (_, index) => [`key-${index}`, `value-${index}`]))),
        fc.boolean().map(asList => nested(300, asList)),
    );
    const tree = fc.letrec<{ node: Wire }>(tie => ({
        node: fc.oneof(
            { depthSize: "small", withCrossShrink: true },
            { arbitrary: leaf, weight: 6 },
            fc.array(tie("node"), { maxLength: 3 }),
            fc.array(fc.tuple(fc.oneof(word, oddKey), tie("node")), { maxLength: 3 }).map(mapOf),
        ),
    }));
    return fc.oneof({ arbitrary: tree.node, weight: 40 }, { arbitrary: huge, weight: 1 });
}

/** A change at one place of one resource. */
interface Mutation {
    readonly resource: number;
    readonly place: number;
    readonly change:
        | { readonly op: "delete" | "unknown" | "secret" | "wrap" | "twice" }
        | { readonly op: "replace"; readonly value: Wire }
        | { readonly op: "insert"; readonly key: string; readonly value: Wire }
        /** Puts what stands at a place of the stack there. */
        | { readonly op: "copy"; readonly from: number };
}

function mutation(words: readonly string[]): fc.Arbitrary<Mutation> {
    const value = wire(words);
    return fc.record({
        resource: fraction,
        place: fraction,
        change: fc.oneof(
            { arbitrary: fc.record({ op: fc.constant("replace"), value }), weight: 5 },
            {
                arbitrary: fc.record({
                    op: fc.constant("insert"),
                    key: fc.oneof(oddKey, fc.constantFrom(...words)),
                    value,
                }),
                weight: 2,
            },
            { arbitrary: fc.record({ op: fc.constant("copy"), from: fraction }), weight: 2 },
            {
                arbitrary: fc.record({ op: fc.constantFrom("delete", "unknown", "secret", "wrap", "twice") }),
                weight: 4,
            },
        ),
    });
}

type Path = readonly (string | number)[];

/** All places of a value, the root first; of a long list only the beginning. */
export function placesIn(value: Wire, at: Path = []): Path[] {
    const children: [string | number, Wire][] = Array.isArray(value)
        ? value.slice(0, 20).map((item, index) => [index, item])
        : isMap(value)
          ? Object.entries(value).slice(0, 40)
          : [];
    return [at, ...(at.length < 30 ? children.flatMap(([step, item]) => placesIn(item, [...at, step])) : [])];
}

/** What stands at a place; null when there is nothing. */
export function at(value: Wire, path: Path): Wire {
    let current = value;
    for (const step of path) {
        if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return null;
        current = (current as Record<string | number, Wire>)[step] ?? null;
    }
    return current;
}

/** The value with another one at a place, undefined for none. What is not on the way is shared. */
export function changed(value: Wire, path: Path, change: (old: Wire) => Wire | undefined): Wire | undefined {
    const [step, ...rest] = path;
    if (step === undefined) return change(value);
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => (index === step ? (changed(item, rest, change) ?? []) : [item]));
    }
    if (!isMap(value)) return value;
    const entries = Object.entries(value).flatMap(([key, item]): [string, Wire][] => {
        const result = key === step ? changed(item, rest, change) : item;
        return result === undefined ? [] : [[key, result]];
    });
    return Object.fromEntries(entries);
}

function applied({ change }: Mutation, old: Wire, all: readonly EngineResource[]): Wire | undefined {
    switch (change.op) {
        case "delete":
            return undefined;
        case "unknown":
            return UNKNOWN_VALUES.string;
        case "secret":
            return secret(old);
        case "wrap":
            return [old];
        case "twice":
            return Array.isArray(old) ? [...old, ...old] : [old, old];
        case "replace":
            return change.value;
        case "insert":
            if (Array.isArray(old)) return [...old, change.value];
            return isMap(old) ? Object.fromEntries([...Object.entries(old), [change.key, change.value]]) : change.value;
        case "copy": {
            const source = pick(all, change.from)?.props ?? {};
            return at(source, pick(placesIn(source), (change.from * 1009) % 1) ?? []);
        }
    }
}

/** An edge from one resource to another, or to one that is not there. */
interface Edge {
    readonly from: number;
    readonly to: number;
    readonly kind: (typeof EDGES)[number];
}

const EDGES = [
    "depends",
    "property",
    "parent",
    "provider",
    "owner",
    "missing",
    "missing-parent",
    "missing-provider",
] as const;

const edge: fc.Arbitrary<Edge> = fc.record({
    from: fraction,
    to: fraction,
    kind: fc.constantFrom(...EDGES),
});

function connected(resource: EngineResource, { to, kind }: Edge, all: readonly EngineResource[]): EngineResource {
    const target = pick(all, to) ?? resource;
    const missing = `urn:pulumi:${STACK.name}::${STACK.project}::kubernetes:core/v1:ConfigMap::missing`;
    switch (kind) {
        case "depends":
            return { ...resource, dependencies: [...(resource.dependencies ?? []), target.urn] };
        case "property": {
            const property = pick(["spec", "metadata", "kubeconfig", ...Object.keys(resource.props)], to) ?? "spec";
            // A protocol buffer's map cannot have this key.
            if (property === "__proto__") return resource;
            const propertyDependencies = { ...resource.propertyDependencies, [property]: [target.urn] };
            return { ...resource, propertyDependencies, dependencies: [...(resource.dependencies ?? []), target.urn] };
        }
        case "parent":
            return { ...resource, parent: target.urn };
        case "provider":
            return { ...resource, provider: providerOf(target) };
        case "owner":
            return ownedBy(resource, target);
        case "missing":
            return { ...resource, dependencies: [missing] };
        case "missing-parent":
            return { ...resource, parent: missing };
        case "missing-provider":
            return {
                ...resource,
                provider: { urn: missing, type: "pulumi:providers:kubernetes", name: "gone", props: {} },
            };
    }
}

/** The resource with an owner reference to another, or to itself: owners may go round in circles. */
function ownedBy(resource: EngineResource, { name, props }: EngineResource): EngineResource {
    const { apiVersion = null, kind = null, metadata = null } = props;
    const owner = { apiVersion, kind, name: at(metadata, ["name"]) ?? name, uid: name, controller: true };
    const own = isMap(resource.props.metadata) ? resource.props.metadata : {};
    const others = Array.isArray(own.ownerReferences) ? own.ownerReferences : [];
    return { ...resource, props: { ...resource.props, metadata: { ...own, ownerReferences: [...others, owner] } } };
}

function providerOf({ urn, type, name, props }: EngineResource) {
    return { urn, type, name, props };
}

const options: fc.Arbitrary<EngineOptions> = fc.record({
    protect: fc.boolean(),
    ignoreChanges: fc.array(
        fc.constantFrom("spec", "metadata.labels", "spec.template.spec.containers[0].image", "*", "["),
    ),
    customTimeouts: fc.record({ create: fc.constantFrom(0, -1, 0.5, 60, 1e9) }),
});

/** Values that fulfil a schema. */
export function valid(schema: JsonSchema, words: readonly string[]): fc.Arbitrary<Wire> {
    const {
        type,
        minimum = 0,
        items,
        properties = {},
        required = [],
        additionalProperties,
        format,
    } = schema as {
        type?: string | string[];
        minimum?: number;
        items?: JsonSchema;
        properties?: Record<string, JsonSchema>;
        required?: string[];
        additionalProperties?: JsonSchema | boolean;
        format?: string;
    };
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as string[]));
    if (Array.isArray(type)) return fc.constantFrom<Wire[]>("500m", "1Gi", "0", "2.5", "1e3", 3, 0, 0.25);
    switch (type) {
        case "boolean":
            return fc.boolean();
        case "integer":
            return fc.integer({ min: minimum, max: minimum + 20_000 });
        case "array":
            return fc.array(valid(items ?? {}, words), { maxLength: 4 });
        case "object": {
            const own = Object.entries(properties).map(([key, one]): [string, fc.Arbitrary<Wire>] => [
                key,
                valid(one, words),
            ]);
            if (own.length > 0) {
                const requiredKeys = required as never[];
                return fc.record(Object.fromEntries(own), { requiredKeys }) as fc.Arbitrary<WireMap>;
            }
            const key = fc.constantFrom("app", "team", "cpu", "memory", "a/b", "*", "prod-*", "constructor");
            return fc.dictionary(key, valid(additionalProperties as JsonSchema, words), { maxKeys: 3 });
        }
        default:
            // Versions of Kubernetes, which no schema lists.
            if (/^(latest|v1\.\d+)$/.test(String(schema.default))) return fc.constantFrom("v1.20", "v1.31");
            if (format === "date") return fc.constantFrom("2000-01-01", "2100-01-01");
            if (format === "regex") return fc.constantFrom("[a-z]+", "(a+)+", ".*", "", "\\d{1,3}", "(?i)prod");
            return fc.oneof(
                fc.constantFrom("*", "?*", "**", "*/*", "a*b*c", "prod", "v1.20", "latest", "docker.io/*", "__proto__"),
                fc.constantFrom(...words.filter(word => word !== "")),
            );
    }
}

/** Patterns that can match the full name of an image. */
const IMAGE_PATTERNS = fc.array(
    fc.constantFrom("*", "**", "?*", "*/*", "docker.io/*", "*.example.com/shop/**", "*:latest"),
    {
        maxLength: 4,
    },
);

/** Values of keys, by policy and key, of which no schema can say what is valid. */
const BEYOND_SCHEMAS: Readonly<Record<string, fc.Arbitrary<Wire>>> = {
    "restrict-image-registries.allowed": IMAGE_PATTERNS,
    "restrict-image-registries.forbidden": IMAGE_PATTERNS,
    "restrict-ignore-changes.paths": fc.array(
        fc.constantFrom(
            "spec",
            "spec.**",
            "metadata.labels",
            "containers[*].image",
            'data["a.b"]',
            "[0]",
            "constructor",
        ),
    ),
};

/** Configuration of a policy, by its name, some keys left out. */
function configOf(policy: Policy, words: readonly string[]): fc.Arbitrary<[string, WireMap]> {
    const values = Object.entries(schemasOf(policy.settings)).map(([key, schema]) => [
        key,
        BEYOND_SCHEMAS[`${policy.name}.${key}`] ?? valid(schema, words),
    ]);
    const config = fc.record(Object.fromEntries(values), { requiredKeys: [] }) as fc.Arbitrary<WireMap>;
    return config.map(made => [policy.name, made]);
}

/** Programs made of the seeds, changed at random places, with random edges and configuration. */
export function programs(seeds: Seeds, policies: readonly Policy[]): fc.Arbitrary<Program> {
    const policyConfig = fc.oneof(...policies.map(policy => configOf(policy, seeds.words)));
    return fc
        .record({
            stacks: fc.array(fc.nat(seeds.stacks.length - 1), { minLength: 1, maxLength: 3 }),
            mutations: fc.array(mutation(seeds.words), { maxLength: 8 }),
            edges: fc.array(edge, { maxLength: 6 }),
            options: fc.array(fc.tuple(fraction, options), { maxLength: 2 }),
            config: fc.array(policyConfig, { maxLength: 3 }),
            tags: fc.constantFrom({}, { environment: "prod" }, { env: "dev", constructor: "x" }),
            planted: fc.boolean(),
            guarded: fc.boolean(),
            order: fraction,
        })
        .map(({ stacks, mutations, edges, options: settings, config, tags, planted, guarded, order }) => {
            let resources = stacks.flatMap((index, copy) => copyOf(seeds.stacks[index] ?? [], copy));
            const edit = (part: number, change: (one: EngineResource) => EngineResource) => {
                const target = pick(resources, part);
                resources = resources.map(one => (one === target ? change(one) : one));
            };
            for (const one of mutations) edit(one.resource, resource => mutated(resource, one, resources));
            for (const one of edges) edit(one.from, resource => connected(resource, one, resources));
            for (const [part, chosen] of settings) edit(part, resource => ({ ...resource, options: chosen }));
            if (planted) resources = resources.map(plantMarkers);
            if (guarded) resources = resources.toSpliced(Math.floor(order * resources.length), 0, ...GUARDS);
            const ordered = inOrder(consistent(resources));
            return { resources: ordered, config: Object.fromEntries(config), tags, order, guarded };
        });
}

/** Resources under Pulumi names of their own, so that one file may occur twice in a program. */
export function copyOf(stack: readonly EngineResource[], copy: number): EngineResource[] {
    const own = new Set(stack.map(({ urn }) => urn));
    const urnOf = (urn: string) => (own.has(urn) ? `${urn}-${copy}` : urn);
    return stack.map(resource => ({
        ...resource,
        urn: urnOf(resource.urn),
        name: `${resource.name}-${copy}`,
        ...(resource.provider && { provider: { ...resource.provider, urn: urnOf(resource.provider.urn) } }),
        ...(resource.parent !== undefined && { parent: urnOf(resource.parent) }),
        dependencies: (resource.dependencies ?? []).map(urnOf),
        propertyDependencies: Object.fromEntries(
            Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [key, urns.map(urnOf)]),
        ),
    }));
}

function mutated(resource: EngineResource, one: Mutation, all: readonly EngineResource[]): EngineResource {
    const path = pick(placesIn(resource.props), one.place) ?? [];
    const props = changed(resource.props, path, old => applied(one, old, all));
    return { ...resource, props: isMap(props) ? props : { spec: props ?? null } };
}

/** What policies know of other resources while they arrive: that comes first, as in most programs. */
const FIRST = [/^pulumi:providers:/, /^eks:index:/, /^kubernetes:core\/v1:(Namespace|NamespaceList|List)$/];

/** Resources in the order in which the hosts must agree: the check command knows all files at once. */
function inOrder(resources: readonly EngineResource[]): EngineResource[] {
    return parentsFirst(resources.toSorted((one, other) => rank(one) - rank(other)));
}

function rank({ type }: EngineResource): number {
    return FIRST.findIndex(pattern => pattern.test(type)) >>> 0;
}

/**
 * As the engine has it: a child names a parent that is there. Of parents in a circle the first has none, nor has what
 * must come before its parent.
 */
function parentsFirst(resources: readonly EngineResource[]): EngineResource[] {
    const byUrn = new Map(resources.map(resource => [resource.urn, resource]));
    const entered = new Set<EngineResource>();
    const placed = new Set<EngineResource>();
    const result: EngineResource[] = [];
    const place = (resource: EngineResource) => {
        if (entered.has(resource)) return;
        entered.add(resource);
        const named = byUrn.get(resource.parent ?? "");
        const parent = named && rank(named) <= rank(resource) ? named : undefined;
        if (parent) place(parent);
        const { parent: _, ...orphan } = resource;
        result.push(named && !(parent && placed.has(parent)) ? orphan : resource);
        placed.add(resource);
    };
    for (const resource of resources) place(resource);
    return result;
}

/** The engine tells of a provider what the provider's own resource says. */
function consistent(resources: readonly EngineResource[]): EngineResource[] {
    const byUrn = new Map(resources.map(resource => [resource.urn, resource]));
    return resources.map(resource => {
        const provider = resource.provider && byUrn.get(resource.provider.urn);
        return provider ? { ...resource, provider: providerOf(provider) } : resource;
    });
}
