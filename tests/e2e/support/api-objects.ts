import { hasUnknown, isMap, unwrap, type Wire, type WireMap } from "../../support/wire";
import type { Answer, Cluster } from "./cluster";

/** A kind that an API server serves. */
interface ServedKind {
    readonly plural: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
}

/** One reason for which the API server refuses an object. */
export interface Cause {
    /** Path as the API server writes it: `spec.template.spec.containers[0].image`. */
    readonly field: string;
    /** Such as `FieldValueRequired`. */
    readonly reason: string;
    readonly message: string;
}

/** What the API server makes of an object. */
export interface Judgement {
    /** The object as it would be stored, with all defaults; undefined when it is refused. */
    readonly stored: WireMap | undefined;
    /** Why it is refused. */
    readonly message: string;
    /** The same by field, as far as the API server got: what it cannot decode has none. */
    readonly causes: readonly Cause[];
}

/** The objects of a real API server, none of which is ever stored. */
export class Api {
    private readonly namespaces = new Map<string, Promise<unknown>>();
    private readonly schemas = new Map<string, Promise<Schemas>>();

    private constructor(
        private readonly cluster: Cluster,
        private readonly kinds: ReadonlyMap<string, ServedKind>,
    ) {}

    /** Asks an API server what it serves. */
    static async of(cluster: Cluster): Promise<Api> {
        const groups = (await cluster.request("GET", "/apis")).body.groups as {
            versions: { groupVersion: string }[];
        }[];
        const versions = ["v1", ...groups.flatMap(group => group.versions.map(({ groupVersion }) => groupVersion))];
        const kinds = new Map<string, ServedKind>();
        for (const version of versions) {
            const { body } = await cluster.request("GET", pathOf(version));
            for (const { name, kind, ...facts } of body.resources as ({ name: string; kind: string } & ServedKind)[]) {
                if (!name.includes("/")) kinds.set(`${version} ${kind}`, { ...facts, plural: name });
            }
        }
        return new Api(cluster, kinds);
    }

    /** The kinds that objects can be created of, as API version and kind. */
    get creatable(): readonly (readonly [apiVersion: string, kind: string])[] {
        return [...this.kinds]
            .filter(([, { verbs }]) => verbs.includes("create"))
            .map(([id]) => id.split(" ") as [string, string]);
    }

    /** Whether objects of that API version and kind can be created. */
    serves({ apiVersion, kind }: WireMap): boolean {
        return this.kinds.get(`${apiVersion} ${kind}`)?.verbs.includes("create") ?? false;
    }

    /**
     * Asks what would become of an object that is new: by server-side apply, as the provider asks, or by creating one
     * of a name that the API server makes up. Its namespace is there.
     */
    async judge(object: WireMap): Promise<Judgement> {
        const kind = this.kinds.get(`${object.apiVersion} ${object.kind}`);
        if (!kind) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
        const metadata = isMap(object.metadata) ? object.metadata : {};
        let collection = pathOf(String(object.apiVersion));
        if (kind.namespaced) {
            const namespace = typeof metadata.namespace === "string" ? metadata.namespace : "default";
            await this.requireNamespace(namespace);
            collection += `/namespaces/${encodeURIComponent(namespace)}`;
        }
        collection += `/${kind.plural}`;
        const { name } = metadata;
        const isNamed = typeof name === "string" && name !== "";
        return judgementOf(
            isNamed && kind.verbs.includes("patch")
                ? await this.cluster.dryApply(`${collection}/${encodeURIComponent(name)}`, object)
                : await this.cluster.dryRun(collection, object),
        );
    }

    /**
     * Asks the same of an object that leaves out what its case is not about: what the API server demands is added, one
     * demand after the other, nothing that is there is changed.
     *
     * @returns the object as it was asked about last, and what the API server makes of it
     */
    async judgeCompleted(object: WireMap): Promise<{ readonly completed: WireMap; readonly judgement: Judgement }> {
        const completed = structuredClone(object);
        for (let round = 0; ; round += 1) {
            const judgement = await this.judge(completed);
            const demands = judgement.causes.filter(
                ({ reason, field }) => reason === "FieldValueRequired" || field === TEMPLATE_LABELS,
            );
            const filled = demands.filter(({ field }) => fill(completed, field));
            if (filled.length === 0 || round === MAX_ROUNDS) return { completed, judgement };
        }
    }

