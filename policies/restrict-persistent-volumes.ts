import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { flag, globs, texts } from "../framework/settings";
import { POD_KINDS } from "../model/kubernetes/kinds";
import type { KubeObject } from "../model/kubernetes/object";
import { quoteNames, shorten } from "../model/text";
import type { Value } from "../model/value";

/** What a message shows of a value: nothing where it is not a text. */
type Found = { readonly value: string | undefined };

const ACCESS_MODES = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"] as const;

/** Where the class was named before the field for it. Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1 */
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export const restrictPersistentVolumes = definePolicy({
    name: "restrict-persistent-volumes",
    category: "storage",
    description: "Restrict hostPath volumes, storage classes and access modes.",
    why: "A hostPath volume gives whoever claims it the node's files. The wrong storage class costs money, or loses its data together with the node.",
    url: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Let a StorageClass provision the volume, and use a class and access modes that the configuration allows.",
    whenNotToUse: "Single-node clusters, whose volumes cannot be anywhere else.",
    frameworks: cis("5.2.11"),
    config: {
        storageClasses: globs([], "Globs over the names of the storage classes that claims may use; when empty, any."),
        requireStorageClass: flag(false, "Whether every claim must name its storage class."),
        accessModes: texts([], "Access modes that claims and volumes may have; when empty, any.", ACCESS_MODES),
    },
    messages: {
        hostPath: findings => ({
            what: `${findings.places} gives the volume a directory of the node`,
            fix: "Use a volume that a StorageClass provisions",
        }),
        noClass: (findings, { storageClasses }) => ({
            what: `${findings.places} ${findings.word("names", "name")} no storage class`,
            fix: `Set ${findings.word("it", "each")} to ${storageClasses.globs.length === 0 ? "the name of a StorageClass" : anyOf(storageClasses.globs.map(({ source }) => source))}`,
        }),
        otherClass: (findings: Findings<Found>, { storageClasses }) => ({
            what: `${found(findings)}, which "storageClasses" does not match`,
            fix: `Use ${anyOf(storageClasses.globs.map(({ source }) => source))}`,
        }),
        accessMode: (findings: Findings<Found>, { accessModes }) => ({
            what: `${found(findings)}, which "accessModes" does not include`,
            fix: `Use ${anyOf(accessModes)}`,
        }),
    },
    kinds: ["PersistentVolume", "PersistentVolumeClaim", ...POD_KINDS],
    checkObject(object, { config, report }) {
        if (object.is("PersistentVolume") && object.get("spec", "hostPath").isSet) {
            report("hostPath", object.get("spec", "hostPath"));
        }
        const claims = claimsOf(object);
        for (const claim of claims) {
            const name = classOf(claim);
            if (name.isUnset || name.raw === "") {
                if (config.requireStorageClass && !object.isPatch) report("noClass", name);
            } else if (name.isSet && config.storageClasses.globs.length > 0) {
                if (!config.storageClasses.matches(name.string ?? ""))
                    report("otherClass", name, { value: name.string });
            }
        }
        if (config.accessModes.length === 0) return;
        const volumes = object.is("PersistentVolume") ? [object.root, ...claims] : claims;
        for (const mode of volumes.flatMap(volume => volume.get("spec", "accessModes").items())) {
            if (mode.isSet && !config.accessModes.includes(mode.string ?? ""))
                report("accessMode", mode, { value: mode.string });
        }
    },
});

function found(findings: Findings<Found>): string {
    return findings.each(({ at, data: { value } }) =>
        value === undefined ? `${at} is not a string` : `${at} is ${JSON.stringify(shorten(value))}`,
    );
}

function anyOf(names: readonly string[]): string {
    return quoteNames(names, "or");
}

/** What asks for volumes: a claim itself, and the templates that claims of StatefulSets and pods are made from. */
function claimsOf(object: KubeObject): Value[] {
    return [
        ...(object.is("PersistentVolumeClaim") ? [object.root] : []),
        ...(object.is("StatefulSet") ? object.root.select("spec.volumeClaimTemplates[]") : []),
        ...(object.pod?.spec.select("volumes[].ephemeral.volumeClaimTemplate") ?? []),
    ];
}

function classOf(claim: Value): Value {
    const annotation = claim.get("metadata", "annotations", CLASS_ANNOTATION);
    return annotation.isUnset ? claim.get("spec", "storageClassName") : annotation;
}
