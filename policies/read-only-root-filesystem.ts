import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";

export const readOnlyRootFilesystem = definePolicy({
    name: "read-only-root-filesystem",
    category: "pod-security",
    description: "Require containers to have a read-only root filesystem.",
    why: "An attacker who breaks into a container can then neither change its programs nor leave any behind.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set securityContext.readOnlyRootFilesystem: true on each container, and mount an emptyDir volume at every path that it writes to, such as /tmp.",
    whenNotToUse: "Images that write all over their filesystem and cannot be changed. Windows pods are not checked.",
    config: {},
    messages: {
        unset: findings => ({
            what: `${findings.subjects} ${findings.word("does", "do")} not set readOnlyRootFilesystem to true`,
            fix: fix(findings),
        }),
        writable: (findings: Findings<{ value: string }>) => ({
            what: `${findings.subjects} ${findings.word("sets", "set")} readOnlyRootFilesystem to ${findings.each(({ data }) => data.value)}`,
            fix: fix(findings),
        }),
    },
    checkPod(pod, { report }) {
        if (pod.isWindows === "yes") return;
        const mayBeMissing = pod.object.isPatch || pod.isWindows === "unknown";
        for (const container of pod.containers) {
            const setting = container.get("securityContext", "readOnlyRootFilesystem");
            if (setting.isUnset && !mayBeMissing) report("unset", setting);
            if (!setting.isSet || setting.boolean === true) continue;
            report("writable", setting, {
                value: setting.boolean === false ? "false" : "a value that is not a boolean",
            });
        }
    },
});

function fix(findings: Findings<unknown>): string {
    const containers = findings.word(
        "the container, and mount a volume such as an emptyDir wherever it writes",
        "each, and mount a volume such as an emptyDir wherever they write",
    );
    return `Set securityContext.readOnlyRootFilesystem: true in ${containers}`;
}
