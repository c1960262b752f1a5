import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { integer } from "../framework/settings";
import { joinWords } from "../model/text";
import type { Value } from "../model/value";

/** The ids that a process runs with: of the container, else of the pod, else what the image says. */
const IDS = ["runAsUser", "runAsGroup"] as const;

type Id = (typeof IDS)[number];

export const requireHighUid = definePolicy({
    name: "require-high-uid",
    category: "pod-security",
    description: "Require containers to run as a user and a group with high ids, which the container or its pod sets.",
    why: "A process that escapes its container has the rights of the host's user with the same id, and low ids belong to the host's own users. Where the pod sets no id, the image decides, and most images choose root.",
    url: "https://github.com/zegl/kube-score/blob/master/README_CHECKS.md",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set runAsUser and runAsGroup in the securityContext of the pod or of single containers.",
    whenNotToUse:
        "Clusters that assign ids themselves, such as OpenShift, and pods with a user namespace of their own (hostUsers: false). Windows pods are not checked.",
    config: {
        minimum: integer(10_000, 1, "The lowest user and group id that containers may have."),
    },
    messages: {
        low: {
            per: ({ data }) => data.id,
            message: (findings: Findings<{ id: Id; value: number }>, { minimum }) => ({
                what: `${they(findings, "sets", "set")} ${findings.data.id} to ${findings.each(({ data }) => String(data.value))}, but the minimum is ${minimum}`,
                fix: `Set securityContext.${findings.data.id} to at least ${minimum}, an id that no user of the host has`,
            }),
        },
        notNumber: (findings, { minimum }) => ({
            what: `${findings.places} ${findings.word("is not a number", "are not numbers")}`,
            fix: `Set ${findings.word("it", "each")} to an id of at least ${minimum}, without quotes`,
        }),
        unset: (findings: Findings<{ id: Id }>, { minimum }) => {
            const ids = IDS.filter(id => findings.list.some(({ data }) => data.id === id));
            return {
                what: `${they(findings, "does", "do")} not set ${joinWords(ids, "or")}, nor does the pod`,
                fix: `Set ${joinWords(ids)} to at least ${minimum} in the securityContext of the pod`,
            };
        },
    },
    checkPod(pod, { config: { minimum }, report }) {
        if (pod.isWindows === "yes") return;
        const ofPod = pod.spec.get("securityContext");
        const contexts = pod.containers.map(container => container.get("securityContext"));
        for (const id of IDS) {
            const values = contexts.map(context => effective(context.get(id), ofPod.get(id)));
            if (pod.object.isPatch) values.push(ofPod.get(id));
            for (const value of values) {
                // A Patch may leave out what is set already.
                if (value.isUnset && !pod.object.isPatch && pod.isWindows === "no") report("unset", value, { id });
                else if (value.isSet && value.number === undefined) report("notNumber", value);
                else if (value.number !== undefined && value.number < minimum)
                    report("low", value, { id, value: value.number });
            }
        }
    },
});

/** A container's own id, else the pod's; the container's place where neither is set. */
function effective(own: Value, ofPod: Value): Value {
    return own.isUnset && !ofPod.isUnset ? ofPod : own;
}

function they(findings: Findings<unknown>, one: string, many: string): string {
    return `${findings.subjects} ${findings.subjectCount === 1 ? one : many}`;
}
