import type { KubeObject } from "../kubernetes/object";
import { Value } from "../value";
import { calicoSelector } from "./calico-selector";
import { kindId } from "./object-index";
import { labelSelector, type PodSelector } from "./selection";

/** The pods that a policy of a network plugin may select; undefined where it may be any. */
type MaySelect = (policy: KubeObject) => readonly PodSelector[] | undefined;

/**
 * How the policies of each API name the pods that they restrict. Their selectors of namespaces and service accounts are
 * left out: they select fewer.
 *
 * Source: https://docs.cilium.io/en/stable/security/policy/intro/ (endpointSelector, nodeSelector),
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy (selector),
 * https://antrea.io/docs/main/docs/antrea-network-policy/ (appliedTo) and
 * https://network-policy-api.sigs.k8s.io/reference/spec/ (subject).
 */
const MAY_SELECT: Readonly<Record<string, MaySelect>> = {
    "cilium.io": ciliumSelectors,
    "crd.projectcalico.org": calicoSelectors,
    "projectcalico.org": calicoSelectors,
    "crd.antrea.io": antreaSelectors,
    "policy.networking.k8s.io": subjectSelectors,
};

/** The pods that a policy of a network plugin may select; undefined where it may be any in its namespace or cluster. */
export function pluginSelectors(policy: KubeObject): readonly PodSelector[] | undefined {
    const group = kindId(policy).split("/", 1)[0] ?? "";
    return policy.isPatch ? undefined : MAY_SELECT[group]?.(policy);
}

function ciliumSelectors(policy: KubeObject): readonly PodSelector[] | undefined {
    const specs = policy.get("specs");
    const rules = [policy.get("spec"), ...specs.items()].filter(rule => !rule.isUnset);
    if (specs.isUnknown || rules.length === 0) return undefined;
    const selectors = rules.flatMap(rule => {
        // Rules for nodes restrict no pods.
        if (rule.get("endpointSelector").isUnset && rule.get("nodeSelector").isSet) return [];
        return [withoutSources(rule.get("endpointSelector"))];
    });
    return known(selectors);
}

/** Prefixes of Cilium's keys that say where a label is from: any source, or Kubernetes. */
const SOURCES = /^(any|k8s)[:.]/;

/** A selector of Cilium as one of Kubernetes, without what it asks for that is no label of the pod. */
function withoutSources(selector: Value): Value | undefined {
    if (!selector.isMap) return undefined;
    const [labels, expressions] = [selector.get("matchLabels"), selector.get("matchExpressions")];
    if (labels.isUnknown || expressions.isUnknown) return undefined;
    const matchLabels = labels
        .entries()
        .flatMap(([key, value]) => (isOfPod(key) ? [[key.replace(SOURCES, ""), value.raw]] : []));
    const matchExpressions = expressions.items().flatMap(expression => {
        const key = expression.get("key").string;
        if (key === undefined || !isOfPod(key)) return [];
        const [operator, values] = [expression.get("operator"), expression.get("values")];
        return [{ key: key.replace(SOURCES, ""), operator: operator.raw, values: values.raw }];
    });
    return new Value({ matchLabels: Object.fromEntries(matchLabels), matchExpressions });
}

function isOfPod(key: string): boolean {
    const name = key.replace(SOURCES, "");
    return !name.includes(":") && !/^(io\.kubernetes\.|io\.cilium\.|reserved\.)/.test(name);
}

function calicoSelectors(policy: KubeObject): readonly PodSelector[] | undefined {
    const { string } = policy.get("spec", "selector");
    return string === undefined ? undefined : [calicoSelector(string)];
}

function antreaSelectors(policy: KubeObject): readonly PodSelector[] | undefined {
    const rules = ["ingress", "egress"].map(direction => policy.get("spec", direction));
    const all = [policy.get("spec"), ...rules.flatMap(list => list.items())].map(rule => rule.get("appliedTo"));
    const entries = all.flatMap(list => list.items());
    if (rules.some(list => list.isUnknown) || all.some(list => list.isUnknown) || entries.length === 0)
        return undefined;
    return known(entries.map(entry => entry.get("podSelector")));
}

function subjectSelectors(policy: KubeObject): readonly PodSelector[] | undefined {
    return known([policy.get("spec", "subject", "pods", "podSelector")]);
}

/** Selectors that are all there. */
function known(selectors: readonly (Value | undefined)[]): PodSelector[] | undefined {
    const maps = selectors.flatMap(selector => (selector?.isMap ? [selector] : []));
    return maps.length === selectors.length ? maps.map(labelSelector) : undefined;
}
