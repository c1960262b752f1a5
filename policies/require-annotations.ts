import { defineRequiredKeys } from "./shared/metadata/required-keys";

export const requireAnnotations = defineRequiredKeys(
    "annotations",
    {},
    {
        name: "require-annotations",
        category: "metadata",
        description: "Require annotations on objects and on the pods they create.",
        why: "Tools and people find contacts, documentation and settings of an object in its annotations.",
        url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
        severity: "low",
        enforcementLevel: "disabled",
        since: "0.1.0",
        remediationSteps:
            "Add the annotations to metadata.annotations, for workloads also to the template's metadata.annotations.",
        whenNotToUse: "Objects that a third party's chart creates without a way to add annotations.",
    },
);
