import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { WORKLOAD_KINDS } from "../model/kubernetes/kinds";
import { labelKeyError, labelValueError } from "../model/kubernetes/names";
import type { KubeObject } from "../model/kubernetes/object";
import {
    CONTROLLER_LABELS,
    type LabelsInfo,
    mapRequirements,
    type Requirement,
    requirements,
} from "../model/kubernetes/selector";
import { isTypoOf } from "../model/references/near-names";
import { joinSome, joinWords, shorten } from "../model/text";
import { UNKNOWN, Value } from "../model/value";

export const selectorMatchesTemplate = definePolicy({
    name: "selector-matches-template",
    category: "workloads",
    description: "Require a workload's selector to select the pods of its own template.",
    why: "The API server refuses a workload whose selector does not select its own pods, but a preview does not show it.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The API server refuses the workload in the middle of the update.",
    since: "0.1.0",
    remediationSteps: "Give the pod template every label that the selector selects, with the same value.",
    whenNotToUse: "Never: no cluster accepts such a workload.",
    config: {},
    messages: {
        missing: findings => ({
            what: `${findings.places} is not set`,
            fix: "Set it to labels that the pod template has",
        }),
        empty: findings => ({
            what: `${findings.places} is empty`,
            fix: "Set it to labels that the pod template has",
        }),
        generated: findings => ({
            what: `${findings.places} is set, but the API server makes the selectors of Jobs itself`,
            fix: "Remove it, or set manualSelector to true in a Job that no CronJob makes",
        }),
        malformed: {
            per: ({ data }) => data.form,
            message: (findings: Findings<{ form: string }>) => ({
                what: `${findings.places} must be ${findings.data.form}`,
                fix: `Write it as ${findings.data.form}`,
            }),
        },
        condition: {
            per: ({ data }) => data.reason,
            message: (findings: Findings<Refusal>) => ({
                what: `${findings.places} ${findings.data.reason}, which the API server refuses`,
                fix: findings.data.fix,
            }),
        },
        different: {
            per: ({ at }) => String(at),
            message: (findings: Findings<{ wanted: string; has: string }>) => ({
                what: `${findings.places} is ${findings.data.wanted}, but the pod template has ${findings.data.has}`,
                fix: "Use the same value in both",
            }),
        },
        absent: {
            per: ({ at }) => String(at),
            message: (findings: Findings<Absent>) => {
                const { key, wanted, near } = findings.data;
                const lacks = near === undefined ? `lacks the label ${key}` : `has the label ${near} instead`;
                return {
                    what: `${findings.places} is ${wanted}, but the pod template ${lacks}`,
                    fix: near === undefined ? `Add the label ${key} to the pod template` : "Use the same key in both",
                };
            },
        },
        unmatched: {
            per: ({ at }) => String(at),
            message: (findings: Findings<{ condition: string; has: string }>) => ({
                what: `${findings.places} (${findings.data.condition}) does not match the pod template, which ${findings.data.has}`,
                fix: "Change the condition or the label so that they match",
            }),
        },
    },
    kinds: WORKLOAD_KINDS,
    checkObject(object, { report }) {
        const { pod } = object;
        if (!pod?.isTemplate) return;
        const selector = selectorOf(object);
        if (isRequired(object, pod.labels)) {
            if (selector.isUnset) report("missing", selector);
            else if (isEmpty(selector)) report("empty", selector);
        }
        for (const { at, form } of malformedParts(selector)) report("malformed", at, { form });
        if (contradictsGenerated(object, selector)) {
            report("generated", selector);
            return;
        }
        const refused = new Map<string, Refusal>();
        for (const expression of selector.get("matchExpressions").items()) {
            const reason = refusal(expression);
            if (reason) refused.set(String(expression), reason);
        }
        for (const { at, key, answer } of conditionsOf(object, selector, labelsInfo(object, pod.labels))) {
            const reason = refused.get(String(at));
            const has = pod.labels.get(key);
            if (reason) report("condition", at, reason);
            else if (answer !== "no") continue;
            else if (at.isMap) report("unmatched", at, { condition: conditionOf(at), has: saidOf(key, has) });
            else if (!has.isUnset) report("different", at, { wanted: at.shown, has: has.shown });
            else
                report("absent", at, {
                    key,
                    wanted: at.isUnknown ? "set" : at.shown,
                    near: nearLabel(at, key, pod.labels),
                });
        }
    },
});

