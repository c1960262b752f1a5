import { defineRequiredKeys } from "./shared/metadata/required-keys";

export const requireAnnotations = defineRequiredKeys(
    "annotations",
    {},
    {
        name: "require-annotations",
        category: "metadata",
        description: "Require annotations on objects and on the pods they create.",
        why: "Tools and people find an object's contacts, documentation and settings in its annotations.",
        url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
        severity: "low",
        enforcementLevel: "disabled",
        since: "0.1.0",
        remediationSteps:
            "Add the annotations to metadata.annotations and, for workloads, to the pod template's metadata.annotations.",
        whenNotToUse: "Objects of third-party charts that offer no way to add annotations.",
    },
);
