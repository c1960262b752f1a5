import { joinWords } from "../../../model/text";
import type { Value } from "../../../model/value";
import type { Control } from "./control";
import { theyDo, valuesOf } from "./wordings";

/** Volumes whose content is the cluster's to give. */
const ALLOWED_TYPES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/** Volumes of the node or of storage that the pod itself names. */
const FORBIDDEN_TYPES = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "hostPath",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

/** Storage should be the cluster's to grant, by a claim or a driver. */
export const restrictedVolumes: Control<"type"> = {
    id: "restrictedVolumes",
    title: "Volume Types",
    cis: ["5.2.11"],
    wordings: {
        type: breaches => ({
            what: theyDo(breaches, "is", "are", `of type ${valuesOf(breaches)}`),
            fix: `Use ${breaches.word("a volume", "volumes")} of type ${joinWords(ALLOWED_TYPES, "or")}`,
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const volume of pod.spec.get("volumes").items()) {
                    const type = forbiddenType(volume);
                    if (type) report(volume, "type", [type]);
                }
            },
        },
    ],
};

/** A volume without any type becomes an emptyDir, and API servers drop types that they do not know. */
function forbiddenType(volume: Value): string | undefined {
    if (ALLOWED_TYPES.some(type => !volume.get(type).isUnset)) return undefined;
    return FORBIDDEN_TYPES.find(type => volume.get(type).isSet);
}
