import { definePolicy } from "../framework/define";
import { BASELINE_CONTROLS } from "./shared/pod-security/controls";
import { profile } from "./shared/pod-security/profile";

export const podSecurityBaseline = definePolicy({
    name: "pod-security-baseline",
    category: "pod-security",
    description: "Require pods to meet the baseline profile of the Pod Security Standards.",
    why: "The profile closes the known ways out of a container: a pod that it rejects can take over its node.",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason:
        "Pod Security Admission refuses the same pods where it enforces the profile, and of public charts nearly only agents of nodes need more, which exemptions name.",
    since: "0.1.0",
    remediationSteps:
        "Remove the fields that the violation names. Exempt workloads that must manage their node, such as network and storage agents.",
    whenNotToUse: "Namespaces whose components manage nodes; exempt those components instead of disabling the policy.",
    ...profile("baseline", BASELINE_CONTROLS),
});
