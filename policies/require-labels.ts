import { defineRequiredKeys } from "./shared/metadata/required-keys";

export const requireLabels = defineRequiredKeys(
    "labels",
    { "app.kubernetes.io/name": {} },
    {
        name: "require-labels",
        category: "metadata",
        description: "Require labels on objects and on the pods they create.",
        why: "Cost reports, dashboards, network policies and people on call find the owner of an object by its labels. Until the key labels is configured the policy only advises, whatever its level: which labels an organization needs, only the organization knows.",
        url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
        severity: "medium",
        enforcementLevel: "mandatory",
        levelReason: "An organization configures only labels that it cannot do without.",
        since: "0.1.0",
        remediationSteps:
            "Add the labels to metadata.labels and, for workloads, to the pod template's metadata.labels.",
        whenNotToUse: "Objects of third-party charts that offer no way to add labels.",
    },
);
