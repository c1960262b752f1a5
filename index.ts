import { PolicyPack } from "@pulumi/policy";
import { createPolicyPack, policies } from "./library";

createPolicyPack(PolicyPack, {
    name: "kubernetes-guardrails",
    displayName: "Kubernetes guardrails",
    description:
        "Keeps Kubernetes on Pulumi safe: what should never reach a cluster is refused, with what to do instead.",
    tags: ["kubernetes", "security", "reliability", "cost"],
    policies,
});
