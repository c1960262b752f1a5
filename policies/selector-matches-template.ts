import { definePolicy } from "./define";
import type { KubeObject } from "./model/object";
import { mapRequirements, requirements } from "./model/selector";
import type { Value } from "./model/value";

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
        missing: offenders => ({
            what: `${offenders} is not set`,
            fix: "select the labels of the template with matchLabels in it",
        }),
        malformed: offenders => ({
            what: `${offenders} ${offenders.are} not of the form that selectors have`,
            fix: "write matchLabels as labels by key, matchExpressions as a list of conditions",
        }),
        mismatch: offenders => ({
            what: `${offenders} ${offenders.word("does", "do")} not match the labels of the template`,
            fix: "give the template the labels that the selector asks for",
        }),
    },
    checkObject(object, { report }) {
        const { pod } = object;
        if (!pod?.isTemplate || object.is("PodTemplate")) return;
        const selector = selectorOf(object);
        if (selector.isUnset && isRequired(object)) report("missing", selector);
        for (const part of malformedParts(selector)) report("malformed", part);
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

/** What no selector can be; a plain map has neither of the two parts. */
function malformedParts(selector: Value): Value[] {
    const [labels, expressions] = [selector.get("matchLabels"), selector.get("matchExpressions")];
    return [
        ...(selector.isSet && !selector.isMap ? [selector] : []),
        ...(labels.isSet && !labels.isMap ? [labels] : []),
        ...(expressions.isSet && !expressions.isList ? [expressions] : []),
    ];
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
