import { definePolicy, type StackReport } from "./define";
import { deadlocksOf } from "./model/deadlocks";
import { groupedBy } from "./model/groups";
import { workloadsWithoutNodes } from "./model/node-pools";
import { indexOf, kindId, type ObjectIndex } from "./model/object-index";
import { Resolver } from "./model/resolver";
import type { Node, Stack } from "./model/stack";
import { awaited, awaitSwitchedOff, StartOrder } from "./model/start-order";
import { joinWords } from "./model/text";
import { Advice, theResources } from "./start-order/advice";
import { detailsOf, needsOf } from "./start-order/needs";

type Problem = "early" | "deadlock" | "unawaited" | "nodes";
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
        deadlock: offenders => ({
            what: `waits for ${offenders.details}`,
            fix: `take ${offenders.remedies} out of its dependsOn and write texts for outputs of it`,
        }),
        unawaited: offenders => ({
            what: `${offenders}`,
            fix: "remove the annotation",
        }),
        nodes: offenders => ({
            what: offenders.details,
            fix: `make it dependsOn ${offenders.remedies}, best in the options of its provider`,
        }),
    },
    checkStack(stack, { report }) {
        // Nothing is known of the order in which manifests are applied.
        if (!stack.nodes.some(({ resource }) => resource.options)) return;
        const index = indexOf(stack);
        const resolver = new Resolver(index, { world: "stack", external: [] });
        checkOrder(stack, index, resolver, report);
        checkDeadlocks(index, resolver, report);
        checkAwaits(stack, report);
        checkNodes(index, report);
    },
});

/** (a) What needs something of the stack without waiting for it. */
function checkOrder(stack: Stack, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const needs = needsOf(index, resolver);
    const order = new StartOrder(stack.nodes, new Set(needs.map(({ target }) => target)));
    const early = needs.filter(({ node, target }) => !order.isBefore(target, node));
    if (early.length === 0) return;
    const advice = new Advice(early, index, resolver);
    for (const [from, own] of groupedBy(early, need => need.from)) {
        const remedy = advice.for(own);
        for (const { at, detail } of detailsOf(own)) report(from, "early", at, detail, remedy);
    }
}

/** (b) What waits for something that waits for it. */
function checkDeadlocks(index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    for (const { node, via } of deadlocksOf(index, resolver)) {
        const chain = via.map(one => {
            const until = one.resource.objects.flatMap(object => awaited(object) ?? [])[0];
            return `${one.resource.label}${until ? ` (complete once ${until})` : ""}`;
        });
        const detail = `${chain.join(", which waits for ")}, which waits for it: the update can hang until it times out`;
        report(node.resource.objects[0] ?? node.resource, "deadlock", undefined, detail, theResources(via.slice(0, 1)));
    }
}

/** Kinds that point at others, and work whenever those do: to name one by its output is not to need it ready. */
const POINTERS: ReadonlySet<string> = new Set([
    "Service",
    "Ingress",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "autoscaling.k8s.io/VerticalPodAutoscaler",
    "keda.sh/ScaledObject",
    "monitoring.coreos.com/PodMonitor",
    "monitoring.coreos.com/ServiceMonitor",
]);

/** What a resource waits for to be ready: all that it depends on, or what a pointer names in dependsOn. */
function readyBefore({ resource, dependencies, propertyDependencies }: Node): readonly Node[] {
    const isPointer = resource.objects.length > 0 && resource.objects.every(object => POINTERS.has(kindId(object)));
    if (!isPointer) return dependencies;
    const named = new Set([...propertyDependencies.values()].flat());
    return dependencies.filter(dependency => !named.has(dependency));
}

/** (c) What others wait for, but is not waited for itself. */
function checkAwaits(stack: Stack, report: Reporter): void {
    const dependents = new Map<Node, Node[]>();
    for (const node of stack.nodes) if (node.resource.objects.some(awaitSwitchedOff)) dependents.set(node, []);
    for (const node of stack.nodes) for (const first of readyBefore(node)) dependents.get(first)?.push(node);
    for (const [{ resource }, others] of dependents) {
        for (const object of resource.objects) {
            const annotation = awaitSwitchedOff(object);
            const until = awaited(object);
            if (annotation === undefined || until === undefined || others.length === 0) continue;
            const names = others.slice(0, 3).map(other => other.resource.label);
            const more = others.length > names.length ? [`${others.length - names.length} more`] : [];
            report(object, "unawaited", annotation, `lets ${joinWords([...names, ...more])} start before ${until}`);
        }
    }
}

/** (d) What runs on a cluster of the stack that may have no nodes yet. */
function checkNodes(index: ObjectIndex, report: Reporter): void {
    for (const { object, cluster, pools } of workloadsWithoutNodes(index)) {
        const which = pools.length === 1 ? "its node pool" : "any of its node pools";
        const detail = `starts on ${cluster.label} without waiting for ${which}: pods stay Pending until there are nodes`;
        report(object, "nodes", undefined, detail, theResources(pools.slice(0, 1)));
    }
}
