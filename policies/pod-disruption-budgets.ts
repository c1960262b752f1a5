import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { type Autoscalers, autoscalersOf } from "../model/demand/autoscalers";
import { replicasOf } from "../model/demand/replicas";
import { intOrPercent, roundedUp } from "../model/int-or-percent";
import type { KubeObject } from "../model/kubernetes/object";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import { eachOf, labelSelector, type PodSelector, Selection, selectsBeside } from "../model/references/selection";
import { joinSome, joinWords } from "../model/text";
import type { Value } from "../model/value";

/** A budget that never allows an eviction. */
interface Blocked {
    /** Behind the path: `is 100%`. */
    readonly says: string;
}

const messages = {
    missing: (findings: Findings<{ count: number }>) => ({
        what: `No PodDisruptionBudget of the stack selects its ${findings.data.count} pods`,
        fix: "Add a PodDisruptionBudget with maxUnavailable: 1 whose selector has the labels of these pods",
    }),
    neither: () => ({
        what: "Neither spec.minAvailable nor spec.maxUnavailable is set, so no pod may ever be evicted",
        fix: "Set one of the two, such as maxUnavailable: 1",
    }),
    both: () => ({
        what: "spec.minAvailable and spec.maxUnavailable are both set, which the API server refuses",
        fix: "Remove one of the two",
    }),
    invalid: {
        per: ({ data }: Finding<{ value: string }>) => data.value,
        message: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} ${findings.are} ${findings.data.value}, which the API server refuses`,
            fix: "Use a number from 0 on, or a percentage from 0% to 100%",
        }),
    },
    blocks: {
        per: ({ data }: Finding<Blocked>) => data.says,
        message: (findings: Findings<Blocked>) => ({
            what: `${findings.places} ${findings.data.says}, so no pod may be evicted and draining a node never ends`,
            fix: "Let at least one pod be evicted, such as with maxUnavailable: 1",
        }),
    },
    double: (findings: Findings<{ workload: string; others: string }>) => ({
        what: `${findings.data.workload} is also selected by ${findings.data.others}, and the API server refuses to evict a pod with two budgets`,
        fix: "Keep one budget for each pod",
    }),
};

type Reporter = Report<typeof messages>;

export const podDisruptionBudgets = definePolicy({
    name: "pod-disruption-budgets",
    category: "availability",
    description:
        "Require one disruption budget for each replicated workload that protects it and still lets nodes drain.",
    why: "Draining nodes, as for an upgrade, evicts all pods of a workload at once when no budget forbids it, and never ends when a budget forbids every eviction.",
    url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Give each replicated workload one PodDisruptionBudget that always allows one eviction.",
    whenNotToUse: "Clusters whose nodes are never drained, and workloads whose operator creates the budgets.",
    config: {},
    messages,
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        const selection = new Selection(index, ENOUGH);
        for (const patch of index.patches) {
            if (!patch.is("PodDisruptionBudget")) continue;
            checkValues(patch, report);
            selection.addOpen(patch);
        }
        const budgets = index.objects.filter(object => object.is("PodDisruptionBudget"));
        for (const budget of budgets) {
            checkValues(budget, report);
            const selector = selectorOf(budget);
            if (selector) selection.addSelector(budget, selector);
        }
        for (const budget of budgets) {
            const selector = selectorOf(budget);
            if (!selector) continue;
            checkBlocking(budget, selector, index, autoscalers, report);
            checkDouble(budget, selector, index, selection, report);
        }
        for (const object of index.objects) {
            const pod = object.is("Deployment", "StatefulSet") ? object.pod : undefined;
            if (!pod || selection.isSelected(pod) !== "no") continue;
            const { count } = replicasOf(object, autoscalers);
            if (typeof count === "number" && count >= 2) report("missing", object, { count });
        }
    },
});

/** How many budgets of a pod are enough to say that it has too many. */
const ENOUGH = 2;

/**
 * Without a selector a budget selects nothing; with an empty one everything, but nothing in the first version.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
 */
function selectorOf(budget: KubeObject): PodSelector | undefined {
    const selector = budget.get("spec", "selector");
    const conditions = [selector.get("matchLabels"), selector.get("matchExpressions")];
    const isEmpty = conditions.every(one => !one.isUnknown && one.keys().length + one.items().length === 0);
    const isNone = selector.isUnset || (isEmpty && budget.version === "v1beta1");
    return isNone ? undefined : labelSelector(selector);
}

function checkValues(budget: KubeObject, report: Reporter): void {
    const fields = [budget.get("spec", "minAvailable"), budget.get("spec", "maxUnavailable")];
    const set = fields.filter(field => field.isSet);
    if (set.length === 2) report("both", budget);
    if (fields.every(field => field.isUnset) && !budget.isPatch) report("neither", budget);
    for (const field of set) {
        if (intOrPercent(field) === "invalid") report("invalid", field, { value: field.shown });
    }
    const [minAvailable, maxUnavailable] = fields as [Value, Value];
    const [min, max] = [intOrPercent(minAvailable), intOrPercent(maxUnavailable)];
    if (typeof min === "object" && min.isPercent && min.amount === 100) {
        report("blocks", minAvailable, { says: "is 100%" });
    }
    if (typeof max === "object" && max.amount === 0) {
        report("blocks", maxUnavailable, { says: `is ${maxUnavailable.raw}` });
    }
}

/**
 * Reports what a budget demands of the pods that it selects, where their number is known. It looks at no more of them
 * than it takes to see that one may be evicted.
 */
function checkBlocking(
    budget: KubeObject,
    selector: PodSelector,
    index: ObjectIndex,
    autoscalers: Autoscalers,
    report: Reporter,
): void {
    const at = budget.get("spec", "minAvailable");
    const min = intOrPercent(at);
    if (typeof min !== "object" || (min.isPercent && min.amount === 100)) return;
    const location = index.locationOf(budget);
    const workloads: string[] = [];
    let total = 0;
    for (const [{ object }, answer] of eachOf(index, location, selector)) {
        const count = answer === "yes" && isScaled(object) ? replicasOf(object, autoscalers).count : undefined;
        if (typeof count !== "number") return;
        total += count;
        workloads.push(object.label);
        if (roundedUp(min, total) < total) return;
    }
    if (total === 0 || selectsBeside(index, location, selector)) return;
    const share = min.isPercent ? ` of ${total}` : "";
    const says = `is ${at.raw}${share && ` (${roundedUp(min, total)}${share}, rounded up)`}, but ${joinSome(workloads)} may run only ${total}`;
    report("blocks", at, { says });
}

/** Kinds that have a fixed number of pods; a DaemonSet's depends on the nodes, a Job's changes. */
function isScaled(object: KubeObject): boolean {
    return object.isCustom || object.facts?.replicas === true;
}

/** Reports the first workload of a budget whose pods another budget selects, too. */
function checkDouble(
    budget: KubeObject,
    selector: PodSelector,
    index: ObjectIndex,
    selection: Selection,
    report: Reporter,
): void {
    for (const [pod, answer] of eachOf(index, index.locationOf(budget), selector)) {
        if (answer !== "yes" || pod.object.is("DaemonSet", "Job", "CronJob")) continue;
        const others = selection.of(pod).filter(({ identity }) => identity !== budget.identity);
        if (others.length === 0) continue;
        const labels = others.map(({ label }) => label);
        report("double", budget, { workload: pod.object.label, others: joinWords(labels) });
        return;
    }
}
