import { README } from "./hosts/readme";
import { createPolicyPack, PolicyPack, policies } from "./library";

/** Where the sources are, as package.json says; empty where it does not. The build puts it in. */
declare const REPOSITORY: string;

/** The version that package.json says. The build puts it in. */
declare const VERSION: string;

createPolicyPack(PolicyPack, {
    name: "kubernetes-guardrails",
    version: VERSION,
    displayName: "Kubernetes guardrails",
    description:
        "Keeps Kubernetes on Pulumi safe: what should never reach a cluster is refused, with what to do instead.",
    readme: README,
    tags: ["kubernetes", "security", "reliability", "cost"],
    repository: REPOSITORY,
    policies,
});
