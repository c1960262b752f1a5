import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { integer, texts } from "../framework/settings";
import { autoscalersOf } from "../model/demand/autoscalers";
import { replicasOf } from "../model/demand/replicas";
import { indexOf } from "../model/references/object-index";

export const requireReplicas = definePolicy({
    name: "require-replicas",
    category: "availability",
    description: "Require more than one replica of every Deployment.",
    why: "A workload with one pod is down whenever its node fails or is drained, until the pod runs elsewhere.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Raise spec.replicas, or the minimum of the autoscaler that scales the workload.",
    whenNotToUse: "Programs that must not run twice, and clusters for development.",
    config: {
        min: integer(2, 1, "The fewest pods that a workload may run. A workload scaled to 0 passes."),
        kinds: texts(["Deployment"], "Kinds of workloads that must have replicas.", ["Deployment", "StatefulSet"]),
    },
    messages: {
        few: (findings: Findings<{ says: string }>, { min }) => ({
            what: `${findings.places} ${findings.data.says}, below the minimum of ${min}`,
            fix: `Set it to at least ${min}`,
        }),
        scaledToFew: (findings: Findings<{ autoscaler: string; field: string; says: string }>, { min }) => {
            const { autoscaler, field, says } = findings.data;
            return {
                what: `${autoscaler} may scale it below the minimum of ${min} pods: ${field} ${says}`,
                fix: `Set ${field} of ${autoscaler} to at least ${min}`,
            };
        },
        invalid: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} is ${findings.data.value}, not a whole number`,
            fix: "Write it as a whole number, without quotes",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        for (const object of [...index.objects, ...index.patches]) {
            if (object.isCustom || !object.isOneOf(config.kinds)) continue;
            const at = object.get("spec", "replicas");
            if ((object.isPatch && at.isUnset) || object.mayChangeCluster) continue;
            const { count, autoscaler } = replicasOf(object, autoscalers);
            if (count === "invalid" && !autoscaler) report("invalid", at, { value: at.shown });
            if (typeof count !== "number" || count === 0 || count >= config.min) continue;
            const decides = autoscaler?.minAt ?? at;
            const says = decides.isUnset ? `is not set, which means ${count}` : `is ${count}`;
            if (!autoscaler) report("few", at, { says });
            else report("scaledToFew", object, { autoscaler: autoscaler.object.label, field: `${decides}`, says });
        }
    },
});
