import type { Control } from "./control";
import { theyDo } from "./wordings";

/** A hostPath volume gives a pod files of its node. */
export const hostPathVolumes: Control<"hostPath"> = {
    id: "hostPathVolumes",
    title: "HostPath Volumes",
    cis: ["5.2.11"],
    wordings: {
        hostPath: breaches => ({
            what: theyDo(breaches, "is a", "are", `hostPath ${breaches.word("volume", "volumes")}`),
            fix: `Use ${breaches.word("a volume", "volumes")} of another type, such as emptyDir or persistentVolumeClaim`,
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const volume of pod.spec.get("volumes").items()) {
                    if (volume.get("hostPath").isSet) report(volume, "hostPath");
                }
            },
        },
    ],
};
