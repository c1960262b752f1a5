import { definePolicy, type OldReport } from "../framework/define";
import { integer } from "../framework/settings";
import type { Pod } from "../model/kubernetes/pod";
import type { Value } from "../model/value";

/** The ids that a process runs with: of the container, else of the pod, else what the image says. */
const IDS = ["runAsUser", "runAsGroup"] as const;

export const requireHighUid = definePolicy({
    name: "require-high-uid",
    category: "pod-security",
    description: "Require containers to run as a user and a group with high ids, set by the container or its pod.",
    why: "A process that escapes its container has the rights of the host's user of the same id; low ids are those of the host's own users. Where none is set the image decides, mostly for root.",
    url: "https://github.com/zegl/kube-score/blob/master/README_CHECKS.md",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set runAsUser and runAsGroup in the securityContext of the pod, or of single containers.",
    whenNotToUse:
        "Clusters that assign ids themselves, such as OpenShift, and pods with user namespaces (hostUsers: false). Windows pods are not checked.",
    config: {
        minimum: integer(10_000, 1, "The lowest user and group id that containers may have."),
    },
    messages: {
        low: (offenders, { minimum }) => ({
            what: `${offenders} ${offenders.are} below ${minimum}`,
            fix: `use an id of at least ${minimum}, which no user of the host has`,
        }),
        notNumber: (offenders, { minimum }) => ({
            what: `${offenders} ${offenders.word("is not a number", "are not numbers")}`,
            fix: `write an id of at least ${minimum} without quotes`,
        }),
        unset: (offenders, { minimum }) => ({
            what: `${offenders} ${offenders.are} not set, there or for the whole pod`,
            fix: `set an id of at least ${minimum}, since the image decides otherwise`,
        }),
    },
    checkPod(pod, { config, report }) {
        if (pod.isWindows === "yes") return;
        const ofPod = pod.spec.get("securityContext");
        const contexts = pod.containers.map(container => container.get("securityContext"));
        for (const id of IDS) {
            const ids = contexts.map(context => effective(context.get(id), ofPod.get(id)));
            if (pod.object.isPatch) ids.push(ofPod.get(id));
            for (const value of ids) checkId(value, pod, config.minimum, report);
        }
    },
});

/** A container's own id, else the pod's; the container's place where neither is set. */
function effective(own: Value, ofPod: Value): Value {
    return own.isUnset && !ofPod.isUnset ? ofPod : own;
}

function checkId(
    id: Value,
    pod: Pod,
    minimum: number,
    report: OldReport<Record<"low" | "notNumber" | "unset", unknown>>,
): void {
    // A Patch may leave out what is set already.
    if (id.isUnset && !pod.object.isPatch && pod.isWindows === "no") report("unset", id);
    else if (id.isSet && id.number === undefined) report("notNumber", id);
    else if (id.number !== undefined && id.number < minimum) report("low", id, String(id.number));
}
