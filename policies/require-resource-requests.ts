import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import {
    amountOf,
    containersWithResources,
    effectiveResource,
    QUANTITY_RULE,
    resourceAt,
} from "../model/kubernetes/container-resources";

export const requireResourceRequests = definePolicy({
    name: "require-resource-requests",
    category: "resources",
    description: "Require containers to say what resources they request and how much they may use at most.",
    why: "Without requests the scheduler fills nodes blindly, and without a memory limit one leak takes all pods of a node down.",
    url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set resources.requests to what the container normally uses, and resources.limits.memory to the most that it may use.",
    whenNotToUse: "Namespaces with a LimitRange, which sets requests and limits where manifests do not.",
    config: {
        requests: texts(
            ["cpu", "memory"],
            "Resources that every container must request; a limit of the same resource stands in.",
        ),
        limits: texts(["memory"], "Resources that every container must have a limit of."),
    },
    messages: {
        requests: offenders => ({
            what: `${offenders} ${offenders.are} not set`,
            fix: "request what the container normally uses",
        }),
        limits: offenders => ({
            what: `${offenders} ${offenders.are} not set`,
            fix: "limit it to the most that the container may use",
        }),
        malformed: offenders => ({
            what: `${offenders} ${offenders.word("is no quantity", "are no quantities")}`,
            fix: QUANTITY_RULE,
        }),
    },
    checkPod(pod, { config, report }) {
        for (const container of containersWithResources(pod)) {
            for (const list of ["requests", "limits"] as const) {
                for (const resource of config[list]) {
                    const amount = effectiveResource(pod, container, list, resource);
                    if (amount.isUnset && !pod.object.isPatch) report(list, resourceAt(container, list, resource));
                    if (amount.isSet && !amountOf(amount)) report("malformed", amount);
                }
            }
        }
    },
});
