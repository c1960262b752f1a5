import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { texts } from "../framework/settings";
import {
    amountOf,
    containersWithResources,
    effectiveResource,
    QUANTITY_RULE,
    resourceAt,
} from "../model/kubernetes/container-resources";
import { joinWords } from "../model/text";
import { NOTHING } from "../model/value";

/** All that a container lacks of one list, so that containers which lack the same are told together. */
interface Missing {
    readonly fields: readonly string[];
}

const notSet = (purpose: (container: string) => string) => ({
    per: ({ data }: { data: Missing }) => data.fields.join(" "),
    message: (findings: Findings<Missing>) => {
        const { fields } = findings.data;
        const isOne = findings.subjectCount === 1;
        return {
            what: `${findings.subjects} ${findings.do} not set ${joinWords(fields, "or")}`,
            fix: `Set ${joinWords(fields)} ${isOne ? "" : "in each "}to ${purpose(isOne ? "the container" : "it")}`,
        };
    },
});

/** Where a container has the amount, as a path. */
function fieldOf(...steps: string[]): string {
    return NOTHING.get("resources", ...steps).toString();
}

export const requireResourceRequests = definePolicy({
    name: "require-resource-requests",
    category: "resources",
    description: "Require containers to request the resources they need and to limit those that may run out.",
    why: "Without requests the scheduler fills nodes blindly. Without a memory limit one leak can take down every pod on its node.",
    url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set resources.requests to what the container normally uses, and resources.limits.memory to the most it may use.",
    whenNotToUse: "Namespaces whose LimitRange sets the requests and limits that manifests leave out.",
    config: {
        requests: texts(
            ["cpu", "memory"],
            "Resources that every container must request. A limit of the same resource stands in for the request.",
        ),
        limits: texts(["memory"], "Resources that every container must limit."),
    },
    messages: {
        requests: notSet(container => `what ${container} normally uses`),
        limits: notSet(container => `the most that ${container} may use`),
        malformed: {
            per: ({ data }) => data.value,
            message: (findings: Findings<{ value: string }>) => ({
                what: `${findings.places} ${findings.are} ${findings.data.value}, which the API server refuses as a quantity`,
                fix: QUANTITY_RULE,
            }),
        },
    },
    checkPod(pod, { config, report }) {
        for (const container of containersWithResources(pod)) {
            for (const list of ["requests", "limits"] as const) {
                const amounts = [...new Set(config[list])].map(resource => ({
                    resource,
                    amount: effectiveResource(pod, container, list, resource),
                }));
                const missing = amounts.filter(({ amount }) => amount.isUnset && !pod.object.isPatch);
                const fields = missing.map(({ resource }) => fieldOf(list, resource));
                for (const { resource } of missing) report(list, resourceAt(container, list, resource), { fields });
                for (const { amount } of amounts) {
                    if (amount.isSet && !amountOf(amount)) report("malformed", amount, { value: amount.shown });
                }
            }
        }
    },
});
