import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import { any } from "../model/value";

/** The kinds that may be decided. */
const KINDS = ["Pod", "ReplicaSet", "ReplicationController"] as const;

export const noNakedPods = definePolicy({
    name: "no-naked-pods",
    category: "workloads",
    description: "Forbid Pods that no controller owns.",
    why: "Nothing recreates a Pod without a controller when its node fails, is drained or runs out of memory.",
    url: "https://kubernetes.io/docs/concepts/configuration/overview/#naked-pods-vs-replicasets-deployments-and-jobs",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The next drained node ends the Pod for good, and a Deployment in its place costs nothing.",
    since: "0.1.0",
    remediationSteps:
        "Move the Pod's metadata and spec into the template of a Deployment, StatefulSet, DaemonSet or Job.",
    whenNotToUse: "Clusters where people create Pods directly on purpose, such as for debugging.",
    config: {
        kinds: texts(["Pod"], "Kinds that may not be created directly.", KINDS),
    },
    messages: {
        naked: () => ({
            what: "No controller owns this Pod, so nothing replaces it when its node fails",
            fix: "Create a Deployment, StatefulSet, DaemonSet or Job with this pod as its template",
        }),
        nakedReplicaSet: () => ({
            what: "No Deployment owns this ReplicaSet, so nothing rolls out its changes",
            fix: "Create a Deployment instead",
        }),
        nakedReplicationController: () => ({
            what: "No controller owns this ReplicationController, so nothing rolls out its changes",
            fix: "Create a Deployment instead",
        }),
    },
    kinds: KINDS,
    checkObject(object, { config, report }) {
        // A Patch changes an object that something else created.
        if (!object.isOneOf(config.kinds) || object.isCustom || object.isPatch) return;
        const owners = object.get("metadata", "ownerReferences");
        const owned = owners.isUnknown ? "unknown" : any(owners.items().map(owner => owner.get("controller").is(true)));
        if (owned !== "no") return;
        if (object.is("Pod")) report("naked", object);
        if (object.is("ReplicaSet")) report("nakedReplicaSet", object);
        if (object.is("ReplicationController")) report("nakedReplicationController", object);
    },
});
