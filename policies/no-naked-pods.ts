import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import { any } from "../model/value";

/** What to create instead of each kind that no controller looks after. */
const INSTEAD: Readonly<Record<string, string>> = {
    Pod: "create a Deployment, StatefulSet, DaemonSet or Job instead, which replaces the Pod when its node fails",
    ReplicaSet: "create a Deployment instead, which manages ReplicaSets and rolls out changes",
    ReplicationController: "create a Deployment instead, which has replaced ReplicationControllers",
};

export const noNakedPods = definePolicy({
    name: "no-naked-pods",
    category: "workloads",
    description: "Forbid Pods that no controller owns.",
    why: "A Pod that no controller owns is not rescheduled when its node fails, is drained or runs out of memory.",
    url: "https://kubernetes.io/docs/concepts/configuration/overview/#naked-pods-vs-replicasets-deployments-and-jobs",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Move the Pod's metadata and spec into the template of a Deployment, StatefulSet, DaemonSet or Job.",
    whenNotToUse: "Clusters whose Pods are created directly on purpose, such as for debugging.",
    config: {
        kinds: texts(["Pod"], "Kinds that may not be created directly.", Object.keys(INSTEAD)),
    },
    messages: {
        naked: () => ({ what: "no controller owns this Pod", fix: INSTEAD.Pod ?? "" }),
        nakedReplicaSet: () => ({ what: "no Deployment owns this ReplicaSet", fix: INSTEAD.ReplicaSet ?? "" }),
        nakedReplicationController: () => ({
            what: "no controller owns this ReplicationController",
            fix: INSTEAD.ReplicationController ?? "",
        }),
    },
    checkObject(object, { config, report }) {
        // A Patch changes an object that something else created.
        if (!object.isOneOf(config.kinds) || object.isCustom || object.isPatch) return;
        const owners = object.get("metadata", "ownerReferences");
        const owned = owners.isUnknown ? "unknown" : any(owners.items().map(owner => owner.get("controller").is(true)));
        if (owned !== "no") return;
        if (object.is("Pod")) report("naked");
        if (object.is("ReplicaSet")) report("nakedReplicaSet");
        if (object.is("ReplicationController")) report("nakedReplicationController");
    },
});
