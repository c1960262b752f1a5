import { definePolicy } from "../framework/define";
import { RESTRICTED_CONTROLS } from "./shared/pod-security/controls";
import { profile } from "./shared/pod-security/profile";

export const podSecurityRestricted = definePolicy({
    name: "pod-security-restricted",
    category: "pod-security",
    description:
        "Require pods to keep to what the restricted profile of the Pod Security Standards demands beyond the baseline profile.",
    why: "Kubernetes runs containers as root, with privileges that hardly any application needs, unless their pod says otherwise.",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add to the securityContext of the pod or its containers what the message names, and use an image that runs without root.",
    whenNotToUse: "Images that must run as root; pod-security-baseline still holds for them.",
    ...profile("restricted", RESTRICTED_CONTROLS),
});
