import { definePolicy, type StackReport } from "../framework/define";
import { withoutNodes } from "../model/demand/node-pools";
import { isOnCluster } from "../model/environments/clusters";
import { groupedBy } from "../model/groups";
import type { KubeObject } from "../model/kubernetes/object";
import { deadlocksOf } from "../model/order/deadlocks";
import { RELEASE } from "../model/pulumi/charts";
import type { Resource } from "../model/pulumi/resource";
import type { Stack } from "../model/pulumi/stack";
import { StartOrder } from "../model/pulumi/start-order";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import { Resolver } from "../model/references/resolver";
import { Advice, theResources } from "./shared/start-order/advice";
import { detailOf, remedyFor } from "./shared/start-order/deadlocks";
import { detailsOf, isMet, isMetUnseen, type Need } from "./shared/start-order/need";
import { needsOf } from "./shared/start-order/needs";
import { failedAtOnce, startedEarly } from "./shared/start-order/unawaited";
import { releasesNotAwaited } from "./shared/start-order/unawaited-releases";

type Problem = "early" | "unproven" | "likely" | "deadlock" | "unawaited" | "skipAwait" | "timeout" | "nodes";
type Reporter = StackReport<Record<Problem, unknown>>;

export const requireStartOrder = definePolicy({
    name: "require-start-order",
    category: "readiness",
    description: "Require that everything starts after what it needs, and that nothing waits for itself.",
    why: "Pulumi creates what does not depend on each other at the same time: an application that starts before its configuration crashes, hangs or fails to be created.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/dependson/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Refer to the other object by its output, for example config.metadata.name, or name it in the option dependsOn.",
    whenNotToUse: "Programs whose objects other tools create in the right order.",
    config: {},
    messages: {
        early: offenders => ({
            what: `does not wait for ${offenders.details}`,
            fix: offenders.remedies,
        }),
        unproven: offenders => ({
            what: `may not wait for ${offenders.details}`,
            fix: `${offenders.remedies}, unless a function given to apply makes it`,
            level: "advisory",
        }),
        likely: offenders => ({
            what: `may start too early, since it does not wait for ${offenders.details}`,
            fix: offenders.remedies,
            level: "advisory",
        }),
        deadlock: offenders => ({
            what: `waits for ${offenders.details}`,
            fix: offenders.remedies,
        }),
        unawaited: offenders => ({
            what: `${offenders}`,
            fix: "remove the annotation",
        }),
        skipAwait: offenders => ({
            what: `${offenders}`,
            fix: "remove skipAwait",
        }),
        timeout: offenders => ({
            what: `${offenders}`,
            fix: "remove the annotation, or allow some time",
        }),
        nodes: offenders => ({
            what: offenders.details,
            fix: `make it dependsOn ${offenders.remedies}`,
        }),
    },
    checkStack(stack, { report }) {
        // Nothing is known of the order in which manifests are applied.
        if (!stack.nodes.some(({ resource }) => resource.options)) return;
        const index = indexOf(stack);
        const resolver = new Resolver(index, { world: "stack", external: [] });
        checkOrder(stack, index, resolver, report);
        checkDeadlocks(index, resolver, report);
        checkAwaits(index, resolver, report);
        checkNodes(index, report);
    },
});

/** (a) What needs something of the stack without waiting for it, for sure or likely. */
function checkOrder(stack: Stack, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const { sure, likely } = needsOf(index, resolver);
    const targets = [...sure, ...likely].flatMap(({ target, others = [] }) => [target, ...others]);
    const order = new StartOrder(stack.nodes, new Set(targets));
    const early = sure.filter(need => !isMet(need, order) && isMetUnseen(need) !== "yes");
    const perhaps = likely.filter(need => !isMet(need, order) && (isMetUnseen(need) ?? "no") === "no");
    if (early.length > 0) {
        const advice = new Advice(early, index, resolver);
        const byProblem = groupedBy(early, need => (isMetUnseen(need) === "unknown" ? "unproven" : "early"));
        for (const [problem, some] of byProblem) reportEarly(problem, some, advice, report);
    }
    if (perhaps.length > 0) reportEarly("likely", perhaps, new Advice([...early, ...perhaps], index, resolver), report);
}

function reportEarly(problem: Problem, needs: readonly Need[], advice: Advice, report: Reporter): void {
    for (const [from, own] of groupedBy(needs, need => need.from)) {
        const remedy = advice.for(own);
        for (const { at, detail } of detailsOf(own)) report(from, problem, at, detail, remedy);
    }
}

/** (b) What waits for something that waits for it. */
function checkDeadlocks(index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    for (const deadlock of deadlocksOf(index, resolver)) {
        const { resource } = deadlock.node;
        report(resource.objects[0] ?? resource, "deadlock", undefined, detailOf(deadlock), remedyFor(deadlock));
    }
}

/** (c) What others wait for, but is not waited for itself, or not long enough. */
function checkAwaits(index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const { objects, renderers } = startedEarly(index, resolver);
    for (const { object, annotation, detail } of objects) report(object, "unawaited", annotation, detail);
    for (const { resource, at, detail } of [...renderers, ...releasesNotAwaited(index)]) {
        report(resource, "skipAwait", at, detail);
    }
    for (const { object, annotation, detail } of failedAtOnce(index)) report(object, "timeout", annotation, detail);
}

/** (d) What runs on a cluster of the stack that may have no nodes yet. */
function checkNodes(index: ObjectIndex, report: Reporter): void {
    for (const { from, cluster, pools } of withoutNodes(index)) {
        const which = pools.length === 1 ? "its node pool" : "any of its node pools";
        const detail = `starts on ${cluster.label} without waiting for ${which}: ${symptomOf(from)}`;
        const own = "pod" in from ? from.resource : from;
        const where = isOnCluster(own) ? ", best in the options of its provider" : "";
        report(from, "nodes", undefined, detail, `${theResources(pools.slice(0, 1))}${where}`);
    }
}

function symptomOf(from: KubeObject | Resource): string {
    const pending = "pods stay Pending until there are nodes";
    if ("pod" in from) return pending;
    return from.type === RELEASE ? `${pending}, and Helm gives up if that takes longer than its timeout` : pending;
}
