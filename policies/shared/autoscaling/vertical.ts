import type { Autoscaler } from "../../../model/demand/autoscalers";

/** What a vertical autoscaler changes where it is not told. */
const CONTROLLED = ["cpu", "memory"];

/**
 * The resources whose requests a vertical autoscaler changes for sure.
 *
 * Source: https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md
 */
export function controlledResources({ object }: Autoscaler): readonly string[] {
    const mode = object.get("spec", "updatePolicy", "updateMode");
    const policies = object.get("spec", "resourcePolicy", "containerPolicies");
    if (mode.isUnknown || mode.string === "Off" || policies.isUnknown) return [];
    if (policies.items().length === 0) return CONTROLLED;
    const active = policies
        .items()
        .filter(policy => policy.get("mode").isUnset || policy.get("mode").string === "Auto");
    return active.flatMap(policy => {
        const controlled = policy.get("controlledResources");
        return controlled.isUnset ? CONTROLLED : controlled.items().flatMap(({ string }) => string ?? []);
    });
}
