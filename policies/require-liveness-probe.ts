import { definePolicy } from "../framework/define";
import { containersWithout, refusedProbe, refusedProbes, requiredProbeSettings } from "./shared/probes/required-probe";

export const requireLivenessProbe = definePolicy({
    name: "require-liveness-probe",
    category: "readiness",
    description: "Require a liveness probe on every long-running container.",
    why: "A container that hangs without exiting is never restarted unless a liveness probe detects it.",
    url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#liveness-probe",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add a livenessProbe that fails only when a restart would help, and never because of something else that the container depends on.",
    whenNotToUse: "Programs that exit by themselves when they cannot go on.",
    config: requiredProbeSettings("livenessProbe"),
    messages: {
        missing: findings => ({
            what: `${findings.subjects} ${findings.do} not set livenessProbe`,
            fix: `${findings.subjectCount === 1 ? "Add" : "Give each"} a livenessProbe (httpGet, tcpSocket, grpc or exec) that fails once only a restart would help`,
        }),
        refused: refusedProbe,
    },
    checkPod(pod, { config, report }) {
        for (const container of containersWithout(pod, "livenessProbe", config)) {
            report("missing", container.get("livenessProbe"));
        }
        for (const probe of refusedProbes(pod, "livenessProbe")) report("refused", probe);
    },
});
