import { PolicyPack } from "@pulumi/policy";
import { pulumiPolicies } from "./hosts/pulumi";
import { policies } from "./policies";

new PolicyPack("kubernetes-guardrails", {
    displayName: "Kubernetes guardrails",
    description:
        "Keeps Kubernetes on Pulumi safe: what should never reach a cluster is refused, with what to do instead.",
    provider: "kubernetes",
    tags: ["kubernetes", "security", "reliability", "cost"],
    policies: pulumiPolicies(policies),
});
