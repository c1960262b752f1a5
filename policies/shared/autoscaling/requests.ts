import { effectiveResource, resourceAt } from "../../../model/kubernetes/container-resources";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Container, Pod } from "../../../model/kubernetes/pod";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Value } from "../../../model/value";
import type { UtilizationMetric } from "./metrics";

/**
 * The requests that a metric needs and that nothing sets: not the container, not its pod, and no LimitRange.
 *
 * Source: kubernetes/kubernetes pkg/controller/podautoscaler/replica_calculator.go (`calculatePodRequests`), and
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function missingRequests(pod: Pod, { resource, container }: UtilizationMetric, index: ObjectIndex): Value[] {
    if (hasDefault(pod.object, resource, index)) return [];
    return pod.containers
        .filter(one => runsAlways(one) && (container.isUnset || one.get("name").is(container.string ?? "") === "yes"))
        .filter(one => effectiveResource(pod, one, "requests", resource).isUnset)
        .map(one => resourceAt(one, "requests", resource));
}

function runsAlways({ role, isSidecar }: Container): boolean {
    return role === "container" || isSidecar === "yes";
}

/** Whether a LimitRange of the namespace may give containers a request. */
function hasDefault(object: KubeObject, resource: string, index: ObjectIndex): boolean {
    const { certain, possible } = index.ofKind(index.placeOf(object), "LimitRange");
    return [...certain, ...possible].some(range => givesDefault(range.get("spec", "limits"), resource));
}

function givesDefault(limits: Value, resource: string): boolean {
    if (limits.isUnknown) return true;
    return limits.items().some(limit => {
        const defaults = [limit.get("default", resource), limit.get("defaultRequest", resource)];
        return limit.get("type").is("Container") !== "no" && defaults.some(value => !value.isUnset);
    });
}
