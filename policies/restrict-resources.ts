import { definePolicy } from "../framework/define";
import { fields, mapOf, optionalInteger, quantity, withDefault } from "../framework/settings";
import {
    amountOf,
    containersWithResources,
    effectiveResource,
    QUANTITY_RULE,
    type ResourceList,
    resourceAt,
} from "../model/kubernetes/container-resources";
import type { Container, Pod } from "../model/kubernetes/pod";
import type { Quantity } from "../model/quantity";
import type { Value } from "../model/value";

/** What the configuration says of one resource. */
type Bounds = { readonly [K in "minRequest" | "maxRequest" | "minLimit" | "maxLimit" | "maxRatio"]?: Quantity };

export const restrictResources = definePolicy({
    name: "restrict-resources",
    category: "resources",
    description: "Restrict how much containers request and may use, and how many replicas workloads have.",
    why: "One container without bounds takes a node, and a typing error in its requests the whole cluster's capacity.",
    url: "https://open-policy-agent.github.io/gatekeeper-library/website/validation/containerlimits/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set requests, limits and replicas within the bounds that the message names.",
    whenNotToUse: "Clusters whose namespaces all have a LimitRange and a ResourceQuota.",
    config: {
        resources: mapOf(
            fields({
                minRequest: quantity("The least that a container must request."),
                maxRequest: quantity("The most that a container may request."),
                minLimit: quantity("The least that a container's limit must be."),
                maxLimit: quantity("The most that a container's limit may be."),
                maxRatio: quantity("The most that the limit may be as a multiple of the request."),
            }),
            {},
            "Bounds of each container by resource: cpu, memory and so on. A bound also requires the amount to be set.",
        ),
        replicas: withDefault(
            fields({
                min: optionalInteger(0, "The fewest replicas that a workload may have."),
                max: optionalInteger(0, "The most replicas that a workload may have."),
            }),
            {},
            "Bounds of the replicas of workloads that have any; a workload that does not say has 1.",
        ),
    },
    messages: {
        missing: offenders => ({
            what: `${offenders} ${offenders.are} not set`,
            fix: `set ${offenders.word("it", "them")}`,
        }),
        outside: offenders => ({ what: `${offenders}`, fix: "keep within the bounds" }),
        ratio: offenders => ({ what: `${offenders}`, fix: "raise the request or lower the limit" }),
        replicas: offenders => ({ what: `${offenders}`, fix: "keep within the bounds" }),
        malformed: offenders => ({
            what: `${offenders} ${offenders.word("is no quantity", "are no quantities")}`,
            fix: QUANTITY_RULE,
        }),
    },
    checkObject(object, { config, report }) {
        const replicas = object.get("spec", "replicas");
        if (!object.facts?.replicas || replicas.isUnknown || (replicas.isUnset && object.isPatch)) return;
        const { min, max } = config.replicas;
        const count = replicas.isUnset ? 1 : replicas.number;
        if (count === undefined) return;
        const detail = replicas.isUnset ? "1, as it is not set," : String(count);
        if (min !== undefined && count < min) report("replicas", replicas, `${detail} is below ${min}`);
        if (max !== undefined && count > max) report("replicas", replicas, `${detail} is above ${max}`);
    },
    checkPod(pod, { config, report }) {
        for (const container of containersWithResources(pod)) {
            for (const [resource, bounds] of config.resources) {
                for (const { problem, at, detail } of violations(pod, container, resource, bounds)) {
                    report(problem, at, detail);
                }
            }
        }
    },
});

interface Violation {
    readonly problem: "missing" | "outside" | "ratio" | "malformed";
    readonly at: Value;
    readonly detail?: string;
}

/** What a container does that the bounds of one resource do not allow. */
function violations(pod: Pod, container: Container, resource: string, bounds: Bounds): Violation[] {
    const found: Violation[] = [];
    const read = (list: ResourceList, isNeeded: boolean): { at: Value; amount: Quantity } | undefined => {
        if (!isNeeded) return undefined;
        const at = effectiveResource(pod, container, list, resource);
        const amount = at.isSet ? amountOf(at) : undefined;
        if (at.isUnset && !pod.object.isPatch)
            found.push({ problem: "missing", at: resourceAt(container, list, resource) });
        if (at.isSet && !amount) found.push({ problem: "malformed", at });
        return amount && { at, amount };
    };
    const { minRequest, maxRequest, minLimit, maxLimit, maxRatio } = bounds;
    const request = read("requests", [minRequest, maxRequest, maxRatio].some(Boolean));
    const limit = read("limits", [minLimit, maxLimit, maxRatio].some(Boolean));
    const within = (place: typeof request, min: Quantity | undefined, max: Quantity | undefined) => {
        if (!place) return;
        const { at, amount } = place;
        if (min?.exceeds(amount)) found.push({ problem: "outside", at, detail: `${amount} is below ${min}` });
        if (max && amount.exceeds(max)) found.push({ problem: "outside", at, detail: `${amount} is above ${max}` });
    };
    within(request, minRequest, maxRequest);
    within(limit, minLimit, maxLimit);
    if (request && limit && maxRatio && limit.amount.exceeds(request.amount.times(maxRatio))) {
        const detail = `${limit.amount} is more than ${maxRatio.toNumber()} times the request ${request.amount}`;
        found.push({ problem: "ratio", at: limit.at, detail });
    }
    return found;
}