    /**
     * The object with every unknown value known: the plainest value of its type, nothing instead of an object or a
     * list. Secrets are unwrapped.
     */
    async withKnownValues(object: WireMap): Promise<WireMap> {
        const schemas = await this.schemasOf(String(object.apiVersion));
        const root = Object.values(schemas).find(schema =>
            schema["x-kubernetes-group-version-kind"]?.some(
                ({ group, version, kind }) =>
                    (group ? `${group}/${version}` : version) === object.apiVersion && kind === object.kind,
            ),
        );
        return known(unwrap(object), root, schemas, "") as WireMap;
    }

    private schemasOf(apiVersion: string): Promise<Schemas> {
        const asked = this.schemas.get(apiVersion);
        if (asked) return asked;
        const schemas = this.cluster
            .request("GET", `/openapi/v3${pathOf(apiVersion)}`)
            .then(({ body }) => (body.components as { schemas: Schemas }).schemas);
        this.schemas.set(apiVersion, schemas);
        return schemas;
    }

    private requireNamespace(name: string): Promise<unknown> {
        const known = this.namespaces.get(name);
        if (known) return known;
        const created = this.cluster.request("POST", "/api/v1/namespaces", { metadata: { name } });
        this.namespaces.set(name, created);
        return created;
    }
}

const MAX_ROUNDS = 8;

function pathOf(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function judgementOf({ status, body }: Answer): Judgement {
    const details = body.details as { causes?: Cause[] } | undefined;
    return {
        stored: status < 300 ? (body as WireMap) : undefined,
        message: body.message ?? "",
        causes: details?.causes ?? [],
    };
}

/** What the API server demands, by the path that it names, and what is put there or beside it. */
const DEMANDED: readonly (readonly [RegExp, Readonly<Record<string, Wire>>])[] = [
    [/\.image$/, { image: "registry.example.com/shop/any:1.0.0" }],
    [/\.containers$/, { containers: [{ name: "any", image: "registry.example.com/shop/any:1.0.0" }] }],
    [/^spec\.ports$/, { ports: [{ port: 80 }] }],
    [/\.accessModes$/, { accessModes: ["ReadWriteOnce"] }],
    [/\.resources\[storage\]$/, { requests: { storage: "1Gi" } }],
    [/\.volumeClaimTemplate$/, { volumeClaimTemplate: { spec: {} } }],
    [/\.restartPolicy$/, { restartPolicy: "Never" }],
    [/\.schedule$/, { schedule: "@daily" }],
    [/\.sideEffects$/, { sideEffects: "None" }],
    [/\.admissionReviewVersions$/, { admissionReviewVersions: ["v1"] }],
    [/\.maxReplicas$/, { maxReplicas: 3 }],
    [/\.scaleTargetRef\.kind$/, { apiVersion: "apps/v1", kind: "Deployment", name: "any" }],
    [/\.target\.type$/, { type: "AverageValue", averageValue: "1" }],
    [/^data\[\.dockerconfigjson\]$/, { ".dockerconfigjson": "e30=" }],
    [/^metadata\.name$/, { name: "any" }],
];

const ANY_LABELS: WireMap = { any: "any" };

/** What it names of a DaemonSet without a selector, instead of the selector. */
const TEMPLATE_LABELS = "spec.template.metadata.labels";

/** Adds one thing that the API server demands, unless it is there. Returns whether anything has been added. */
function fill(object: WireMap, field: string): boolean {
    if (field === "spec.selector") return fillSelector(object);
    if (field === TEMPLATE_LABELS) return !hasSelector(object) && fillSelector(object);
    if (object.kind === "CustomResourceDefinition") return fillDefinition(object);
    const [, additions] = DEMANDED.find(([pattern]) => pattern.test(field)) ?? [];
    if (!additions) return false;
    const parent = field.replace(/(\.?\w+|\[[a-z.]+\])$/, "");
    const path = parent.split(/[.[\]]+/).filter(Boolean);
    return Object.entries(additions).filter(([key, value]) => put(object, [...path, key], value)).length > 0;
}

function hasSelector({ spec = null }: WireMap): boolean {
    return isMap(spec) && (spec.selector ?? null) !== null;
}

/** The labels of the template are what its selector selects. */
function fillSelector(object: WireMap): boolean {
    const spec = isMap(object.spec) ? object.spec : {};
    const template = isMap(spec.template) ? spec.template : {};
    const metadata = isMap(template.metadata) ? template.metadata : {};
    const labels = isMap(metadata.labels) ? metadata.labels : ANY_LABELS;
    put(object, ["spec", "template", "metadata", "labels"], labels);
    return put(
        object,
        ["spec", "selector"],
        object.kind === "ReplicationController" ? labels : { matchLabels: labels },
    );
}

/** What the name of a definition says, and one version without fields. */
function fillDefinition(object: WireMap): boolean {
    const [plural = "", ...group] = String((object.metadata as WireMap).name).split(".");
    const kind = plural.replace(/^./, first => first.toUpperCase());
    const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } };
    const additions: [path: string[], value: Wire][] = [
        [["spec", "group"], group.join(".")],
        [["spec", "scope"], "Namespaced"],
        [["spec", "names", "plural"], plural],
        [["spec", "names", "kind"], kind],
        [["spec", "versions"], [version]],
    ];
    return additions.filter(([path, value]) => put(object, path, value)).length > 0;
}

