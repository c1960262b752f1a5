import { definePolicy } from "../framework/define";
import { BASELINE_CONTROLS } from "./shared/pod-security/controls";
import { profile } from "./shared/pod-security/profile";

export const podSecurityBaseline = definePolicy({
    name: "pod-security-baseline",
    category: "pod-security",
    description: "Require pods to keep to the baseline profile of the Pod Security Standards.",
    why: "The profile forbids the known ways out of a container: what it rejects can take over its node.",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Remove the fields that the message names, or exempt the workload when it must manage its node, as agents of networks and storage do.",
    whenNotToUse: "Namespaces of components that manage nodes; exempt those rather than switch the policy off.",
    ...profile("baseline", BASELINE_CONTROLS),
});
