import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
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
import { joinWords } from "../model/text";
import { NOTHING } from "../model/value";

/** What the configuration says of one resource. */
type Bounds = { readonly [K in "minRequest" | "maxRequest" | "minLimit" | "maxLimit" | "maxRatio"]?: Quantity };

/** An amount, or a number of replicas, and the bound that it is beyond. */
interface Beyond {
    /** Behind "is": `8`, `not set, which means 1,`. */
    readonly says: string;
    readonly bound: string;
}

const beyond = ({ data }: Finding<Beyond>) => `${data.says} ${data.bound}`;

const tooLow = {
    per: beyond,
    message: (findings: Findings<Beyond>) => ({
        what: `${findings.places} ${findings.are} ${findings.data.says}, below the minimum of ${findings.data.bound}`,
        fix: `Raise it to at least ${findings.data.bound}`,
    }),
};

const tooHigh = {
    per: beyond,
    message: (findings: Findings<Beyond>) => ({
        what: `${findings.places} ${findings.are} ${findings.data.says}, above the maximum of ${findings.data.bound}`,
        fix: `Lower it to at most ${findings.data.bound}`,
    }),
};

/** A limit that is too many times its request. */
interface Excess {
    readonly limit: string;
    readonly request: string;
    readonly most: string;
}

const messages = {
    missing: {
        per: ({ data }: Finding<{ field: string }>) => data.field,
        message: (findings: Findings<{ field: string; bounds: string }>) => ({
            what: `${findings.subjects} ${findings.do} not set ${findings.data.field}`,
            fix: `Set it to ${findings.data.bounds}`,
        }),
    },
    tooLow,
    tooHigh,
    ratio: {
        per: ({ data }: Finding<Excess>) => `${data.limit} ${data.request} ${data.most}`,
        message: (findings: Findings<Excess>) => {
            const { limit, request, most } = findings.data;
            return {
                what: `${findings.places} ${findings.are} ${limit}, more than ${most} times the request of ${request}`,
                fix: "Raise the request or lower the limit",
            };
        },
    },
    tooFewReplicas: tooLow,
    tooManyReplicas: tooHigh,
    malformed: {
        per: ({ data }: Finding<{ value: string }>) => data.value,
        message: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} ${findings.are} ${findings.data.value}, which the API server refuses as a quantity`,
            fix: QUANTITY_RULE,
        }),
    },
};

type Reporter = Report<typeof messages>;

export const restrictResources = definePolicy({
    name: "restrict-resources",
    category: "resources",
    description: "Restrict the requests and limits of containers and the replicas of workloads.",
    why: "One container without bounds can take a whole node, and a typing error in its requests the capacity of the cluster.",
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
                minLimit: quantity("The lowest limit that a container may have."),
                maxLimit: quantity("The highest limit that a container may have."),
                maxRatio: quantity("The highest limit that a container may have, as a multiple of its request."),
            }),
            {},
            "Bounds of each container, by resource: cpu, memory and so on. A bound also requires the amount to be set.",
        ),
        replicas: withDefault(
            fields({
                min: optionalInteger(0, "The fewest replicas that a workload may have."),
                max: optionalInteger(0, "The most replicas that a workload may have."),
            }),
            {},
            "Bounds of spec.replicas, which is 1 where a workload does not set it.",
        ),
    },
    messages,
    checkObject(object, { config, report }) {
        const replicas = object.get("spec", "replicas");
        if (!object.facts?.replicas || replicas.isUnknown || (replicas.isUnset && object.isPatch)) return;
        const { min, max } = config.replicas;
        const count = replicas.isUnset ? 1 : replicas.number;
        if (count === undefined) return;
        const says = replicas.isUnset ? "not set, which means 1" : `${count}`;
        if (min !== undefined && count < min) report("tooFewReplicas", replicas, { says, bound: `${min}` });
        if (max !== undefined && count > max) report("tooManyReplicas", replicas, { says, bound: `${max}` });
    },
    checkPod(pod, { config, report }) {
        for (const container of containersWithResources(pod)) {
            for (const [resource, bounds] of config.resources) {
                checkAmounts(pod, container, resource, bounds, report);
            }
        }
    },
});

/** Reports what a container does that the bounds of one resource do not allow. */
function checkAmounts(pod: Pod, container: Container, resource: string, bounds: Bounds, report: Reporter): void {
    const read = (list: ResourceList, wanted: readonly (string | false | undefined)[]) => {
        const conditions = wanted.filter(one => typeof one === "string");
        if (conditions.length === 0) return undefined;
        const at = effectiveResource(pod, container, list, resource);
        if (at.isUnset && !pod.object.isPatch) {
            const field = NOTHING.get("resources", list, resource).toString();
            report("missing", resourceAt(container, list, resource), { field, bounds: joinWords(conditions) });
        }
        const amount = at.isSet ? amountOf(at) : undefined;
        if (at.isSet && !amount) report("malformed", at, { value: at.shown });
        return amount && { at, amount };
    };
    const { minRequest, maxRequest, minLimit, maxLimit, maxRatio } = bounds;
    const most = maxRatio?.toNumber();
    const request = read("requests", [
        minRequest && `at least ${minRequest}`,
        maxRequest && `at most ${maxRequest}`,
        !minRequest && !maxRequest && most && `an amount that the limit exceeds at most ${most} times`,
    ]);
    const limit = read("limits", [
        minLimit && `at least ${minLimit}`,
        maxLimit && `at most ${maxLimit}`,
        most && `at most ${most} times the request`,
    ]);
    const within = (place: typeof request, min: Quantity | undefined, max: Quantity | undefined) => {
        if (!place) return;
        const { at, amount } = place;
        const says = `${amount}`;
        if (min?.exceeds(amount)) report("tooLow", at, { says, bound: `${min}` });
        if (max && amount.exceeds(max)) report("tooHigh", at, { says, bound: `${max}` });
    };
    within(request, minRequest, maxRequest);
    within(limit, minLimit, maxLimit);
    if (request && limit && maxRatio && limit.amount.exceeds(request.amount.times(maxRatio))) {
        report("ratio", limit.at, { limit: `${limit.amount}`, request: `${request.amount}`, most: `${most}` });
    }
}