/** A label that the pod template lacks. */
interface Absent {
    readonly key: string;
    readonly wanted: string;
    /** The one key of the template that is most likely meant. */
    readonly near: string | undefined;
}

/** The only label of the template that has the value, or whose key is a typing mistake away. */
function nearLabel(wanted: Value, key: string, labels: Value): string | undefined {
    if (CONTROLLER_LABELS.has(key)) return undefined;
    const near = labels.entries().filter(([other, label]) => isTypoOf(other, key) || label.raw === wanted.raw);
    return near.length === 1 ? near[0]?.[0] : undefined;
}

/** `app NotIn web and api`. */
function conditionOf(expression: Value): string {
    const values = expression
        .get("values")
        .items()
        .filter(({ isUnknown }) => !isUnknown)
        .map(({ shown }) => shown);
    const [key, operator] = [expression.get("key").string ?? "?", expression.get("operator").string ?? "?"];
    return shorten([key, operator, joinSome(values)].filter(Boolean).join(" "));
}

function saidOf(key: string, label: Value): string {
    return label.isUnset ? `does not have the label ${shorten(key)}` : `has ${label.shown}`;
}

function selectorOf(object: KubeObject) {
    return object.is("CronJob")
        ? object.get("spec", "jobTemplate", "spec", "selector")
        : object.get("spec", "selector");
}

/** What no selector can be, and what it must be; a plain map has neither of the two parts. */
function malformedParts(selector: Value): { at: Value; form: string }[] {
    const [labels, expressions] = [selector.get("matchLabels"), selector.get("matchExpressions")];
    return [
        ...(selector.isSet && !selector.isMap ? [{ at: selector, form: "a map with matchLabels" }] : []),
        ...(labels.isSet && !labels.isMap ? [{ at: labels, form: "a map of labels" }] : []),
        ...(expressions.isSet && !expressions.isList ? [{ at: expressions, form: "a list of conditions" }] : []),
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
 * Why a condition itself is refused: its operator must have values or must have none, and key and values must be such as
 * labels can have.
 *
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go (`ValidateLabelSelectorRequirement`).
 */
function refusal(expression: Value): Refusal | undefined {
    const [key, operator] = [expression.get("key").string, expression.get("operator").string];
    const values = expression.get("values");
    if (expression.get("key").isUnset) return { reason: "does not set key", fix: "Set key to the key of a label" };
    const keyError = key === undefined ? undefined : labelKeyError(key);
    if (keyError) return { reason: "has a key that no label can have", fix: "Use the key of a label" };
    if (values.items().some(value => value.string !== undefined && labelValueError(value.string))) {
        return { reason: "has a value that no label can have", fix: "Use values that labels can have" };
    }
    if (operator === undefined || values.isUnknown) return undefined;
    const hasValues = values.items().length > 0;
    if (WITH_VALUES.has(operator)) {
        return hasValues ? undefined : { reason: `lists no values for ${operator}`, fix: "List values" };
    }
    if (WITHOUT_VALUES.has(operator)) {
        return hasValues ? { reason: `lists values for ${operator}`, fix: "Remove the values" } : undefined;
    }
    return { reason: `has the operator ${expression.get("operator").shown}`, fix: `Use ${OPERATORS}` };
}

/** Why the API server refuses a condition, and what to do. */
interface Refusal {
    readonly reason: string;
    readonly fix: string;
}

const WITH_VALUES: ReadonlySet<string> = new Set(["In", "NotIn"]);
const WITHOUT_VALUES: ReadonlySet<string> = new Set(["Exists", "DoesNotExist"]);
const OPERATORS = joinWords([...WITH_VALUES, ...WITHOUT_VALUES], "or");

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
