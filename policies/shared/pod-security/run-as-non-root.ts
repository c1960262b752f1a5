import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { containerContexts, hasUserNamespace, isMissing, unless } from "./places";

/** The kubelet then refuses to start a container whose image would run as root. */
export const runAsNonRoot: Control = {
    id: "runAsNonRoot",
    title: "Running as Non-root",
    cis: ["5.2.7"],
    fix: "set runAsNonRoot to true in the securityContext of the pod or of each container",
    versions: [
        { since: 0, check: requireTrue },
        { since: 35, check: unless(hasUserNamespace, requireTrue) },
    ],
};

function requireTrue(pod: Pod, report: ReportPlace): void {
    const ofPod = pod.spec.get("securityContext", "runAsNonRoot");
    if (ofPod.isSet && ofPod.boolean !== true) report(ofPod, "is not true");
    for (const context of containerContexts(pod)) {
        const nonRoot = context.get("runAsNonRoot");
        if (nonRoot.isSet && nonRoot.boolean !== true) report(nonRoot, "is not true");
        // What the pod's own setting does wrong has been said.
        if (isMissing(nonRoot, pod) && ofPod.isUnset) report(nonRoot, "is not set");
    }
}
