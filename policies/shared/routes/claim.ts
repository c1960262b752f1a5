import type { KubeObject } from "../../../model/kubernetes/object";
import type { Value } from "../../../model/value";

/** A host, path and match that an object claims of a controller or gateway. */
export interface Claim {
    readonly object: KubeObject;
    readonly at: Value;
    /** The same for claims that cannot both be served. */
    readonly key: string;
    /** The listener of a gateway that it is for; "" for every one. */
    readonly listener: string;
    /** What is claimed, as messages name it. */
    readonly label: string;
    /** The same for claims of one object that come to the same; undefined where that is not known. */
    readonly effect: string | undefined;
}

/** How messages name a host and a path. */
export function routeLabel(host: string, path: string): string {
    return host === "" ? `${path} of any host` : `${host}${path}`;
}

/** A text of a value, or what stands for it where it is left out; undefined while it is not known, or no text. */
export function textOf(value: Value, byDefault: string): string | undefined {
    if (value.isUnset || value.raw === "") return byDefault;
    return value.isUnknown || typeof value.raw === "object" ? undefined : String(value.raw);
}

/** All texts, or undefined when one is not known. */
export function allKnown<T>(parts: readonly (T | undefined)[]): T[] | undefined {
    const known = parts.filter(part => part !== undefined);
    return known.length === parts.length ? known : undefined;
}

/** Prefixes match whole elements of a path, so that a slash at the end changes nothing. */
export function withoutSlash(prefix: string): string {
    return prefix.replace(/(?<!\/)\/+$/, "") || "/";
}

/** The same text for lists of the same members in any order. */
export function unordered(members: readonly string[]): string {
    return JSON.stringify([...members].sort());
}
