import { definePolicy, type StackReport } from "./define";
import { cis } from "./model/frameworks";
import type { KubeObject } from "./model/object";
import { indexOf, type KindId, kindId, type Matches, type ObjectIndex } from "./model/object-index";
import type { Pod } from "./model/pod";
import { podsOf, Selection } from "./model/selection";
import { joinWords } from "./model/text";
import { type Answer, any, type Value } from "./model/value";
import { texts } from "./settings";

const DIRECTIONS = ["Ingress", "Egress"] as const;

type Direction = (typeof DIRECTIONS)[number];

/**
 * Kinds of network plugins that restrict pods as well, in ways that only the plugin knows.
 *
 * Source: https://docs.cilium.io/en/stable/network/kubernetes/policy/,
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy,
 * https://network-policy-api.sigs.k8s.io/api-overview/ and https://antrea.io/docs/main/docs/antrea-network-policy/.
 */
const OTHER_POLICIES: ReadonlySet<KindId> = new Set([
    "cilium.io/CiliumNetworkPolicy",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "crd.antrea.io/NetworkPolicy",
    "crd.antrea.io/ClusterNetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
]);

export const requireNetworkPolicy = definePolicy({
    name: "require-network-policy",
    category: "networking",
    description: "Require a NetworkPolicy for the pods of every workload.",
    why: "A pod that no NetworkPolicy selects accepts connections from every pod of the cluster, and may open any.",
    url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add a NetworkPolicy with podSelector {} that denies everything in the namespace, and one for each connection that is needed.",
    whenNotToUse: "Clusters whose network plugin ignores NetworkPolicies, or whose policies another stack creates.",
    frameworks: cis("5.3.2"),
    config: {
        directions: texts(
            ["Ingress"],
            "Directions of traffic in which pods must be restricted: Ingress, Egress or both.",
            DIRECTIONS,
        ),
    },
    messages: {
        open: offenders => ({
            what: `no NetworkPolicy of the stack selects its pods for ${offenders.details}`,
            fix: "add one whose podSelector matches their labels and that allows only the traffic they need",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const wanted = DIRECTIONS.filter(direction => config.directions.includes(direction));
        const selections = wanted.map(direction => ({ direction, selection: coverage(direction, index) }));
        for (const object of index.objects) {
            if (object.isWorkload && object.pod) checkWorkload(object.pod, selections, report);
        }
    },
});

type Reporter = StackReport<{ open: unknown }>;

interface Covered {
    readonly direction: Direction;
    readonly selection: Selection;
}

/** Policies do not reach pods in their node's network, so that none would help those. */
function checkWorkload(pod: Pod, selections: readonly Covered[], report: Reporter): void {
    if (pod.spec.get("hostNetwork").is(true) !== "no") return;
    const open = selections.filter(({ selection }) => selection.isSelected(pod) === "no");
    if (open.length > 0) report(pod.object, "open", undefined, joinWords(open.map(({ direction }) => direction)));
}

/** Which pods some policy restricts in a direction. */
function coverage(direction: Direction, index: ObjectIndex): Selection {
    const selection = new Selection(index);
    for (const object of [...index.objects, ...index.patches]) {
        if (OTHER_POLICIES.has(kindId(object))) selection.addOpen(object);
        if (!object.is("NetworkPolicy")) continue;
        const applies = restricts(object, direction);
        // What a patched policy selects is not known.
        if (object.isPatch) selection.addOpen(object);
        else if (applies !== "no") selection.add(object, certainIf(applies, selectedBy(object, index)));
    }
    return selection;
}

/** An empty selector, or none, selects all pods of the namespace. */
function selectedBy(policy: KubeObject, index: ObjectIndex): Matches<Pod> {
    return podsOf(index, policy, policy.get("spec", "podSelector"));
}

function certainIf(answer: Answer, { certain, possible }: Matches<Pod>): Matches<Pod> {
    return answer === "yes" ? { certain, possible } : { certain: [], possible: [...certain, ...possible] };
}

/**
 * Whether a policy restricts a direction. Without policyTypes it restricts ingress, and egress if it has rules for it.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (`policyTypes`)
 */
function restricts(policy: KubeObject, direction: Direction): Answer {
    const types = policy.get("spec", "policyTypes");
    if (types.isUnknown) return "unknown";
    if (types.items().length > 0) return any(types.items().map(type => type.is(direction)));
    return direction === "Ingress" ? "yes" : hasItems(policy.get("spec", "egress"));
}

function hasItems(list: Value): Answer {
    if (list.isUnknown) return "unknown";
    return list.items().length > 0 ? "yes" : "no";
}
