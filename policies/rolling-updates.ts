import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { autoscalersOf } from "../model/demand/autoscalers";
import { replicasOf } from "../model/demand/replicas";
import { intOrPercent } from "../model/int-or-percent";
import type { KubeObject } from "../model/kubernetes/object";
import { indexOf, type ObjectIndex } from "../model/references/object-index";

export const rollingUpdates = definePolicy({
    name: "rolling-updates",
    category: "availability",
    description: "Require Deployments with several replicas to replace their pods step by step.",
    why: "An update that stops all pods before new ones are ready is an outage, and the API server refuses one that may neither add nor remove a pod.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Remove strategy, or set its type to RollingUpdate and maxUnavailable below the number of pods.",
    whenNotToUse: "Programs of which two versions must never run at the same time.",
    config: {},
    messages: {
        recreate: (findings: Findings<{ count: number }>) => ({
            what: `${findings.places} is Recreate, so an update stops its ${findings.data.count} pods before it starts new ones`,
            fix: "Set it to RollingUpdate",
        }),
        all: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} is ${findings.data.value}, so an update may stop all pods at once`,
            fix: "Set it below the number of pods, such as to 25%",
        }),
        stuck: findings => ({
            what: `${findings.places} are both 0, so no pod could be replaced`,
            fix: "Set one of them to at least 1",
        }),
    },
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        for (const object of [...index.objects, ...index.patches]) {
            if (!object.is("Deployment")) continue;
            const strategy = object.get("spec", "strategy");
            const type = strategy.get("type");
            const own = object.get("spec", "replicas");
            const { count } = object.isPatch && own.isUnset ? { count: "unknown" } : replicasOf(object, autoscalers);
            const mayRunTwice = !holdsClaimOfOneNode(object, index);
            if (type.is("Recreate") === "yes" && typeof count === "number" && count > 1 && mayRunTwice) {
                report("recreate", type, { count });
            }
            // Only this type, which is the default, reads the numbers.
            if (!type.isUnset && type.is("RollingUpdate") !== "yes") continue;
            const at = strategy.get("rollingUpdate");
            const [maxUnavailable, maxSurge] = [at.get("maxUnavailable"), at.get("maxSurge")];
            const unavailable = intOrPercent(maxUnavailable);
            const surge = intOrPercent(maxSurge);
            if (typeof unavailable !== "object") continue;
            const { amount, isPercent } = unavailable;
            const isAll = isPercent ? amount === 100 : typeof count === "number" && amount >= count;
            const isOne = typeof count === "number" && count <= 1;
            if (isAll && !isOne && mayRunTwice) report("all", maxUnavailable, { value: String(maxUnavailable.raw) });
            if (amount === 0 && typeof surge === "object" && surge.amount === 0) {
                for (const field of [maxUnavailable, maxSurge]) report("stuck", field);
            }
        }
    },
});

/** Access modes of volumes that pods on several nodes may mount. */
const SHARED_MODES: readonly unknown[] = ["ReadWriteMany", "ReadOnlyMany"];

/**
 * Whether the pods mount a claim that only one node may have, so that a new pod elsewhere would wait for the old one, or
 * may: what a claim says that is not in the stack is not known.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
 */
function holdsClaimOfOneNode(object: KubeObject, index: ObjectIndex): boolean {
    const volumes = object.pod?.spec.get("volumes");
    if (!volumes || volumes.isUnknown) return volumes !== undefined;
    return volumes.items().some(volume => {
        const claim = volume.get("persistentVolumeClaim");
        if (claim.isUnset) return volume.isUnknown;
        const name = claim.get("claimName").string;
        const found =
            name === undefined ? [] : index.find(index.locationOf(object), "PersistentVolumeClaim", name).certain;
        return found.length === 0 || found.some(one => !isShared(one));
    });
}

function isShared(claim: KubeObject): boolean {
    const modes = claim.get("spec", "accessModes");
    return modes.items().some(mode => SHARED_MODES.includes(mode.raw));
}
