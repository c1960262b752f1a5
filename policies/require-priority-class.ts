import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { globs } from "../framework/settings";
import type { Globs } from "../model/glob";
import { joinWords, shorten } from "../model/text";

export const requirePriorityClass = definePolicy({
    name: "require-priority-class",
    category: "workloads",
    description: "Require every pod to have a priority class, one of those allowed where some are configured.",
    why: "When nodes are full, Kubernetes evicts pods without a priority or keeps them waiting, however much depends on them.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set priorityClassName to one of your organization's priority classes.",
    whenNotToUse: "Clusters with a global default PriorityClass, which pods get without naming it.",
    config: {
        allowed: globs([], "Globs of the priority classes that pods may use; any when empty."),
    },
    messages: {
        missing: (_, { allowed }) => ({
            what: "The pod sets no priorityClassName",
            fix:
                allowed.globs.length === 0
                    ? "Set priorityClassName to a PriorityClass that fits the importance of the workload"
                    : `Set priorityClassName to ${names(allowed)}`,
        }),
        notAllowed: (findings: Findings<{ name: string }>, { allowed }) => ({
            what: `The pod sets priorityClassName to ${JSON.stringify(shorten(findings.data.name))}, which "allowed" does not match`,
            fix: `Set priorityClassName to ${names(allowed)}`,
        }),
        notText: () => ({
            what: "The priorityClassName of the pod is not text",
            fix: "Set priorityClassName to the name of a PriorityClass",
        }),
    },
    checkPod(pod, { config, report }) {
        const name = pod.spec.get("priorityClassName");
        if (name.isUnknown || pod.spec.isUnknown) return;
        if (name.isUnset || name.raw === "") {
            if (!pod.object.isPatch) report("missing", name);
        } else if (name.string === undefined) {
            report("notText", name);
        } else if (config.allowed.globs.length > 0 && !config.allowed.matches(name.string)) {
            report("notAllowed", name, { name: name.string });
        }
    },
});

function names(allowed: Globs): string {
    return joinWords(
        allowed.globs.map(({ source }) => JSON.stringify(source)),
        "or",
    );
}
