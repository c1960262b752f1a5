import type { Control } from "./control";

/** A hostPath volume gives a pod files of its node. */
export const hostPathVolumes: Control = {
    id: "hostPathVolumes",
    title: "HostPath Volumes",
    cis: ["5.2.11"],
    fix: "use a volume of another type, such as a persistentVolumeClaim or emptyDir",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const volume of pod.spec.get("volumes").items()) {
                    if (volume.get("hostPath").isSet) report(volume, "is a hostPath volume");
                }
            },
        },
    ],
};
