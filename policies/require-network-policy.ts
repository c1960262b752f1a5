import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { texts } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import { DIRECTIONS, type Direction, OTHER_POLICIES, restricts } from "../model/references/network-policies";
import { indexOf, kindId, type ObjectIndex } from "../model/references/object-index";
import { pluginSelectors } from "../model/references/plugin-policies";
import { podsIn, podsOf, type SelectedPods, Selection } from "../model/references/selection";
import { joinWords } from "../model/text";
import { UNKNOWN } from "../model/value";

export const requireNetworkPolicy = definePolicy({
    name: "require-network-policy",
    category: "networking",
    description: "Require a NetworkPolicy for the pods of every workload.",
    why: "A pod that no NetworkPolicy selects accepts connections from every pod of the cluster and can connect to anything.",
    url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add a NetworkPolicy with podSelector {} that denies all traffic in the namespace, and one for each connection that is needed.",
    whenNotToUse: "Clusters whose network plugin ignores NetworkPolicies, or whose policies come from another stack.",
    frameworks: cis("5.3.2"),
    config: {
        directions: texts(
            ["Ingress"],
            "Directions of traffic in which pods must be restricted: Ingress, Egress or both.",
            DIRECTIONS,
        ),
    },
    messages: {
        open: (findings: Findings<{ directions: readonly Direction[] }>) => ({
            what: `No NetworkPolicy of the stack restricts ${joinWords(findings.data.directions.map(direction => direction.toLowerCase()))} traffic of its pods`,
            fix: "Add a NetworkPolicy whose podSelector matches the labels of the pods and that allows only the traffic they need",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const wanted = DIRECTIONS.filter(direction => config.directions.includes(direction));
        const selections = wanted.map(direction => ({ direction, selection: coverage(direction, index) }));
        for (const object of index.objects) {
            if (object.isWorkload && object.pod)
                checkWorkload(object.pod, selections, directions => report("open", object, { directions }));
        }
    },
});

type Say = (directions: readonly Direction[]) => void;

interface Covered {
    readonly direction: Direction;
    readonly selection: Selection;
}

/** Policies do not reach pods in their node's network, so that none would help those. */
function checkWorkload(pod: Pod, selections: readonly Covered[], say: Say): void {
    if (pod.spec.get("hostNetwork").is(true) !== "no") return;
    const open = selections.filter(({ selection }) => selection.isSelected(pod) === "no");
    if (open.length > 0) say(open.map(({ direction }) => direction));
}

/** Which pods some policy restricts in a direction, or may restrict. */
function coverage(direction: Direction, index: ObjectIndex): Selection {
    const selection = new Selection(index);
    for (const object of [...index.objects, ...index.patches]) {
        if (OTHER_POLICIES.has(kindId(object))) addOther(object, index, selection);
        if (!object.is("NetworkPolicy")) continue;
        // What a patched policy selects is not known.
        if (object.isPatch) selection.addOpen(object);
        else if (restricts(object, direction) !== "no") selection.add(object, selectedBy(object, index));
    }
    return selection;
}

/** What a network plugin's policy restricts only the plugin knows; but nothing that it cannot select. */
function addOther(policy: KubeObject, index: ObjectIndex, selection: Selection): void {
    const selectors = pluginSelectors(policy);
    if (!selectors) selection.addOpen(policy);
    const { cluster, namespace } = index.locationOf(policy);
    for (const selector of selectors ?? []) {
        // Those of a whole cluster are asked for in any namespace.
        selection.add(policy, podsIn(index, { cluster, namespace: namespace || UNKNOWN }, selector));
    }
}

/** An empty selector, or none, selects all pods of the namespace. */
function selectedBy(policy: KubeObject, index: ObjectIndex): SelectedPods {
    return podsOf(index, policy, policy.get("spec", "podSelector"));
}
