import type { Autoscaler } from "../../../model/demand/autoscalers";
import type { Value } from "../../../model/value";

/** A resource that an autoscaler measures as a share of what is requested. */
export interface UtilizationMetric {
    readonly resource: string;
    /** The one container that is measured; unset for all of the pod. */
    readonly container: Value;
}

/** Metrics of a v1 autoscaler that v1 has no field for. */
const OTHER_METRICS = "autoscaling.alpha.kubernetes.io/metrics";

/** The resources that an autoscaler measures by utilization, as far as they are known, in any version of its API. */
export function utilizationMetrics({ object, scales }: Autoscaler): UtilizationMetric[] {
    if (scales !== "replicas") return [];
    if (object.isCustom) return object.get("spec", "triggers").items().flatMap(ofTrigger);
    const metrics = object.get("spec", "metrics");
    if (metrics.isUnknown) return [];
    if (metrics.items().length > 0) return metrics.items().flatMap(ofMetric);
    const isOther =
        object.version === "v1" &&
        object.get("spec", "targetCPUUtilizationPercentage").isUnset &&
        !object.annotations.get(OTHER_METRICS).isUnset;
    // Without metrics, the API server measures the CPU.
    return isOther ? [] : [{ resource: "cpu", container: object.get("spec", "container") }];
}

/**
 * A metric of the API of version 2; its first beta had the target's fields in the metric.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */
function ofMetric(metric: Value): UtilizationMetric[] {
    const source = [metric.get("resource"), metric.get("containerResource")].find(({ isMap }) => isMap);
    const resource = source?.get("name").string;
    if (!source || resource === undefined) return [];
    const target = source.get("target");
    if (target.isUnknown) return [];
    const shares = [target.get("averageUtilization"), source.get("targetAverageUtilization")];
    const isShare = shares.some(share => !share.isUnset) || target.get("type").is("Utilization") === "yes";
    return isShare ? [{ resource, container: source.get("container") }] : [];
}

/**
 * A trigger of KEDA.
 *
 * Source: https://keda.sh/docs/latest/scalers/cpu/ and https://keda.sh/docs/latest/scalers/memory/
 */
function ofTrigger(trigger: Value): UtilizationMetric[] {
    const resource = trigger.get("type").string;
    if (resource !== "cpu" && resource !== "memory") return [];
    const types = [trigger.get("metricType"), trigger.get("metadata", "type")];
    const isShare = types.some(type => type.is("Utilization") === "yes");
    return isShare ? [{ resource, container: trigger.get("metadata", "containerName") }] : [];
}
