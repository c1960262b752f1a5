import { PolicyPack } from "@pulumi/policy";
import { createPolicyPack, policies, without } from "kubernetes-guardrails/policies";
import { requireCostCenter } from "./require-cost-center.js";

createPolicyPack(PolicyPack, {
    name: "acme-kubernetes",
    displayName: "Acme: Kubernetes",
    description: "What Acme expects of everything on its clusters.",
    policies: [
        // Several stacks share our namespaces, and our labels are not those that require-labels asks for.
        ...without(policies, "no-dangling-references", "require-labels"),
        requireCostCenter,
    ],
    preset: "recommended",
    config: {
        // Until the last of them are Deployments.
        "no-naked-pods": "advisory",
        // Only this key is different; the policy stays mandatory.
        "no-mutable-image-tags": { forbidden: ["latest", "main"] },
    },
});