function put(object: WireMap, path: readonly string[], value: Wire): boolean {
    let target = object as Record<string, Wire | undefined>;
    for (const step of path.slice(0, -1)) {
        target[step] ??= {};
        target = target[step] as Record<string, Wire | undefined>;
    }
    const last = path.at(-1) ?? "";
    const present = target[last];
    if (isMap(present) && isMap(value)) {
        return Object.entries(value).filter(([key, item]) => put(present, [key], item)).length > 0;
    }
    if (present !== undefined && present !== null && present !== "" && !isEmptyList(present)) return false;
    target[last] = structuredClone(value);
    return true;
}

function isEmptyList(value: Wire): boolean {
    return Array.isArray(value) && value.length === 0;
}

/** The part of an OpenAPI schema that says of what type a value is. */
interface Schema {
    readonly $ref?: string;
    readonly allOf?: readonly Schema[];
    readonly type?: string;
    readonly format?: string;
    readonly oneOf?: readonly Schema[];
    readonly enum?: readonly string[];
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly additionalProperties?: Schema;
    readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

type Schemas = Readonly<Record<string, Schema>>;

/** Texts that the API server takes only in a form of their own, by key. */
const KNOWN_TEXTS: Readonly<Record<string, string>> = {
    namespace: "shop",
};

/**
 * The value with every unknown one known: the plainest value of its type, nothing instead of an object or a list.
 * Secrets are unwrapped.
 */
function known(value: Wire, schema: Schema | undefined, schemas: Schemas, key: string): Wire | undefined {
    const { type, items, properties, additionalProperties, ...facts } = resolved(schema, schemas);
    if (Array.isArray(value)) return value.flatMap(item => known(item, items, schemas, key) ?? []);
    if (isMap(value)) {
        const entries = Object.entries(value).map(([name, item]): [string, Wire | undefined] => [
            name,
            known(item, properties?.[name] ?? additionalProperties, schemas, name),
        ]);
        return Object.fromEntries(entries.filter((entry): entry is [string, Wire] => entry[1] !== undefined));
    }
    if (!hasUnknown(value)) return value;
    if (facts.oneOf || facts.format === "int-or-string") return "1";
    switch (type) {
        case "string":
            return facts.enum?.[0] ?? KNOWN_TEXTS[key] ?? "known";
        case "integer":
        case "number":
            return 1;
        case "boolean":
            return false;
        default:
            return undefined;
    }
}

function resolved(schema: Schema | undefined, schemas: Schemas): Schema {
    const reference = schema?.$ref ?? schema?.allOf?.[0]?.$ref;
    if (!reference) return schema ?? {};
    return resolved(schemas[reference.slice(reference.lastIndexOf("/") + 1)], schemas);
}
