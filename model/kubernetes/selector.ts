import { type Answer, all, not, type Value } from "../value";

/** Labels that controllers give pods at run time, so that a selector may ask for what no template has. */
export const CONTROLLER_LABELS: ReadonlySet<string> = new Set([
    // https://kubernetes.io/docs/reference/labels-annotations-taints/
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
]);

/** How labels are to be read. */
export interface LabelsInfo {
    /** The labels, a map. */
    readonly labels: Value;
    /** Whether there may be more than are given, as on an object that a Patch changes. */
    readonly open?: boolean;
    /** Whether controllers have added none to them: as the API server compares a template with its own selector. */
    readonly asWritten?: boolean;
}

/** One condition of a label selector, and where it stands. */
export interface Requirement {
    readonly at: Value;
    readonly key: string;
    /** Whether the labels fulfil it. */
    readonly answer: Answer;
}

/**
 * The requirements of a label selector, each decided for some labels. A key that controllers set at run time is
 * unknown when the labels lack it.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function requirements(selector: Value, info: LabelsInfo): Requirement[] {
    const fromLabels = mapRequirements(selector.get("matchLabels"), info);
    const fromExpressions = selector
        .get("matchExpressions")
        .items()
        .map(expression => ({
            at: expression,
            key: expression.get("key").string ?? "",
            answer: expressionAnswer(expression, info),
        }));
    return [...fromLabels, ...fromExpressions];
}

/** The requirements of a plain map selector, as Services and ReplicationControllers have. */
export function mapRequirements(selector: Value, info: LabelsInfo): Requirement[] {
    return selector.entries().map(([key, wanted]) => ({ at: wanted, key, answer: equals(info, key, wanted) }));
}

/** Whether a label selector selects an object with these labels. An empty selector selects everything. */
export function selects(selector: Value, info: LabelsInfo): Answer {
    if (selector.isUnknown) return "unknown";
    const lists = [selector.get("matchLabels"), selector.get("matchExpressions")];
    const known: Answer = lists.some(list => list.isUnknown) ? "unknown" : "yes";
    return all([known, ...requirements(selector, info).map(requirement => requirement.answer)]);
}

/** Whether a plain map selector selects an object with these labels. */
export function mapSelects(selector: Value, info: LabelsInfo): Answer {
    if (selector.isUnknown) return "unknown";
    return all(mapRequirements(selector, info).map(requirement => requirement.answer));
}

/** The label, and whether the object has it. */
function find(info: LabelsInfo, key: string): { label: Value; present: Answer } {
    const label = info.labels.get(key);
    if (label.isUnknown || info.labels.isUnknown) return { label, present: info.labels.isUnknown ? "unknown" : "yes" };
    // The API server reads a null label as an empty one.
    if (label.isSet || label.raw === null) return { label, present: "yes" };
    const mayBeAdded = info.open || (!info.asWritten && CONTROLLER_LABELS.has(key));
    return { label, present: mayBeAdded ? "unknown" : "no" };
}

function equals(info: LabelsInfo, key: string, wanted: Value): Answer {
    const { label, present } = find(info, key);
    if (present !== "yes") return present;
    if (label.isUnknown || wanted.isUnknown) return "unknown";
    return (label.raw ?? "") === (wanted.raw ?? "") ? "yes" : "no";
}

function expressionAnswer(expression: Value, info: LabelsInfo): Answer {
    if (expression.isUnknown || expression.get("key").isUnknown) return "unknown";
    const key = expression.get("key").string;
    const operator = expression.get("operator");
    if (operator.isUnknown) return "unknown";
    if (key === undefined) return "no";
    switch (operator.string) {
        case "In":
            return isIn(expression, info, key);
        case "NotIn":
            return not(isIn(expression, info, key));
        case "Exists":
            return find(info, key).present;
        case "DoesNotExist":
            return not(find(info, key).present);
        default:
            // The API server knows no other operator: such a selector selects nothing.
            return "no";
    }
}

function isIn(expression: Value, info: LabelsInfo, key: string): Answer {
    const { label, present } = find(info, key);
    if (present !== "yes") return present;
    const values = expression.get("values");
    if (label.isUnknown || values.isUnknown) return "unknown";
    if (values.items().some(value => value.raw === (label.raw ?? ""))) return "yes";
    return values.items().some(value => value.isUnknown) ? "unknown" : "no";
}
