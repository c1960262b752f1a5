import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import { containerContexts, forbidBut, hasUserNamespace, isMissing, unless } from "./places";
import { inThem, theyDoNot, theySet } from "./wordings";

type Rule = "unset" | "unsetInSome" | "wrong";

/** The kubelet then refuses to start a container whose image would run as root. */
export const runAsNonRoot: Control<Rule> = {
    id: "runAsNonRoot",
    title: "Running as Non-root",
    cis: ["5.2.7"],
    wordings: {
        unset: breaches => ({
            what: theyDoNot(breaches, "set runAsNonRoot to true"),
            fix: "Set securityContext.runAsNonRoot: true in the pod",
        }),
        unsetInSome: breaches => ({
            what: `${theyDoNot(breaches, "set runAsNonRoot to true")}, nor does the pod`,
            fix: `Set securityContext.runAsNonRoot: true in the pod, or ${inThem(breaches)}`,
        }),
        wrong: breaches => ({
            what: theySet(breaches, "runAsNonRoot"),
            fix: `Set securityContext.runAsNonRoot: true ${inThem(breaches)}`,
        }),
    },
    versions: [
        { since: 0, check: requireTrue },
        { since: 35, check: unless(hasUserNamespace, requireTrue) },
    ],
};

function requireTrue(pod: Pod, report: ReportBreach<Rule>): void {
    const ofPod = pod.spec.get("securityContext", "runAsNonRoot");
    const ofContainers = containerContexts(pod).map(context => context.get("runAsNonRoot"));
    for (const value of [ofPod, ...ofContainers]) forbidBut(value, true, "wrong", report);
    // What the pod's own setting does wrong has been said.
    if (!ofPod.isUnset) return;
    const missing = ofContainers.filter(value => isMissing(value, pod));
    if (missing.length > 0 && missing.length === ofContainers.length) report(ofPod, "unset");
    else for (const value of missing) report(value, "unsetInSome");
}
