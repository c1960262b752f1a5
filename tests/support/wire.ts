/**
 * Properties as the engine sends them: plain JSON in which an unknown value is a fixed string and a secret an object
 * with a signature.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/rpc.go (MarshalPropertyValue) and @pulumi/policy proxy.js.
 */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/** An object on the wire. */
export type WireMap = { [key: string]: Wire };

/** What the engine sends for a value that is not known yet, by the kind of the value. */
export const UNKNOWN_VALUES = {
    string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    bool: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    asset: "030794c1-ac77-496b-92df-f27374a8bd58",
    archive: "e48ece36-62e2-4504-bad9-02848725956a",
    map: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const unknownValues: ReadonlySet<unknown> = new Set(Object.values(UNKNOWN_VALUES));

/** A secret as the engine sends it. */
export function secret(value: Wire): WireMap {
    return { [SIGNATURE]: SECRET, value };
}

/** Whether a value is an object with keys: neither a list nor a secret. */
export function isMap(value: Wire | undefined): value is WireMap {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(SIGNATURE in value);
}

/** Whether a value is marked as a secret. */
export function isSecret(value: Wire): value is { value: Wire } {
    return typeof value === "object" && value !== null && !Array.isArray(value) && SIGNATURE in value;
}

/** The value with its secrets unwrapped, as policies see it. */
export function unwrap(value: Wire): Wire {
    if (isSecret(value)) return unwrap(value.value);
    if (Array.isArray(value)) return value.map(unwrap);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]));
}

/** Whether the value or anything in it is not known yet. */
export function hasUnknown(value: Wire): boolean {
    if (isSecret(value)) return hasUnknown(value.value);
    if (Array.isArray(value)) return value.some(hasUnknown);
    if (isMap(value)) return Object.values(value).some(hasUnknown);
    return unknownValues.has(value);
}

/**
 * Changes a value by a JSON merge patch (RFC 7396): objects are merged, null deletes, anything else replaces.
 *
 * Beyond the RFC, an object whose keys are all numbers changes the elements of a list, or appends to it:
 * `containers: { 0: { readinessProbe: null } }`.
 */
export function mergePatch(target: Wire | undefined, patch: Wire): Wire {
    if (!isMap(patch)) return patch;
    const keys = Object.keys(patch);
    if (Array.isArray(target) && keys.length > 0 && keys.every(key => /^\d+$/.test(key))) {
        return patchList(target, patch);
    }
    const result: WireMap = isMap(target) ? { ...target } : {};
    for (const [key, change] of Object.entries(patch)) {
        if (change === null) delete result[key];
        else result[key] = mergePatch(result[key], change);
    }
    return result;
}

function patchList(target: Wire[], patch: WireMap): Wire[] {
    const result: (Wire | undefined)[] = [...target];
    for (const [index, change] of Object.entries(patch)) {
        result[Number(index)] = change === null ? undefined : mergePatch(target[Number(index)], change);
    }
    return result.filter(item => item !== undefined);
}
