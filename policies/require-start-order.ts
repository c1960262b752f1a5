import { definePolicy, type StackReport } from "./define";
import { deadlocksOf } from "./model/deadlocks";
import { unusedPools } from "./model/node-pools";
import type { KubeObject } from "./model/object";
import { indexOf, type ObjectIndex } from "./model/object-index";
import { impliedReferences, kindName, type Reference, Resolver, referencesOf } from "./model/references";
import type { Node, Stack } from "./model/stack";
import { awaited, awaitSwitchedOff, renderedBy, startsAfter } from "./model/start-order";
import { joinWords } from "./model/text";
import type { Value } from "./model/value";

type Reporter = StackReport<Record<"early" | "deadlock" | "unawaited" | "nodes", unknown>>;

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
            what: offenders.details,
            fix: "refer to it by its output or add it to dependsOn",
        }),
        deadlock: offenders => ({
            what: offenders.details,
            fix: "remove one of the two dependencies",
        }),
        unawaited: offenders => ({
            what: offenders.details,
            fix: "remove the annotation",
        }),
        nodes: offenders => ({
            what: offenders.details,
            fix: "add a node pool to dependsOn of the object or of its provider",
        }),
    },
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const resolver = new Resolver(index, { world: "stack", external: [] });
        for (const object of index.objects) checkReferences(object, index, resolver, report);
        checkDeadlocks(stack, index, resolver, report);
        checkAwaits(stack, report);
        for (const { object, cluster, pools } of unusedPools(index)) {
            const names = joinWords(pools.map(({ resource }) => resource.name));
            report(
                object,
                "nodes",
                undefined,
                `runs on ${cluster.label} but does not wait for its node pools (${names}), without which its pods stay Pending`,
            );
        }
    },
});

/** (a) What names another object of the stack without depending on it. */
function checkReferences(object: KubeObject, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const node = index.nodeOf(object);
    // Nothing is known of the order in which manifests are applied.
    if (!node?.resource.options) return;
    const literal = [...referencesOf(object, index), ...impliedReferences(object, index)].flatMap(reference => {
        if (reference.type.untilThere === undefined) return [];
        const resolution = resolver.resolve(reference);
        const target = resolution.state === "found" ? index.nodeOf(resolution.target) : undefined;
        return target && target !== node && !areRenderedTogether(node, target) ? [{ reference, target }] : [];
    });
    if (literal.length === 0) return;
    const ordered = startsAfter(node, new Set(literal.map(({ target }) => target)));
    for (const { reference, target } of literal) {
        if (!ordered.has(target)) report(object, "early", reference.at, early(reference, target));
    }
}

function early({ kind, name, place, at, type }: Reference, target: Node): string {
    const where = place.namespace === "" ? name : `${place.namespace}/${name}`;
    const path = at.toString() === "" ? "" : ` (${at})`;
    return `needs ${kindName(kind)} ${where}${path}, resource "${target.resource.name}", but may start before it: ${type.untilThere}`;
}

/** Nobody can order what a chart or file renders. */
function areRenderedTogether(one: Node, other: Node): boolean {
    const component = renderedBy(one);
    return component !== undefined && component === renderedBy(other);
}

/** (b) What waits for something that waits for it. */
function checkDeadlocks(stack: Stack, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const deadlocks = deadlocksOf(stack, index, resolver);
    const waiting = new Set(deadlocks.map(deadlock => deadlock.waiting));
    for (const { never } of deadlocks) {
        for (const node of never) {
            const [first] = startsAfter(node, waiting);
            const object = first?.resource.objects[0];
            if (!first || !object) continue;
            const names = joinWords(
                deadlocks
                    .filter(one => one.waiting === first)
                    .flatMap(one => one.never.map(({ resource }) => resource.label)),
            );
            const detail = `never starts: it waits for ${first.resource.label}, which Pulumi takes for complete when ${awaited(object)}, and that needs ${names}`;
            report(node.resource.objects[0] ?? node.resource, "deadlock", undefined, detail);
        }
    }
}

/** (c) What others wait for, but is not waited for itself. */
function checkAwaits(stack: Stack, report: Reporter): void {
    const dependents = new Map<Node, Set<Node>>();
    for (const node of stack.nodes) {
        for (const dependency of node.dependencies) {
            dependents.set(dependency, (dependents.get(dependency) ?? new Set()).add(node));
        }
    }
    for (const [node, others] of dependents) {
        for (const object of node.resource.objects) {
            const annotation = awaitSwitchedOff(object);
            if (annotation === undefined || awaited(object) === undefined) continue;
            const at: Value = object.annotations.get(annotation.split(":", 1)[0] ?? "");
            const names = joinWords([...others].map(({ resource }) => resource.label));
            report(
                object,
                "unawaited",
                at,
                `is not waited for (annotation ${annotation}), so that ${names} may start before it works`,
            );
        }
    }
}
