import { definePolicy } from "../framework/define";
import { labelKeyError, labelValueError } from "../model/kubernetes/names";
import type { KubeObject } from "../model/kubernetes/object";
import { type LabelsInfo, mapRequirements, type Requirement, requirements } from "../model/kubernetes/selector";
import { UNKNOWN, Value } from "../model/value";

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
            fix: "select labels of the template in it",
        }),
        empty: offenders => ({
            what: `${offenders} is empty`,
            fix: "select labels of the template in it",
        }),
        generated: offenders => ({
            what: `${offenders} is set although the API server makes the selectors of Jobs itself`,
            fix: "remove it, or set manualSelector to true in a Job that is no CronJob's",
        }),
        malformed: offenders => ({
            what: `${offenders} ${offenders.are} not of the form that selectors have`,
            fix: "write matchLabels as labels by key, matchExpressions as a list of conditions",
        }),
        condition: offenders => ({
            what: `${offenders} ${offenders.word("is no condition", "are no conditions")} that the API server accepts`,
            fix: "write the key of a label and In or NotIn with values, or Exists or DoesNotExist without",
        }),
        mismatch: offenders => ({
            what: `${offenders} ${offenders.word("does", "do")} not match the labels of the template`,
            fix: "give the template the labels that the selector asks for",
        }),
    },
    checkObject(object, { report }) {
        const { pod } = object;
        if (!pod?.isTemplate) return;
        const selector = selectorOf(object);
        if (isRequired(object, pod.labels)) {
            if (selector.isUnset) report("missing", selector);
            else if (isEmpty(selector)) report("empty", selector);
        }
        for (const part of malformedParts(selector)) report("malformed", part);
        if (contradictsGenerated(object, selector)) {
            report("generated", selector);
            return;
        }
        const refused = new Set(selector.get("matchExpressions").items().filter(isRefused).map(String));
        for (const { at, answer } of conditionsOf(object, selector, labelsInfo(object, pod.labels))) {
            if (refused.has(String(at))) report("condition", at);
            else if (answer === "no") report("mismatch", at);
        }
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

/** The conditions of a workload's selector, each decided for some labels. */
function conditionsOf(object: KubeObject, selector: Value, info: LabelsInfo): Requirement[] {
    return object.is("ReplicationController") ? mapRequirements(selector, info) : requirements(selector, info);
}

/**
 * Whether the workload must say what it selects.
 *
 * The first versions of the API took the template's labels where no selector was given, as ReplicationControllers do
 * to this day, if there are any.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/#deployment-v116
 */
function isRequired(object: KubeObject, labels: Value): boolean {
    if (object.isPatch) return false;
    if (object.is("Job")) return object.get("spec", "manualSelector").raw === true && selectorOf(object).isUnset;
    if (object.is("ReplicationController")) return labels.isUnset || isEmptyMap(labels);
    return object.is("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") && object.version !== "v1beta1";
}

/** Whether a selector, of labels or of conditions, asks for nothing. */
function isEmpty(selector: Value): boolean {
    return (
        selector.isMap && selector.entries().every(([, part]) => part.isUnset || isEmptyMap(part) || isEmptyList(part))
    );
}

function isEmptyMap(value: Value): boolean {
    return value.isMap && value.keys().length === 0;
}

function isEmptyList(value: Value): boolean {
    return value.isList && value.items().length === 0;
}

/**
 * Whether a condition itself is refused: its operator must have values or must have none, and key and values must be
 * such as labels can have.
 *
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go (`ValidateLabelSelectorRequirement`).
 */
function isRefused(expression: Value): boolean {
    const [key, operator] = [expression.get("key").string, expression.get("operator").string];
    const values = expression.get("values");
    if (key !== undefined && labelKeyError(key)) return true;
    if (values.items().some(value => value.string !== undefined && labelValueError(value.string))) return true;
    if (operator === undefined || values.isUnknown) return false;
    const hasValues = values.items().length > 0;
    return WITH_VALUES.has(operator) ? !hasValues : WITHOUT_VALUES.has(operator) && hasValues;
}

const WITH_VALUES: ReadonlySet<string> = new Set(["In", "NotIn"]);
const WITHOUT_VALUES: ReadonlySet<string> = new Set(["Exists", "DoesNotExist"]);

/**
 * Whether a selector cannot be that of a Job's own pods: the API server gives them labels and selects these, unless
 * the Job sets manualSelector. What a CronJob makes can have no other.
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector
 */
function contradictsGenerated(object: KubeObject, selector: Value): boolean {
    if (object.is("CronJob")) return selector.isSet;
    if (!isGenerated(object)) return false;
    const info = { labels: generatedLabels(object), asWritten: true };
    return conditionsOf(object, selector, info).some(({ answer }) => answer === "no");
}

function isGenerated(object: KubeObject): boolean {
    return object.is("Job") && object.get("spec", "manualSelector").is(true) === "no" && !object.isPatch;
}

/** The labels that the API server gives the pods of a Job. */
function generatedLabels(object: KubeObject): Value {
    const [name, uid] = [object.name.string ?? UNKNOWN, UNKNOWN];
    return new Value({
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    });
}

/** Controllers add labels to the pods of a Job only, before its selector is compared with them. */
function labelsInfo(object: KubeObject, labels: Value): LabelsInfo {
    const asWritten = !object.is("Job") || object.get("spec", "manualSelector").raw === true;
    return { labels, open: object.isPatch, asWritten };
}
