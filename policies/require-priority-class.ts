import { definePolicy } from "../framework/define";
import { globs } from "../framework/settings";
import { joinWords } from "../model/text";

export const requirePriorityClass = definePolicy({
    name: "require-priority-class",
    category: "workloads",
    description: "Require a priority class, of an allowed name, on every pod.",
    why: "When nodes are full, pods without a priority are evicted or kept waiting whatever depends on them.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set priorityClassName to one of the classes that your organization has for its workloads.",
    whenNotToUse: "Clusters with a PriorityClass that is the global default, which pods get without naming it.",
    config: {
        allowed: globs([], "Globs over the names of priority classes that may be used; any when empty."),
    },
    messages: {
        missing: offenders => ({
            what: `${offenders} is not set`,
            fix: "set it to the class that says how important the workload is",
        }),
        notAllowed: (offenders, { allowed }) => ({
            what: `${offenders} is not an allowed priority class`,
            fix: `use ${joinWords(
                allowed.globs.map(({ source }) => source),
                "or",
            )}`,
        }),
        noText: offenders => ({ what: `${offenders} is not text`, fix: "set it to the name of a PriorityClass" }),
    },
    checkPod(pod, { config, report }) {
        const name = pod.spec.get("priorityClassName");
        if (name.isUnknown || pod.spec.isUnknown) return;
        if (name.isUnset || name.raw === "") {
            if (!pod.object.isPatch) report("missing", name);
        } else if (name.string === undefined) {
            report("noText", name);
        } else if (config.allowed.globs.length > 0 && !config.allowed.matches(name.string)) {
            report("notAllowed", name, name.string);
        }
    },
});
