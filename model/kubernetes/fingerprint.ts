import type { Value } from "../value";

/** What a fingerprint leaves out of a map, and what it adds. */
interface FingerprintOptions {
    /** Keys that do not count. */
    readonly without?: readonly string[];
    /** What is taken for keys that are left out. */
    readonly defaults?: Readonly<Record<string, string>>;
}

/** Deeper values are taken as not known: no object of Kubernetes has any. */
const MAX_DEPTH = 20;

/**
 * A text that is the same for values that say the same, in whatever order of keys; what is unset or an empty text
 * says nothing. Undefined while some of the value is not known.
 */
export function fingerprint(
    value: Value,
    { without = [], defaults = {} }: FingerprintOptions = {},
    depth = 0,
): string | undefined {
    if (value.isUnknown || depth > MAX_DEPTH) return undefined;
    if (!value.isMap && !value.isList) return JSON.stringify(value.raw ?? null);
    const given = value.isMap ? value.entries() : value.items().map((item, index) => [String(index), item] as const);
    const parts = new Map(Object.entries(defaults).map(([key, part]) => [key, JSON.stringify(part)]));
    for (const [key, part] of given) {
        if (part.isUnset || part.raw === "" || without.includes(key)) continue;
        const text = fingerprint(part, {}, depth + 1);
        if (text === undefined) return undefined;
        parts.set(key, text);
    }
    return JSON.stringify([...parts]);
}
