import type { EnforcementLevel } from "../policies/define";
import {
    type ConfiguredPolicy,
    checkResource,
    checkStack,
    type RunContext,
    type Violation,
} from "../policies/evaluate";
import { Inventory } from "../policies/model/inventory";
import type { Resource } from "../policies/model/resource";
import { type NodeInit, Stack } from "../policies/model/stack";

/** A policy with its configuration and the level that is in force. */
export interface ActivePolicy extends ConfiguredPolicy {
    readonly level: EnforcementLevel;
}

/** A violation and the level at which it counts: `remediate` counts as mandatory, since nothing was repaired. */
export interface LeveledViolation extends Violation {
    readonly level: Exclude<EnforcementLevel, "remediate" | "disabled">;
}

/** What is known of a run besides the resources. */
type Circumstances = Omit<RunContext, "inventory">;

/**
 * Runs policies on the resources of one stack, or of a set of manifests taken as one, without the Pulumi SDK. Violations
 * of resource policies come in the order of the resources, those of one resource in the order of the policies, then
 * those of stack policies; exempt ones are included and marked.
 * @param graph the resources with their dependencies, where there are any.
 */
export function evaluate(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    circumstances: Circumstances,
    graph: readonly NodeInit[] = resources.map(resource => ({ resource })),
): LeveledViolation[] {
    return [
        ...evaluateResources(policies, resources, circumstances),
        ...evaluateStack(policies, resources, circumstances, graph),
    ];
}

/**
 * The first half of `evaluate`: what policies say of each resource.
 * @param onProgress is called for each of them.
 */
export function evaluateResources(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    circumstances: Circumstances,
    onProgress?: () => void,
): LeveledViolation[] {
    const active = enabled(policies).filter(({ policy }) => !policy.definition.checkStack);
    const run = runOf(resources, circumstances);
    return resources.flatMap(resource => {
        onProgress?.();
        return active.flatMap(policy => leveled(policy, checkResource(policy, resource, run)));
    });
}

/**
 * The second half of `evaluate`: what policies say of the stack as a whole.
 * @param onProgress is called for each of them, with its share of the work.
 */
export function evaluateStack(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    circumstances: Circumstances,
    graph: readonly NodeInit[],
    onProgress?: (share: number) => void,
): LeveledViolation[] {
    const active = enabled(policies).filter(({ policy }) => policy.definition.checkStack);
    const stack = new Stack(graph);
    const run = runOf(resources, circumstances);
    return active.flatMap(policy => {
        onProgress?.(1 / active.length);
        return leveled(policy, checkStack(policy, stack, run));
    });
}

function enabled(policies: readonly ActivePolicy[]): ActivePolicy[] {
    return policies.filter(({ level }) => level !== "disabled");
}

function runOf(resources: readonly Resource[], circumstances: Circumstances): RunContext {
    const inventory = new Inventory();
    for (const resource of resources) inventory.add(resource);
    return { ...circumstances, inventory };
}

function leveled({ level }: ActivePolicy, violations: readonly Violation[]): LeveledViolation[] {
    return violations.map(violation => ({
        ...violation,
        level: violation.level === "advisory" || level === "advisory" ? "advisory" : "mandatory",
    }));
}
