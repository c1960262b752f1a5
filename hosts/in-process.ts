import type { EnforcementLevel } from "../policies/define";
import { type ConfiguredPolicy, checkResource, type RunContext, type Violation } from "../policies/evaluate";
import type { Resource } from "../policies/model/resource";

/** A policy with its configuration and the level that is in force. */
export interface ActivePolicy extends ConfiguredPolicy {
    readonly level: EnforcementLevel;
}

/** A violation and the level at which it counts: `remediate` counts as mandatory, since nothing was repaired. */
export interface LeveledViolation extends Violation {
    readonly level: Exclude<EnforcementLevel, "remediate" | "disabled">;
}

/**
 * Runs policies on the resources of one stack, or of a set of manifests taken as one, without the Pulumi SDK. Violations
 * come in the order of the resources, those of one resource in the order of the policies; exempt ones are included
 * and marked.
 */
export function evaluate(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    run: RunContext,
): LeveledViolation[] {
    const active = policies.filter(({ level }) => level !== "disabled");
    return resources.flatMap(resource =>
        active.flatMap(policy =>
            checkResource(policy, resource, run).map(violation => ({
                ...violation,
                level: violation.level === "advisory" || policy.level === "advisory" ? "advisory" : "mandatory",
            })),
        ),
    );
}
