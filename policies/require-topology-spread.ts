import { definePolicy } from "../framework/define";
import { integer, texts } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import { selects } from "../model/kubernetes/selector";
import { joinWords } from "../model/text";
import { type Answer, all, any, NOTHING, type Value } from "../model/value";

export const requireTopologySpread = definePolicy({
    name: "require-topology-spread",
    category: "availability",
    description: "Require the pods of a workload to be spread over nodes or zones.",
    why: "Without it the scheduler may put all replicas on one node, and they fail together.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add a topologySpreadConstraint over kubernetes.io/hostname or topology.kubernetes.io/zone whose labelSelector selects the workload's own pods.",
    whenNotToUse: "Clusters whose scheduler has default constraints of its own, or that have one node.",
    config: {
        minReplicas: integer(2, 1, "From how many replicas on a workload must be spread; unset replicas are one."),
        topologyKeys: texts(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
            "Labels of nodes that pods may be spread over.",
        ),
    },
    messages: {
        together: (_, { topologyKeys }) => ({
            what: `nothing keeps its replicas apart`,
            fix: `add a topologySpreadConstraint over ${joinWords(topologyKeys, "or")} that selects its own pods`,
        }),
        others: (offenders, { topologyKeys }) => ({
            what: `${offenders} ${offenders.word("does", "do")} not spread its own pods over ${joinWords(topologyKeys, "or")}`,
            fix: "let one labelSelector select the labels of its own template, with one of these topology keys",
        }),
    },
    checkObject(object, { config, report }) {
        const { pod, facts } = object;
        if (!pod || !facts?.replicas || object.isPatch) return;
        const replicas = object.get("spec", "replicas");
        const count = replicas.isUnset ? 1 : replicas.number;
        if (count === undefined || count < config.minReplicas) return;
        const terms = spreadingTerms(pod);
        const answers = [isListUnknown(pod), ...terms.map(term => spreads(term, object, pod, config.topologyKeys))];
        if (any(answers) !== "no") return;
        if (terms.length === 0) report("together");
        for (const term of terms) report("others", term.at);
    },
});

/**
 * Names that labels had before and that nodes still have.
 *
 * Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#failure-domainbetakubernetesiozone
 */
const FORMER_LABELS: Readonly<Record<string, readonly string[]>> = {
    "topology.kubernetes.io/zone": ["failure-domain.beta.kubernetes.io/zone"],
};

/** What may keep pods apart. */
interface Term {
    readonly at: Value;
    /** Holds the topology key and selectors. */
    readonly facts: Value;
}

const CONSTRAINTS = "topologySpreadConstraints";
const ANTI_AFFINITY = ["affinity", "podAntiAffinity"] as const;
const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function spreadingTerms({ spec }: Pod): Term[] {
    const antiAffinity = spec.get(...ANTI_AFFINITY);
    const terms = [...spec.get(CONSTRAINTS).items(), ...antiAffinity.get(REQUIRED).items()];
    const preferred = antiAffinity.get(PREFERRED).items();
    return [
        ...terms.map(at => ({ at, facts: at })),
        ...preferred.map(at => ({ at, facts: at.get("podAffinityTerm") })),
    ];
}

/** Whether terms may come that are not known yet. */
function isListUnknown({ spec }: Pod): Answer {
    const antiAffinity = spec.get(...ANTI_AFFINITY);
    const lists = [spec.get(CONSTRAINTS), antiAffinity.get(REQUIRED), antiAffinity.get(PREFERRED)];
    return lists.some(list => list.isUnknown) ? "unknown" : "no";
}

/**
 * Whether a term keeps the pods of one workload apart. Its matchLabelKeys never matter: they ask for the pod's own
 * values. Without a labelSelector it is about no pods. Constraints have neither namespaces nor mismatchLabelKeys.
 */
function spreads({ facts }: Term, object: KubeObject, pod: Pod, topologyKeys: readonly string[]): Answer {
    const selector = facts.get("labelSelector");
    if (selector.isUnset) return "no";
    return all([
        any(
            topologyKeys
                .flatMap(key => [key, ...(FORMER_LABELS[key] ?? [])])
                .map(key => facts.get("topologyKey").is(key)),
        ),
        selects(selector, { labels: pod.labels }),
        isAboutNamespace(facts, object),
        excludesOwnPods(facts, pod) ? "no" : "yes",
    ]);
}

/** Whether anti-affinity is about pods of the object's own namespace, as it is where it names none. */
function isAboutNamespace(facts: Value, object: KubeObject): Answer {
    const [names, selector] = [facts.get("namespaces"), facts.get("namespaceSelector")];
    if (names.isUnknown || selector.isUnknown) return "unknown";
    if (names.items().length === 0 && selector.isUnset) return "yes";
    // The labels of the namespace are not seen here; a selector without conditions selects every namespace.
    if (selector.isSet) return selects(selector, { labels: NOTHING, open: true });
    const own = object.namespace;
    if (own.string === undefined) return "unknown";
    return any(names.items().map(name => name.is(own.string ?? "")));
}

/** Whether mismatchLabelKeys is known to exclude pods that have the same label value, as those of one workload do. */
function excludesOwnPods(facts: Value, { labels }: Pod): boolean {
    const keys = facts.get("mismatchLabelKeys").items();
    return keys.some(({ string }) => string !== undefined && !labels.isUnknown && !labels.get(string).isUnset);
}
