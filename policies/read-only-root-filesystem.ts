import { definePolicy } from "../framework/define";

export const readOnlyRootFilesystem = definePolicy({
    name: "read-only-root-filesystem",
    category: "pod-security",
    description: "Require containers to have a read-only root filesystem.",
    why: "Who breaks into a container can then neither change its programs nor leave any behind.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set securityContext.readOnlyRootFilesystem: true on each container, and mount an emptyDir volume at each path that it writes to, such as /tmp.",
    whenNotToUse: "Images that write all over their filesystem and cannot be changed. Windows pods are not checked.",
    config: {},
    messages: {
        writable: offenders => ({
            what: `${offenders} ${offenders.are} not true`,
            fix: "set it to true and mount a volume, such as an emptyDir, where the container writes",
        }),
    },
    checkPod(pod, { report }) {
        if (pod.isWindows === "yes") return;
        const mayBeMissing = pod.object.isPatch || pod.isWindows === "unknown";
        for (const container of pod.containers) {
            const setting = container.get("securityContext", "readOnlyRootFilesystem");
            const isMissing = setting.isUnset && !mayBeMissing;
            const isNoBoolean = setting.isSet && setting.boolean === undefined;
            if (isNoBoolean) report("writable", setting, "(no boolean)");
            else if (isMissing || setting.boolean === false) report("writable", setting);
        }
    },
});
