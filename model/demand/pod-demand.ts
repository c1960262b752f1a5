import type { Pod } from "../kubernetes/pod";
import { Quantity } from "../quantity";
import type { Value } from "../value";
import { Amount } from "./amount";

/** Extended resources that are GPUs, each with the parts that a whole one has; the pattern's group says how many of them a unit is. */
const GPU_RESOURCES: readonly { readonly pattern: RegExp; readonly of: number; readonly source: string }[] = [
    {
        pattern: /^nvidia\.com\/gpu$/,
        of: 1,
        source: "https://github.com/NVIDIA/k8s-device-plugin",
    },
    {
        // An A30 has four slices, of 6 GB each.
        pattern: /^nvidia\.com\/mig-(?:(?<one>1)g\.6gb|(?<two>2)g\.12gb|(?<four>4)g\.24gb)/,
        of: 4,
        source: "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/#a30-mig-profiles",
    },
    {
        // A100, H100 and later have seven.
        pattern: /^nvidia\.com\/mig-(?<slices>[1-7])g\./,
        of: 7,
        source: "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/#a100-mig-profiles",
    },
    {
        pattern: /^amd\.com\/gpu$/,
        of: 1,
        source: "https://github.com/ROCm/k8s-device-plugin",
    },
    {
        pattern: /^gpu\.intel\.com\/(?:i915|xe)$/,
        of: 1,
        source: "https://intel.github.io/intel-device-plugins-for-kubernetes/cmd/gpu_plugin/README.html",
    },
];

/** What pods request that budgets count. */
export type PodMeasure = "cpu" | "memory" | "ephemeralStorage" | "gpus";

/** Resources by the names that Kubernetes has for them. */
const RESOURCES: Readonly<Record<Exclude<PodMeasure, "gpus">, string>> = {
    cpu: "cpu",
    memory: "memory",
    ephemeralStorage: "ephemeral-storage",
};

/** What the scheduler sets aside for one pod. */
export function demandOf(pod: Pod, measure: PodMeasure): Amount {
    const read = (resources: Value) =>
        measure === "gpus" ? gpusOf(resources) : requestOf(resources, RESOURCES[measure]);
    const ofContainers = demandOfContainers(pod, read);
    if (measure === "gpus") return ofContainers;
    const resource = RESOURCES[measure];
    return ofPodLevel(pod, resource, ofContainers).plus(Amount.read(pod.spec.get("overhead", resource)));
}

/** A request, or the limit that stands in for it. */
function requestOf(resources: Value, resource: string): Amount {
    const request = resources.get("requests", resource);
    return Amount.read(request.isUnset ? resources.get("limits", resource) : request);
}

function gpusOf(resources: Value): Amount {
    const [requests, limits] = [resources.get("requests"), resources.get("limits")];
    const names = new Set([...requests.keys(), ...limits.keys()]);
    const gpus = Amount.sum(
        [...names].map(name => {
            const share = gpuShare(name);
            return share ? requestOf(resources, name).priced(share, Quantity.ONE) : Amount.NONE;
        }),
    );
    return requests.isUnknown || limits.isUnknown ? gpus.open : gpus;
}

/** The share of a GPU that one unit of a resource is; undefined for what is none. */
export function gpuShare(resource: string): Quantity | undefined {
    for (const { pattern, of } of GPU_RESOURCES) {
        const match = pattern.exec(resource);
        if (!match) continue;
        const slices = Object.values(match.groups ?? {}).find(group => group !== undefined) ?? "1";
        return Quantity.of(Number(slices)).timesRatio(Quantity.ONE, Quantity.of(of));
    }
    return undefined;
}

/**
 * The greater of what the containers and sidecars need together, and what each init container needs beside the sidecars
 * that were started before it.
 *
 * Source: k8s.io/component-helpers resource/helpers.go (`AggregateContainerRequests`)
 */
function demandOfContainers(pod: Pod, read: (resources: Value) => Amount): Amount {
    let containers = Amount.NONE;
    let sidecars = Amount.NONE;
    let starting = Amount.NONE;
    for (const container of pod.containers) {
        const amount = read(container.get("resources"));
        const isSidecar = container.isSidecar;
        if (container.role === "container") containers = containers.plus(amount);
        if (container.role !== "init") continue;
        starting = starting.max(sidecars.plus(isSidecar === "unknown" ? amount.open : amount));
        if (isSidecar === "yes") sidecars = sidecars.plus(amount);
    }
    const demand = containers.plus(sidecars).max(starting);
    const lists = [pod.spec.get("initContainers"), pod.spec.get("containers")];
    return lists.some(list => list.isUnknown || list.items().some(item => item.isUnknown)) ? demand.open : demand;
}

/**
 * What the pod requests as a whole counts instead of what its containers do; a limit of the pod only where they
 * request nothing.
 *
 * Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`setDefaultPodLevelRequests`)
 */
function ofPodLevel({ spec }: Pod, resource: string, ofContainers: Amount): Amount {
    const request = spec.get("resources", "requests", resource);
    if (!request.isUnset) return Amount.read(request);
    return ofContainers.isNone ? Amount.read(spec.get("resources", "limits", resource)) : ofContainers;
}
