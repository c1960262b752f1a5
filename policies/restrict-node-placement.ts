import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { Pod } from "../model/kubernetes/pod";
import { shorten } from "../model/text";
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

/** Operators that select nodes with the label; the others keep pods away from them. */
const SELECTING_OPERATORS: readonly unknown[] = ["In", "Exists", "Gt", "Lt"];

/** Effects of a toleration that reaches the control plane's taint, whose effect is NoSchedule. */
const REACHING_EFFECTS: readonly unknown[] = [undefined, null, "", "NoSchedule"];

export const restrictNodePlacement = definePolicy({
    name: "restrict-node-placement",
    category: "environments",
    description: "Forbid pods that choose their node by name or may run on the control plane.",
    why: "A pod with a nodeName bypasses the scheduler and its checks, and a pod on the control plane is one step away from the whole cluster.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Remove the fields that the violation names, and choose nodes by the labels of your node pools.",
    whenNotToUse:
        "Agents that must run on every node, the control plane included: exempt them, or leave out their tolerations.",
    config: {},
    messages: {
        nodeName: (findings: Findings<{ node: string }>) => ({
            what: `The pod sets nodeName${findings.data.node}, which bypasses the scheduler`,
            fix: "Remove nodeName, and use a nodeSelector or node affinity where the choice of the node matters",
        }),
        toleration: findings => ({
            what: `${findings.places} ${findings.word("tolerates", "tolerate")} the taint of control-plane nodes`,
            fix: `Remove ${findings.word("the toleration", "these tolerations")}`,
        }),
        selected: (findings: Findings<{ by: string }>) => ({
            what: `The pod selects control-plane nodes in its ${findings.each(({ data }) => data.by)}`,
            fix: "Select worker nodes by a label that only those have",
        }),
    },
    checkPod(pod, { report }) {
        if (pod.object.mayChangeCluster) return;
        const nodeName = pod.spec.get("nodeName");
        if (nodeName.isSet && nodeName.raw !== "") {
            const { string } = nodeName;
            report("nodeName", nodeName, { node: string ? ` to ${JSON.stringify(shorten(string))}` : "" });
        }
        for (const toleration of pod.spec.get("tolerations").items()) {
            if (toleratesControlPlane(toleration)) report("toleration", toleration);
        }
        for (const [key, label] of pod.spec.get("nodeSelector").entries()) {
            if (CONTROL_PLANE_KEYS.includes(key) && !label.isUnset) report("selected", label, { by: "nodeSelector" });
        }
        for (const expression of nodeExpressions(pod)) {
            const isSelecting = SELECTING_OPERATORS.includes(expression.get("operator").raw);
            if (isSelecting && CONTROL_PLANE_KEYS.includes(expression.get("key").raw))
                report("selected", expression, { by: "node affinity" });
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
