import { definePolicy } from "../framework/define";
import type { Pod } from "../model/kubernetes/pod";
import type { Value } from "../model/value";

/**
 * Labels of the nodes that run the control plane, which are the keys of their taints, too.
 *
 * Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint,
 * for the older name https://kubernetes.io/blog/2022/04/07/upcoming-changes-in-kubernetes-1-24/
 */
const CONTROL_PLANE_KEYS: readonly unknown[] = [
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
];

/** Operators that ask for the label; the others keep pods away from nodes that have it. */
const ASKING_OPERATORS: readonly unknown[] = ["In", "Exists", "Gt", "Lt"];

/** Effects of a toleration that reaches the control plane's taint, whose effect is NoSchedule. */
const REACHING_EFFECTS: readonly unknown[] = [undefined, null, "", "NoSchedule"];

export const restrictNodePlacement = definePolicy({
    name: "restrict-node-placement",
    category: "environments",
    description: "Forbid pods that choose their node by name or ask for a node of the control plane.",
    why: "A pod with a nodeName goes around the scheduler with all its checks, and one beside the API server is one step away from the whole cluster.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Remove what the message names; choose nodes by labels that your node pools give them.",
    whenNotToUse:
        "Agents that must run on every node, the control plane included: exempt them, or leave out their tolerations.",
    config: {},
    messages: {
        nodeName: offenders => ({
            what: `${offenders} ${offenders.are} set`,
            fix: "let the scheduler choose the node, by a nodeSelector or affinity where it matters",
        }),
        toleration: offenders => ({
            what: `${offenders} ${offenders.word("tolerates", "tolerate")} the taint of control-plane nodes`,
            fix: "remove it",
        }),
        selected: offenders => ({
            what: `${offenders} ${offenders.word("asks", "ask")} for control-plane nodes`,
            fix: "choose worker nodes, by a label that only those have",
        }),
    },
    checkPod(pod, { report }) {
        if (pod.object.mayChangeCluster) return;
        const nodeName = pod.spec.get("nodeName");
        if (nodeName.isSet && nodeName.raw !== "") report("nodeName", nodeName);
        for (const toleration of pod.spec.get("tolerations").items()) {
            if (toleratesControlPlane(toleration)) report("toleration", toleration);
        }
        for (const [key, label] of pod.spec.get("nodeSelector").entries()) {
            if (CONTROL_PLANE_KEYS.includes(key) && !label.isUnset) report("selected", label);
        }
        for (const expression of nodeExpressions(pod)) {
            const isAsking = ASKING_OPERATORS.includes(expression.get("operator").raw);
            if (isAsking && CONTROL_PLANE_KEYS.includes(expression.get("key").raw)) report("selected", expression);
        }
    },
});

/**
 * Whether a pod may run on control-plane nodes for a toleration: one that names their taint, or one without a key,
 * which tolerates every taint.
 *
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
function toleratesControlPlane(toleration: Value): boolean {
    const key = toleration.get("key");
    if (!key.isUnset && key.raw !== "") return CONTROL_PLANE_KEYS.includes(key.raw);
    const isForAll = toleration.get("operator").is("Exists") === "yes";
    return isForAll && REACHING_EFFECTS.includes(toleration.get("effect").raw);
}

/** The conditions of node affinity, required and preferred ones. */
function nodeExpressions(pod: Pod): Value[] {
    const affinity = pod.spec.get("affinity", "nodeAffinity");
    return [
        "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[].matchExpressions[]",
        "preferredDuringSchedulingIgnoredDuringExecution[].preference.matchExpressions[]",
    ].flatMap(path => affinity.select(path));
}
