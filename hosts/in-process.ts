import type { EnforcementLevel } from "../framework/define";
import {
    type ConfiguredPolicy,
    checkResource,
    checkStack,
    PolicySelector,
    type RunContext,
    type Violation,
} from "../framework/evaluate";
import { Inventory } from "../model/environments/inventory";
import type { Resource } from "../model/pulumi/resource";
import { type NodeInit, Stack } from "../model/pulumi/stack";

/** A policy with its configuration and the level that is in force. */
export interface ActivePolicy extends ConfiguredPolicy {
    readonly level: EnforcementLevel;
}

/** A violation and the level at which it counts: `remediate` counts as mandatory, since nothing was repaired. */
export interface LeveledViolation extends Omit<Violation, "level"> {
    readonly level: Exclude<EnforcementLevel, "remediate" | "disabled">;
}

/**
 * Runs policies on the resources of one stack, or of a set of manifests taken as one, without the Pulumi SDK. Violations
 * of resource policies come in the order of the resources, those of one resource in the order of the policies, then
 * those of stack policies; exempt ones are included and marked.
 * @param graph the resources with their dependencies, where there are any.
 * @param onProgress is called as the work goes on, with the share of it that is done.
 */
export function evaluate(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    circumstances: Omit<RunContext, "inventory">,
    graph: readonly NodeInit[] = resources.map(resource => ({ resource })),
    onProgress?: (share: number) => void,
): LeveledViolation[] {
    const active = policies.filter(({ level }) => level !== "disabled");
    const stack = new Stack(graph, circumstances.isPartial);
    const inventory = new Inventory();
    for (const resource of resources) inventory.add(resource);
    const run: RunContext = { ...circumstances, inventory };
    const violations: LeveledViolation[] = [];
    const add = (policy: ActivePolicy, found: readonly Violation[]) => {
        for (const violation of found) violations.push(leveled(policy, violation));
    };
    const selector = new PolicySelector(active.filter(({ policy: { definition } }) => !definition.checkStack));
    // Policies on single resources and those on the whole take about as long.
    for (const resource of resources) {
        for (const policy of selector.of(resource)) add(policy, checkResource(policy, resource, run));
        onProgress?.(0.5 / resources.length);
    }
    for (const policy of active) {
        add(policy, checkStack(policy, stack, run));
        onProgress?.(0.5 / active.length);
    }
    return violations;
}

function leveled({ level }: ActivePolicy, violation: Violation): LeveledViolation {
    return { ...violation, level: violation.level ?? (level === "advisory" ? "advisory" : "mandatory") };
}
