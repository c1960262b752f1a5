import { definePolicy } from "./define";
import type { KubeObject } from "./model/object";
import { mapRequirements, requirements } from "./model/selector";

export const selectorMatchesTemplate = definePolicy({
    name: "selector-matches-template",
    category: "workloads",
    description: "Require a workload's selector to select the pods of its own template.",
    why: "The API server refuses a workload that would not recognise its own pods, but only when it is created.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Give the template every label that the selector asks for, with the same value.",
    whenNotToUse: "Never: no cluster accepts such a workload.",
    config: {},
    messages: {
        mismatch: offenders => ({
            what: `${offenders} ${offenders.word("does", "do")} not match the labels of its own template`,
            fix: "make the selector and the template's labels the same",
        }),
        missing: () => ({
            what: "spec.selector is not set",
            fix: "select the labels of the template with spec.selector.matchLabels",
        }),
    },
    checkObject(object, { report }) {
        const { pod } = object;
        if (!pod?.isTemplate || object.is("PodTemplate")) return;
        const selector = selectorOf(object);
        if (selector.isUnset && isRequired(object)) report("missing");
        const info = { labels: pod.labels, open: object.isPatch };
        const conditions = object.is("ReplicationController")
            ? mapRequirements(selector, info)
            : requirements(selector, info);
        for (const { at, answer } of conditions) if (answer === "no") report("mismatch", at);
    },
});

function selectorOf(object: KubeObject) {
    return object.is("CronJob")
        ? object.get("spec", "jobTemplate", "spec", "selector")
        : object.get("spec", "selector");
}

/**
 * The first versions of the API took the template's labels where no selector was given, as Jobs and
 * ReplicationControllers do to this day.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/#deployment-v116
 */
function isRequired(object: KubeObject): boolean {
    const defaulted = object.group === "extensions" || (object.group === "apps" && object.version === "v1beta1");
    return object.is("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") && !defaulted && !object.isPatch;
}
