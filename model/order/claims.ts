import type { KubeObject } from "../kubernetes/object";
import { isBefore, providerVersionOf } from "../pulumi/provider-version";
import type { ObjectIndex } from "../references/object-index";
import type { Value } from "../value";

/** The first version of the provider that lets a claim be whose StorageClass waits for the first pod (#3130). */
const KNOWS_BINDING_MODES = [4, 16, 0] as const;

/**
 * When a PersistentVolumeClaim is bound: as soon as there is a volume, or only with the first pod that uses it; "unknown"
 * where nothing in the stack tells, as for a StorageClass of the cluster's own.
 */
export type Binding = "at once" | "with its first pod" | "unknown";

/** @returns when a claim is bound. */
export function bindingOf(claim: KubeObject, index: ObjectIndex): Binding {
    const name = claim.get("spec", "storageClassName");
    // The controller binds a claim to a volume that it names, or that is of no class, without waiting for pods.
    if (name.raw === "") return "at once";
    const volume = volumeOf(claim, index);
    if (name.isUnset) return volume && isOfNoClass(volume) ? "at once" : "unknown";
    const storageClass = name.string && findIn(claim, "StorageClass", name, index);
    if (!storageClass) return "unknown";
    const mode = storageClass.get("volumeBindingMode");
    if (mode.isUnset || mode.raw === "Immediate") return "at once";
    return mode.raw === "WaitForFirstConsumer" ? "with its first pod" : "unknown";
}

/** The StorageClass of the stack that a claim names. */
export function storageClassOf(claim: KubeObject, index: ObjectIndex): KubeObject | undefined {
    return findIn(claim, "StorageClass", claim.get("spec", "storageClassName"), index);
}

/** The PersistentVolume of the stack that a claim names. */
export function volumeOf(claim: KubeObject, index: ObjectIndex): KubeObject | undefined {
    return findIn(claim, "PersistentVolume", claim.get("spec", "volumeName"), index);
}

function isOfNoClass(volume: KubeObject): boolean {
    const name = volume.get("spec", "storageClassName");
    return name.isUnset || name.raw === "";
}

function findIn(claim: KubeObject, kind: string, name: Value, index: ObjectIndex): KubeObject | undefined {
    if (!name.string) return undefined;
    const [found, ...others] = index.find({ ...index.locationOf(claim), namespace: "" }, kind, name.string).certain;
    return others.length === 0 ? found : undefined;
}

/**
 * Whether the provider goes on while a claim is Pending whose StorageClass waits for the first pod: "unknown" where the
 * version is not known.
 */
export function passesPendingClaims({ resource }: KubeObject): "yes" | "no" | "unknown" {
    const version = providerVersionOf(resource);
    if (version === undefined) return "unknown";
    return isBefore(version, KNOWS_BINDING_MODES) ? "no" : "yes";
}
