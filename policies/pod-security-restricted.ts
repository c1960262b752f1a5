import { definePolicy } from "../framework/define";
import { RESTRICTED_CONTROLS } from "./shared/pod-security/controls";
import { profile } from "./shared/pod-security/profile";

export const podSecurityRestricted = definePolicy({
    name: "pod-security-restricted",
    category: "pod-security",
    description:
        "Require pods to meet the controls that the restricted profile of the Pod Security Standards adds to the baseline profile.",
    why: "Unless a pod says otherwise, Kubernetes runs its containers as root, with privileges that hardly any application needs.",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set the fields that the violation names in the securityContext of the pod or its containers, and use an image that runs without root.",
    whenNotToUse: "Namespaces whose images must run as root; pod-security-baseline still covers them.",
    ...profile("restricted", RESTRICTED_CONTROLS),
});
