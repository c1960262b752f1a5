import { defineRequiredKeys } from "./shared/metadata/required-keys";

export const requireLabels = defineRequiredKeys(
    "labels",
    { "app.kubernetes.io/name": {} },
    {
        name: "require-labels",
        category: "metadata",
        description: "Require labels on objects and on the pods they create.",
        why: "Cost reports, dashboards, network policies and on-call find the owner of an object by its labels.",
        url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
        severity: "medium",
        enforcementLevel: "mandatory",
        since: "0.1.0",
        remediationSteps: "Add the labels to metadata.labels, for workloads also to the template's metadata.labels.",
        whenNotToUse: "Objects that a third party's chart creates without a way to add labels.",
    },
);
