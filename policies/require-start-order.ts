import { definePolicy, type Report } from "../framework/define";
import type { Findings } from "../framework/findings";
import { type WithoutNodes, withoutNodes } from "../model/demand/node-pools";
import { isOnCluster } from "../model/environments/clusters";
import { groupedBy } from "../model/groups";
import { type Deadlock, deadlocksOf } from "../model/order/deadlocks";
import { RELEASE } from "../model/pulumi/charts";
import type { Stack } from "../model/pulumi/stack";
import { StartOrder } from "../model/pulumi/start-order";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import { Resolver } from "../model/references/resolver";
import { Advice, resourcesNamed } from "./shared/start-order/advice";
import { deadlockFix, deadlockText } from "./shared/start-order/deadlocks";
import { early, earlyGroups } from "./shared/start-order/early";
import { isMet, isMetUnseen, kindOf } from "./shared/start-order/need";
import { needsOf } from "./shared/start-order/needs";
import { failedAtOnce, startedEarly, type Unawaited, type UnawaitedParts } from "./shared/start-order/unawaited";
import { releasesNotAwaited } from "./shared/start-order/unawaited-releases";

const messages = {
    early: early(),
    unproven: early(({ what, fix }) => ({
        what,
        fix: `${fix}, unless a function passed to apply creates it`,
        level: "advisory",
    })),
    likely: early(message => ({ ...message, level: "advisory" })),
    deadlock: ({ data: deadlock }: Findings<Deadlock>) => ({
        what: deadlockText(deadlock),
        fix: deadlockFix(deadlock),
    }),
    unawaited: ({ data: { object, once, dependents } }: Findings<Unawaited>) => ({
        what: `${dependents.labels} ${dependents.count === 1 ? "depends" : "depend"} on the ${object.kind} but can start before ${once}, because the annotation pulumi.com/skipAwait is "true"`,
        fix: "Remove the annotation pulumi.com/skipAwait",
    }),
    skipAwait: ({ data: { resource, once, dependents } }: Findings<UnawaitedParts>) => ({
        what: `${dependents.labels} ${dependents.count === 1 ? "depends" : "depend"} on the ${kindOf(resource)} but can start before ${once}, because skipAwait is true`,
        fix: "Remove skipAwait",
    }),
    timeout: ({ data: { annotation, once } }: Findings<Pick<Unawaited, "annotation" | "once">>) => ({
        what: `The annotation pulumi.com/timeoutSeconds is ${JSON.stringify(annotation.raw)}, so the update fails instead of waiting until ${once}`,
        fix: "Remove the annotation pulumi.com/timeoutSeconds, or set it to the number of seconds to wait",
    }),
    nodes: ({ data: { from, cluster, pools } }: Findings<WithoutNodes>) => {
        const which = pools.length === 1 ? "its node pool" : "any of its node pools";
        return {
            what: `the ${kindOf(from)} can start on ${cluster.label} before ${which} exists: ${symptomOf(from)}`,
            fix: `Add ${resourcesNamed(pools.slice(0, 1))} to the option dependsOn of ${waiterOf(from)}`,
        };
    },
};

type Reporter = Report<typeof messages>;

export const requireStartOrder = definePolicy({
    name: "require-start-order",
    category: "readiness",
    description: "Require that everything starts after what it needs, and that nothing waits for itself.",
    why: "Pulumi creates resources at the same time unless one depends on another: an application that starts before its configuration crashes, hangs or cannot be created.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/dependson/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The first deployment fails or hangs, and a second one that happens to work hides why.",
    since: "0.1.0",
    remediationSteps:
        "Refer to the other object by its output, for example config.metadata.name, or name its resource in the option dependsOn.",
    whenNotToUse: "Programs whose objects other tools create in the right order.",
    config: {},
    messages,
    checkStack(stack, { report }) {
        // Nothing is known of the order in which manifests are applied.
        if (!stack.nodes.some(({ resource }) => resource.options)) return;
        const index = indexOf(stack);
        const resolver = new Resolver(index, { world: "stack", external: [] });
        checkOrder(stack, index, resolver, report);
        for (const deadlock of deadlocksOf(index, resolver)) {
            const { resource } = deadlock.node;
            report("deadlock", resource.objects[0] ?? resource, deadlock);
        }
        checkAwaits(index, resolver, report);
        for (const one of withoutNodes(index)) report("nodes", one.from, one);
    },
});

/** (a) What needs something of the stack without waiting for it, for sure or likely. */
function checkOrder(stack: Stack, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const { sure, likely } = needsOf(index, resolver);
    const targets = [...sure, ...likely].flatMap(({ target, others = [] }) => [target, ...others]);
    const order = new StartOrder(stack.nodes, new Set(targets));
    const unmet = sure.filter(need => !isMet(need, order) && isMetUnseen(need) !== "yes");
    const perhaps = likely.filter(need => !isMet(need, order) && (isMetUnseen(need) ?? "no") === "no");
    if (unmet.length > 0) {
        const advice = new Advice(unmet, index, resolver);
        const byProblem = groupedBy(unmet, need => (isMetUnseen(need) === "unknown" ? "unproven" : "early"));
        for (const [problem, some] of byProblem) {
            for (const { at, group } of earlyGroups(some, advice)) report(problem, at, group);
        }
    }
    if (perhaps.length > 0) {
        const advice = new Advice([...unmet, ...perhaps], index, resolver);
        for (const { at, group } of earlyGroups(perhaps, advice)) report("likely", at, group);
    }
}

/** (c) What others wait for, but is not waited for itself, or not long enough. */
function checkAwaits(index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const { objects, renderers } = startedEarly(index, resolver);
    for (const one of objects) report("unawaited", one.annotation, one);
    for (const one of [...renderers, ...releasesNotAwaited(index)]) report("skipAwait", one.at, one);
    for (const one of failedAtOnce(index)) report("timeout", one.annotation, one);
}

function symptomOf(from: WithoutNodes["from"]): string {
    const pending = "pods stay Pending until there are nodes";
    if ("pod" in from) return pending;
    return from.type === RELEASE ? `${pending}, and Helm gives up if that takes longer than its timeout` : pending;
}

/** What is to wait for nodes: the provider, so that all that it creates does, or else the resource itself. */
function waiterOf(from: WithoutNodes["from"]): string {
    const own = "pod" in from ? from.resource : from;
    const name = JSON.stringify(own.name);
    if (!isOnCluster(own)) return `resource ${name}`;
    const provider = own.provider ? `provider ${JSON.stringify(own.provider.name)}` : "its provider";
    return `resource ${name}, or better of ${provider}`;
}
