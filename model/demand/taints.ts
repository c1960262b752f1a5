import type { Pod } from "../kubernetes/pod";
import type { Resource } from "../pulumi/resource";
import { type Answer, all, any, not, type Value } from "../value";

/** Where the taints of a node pool's nodes are, by type token. */
interface TaintFacts {
    readonly tokens: readonly string[];
    readonly path: string;
    /** `objects` have key, value and effect; `map` has them below the key; `texts` are `key=value:Effect`. */
    readonly shape: "objects" | "map" | "texts";
    readonly source: string;
}

const TAINTS: readonly TaintFacts[] = [
    {
        tokens: ["aws:eks/nodeGroup:NodeGroup", "aws-native:eks:Nodegroup", "eks:index:ManagedNodeGroup"],
        path: "taints[]",
        shape: "objects",
        source: "@pulumi/aws 7.48.0, @pulumi/aws-native 1.79.0, @pulumi/eks 4.3.0",
    },
    {
        tokens: ["eks:index:NodeGroup", "eks:index:NodeGroupV2"],
        path: "taints",
        shape: "map",
        source: "@pulumi/eks 4.3.0",
    },
    {
        tokens: [
            "azure-native:containerservice:AgentPool",
            "azure:containerservice/kubernetesClusterNodePool:KubernetesClusterNodePool",
        ],
        path: "nodeTaints[]",
        shape: "texts",
        source: "@pulumi/azure-native 3.28.0, @pulumi/azure 6.40.0",
    },
    {
        tokens: [
            "gcp:container/nodePool:NodePool",
            "google-native:container/v1:NodePool",
            "google-native:container/v1beta1:NodePool",
        ],
        // The older package says `config`.
        path: "nodeConfig.taints[]",
        shape: "objects",
        source: "@pulumi/gcp 9.37.0",
    },
    {
        tokens: ["digitalocean:index/kubernetesNodePool:KubernetesNodePool"],
        path: "taints[]",
        shape: "objects",
        source: "@pulumi/digitalocean 4.80.1",
    },
];

interface Taint {
    readonly key: Value | string;
    readonly value: Value | string;
    readonly effect: Value | string;
}

const byToken = new Map(TAINTS.flatMap(facts => facts.tokens.map(token => [token, facts])));

/**
 * Whether the pods of a workload may run on the nodes of a pool for all that their taints say.
 *
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 * @param pod undefined where nothing is known of the pods
 */
export function toleratesTaints(pod: Pod | undefined, pool: Resource): Answer {
    const facts = byToken.get(pool.type);
    const values = facts ? pool.props.select(facts.path) : [];
    if (!facts || values.length === 0) return "yes";
    if (values.some(value => value.isUnknown)) return "unknown";
    const taints = values.flatMap(value => taintsOf(value, facts.shape));
    return all(taints.map(taint => any([not(isLasting(taint)), tolerates(pod, taint)])));
}

function taintsOf(value: Value, shape: TaintFacts["shape"]): Taint[] {
    if (shape === "objects") return [{ key: value.get("key"), value: value.get("value"), effect: value.get("effect") }];
    if (shape === "map") {
        return value.entries().map(([key, taint]) => ({ key, value: taint.get("value"), effect: taint.get("effect") }));
    }
    const [, key, text = "", effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(value.string ?? "") ?? [];
    return key !== undefined && effect !== undefined ? [{ key, value: text, effect }] : [];
}

/**
 * Whether a taint keeps pods away for good: one that only prefers others does not, nor one that an agent removes once it
 * is ready, as those of Cilium and of CSI drivers.
 */
function isLasting({ key, effect }: Taint): Answer {
    const [name, kind] = [textOf(key), textOf(effect)];
    if (name === undefined || kind === undefined) return "unknown";
    if (/(not-ready|uninitialized|unregistered)$/.test(name)) return "no";
    return /^(NoSchedule|NoExecute)$/i.test(kind.replaceAll("_", "")) ? "yes" : "no";
}

function tolerates(pod: Pod | undefined, taint: Taint): Answer {
    const tolerations = pod?.spec.get("tolerations");
    if (!pod || !tolerations || tolerations.isUnknown || pod.spec.isUnknown) return "unknown";
    return any(tolerations.items().map(toleration => matches(toleration, taint)));
}

function matches(toleration: Value, taint: Taint): Answer {
    if (toleration.isUnknown) return "unknown";
    const [key, operator, effect] = ["key", "operator", "effect"].map(name => toleration.get(name));
    const isForAll = operator?.is("Exists") ?? "no";
    const isAnyKey = key?.isUnset || key?.raw === "" ? isForAll : "no";
    const sameEffect = effect?.isUnset || effect?.raw === "" ? "yes" : same(effect, taint.effect);
    return all([
        sameEffect,
        any([isAnyKey, all([same(key, taint.key), any([isForAll, same(toleration.get("value"), taint.value)])])]),
    ]);
}

/** Effects are written in different ways: NO_SCHEDULE, NoSchedule. */
function same(one: Value | undefined, other: Value | string): Answer {
    if (one?.isUnknown || (typeof other !== "string" && other.isUnknown)) return "unknown";
    const [a, b] = [one?.string ?? "", textOf(other) ?? ""];
    return a === b || (/^no_?(schedule|execute)$/i.test(a) && plain(a) === plain(b)) ? "yes" : "no";
}

function plain(text: string): string {
    return text.replaceAll("_", "").toLowerCase();
}

function textOf(text: Value | string): string | undefined {
    if (typeof text === "string") return text;
    return text.isUnknown ? undefined : (text.string ?? "");
}
