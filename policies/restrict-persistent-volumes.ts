import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { flag, globs, texts } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { joinWords } from "../model/text";
import type { Value } from "../model/value";

const ACCESS_MODES = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"] as const;

/** Where the class was named before the field for it. Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1 */
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export const restrictPersistentVolumes = definePolicy({
    name: "restrict-persistent-volumes",
    category: "storage",
    description: "Restrict persistent volumes on the node's disk, storage classes and access modes.",
    why: "A hostPath volume gives whoever claims it the node's files, and the wrong class costs money or loses data with its node.",
    url: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Let a StorageClass provision the volume; name a class and access modes that the configuration allows.",
    whenNotToUse: "Clusters of one node, whose volumes cannot be anywhere else.",
    frameworks: cis("5.2.11"),
    config: {
        storageClasses: globs([], "Globs over the names of storage classes that claims may use; any when empty."),
        requireStorageClass: flag(false, "Whether every claim must name its storage class."),
        accessModes: texts([], "Access modes that claims and volumes may have; any when empty.", ACCESS_MODES),
    },
    messages: {
        hostPath: offenders => ({
            what: `${offenders} ${offenders.are} a directory of a node`,
            fix: "use a volume that a StorageClass provisions",
        }),
        noClass: offenders => ({ what: `${offenders} ${offenders.are} not set`, fix: "name the storage class" }),
        otherClass: (offenders, { storageClasses }) => ({
            what: `${offenders} ${offenders.word("is not an allowed storage class", "are not allowed storage classes")}`,
            fix: `use ${joinWords(
                storageClasses.globs.map(({ source }) => source),
                "or",
            )}`,
        }),
        accessMode: (offenders, { accessModes }) => ({
            what: `${offenders} ${offenders.word("is not an allowed access mode", "are not allowed access modes")}`,
            fix: `use ${joinWords(accessModes, "or")}`,
        }),
    },
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
                if (!config.storageClasses.matches(name.string ?? "")) report("otherClass", name, name.string);
            }
        }
        if (config.accessModes.length === 0) return;
        const volumes = object.is("PersistentVolume") ? [object.root, ...claims] : claims;
        for (const mode of volumes.flatMap(volume => volume.get("spec", "accessModes").items())) {
            if (mode.isSet && !config.accessModes.includes(mode.string ?? "")) report("accessMode", mode, mode.string);
        }
    },
});

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
