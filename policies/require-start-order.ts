import { definePolicy, type StackReport } from "./define";
import { deadlocksOf } from "./model/deadlocks";
import { Multimap } from "./model/multimap";
import { workloadsWithoutNodes } from "./model/node-pools";
import type { KubeObject } from "./model/object";
import { indexOf, kindId, type ObjectIndex } from "./model/object-index";
import { impliedReferences, type Reference, referencesOf, targetLabel } from "./model/references";
import { isAlwaysThere, Resolver } from "./model/resolver";
import type { Resource } from "./model/resource";
import type { Node, Stack } from "./model/stack";
import { awaited, awaitSwitchedOff, renderedBy, StartOrder } from "./model/start-order";
import { joinWords } from "./model/text";

type Problem = "early" | "order" | "deadlock" | "unawaited" | "nodes";
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
            fix: `write dependsOn: [${offenders.remedies}], or an output such as ${offenders.remedies.split(",", 1)[0]}.metadata.name for the name`,
        }),
        order: offenders => ({
            what: `does not wait for ${offenders.details}`,
            fix: `write ${offenders.remedies}`,
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
            fix: `write dependsOn: [${offenders.remedies}], best in the options of its provider`,
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

/** A reference to a resource of the stack that must be there first. */
interface Need {
    readonly reference: Reference;
    readonly node: Node;
    readonly target: Node;
}

/** (a) What names another object of the stack without waiting for it. */
function checkOrder(stack: Stack, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const needs = [...index.objects, ...index.patches].flatMap(object => needsOf(object, index, resolver));
    const targets = needs.map(({ target }) => target);
    const order = new StartOrder(stack.nodes, targets);
    const early = new Multimap<Need>();
    for (const need of needs) {
        const { node, target, reference } = need;
        if (!order.isBefore(target, node)) early.add(need, node.urn, reference.from.label, target.urn);
    }
    for (const places of early.values()) for (const need of places) reportEarly(need, places, report);
}

function needsOf(object: KubeObject, index: ObjectIndex, resolver: Resolver): Need[] {
    const node = index.nodeOf(object);
    if (!node) return [];
    return [...referencesOf(object, index), ...impliedReferences(object, index)].flatMap(reference => {
        if (reference.type.without === undefined || isAlwaysThere(reference.kind, reference.name)) return [];
        const resolution = resolver.resolve(reference);
        const target = resolution.state === "found" ? index.nodeOf(resolution.target) : undefined;
        return target && target !== node && !areRenderedTogether(node, target) ? [{ reference, node, target }] : [];
    });
}

/** Nobody can order what a chart or file renders. */
function areRenderedTogether(one: Node, other: Node): boolean {
    const component = renderedBy(one);
    return component !== undefined && component === renderedBy(other);
}

function reportEarly({ reference, node, target }: Need, places: readonly Need[], report: Reporter): void {
    const { from, at, kind } = reference;
    const where = joinWords([...new Set(places.map(({ reference: one }) => one.at.toString()))]);
    const { looks, afterwards } = places[0]?.reference.type.without ?? {};
    const symptom = [looks, "until it exists", afterwards].filter(Boolean).join(" ");
    const detail = `${targetLabel(reference)} (${where}: ${symptom})`;
    const [chart, source] = [renderedBy(node)?.resource, renderedBy(target)?.resource];
    const dependency = source ? `dependsOn: ${partsOfSource(source)}` : `dependsOn: [${target.resource.name}]`;
    const canNameOutput = !chart && !source && kind !== "CustomResourceDefinition";
    if (canNameOutput) report(from, "early", at, detail, target.resource.name);
    else report(from, "order", at, detail, `${dependency}${chart ? ` for ${chart.label}` : ""}`);
}

/**
 * What to depend on for the children of a chart or file. The old Chart has its children only later.
 *
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/chart/ (`ready`)
 */
function partsOfSource({ type, name }: Resource): string {
    return type === "kubernetes:helm.sh/v3:Chart" ? `${name}.ready` : `[${name}]`;
}

/** (b) What waits for something that waits for it. */
function checkDeadlocks(index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    for (const { node, via } of deadlocksOf(index, resolver)) {
        const chain = via.map(one => {
            const until = one.resource.objects.flatMap(object => awaited(object) ?? [])[0];
            return `${one.resource.label}${until ? ` (complete once ${until})` : ""}`;
        });
        const detail = `${chain.join(", which waits for ")}, which waits for it: the update can hang until it times out`;
        report(node.resource.objects[0] ?? node.resource, "deadlock", undefined, detail, via[0]?.resource.name);
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
        const names = pools.map(({ resource }) => resource.name);
        const which = pools.length === 1 ? "its node pool" : "any of its node pools";
        const detail = `starts on ${cluster.label} without waiting for ${which}: pods stay Pending until there are nodes`;
        report(object, "nodes", undefined, detail, names[0]);
    }
}
