import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { integer, texts } from "../framework/settings";
import { autoscalersOf } from "../model/demand/autoscalers";
import { replicasOf } from "../model/demand/replicas";
import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import { selects } from "../model/kubernetes/selector";
import { indexOf } from "../model/references/object-index";
import { joinWords } from "../model/text";
import { type Answer, all, any, NOTHING, type Value } from "../model/value";

export const requireTopologySpread = definePolicy({
    name: "require-topology-spread",
    category: "availability",
    description: "Require the pods of a workload to be spread over nodes or zones.",
    why: "Otherwise the scheduler may put all replicas on one node, where they fail together.",
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Add a topologySpreadConstraint over kubernetes.io/hostname or topology.kubernetes.io/zone whose labelSelector selects the workload's own pods.",
    whenNotToUse: "Clusters with a single node, or whose scheduler has default constraints of its own.",
    config: {
        minReplicas: integer(
            2,
            1,
            "The number of replicas from which on a workload must be spread: the minimum of its autoscaler, else spec.replicas.",
        ),
        topologyKeys: texts(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
            "Node labels over which pods may be spread.",
        ),
    },
    messages: {
        together: (_, { topologyKeys }) => ({
            what: "Nothing in the pod template keeps its replicas apart",
            fix: `Add a topologySpreadConstraint over ${joinWords(topologyKeys, "or")} whose labelSelector selects the labels of the pod template`,
        }),
        topologyKey: {
            per: ({ data }) => data.key,
            message: (findings: Findings<{ key: string }>, { topologyKeys }) => ({
                what: `${findings.places} ${findings.are} ${findings.data.key}, which does not spread the pods over ${joinWords(topologyKeys, "or")}`,
                fix: `Use ${joinWords(topologyKeys, "or")}`,
            }),
        },
        otherPods: findings => ({
            what: `${findings.places} ${findings.word("does", "do")} not select the workload's own pods`,
            fix: "Use the labels of its own pod template in the labelSelector",
        }),
    },
    checkStack(stack, { config, report }) {
        const autoscalers = autoscalersOf(stack);
        for (const object of indexOf(stack).objects) {
            const { pod, facts } = object;
            if (!pod || !facts?.replicas) continue;
            const { count } = replicasOf(object, autoscalers);
            if (typeof count !== "number" || count < config.minReplicas) continue;
            const terms = spreadingTerms(pod);
            const keys = config.topologyKeys.flatMap(key => [key, ...(FORMER_LABELS[key] ?? [])]);
            const answers = terms.map(term => ({
                term,
                spreads: any(keys.map(key => term.facts.get("topologyKey").is(key))),
                selects: selectsOwn(term, object, pod),
            }));
            const isSpread = any(answers.map(({ spreads, selects }) => all([spreads, selects])));
            if (isSpread !== "no" || isListUnknown(pod)) continue;
            if (terms.length === 0) report("together", object);
            for (const { term, spreads } of answers) {
                const key = term.facts.get("topologyKey");
                if (spreads !== "no") report("otherPods", term.at);
                else report("topologyKey", key, { key: key.isUnset ? "not set" : key.shown });
            }
        }
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
function isListUnknown({ spec }: Pod): boolean {
    const antiAffinity = spec.get(...ANTI_AFFINITY);
    const lists = [spec.get(CONSTRAINTS), antiAffinity.get(REQUIRED), antiAffinity.get(PREFERRED)];
    return lists.some(list => list.isUnknown);
}

/**
 * Whether a term is about the pods of one workload. Its matchLabelKeys never matter: they ask for the pod's own values.
 * Without a labelSelector it is about no pods. Constraints have neither namespaces nor mismatchLabelKeys.
 */
function selectsOwn({ facts }: Term, object: KubeObject, pod: Pod): Answer {
    const selector = facts.get("labelSelector");
    if (selector.isUnset) return "no";
    return all([
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
