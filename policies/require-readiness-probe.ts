import { definePolicy } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { indexOf } from "../model/references/object-index";
import { Readiness, type ReadinessUse } from "./shared/probes/readiness";
import { containersWithout, refusedProbe, refusedProbes, requiredProbeSettings } from "./shared/probes/required-probe";

interface Missing {
    readonly use: ReadinessUse | undefined;
}

export const requireReadinessProbe = definePolicy({
    name: "require-readiness-probe",
    category: "readiness",
    description: "Require a readiness probe on every long-running container.",
    why: "Without a readiness probe a pod counts as ready as soon as it runs: Services send it requests that it cannot answer yet, and a rollout stops the old pods too early. The violation is mandatory where a Service of the stack selects the pod or a resource of the stack waits for it, and advisory elsewhere.",
    url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "Each rollout loses requests or starts what depends on the pod too early.",
    since: "0.1.0",
    remediationSteps:
        "Add a readinessProbe that passes once the container can serve, such as httpGet on a health path.",
    whenNotToUse: "Workloads to which nothing sends requests, such as queue consumers.",
    config: requiredProbeSettings("readinessProbe"),
    messages: {
        missing: {
            per: ({ data: { use } }: Finding<Missing>) => `${use?.kind ?? "~"} ${use?.by ?? ""}`,
            message: (findings: Findings<Missing>) => {
                const { use } = findings.data;
                const isOne = findings.subjectCount === 1;
                return {
                    what: `${findings.subjects} ${findings.do} not set readinessProbe${use ? consequence(use, isOne) : ""}`,
                    fix: `${isOne ? "Add" : "Give each"} a readinessProbe (httpGet, tcpSocket, grpc or exec) that passes once the container can serve`,
                    ...(!use && { level: "advisory" as const }),
                };
            },
        },
        refused: refusedProbe,
    },
    checkStack(stack, { config, report }) {
        const { objects, patches } = indexOf(stack);
        const readiness = new Readiness(stack);
        for (const { pod } of [...objects, ...patches]) {
            if (!pod) continue;
            const lacking = containersWithout(pod, "readinessProbe", config);
            const uses = lacking.length > 0 ? readiness.usesOf(pod, lacking) : new Map();
            const isAgent = uses.size < lacking.length && readiness.isAgent(pod);
            for (const container of lacking) {
                const use = uses.get(container);
                if (use || !isAgent) report("missing", container.get("readinessProbe"), { use });
            }
            for (const probe of refusedProbes(pod, "readinessProbe")) report("refused", probe);
        }
    },
});

function consequence({ by, kind }: ReadinessUse, isOne: boolean): string {
    if (kind === "requests")
        return `, so ${by} sends ${isOne ? "it" : "them"} requests as soon as ${isOne ? "it runs" : "they run"}`;
    return `, so ${by}, which waits for ${isOne ? "it" : "them"}, is created as soon as ${isOne ? "it runs" : "they run"}`;
}
