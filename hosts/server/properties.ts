import type { Edit } from "../../framework/evaluate";
import { SECRET, SecretPaths, SIGNATURE } from "../../model/pulumi/secret-paths";
import type { SentProperties } from "./protocol";
import type { JsonObject } from "./struct";

/**
 * The marks of assets and archives.
 *
 * Source: pulumi/pulumi sdk/nodejs/runtime/rpc.ts (`specialAssetSig`, `specialArchiveSig`).
 */
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** What an asset or archive is made of; the first that is there counts. */
const ASSET_SOURCES = ["path", "text", "uri"];
const ARCHIVE_SOURCES = ["path", "uri"];

/** Properties as policies see them, and which of them are secrets. */
export interface PlainProperties {
    readonly props: JsonObject;
    readonly secrets: SecretPaths;
}

/** Unwraps secrets, and makes objects of assets and archives that tell as little as those of the SDK. */
export function plainProperties({ properties, hasSignature }: SentProperties): PlainProperties {
    if (!hasSignature) return { props: properties, secrets: SecretPaths.none };
    const props = Object.entries(properties).map(([key, value]) => [key, plain(value)]);
    return { props: Object.fromEntries(props), secrets: SecretPaths.of(properties) };
}

/**
 * A value as the SDK hands it out.
 *
 * Source: @pulumi/policy 1.21.0 deserialize.js (`deserializeProperty`).
 */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    const object = value as JsonObject;
    const signature = object[SIGNATURE];
    if (!signature) return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, plain(item)]));
    switch (signature) {
        case SECRET:
            return plain(object.value ?? null);
        case ASSET:
            return assetOf(object);
        case ARCHIVE:
            return archiveOf(object);
        default:
            throw new Error(`Unrecognized signature '${signature}' when unmarshaling resource property`);
    }
}

/** An asset's content is not shown: in the SDK it is a promise. */
function assetOf(asset: JsonObject): JsonObject {
    const source = ASSET_SOURCES.find(key => asset[key]);
    if (!source) throw new Error("Invalid asset encountered when unmarshaling resource property");
    return { __pulumiAsset: true, [source]: {} };
}

function archiveOf(archive: JsonObject): JsonObject {
    if (archive.assets) {
        for (const part of Object.values(archive.assets).map(plain) as (JsonObject | undefined)[]) {
            if (part?.__pulumiAsset || part?.__pulumiArchive) continue;
            throw new Error("Expected an AssetArchive's assets to be unmarshaled Asset or Archive objects");
        }
        return { __pulumiArchive: true, assets: {} };
    }
    const source = ARCHIVE_SOURCES.find(key => archive[key]);
    if (!source) throw new Error("Invalid archive encountered when unmarshaling resource property");
    return { __pulumiArchive: true, [source]: {} };
}

/**
 * Changes properties in place, as they were sent: what is secret stays so, what is in a secret too. Nothing can be set in
 * an asset or an archive.
 */
export function applyEdits(properties: JsonObject, edits: readonly Edit[]): void {
    for (const { path, value } of edits) {
        let target: Record<string | number, unknown> | undefined = properties;
        for (const step of path.slice(0, -1)) target = target && objectAt(target, step);
        const last = path.at(-1);
        if (target === undefined || last === undefined) continue;
        const { parent, key } = placeOf(target, last);
        parent[key] = value;
    }
}

/** The object one step below another, made where there is none; undefined for an asset or an archive. */
function objectAt(target: Record<string | number, unknown>, step: string | number) {
    const { parent, key } = placeOf(target, step);
    if (parent[key] === undefined || parent[key] === null) parent[key] = {};
    const object = parent[key] as Record<string | number, unknown>;
    return object[SIGNATURE] ? undefined : object;
}

/** Where a value is: where it is a secret, in what marks it as one. */
function placeOf(target: Record<string | number, unknown>, step: string | number) {
    let place = { parent: target, key: step };
    for (;;) {
        const value = place.parent[place.key];
        if (typeof value !== "object" || value === null || (value as JsonObject)[SIGNATURE] !== SECRET) return place;
        place = { parent: value as JsonObject, key: "value" };
    }
}
