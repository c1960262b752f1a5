import { effectiveResource, resourceAt } from "../../../model/kubernetes/container-resources";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Container } from "../../../model/kubernetes/pod";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Value } from "../../../model/value";
import type { UtilizationMetric } from "./metrics";

/** Finds requests that metrics need and that nothing sets. */
export class Requests {
    /** What LimitRanges may give containers, by location and resource, which many pods share. */
    private readonly defaults = new Map<string, boolean>();

    constructor(private readonly index: ObjectIndex) {}

    /**
     * The requests that a metric needs and that nothing sets: not the container, not its pod, and no LimitRange.
     *
     * Source: kubernetes/kubernetes pkg/controller/podautoscaler/replica_calculator.go (`calculatePodRequests`), and
     * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
     */
    missing(object: KubeObject, { resource, container }: UtilizationMetric): Value[] {
        const pod = object.isPatch ? undefined : this.index.podOf(object);
        if (!pod || this.hasDefault(object, resource)) return [];
        return pod.containers
            .filter(
                one => runsAlways(one) && (container.isUnset || one.get("name").is(container.string ?? "") === "yes"),
            )
            .filter(one => effectiveResource(pod, one, "requests", resource).isUnset)
            .map(one => resourceAt(one, "requests", resource));
    }

    /** Whether a LimitRange of the namespace may give containers a request. */
    private hasDefault(object: KubeObject, resource: string): boolean {
        const location = this.index.locationOf(object);
        const key = [location.cluster, location.namespace, resource].join("\n");
        let found = this.defaults.get(key);
        if (found === undefined) {
            const { certain, possible } = this.index.ofKind(location, "LimitRange");
            found = [...certain, ...possible].some(range => givesDefault(range.get("spec", "limits"), resource));
            this.defaults.set(key, found);
        }
        return found;
    }
}

function runsAlways({ role, isSidecar }: Container): boolean {
    return role === "container" || isSidecar === "yes";
}

function givesDefault(limits: Value, resource: string): boolean {
    if (limits.isUnknown) return true;
    return limits.items().some(limit => {
        const defaults = [limit.get("default", resource), limit.get("defaultRequest", resource)];
        return limit.get("type").is("Container") !== "no" && defaults.some(value => !value.isUnset);
    });
}
