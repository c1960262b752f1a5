import { definePolicy, problem, type StackReport } from "../framework/define";
import { type Autoscalers, autoscalersOf } from "../model/demand/autoscalers";
import { replicasOf } from "../model/demand/replicas";
import { intOrPercent, roundedUp } from "../model/int-or-percent";
import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import { indexOf, type Matches, type ObjectIndex } from "../model/references/object-index";
import { podsOf, type SelectedPods, Selection } from "../model/references/selection";
import { joinSome, shorten } from "../model/text";

const messages = {
    missing: problem("add a PodDisruptionBudget with maxUnavailable: 1 and the labels of its pods as selector"),
    neither: problem("set one of the two, maxUnavailable: 1 for example"),
    both: problem("set one of the two"),
    invalid: problem("use a number from 0, or a text from 0% to 100%"),
    blocks: problem("let at least one pod be evicted (maxUnavailable: 1 for example), or draining a node never ends"),
    double: problem("keep one budget for each pod: the API server refuses to evict a pod that has two"),
};

type Reporter = StackReport<typeof messages>;

export const podDisruptionBudgets = definePolicy({
    name: "pod-disruption-budgets",
    category: "availability",
    description: "Require a disruption budget for replicated workloads that protects them and still lets nodes drain.",
    why: "Draining nodes, for an upgrade say, evicts all pods of a workload at once when no budget forbids it, and never ends when a budget forbids every eviction.",
    url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Give each replicated workload one PodDisruptionBudget that always allows one eviction.",
    whenNotToUse: "Clusters whose nodes are never drained, and workloads whose operator makes the budgets.",
    config: {},
    messages,
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        const selection = new Selection(index);
        for (const patch of index.patches) {
            if (!patch.is("PodDisruptionBudget")) continue;
            checkValues(patch, report);
            selection.addOpen(patch);
        }
        for (const budget of index.objects) {
            if (!budget.is("PodDisruptionBudget")) continue;
            const pods = selectedBy(budget, index);
            selection.add(budget, pods);
            checkValues(budget, report);
            checkBlocking(budget, pods, autoscalers, report);
        }
        checkDouble(selection, report);
        for (const object of index.objects) {
            const pod = object.is("Deployment", "StatefulSet") ? object.pod : undefined;
            if (pod && selection.isSelected(pod) === "no") checkMissing(object, autoscalers, report);
        }
    },
});

/**
 * Without a selector a budget selects nothing; with an empty one everything, but nothing in the first version.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
 */
function selectedBy(budget: KubeObject, index: ObjectIndex): SelectedPods {
    const selector = budget.get("spec", "selector");
    const conditions = [selector.get("matchLabels"), selector.get("matchExpressions")];
    const isEmpty = conditions.every(one => !one.isUnknown && one.keys().length + one.items().length === 0);
    const none = selector.isUnset || (isEmpty && budget.version === "v1beta1");
    return none ? { certain: [], possible: [], beside: [] } : podsOf(index, budget, selector);
}

function checkMissing(object: KubeObject, autoscalers: Autoscalers, report: Reporter): void {
    const { count } = replicasOf(object, autoscalers);
    if (typeof count === "number" && count >= 2) {
        report(object, "missing", undefined, `no PodDisruptionBudget of the stack selects its ${count} pods`);
    }
}

function checkValues(budget: KubeObject, report: Reporter): void {
    const fields = [budget.get("spec", "minAvailable"), budget.get("spec", "maxUnavailable")];
    const set = fields.filter(field => field.isSet);
    const names = fields.join(" and ");
    if (set.length === 2) report(budget, "both", undefined, `${names} are both set`);
    if (fields.every(field => field.isUnset) && !budget.isPatch) {
        report(budget, "neither", undefined, `neither of ${names} is set, so that no pod may ever be evicted`);
    }
    for (const field of set) {
        if (intOrPercent(field) === "invalid") report(budget, "invalid", field, `is ${show(field.raw)}`);
    }
    const [min, max] = fields.map(intOrPercent);
    if (typeof min === "object" && min.isPercent && min.amount === 100) {
        report(budget, "blocks", fields[0], "is 100%");
    }
    if (typeof max === "object" && max.amount === 0) report(budget, "blocks", fields[1], `is ${fields[1]?.raw}`);
}

function show(raw: unknown): string {
    return typeof raw === "object" ? "neither a number nor a text" : shorten(JSON.stringify(raw), 40);
}

/** What a budget demands of the pods it selects, where their number is known. */
function checkBlocking(budget: KubeObject, pods: Matches<Pod>, autoscalers: Autoscalers, report: Reporter): void {
    const at = budget.get("spec", "minAvailable");
    const min = intOrPercent(at);
    if (typeof min !== "object" || (min.isPercent && min.amount === 100)) return;
    const total = totalOf(pods, autoscalers);
    const wanted = roundedUp(min, total ?? 0);
    if (!total || wanted < total) return;
    const workloads = joinSome(pods.certain.map(({ object }) => object.label));
    const share = min.isPercent ? ` (${min.amount}% of ${total}, rounded up)` : "";
    const run = pods.certain.length === 1 ? "runs" : "run";
    report(
        budget,
        "blocks",
        at,
        `asks for ${wanted} ${wanted === 1 ? "pod" : "pods"}${share}, while ${workloads} ${run} ${total} at the least`,
    );
}

/** The least number of all selected pods together; undefined while some of it is not known. */
function totalOf({ certain, possible }: Matches<Pod>, autoscalers: Autoscalers): number | undefined {
    if (possible.length > 0) return undefined;
    let total = 0;
    for (const { object } of certain) {
        const count = isScaled(object) ? replicasOf(object, autoscalers).count : undefined;
        if (typeof count !== "number") return undefined;
        total += count;
    }
    return total;
}

/** Kinds that have a fixed number of pods; a DaemonSet's depends on the nodes, a Job's changes. */
function isScaled(object: KubeObject): boolean {
    return object.isCustom || object.facts?.replicas === true;
}

/** How many other budgets of one workload a message names. */
const MOST_NAMED = 5;

function checkDouble(selection: Selection, report: Reporter): void {
    for (const [{ object }, budgets] of selection.several) {
        if (object.is("DaemonSet", "Job", "CronJob")) continue;
        const first = budgets.slice(0, MOST_NAMED + 1);
        for (const budget of budgets) {
            const others = first.filter(other => other !== budget).map(({ label }) => label);
            const named = joinSome(others, budgets.length - 1, MOST_NAMED);
            report(budget, "double", undefined, `${object.label} is also selected by ${named}`);
        }
    }
}
