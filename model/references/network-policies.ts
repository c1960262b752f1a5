import type { KubeObject } from "../kubernetes/object";
import { type Answer, all, any, not, type Value } from "../value";
import type { KindId } from "./object-index";

/** Directions of traffic that a NetworkPolicy restricts. */
export const DIRECTIONS = ["Ingress", "Egress"] as const;

export type Direction = (typeof DIRECTIONS)[number];

/**
 * Kinds of network plugins that restrict pods as well, in ways that only the plugin knows.
 *
 * Source: https://docs.cilium.io/en/stable/network/kubernetes/policy/,
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy,
 * https://network-policy-api.sigs.k8s.io/api-overview/ and https://antrea.io/docs/main/docs/antrea-network-policy/.
 */
export const OTHER_POLICIES: ReadonlySet<KindId> = new Set([
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

/**
 * Whether a policy restricts a direction. Without policyTypes it restricts ingress, and egress if it has rules for it.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (`policyTypes`)
 */
export function restricts(policy: KubeObject, direction: Direction): Answer {
    const types = policy.get("spec", "policyTypes");
    if (types.isUnknown) return "unknown";
    if (types.items().length > 0) return any(types.items().map(type => type.is(direction)));
    return direction === "Ingress" ? "yes" : hasItems(policy.get("spec", "egress"));
}

function hasItems(list: Value): Answer {
    if (list.isUnknown) return "unknown";
    return list.items().length > 0 ? "yes" : "no";
}

/**
 * Whether a policy denies what no other policy allows, to all pods of its namespace: it selects all of them,
 * restricts the direction, and has no rule that allows everything. Rules for some peers, such as DNS, are fine.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 */
export function deniesByDefault(policy: KubeObject, direction: Direction): Answer {
    const [rules, peers] = direction === "Ingress" ? ["ingress", "from"] : ["egress", "to"];
    const list = policy.get("spec", rules);
    const open = list.isUnknown ? "unknown" : any(list.items().map(rule => allowsAll(rule, peers)));
    return all([selectsAll(policy.get("spec", "podSelector")), restricts(policy, direction), not(open)]);
}

function selectsAll(selector: Value): Answer {
    const conditions = any([hasKeys(selector.get("matchLabels")), hasItems(selector.get("matchExpressions"))]);
    return not(conditions);
}

/** A rule without peers and ports, or for all addresses. */
function allowsAll(rule: Value, peers: string): Answer {
    const [from, ports] = [rule.get(peers), rule.get("ports")];
    const anyone = any([not(hasItems(from)), ...from.items().map(isEveryAddress)]);
    return all([anyone, not(hasItems(ports))]);
}

function isEveryAddress(peer: Value): Answer {
    const block = peer.get("ipBlock");
    const everything = any([block.get("cidr").is("0.0.0.0/0"), block.get("cidr").is("::/0")]);
    return all([everything, not(hasItems(block.get("except")))]);
}

function hasKeys(map: Value): Answer {
    if (map.isUnknown) return "unknown";
    return map.keys().length > 0 ? "yes" : "no";
}
