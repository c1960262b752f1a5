import type { KubeObject } from "../../../model/kubernetes/object";
import type { Resource } from "../../../model/pulumi/resource";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";
import { joinSome } from "../../../model/text";
import { UNKNOWN } from "../../../model/value";

/** The most owners that one message names. */
const MAX_NAMED = 3;

/** What the API server knows an object by; undefined while some of it is not known. */
export function identityOf(object: KubeObject, index: ObjectIndex): string[] | undefined {
    const { cluster, namespace } = index.locationOf(object);
    const name = object.name.string;
    if (name === undefined || name === "" || namespace === UNKNOWN) return undefined;
    // A custom resource that says no namespace may be in none, or in one that only its provider knows.
    const provider = object.scope === "unknown" ? (object.resource.provider?.urn ?? "") : "";
    return [cluster, kindId(object), namespace, name, provider];
}

/** The first of the other resources, by Pulumi name or file; equal names are told apart by the URN. */
export function othersOf(resource: Resource, all: ReadonlySet<Resource>): string {
    const others: Resource[] = [];
    for (const one of all) {
        if (others.length === MAX_NAMED) break;
        if (one !== resource) others.push(one);
    }
    const named = others.map(other => other.definedAt ?? `resource ${nameOf(other, resource)}`);
    return joinSome(named, all.size - 1);
}

/** The Pulumi name of a resource, beside another one of the same name its URN. */
export function nameOf({ name, urn }: Resource, beside: Resource): string {
    return name === beside.name ? urn : JSON.stringify(name);
}
