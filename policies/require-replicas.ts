import { definePolicy } from "../framework/define";
import { integer } from "../framework/settings";
import { type Autoscaler, autoscalersOf } from "../model/demand/autoscalers";
import { type Replicas, replicasOf } from "../model/demand/replicas";
import type { KubeObject } from "../model/kubernetes/object";
import { indexOf } from "../model/references/object-index";

export const requireReplicas = definePolicy({
    name: "require-replicas",
    category: "availability",
    description: "Require more than one replica of every Deployment and StatefulSet.",
    why: "A workload with one pod is down whenever its node fails or is drained, and while the pod moves.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Set spec.replicas, or the minimum of the autoscaler that scales the workload.",
    whenNotToUse: "Programs that must not run twice, and clusters for development.",
    config: {
        min: integer(2, 1, "Least number of pods; a workload that is scaled to 0 passes."),
    },
    messages: {
        few: (offenders, { min }) => ({
            what: `${offenders}`,
            fix: `run at least ${min} pods, so that losing one is not an outage`,
        }),
        invalid: offenders => ({ what: `${offenders} is not a whole number`, fix: "write it as one, without quotes" }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        for (const object of [...index.objects, ...index.patches]) {
            if (!object.is("Deployment", "StatefulSet")) continue;
            const at = object.get("spec", "replicas");
            if ((object.isPatch && at.isUnset) || object.mayChangeCluster) continue;
            const replicas = replicasOf(object, autoscalers);
            if (replicas.count === "invalid" && !replicas.autoscaler) report(object, "invalid", at);
            if (typeof replicas.count !== "number" || replicas.count === 0 || replicas.count >= config.min) continue;
            if (replicas.autoscaler) report(object, "few", undefined, scaledDown(replicas.autoscaler, replicas));
            else report(object, "few", at, said(object, replicas));
        }
    },
});

function said(object: KubeObject, { count }: Replicas): string {
    return object.get("spec", "replicas").isUnset ? `is not set, which means ${count}` : `is ${count}`;
}

function scaledDown({ object, minAt }: Autoscaler, { count }: Replicas): string {
    return `${object.label} scales it down to ${count} (${minAt}${minAt.isUnset ? " is not set" : ""})`;
}
