import { fingerprint } from "../../../model/kubernetes/fingerprint";
import type { KubeObject } from "../../../model/kubernetes/object";
import { Multimap } from "../../../model/multimap";
import { type PathStep, parsePropertyPath, stepsMeet } from "../../../model/pulumi/property-path";
import type { Resource } from "../../../model/pulumi/resource";
import type { Value } from "../../../model/value";

/** A field that one of several resources sets in an object. */
export interface SharedField {
    readonly object: KubeObject;
    readonly at: Value;
    /** All resources that set it. */
    readonly setters: ReadonlySet<Resource>;
    /** Whether they set it to different values. */
    readonly differs: boolean;
}

/**
 * Lists whose elements the API server merges, with the keys that tell elements apart. It takes any other list as one
 * field, of which each who sets it owns the whole; those of custom resources too, if their definition says nothing else.
 *
 * Source: kubernetes/kubernetes api/openapi-spec/swagger.json (`x-kubernetes-list-map-keys`,
 * `x-kubernetes-patch-merge-key`) and https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const MERGED_LISTS: Readonly<Record<string, readonly string[]>> = {
    containers: ["name"],
    ephemeralContainers: ["name"],
    env: ["name"],
    hostAliases: ["ip"],
    imagePullSecrets: ["name"],
    initContainers: ["name"],
    ports: ["port", "containerPort", "protocol"],
    resourceClaims: ["name"],
    secrets: ["name"],
    topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
    volumeDevices: ["devicePath"],
    volumeMounts: ["mountPath"],
    volumes: ["name"],
    webhooks: ["name"],
};

/** What the key of an element is where it is left out. */
const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: "TCP" };

/** Deeper values are taken as one field: no object of Kubernetes has any. */
const MAX_DEPTH = 20;

/** One field of an object, as the API server counts them. */
interface Field {
    readonly key: string;
    readonly at: Value;
}

/**
 * The fields that more than one of some resources set in one object, but those that a resource leaves to others by its
 * option ignoreChanges.
 *
 * Each resource applies its fields as a manager of its own: where two set one to different values, the API server
 * refuses the later one; where they set the same value both own it, and the first who changes it is refused.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts, pulumi/pulumi-kubernetes
 * provider/pkg/await/await.go (`ssaUpdate`, `handleSSAIgnoreFields`).
 */
export function sharedFields(objects: readonly KubeObject[]): SharedField[] {
    const byKey = new Multimap<{ readonly object: KubeObject; readonly at: Value }>();
    for (const object of objects) {
        const ignored = (object.resource.options?.ignoreChanges ?? []).flatMap(path => [parsePropertyPath(path) ?? []]);
        for (const { key, at } of fieldsOf(object)) {
            if (!ignored.some(path => path.length > 0 && begins(at, path))) byKey.add({ object, at }, key);
        }
    }
    return byKey.values().flatMap(places => {
        const setters = new Set(places.map(({ object }) => object.resource));
        if (setters.size < 2) return [];
        const values = new Set(places.flatMap(({ at }) => fingerprint(at) ?? []));
        return places.map(({ object, at }) => {
            const differs = values.size > 1 && fingerprint(at) !== undefined;
            return { object, at, setters, differs };
        });
    });
}

/** All fields that an object sets, but what it is known by and what is for Pulumi alone. */
function fieldsOf(object: KubeObject): Field[] {
    const fields: Field[] = [];
    for (const [key, value] of object.root.entries()) {
        if (["apiVersion", "kind", "status"].includes(key)) continue;
        if (key !== "metadata") {
            collect(value, key, key, 0, fields);
            continue;
        }
        for (const [name, part] of value.entries()) {
            if (["name", "namespace", "generateName"].includes(name)) continue;
            collect(part, name, `metadata\n${name}`, 0, fields);
        }
    }
    return fields.filter(({ at }) => !isForPulumi(at));
}

function isForPulumi({ path }: Value): boolean {
    return path[1] === "annotations" && String(path[2]).startsWith("pulumi.com/");
}

function collect(value: Value, name: string, key: string, depth: number, fields: Field[]): void {
    // What is not known may turn out to be unset.
    if (!value.isSet) return;
    // The list of a pod is merged, that of a ServiceAccount is one field.
    const isMerged = value.isList && (name !== "imagePullSecrets" || depth > 0);
    const keys = isMerged ? MERGED_LISTS[name] : undefined;
    if (depth < MAX_DEPTH && value.isMap) {
        for (const [step, part] of value.entries()) collect(part, step, `${key}\n${step}`, depth + 1, fields);
    } else if (depth < MAX_DEPTH && keys && value.items().every(item => elementKey(item, keys) !== undefined)) {
        for (const item of value.items()) collectElement(item, keys, key, depth, fields);
    } else fields.push({ key, at: value });
}

/** The fields of an element but those that it is known by. */
function collectElement(item: Value, keys: readonly string[], key: string, depth: number, fields: Field[]): void {
    const own = `${key}\n[${elementKey(item, keys)}]`;
    for (const [step, part] of item.entries()) {
        if (!keys.includes(step)) collect(part, step, `${own}\n${step}`, depth + 1, fields);
    }
}

function elementKey(item: Value, keys: readonly string[]): string | undefined {
    const values = keys.map(key => item.get(key));
    if (!item.isMap || values.every(value => value.isUnset) || values.some(value => value.isUnknown)) return undefined;
    return values.map((value, index) => String(value.raw ?? KEY_DEFAULTS[keys[index] ?? ""] ?? "")).join("\n");
}

/** Whether a value is at a path or below it. */
function begins({ path }: Value, steps: readonly PathStep[]): boolean {
    return steps.length <= path.length && steps.every((step, index) => stepsMeet(step, path[index] ?? ""));
}
