import { Quantity } from "../quantity";
import type { Value } from "../value";
import type { Container, Pod } from "./pod";

/** The two lists of a container's resources. */
export type ResourceList = "requests" | "limits";

/** Where a container's amount of a resource stands, or would. */
export function resourceAt(container: Container, list: ResourceList, resource: string): Value {
    return container.get("resources", list, resource);
}

/**
 * Where the amount is that counts for a container: its own, else that of the pod as a whole, which its containers
 * share; for a request that is not set, the limit, which the API server copies. Unset when there is none.
 *
 * Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`SetDefaults_Pod`),
 * https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
export function effectiveResource(pod: Pod, container: Container, list: ResourceList, resource: string): Value {
    const own = resourceAt(container, list, resource);
    const ofPod = pod.spec.get("resources", list, resource);
    const candidates =
        list === "limits"
            ? [own, ofPod]
            : [own, resourceAt(container, "limits", resource), ofPod, pod.spec.get("resources", "limits", resource)];
    return candidates.find(value => !value.isUnset) ?? own;
}

/** Containers that have resources: ephemeral ones cannot. */
export function containersWithResources(pod: Pod): Container[] {
    return pod.containers.filter(({ role }) => role !== "ephemeral");
}

/** What a set value asks for; undefined when the API server would refuse it. */
export function amountOf(value: Value): Quantity | undefined {
    const amount = Quantity.parse(value.raw);
    return amount?.isNegative ? undefined : amount;
}

/** What the API server takes as an amount, for messages. */
export const QUANTITY_RULE = "Write a quantity such as 250m, 2 or 512Mi";
