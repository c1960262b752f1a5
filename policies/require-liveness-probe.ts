import { defineRequiredProbe } from "./shared/probes/required-probe";

export const requireLivenessProbe = defineRequiredProbe(
    "livenessProbe",
    "so that the container is restarted when it hangs",
    {
        name: "require-liveness-probe",
        category: "readiness",
        description: "Require a liveness probe on every long-running container.",
        why: "A container that hangs without ending is never restarted unless a liveness probe finds out.",
        url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#liveness-probe",
        severity: "medium",
        enforcementLevel: "advisory",
        since: "0.1.0",
        remediationSteps:
            "Add a livenessProbe that fails only when a restart would help; it must not ask what the container depends on.",
        whenNotToUse: "Programs that end by themselves when they cannot go on.",
    },
);
