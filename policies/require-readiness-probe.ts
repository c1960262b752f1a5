import { defineRequiredProbe } from "./shared/probes/required-probe";

export const requireReadinessProbe = defineRequiredProbe(
    "readinessProbe",
    "so that Services and rollouts wait until the container can answer",
    {
        name: "require-readiness-probe",
        category: "readiness",
        description: "Require a readiness probe on every long-running container.",
        why: "Without a readiness probe a pod counts as ready as soon as it runs: Services send it requests that it cannot answer yet, and a rollout stops the old pods too early.",
        url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe",
        severity: "high",
        enforcementLevel: "mandatory",
        since: "0.1.0",
        remediationSteps:
            "Add a readinessProbe that asks the container whether it can serve, such as httpGet on a health path.",
        whenNotToUse: "Workloads that nothing sends requests to, such as queue consumers.",
    },
);
