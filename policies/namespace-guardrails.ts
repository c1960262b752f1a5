import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { texts } from "../framework/settings";
import { DIRECTIONS, type Direction, deniesByDefault, OTHER_POLICIES } from "../model/references/network-policies";
import { indexOf, kindId, type Location, type ObjectIndex } from "../model/references/object-index";
import { Resolver } from "../model/references/resolver";
import { joinWords } from "../model/text";
import { type Answer, any, UNKNOWN } from "../model/value";

const GUARDRAILS = ["ResourceQuota", "LimitRange", "default-deny"] as const;

export const namespaceGuardrails = definePolicy({
    name: "namespace-guardrails",
    category: "namespaces",
    description:
        "Require a ResourceQuota, a LimitRange and a default-deny NetworkPolicy in every namespace of the stack.",
    why: "Without them, one application can use up all nodes of the cluster, and a compromised one can reach the pods of all others.",
    url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps:
        "Add a ResourceQuota, a LimitRange, and a NetworkPolicy with podSelector {} and policyTypes [Ingress, Egress] to each namespace.",
    whenNotToUse: "Clusters where another tool adds these to every namespace.",
    frameworks: cis("5.3.2"),
    config: {
        require: texts(GUARDRAILS, "What each namespace must have.", GUARDRAILS),
    },
    messages: {
        resourceQuota: () => ({
            what: "The stack creates no ResourceQuota in the namespace",
            fix: "Add a ResourceQuota that limits what all its pods together may request",
        }),
        limitRange: () => ({
            what: "The stack creates no LimitRange in the namespace",
            fix: "Add a LimitRange with defaults for containers that set no requests or limits",
        }),
        defaultDeny: (findings: Findings<{ directions: readonly Direction[] }>) => ({
            what: `No NetworkPolicy of the stack denies ${joinWords(findings.data.directions.map(direction => direction.toLowerCase()))} traffic of all pods in the namespace by default`,
            fix: `Add a NetworkPolicy with podSelector {} and policyTypes [${findings.data.directions.join(", ")}], and allow the traffic that is needed in others`,
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const denials = new Denials(index);
        const others = new Resolver(index, { world: "stack", external: [] });
        for (const namespace of index.objects) {
            if (!namespace.is("Namespace")) continue;
            const location = { cluster: index.clusterOf(namespace), namespace: namespace.name.string ?? UNKNOWN };
            // A chart or an operator may bring what is missing.
            if (others.mayBeMadeByOthers(location)) continue;
            for (const [kind, problem] of [
                ["ResourceQuota", "resourceQuota"],
                ["LimitRange", "limitRange"],
            ] as const) {
                if (config.require.includes(kind) && isIn(index, location, kind) === "no") report(problem, namespace);
            }
            if (!config.require.includes("default-deny")) continue;
            const directions = DIRECTIONS.filter(direction => denials.isDenied(location, direction) === "no");
            if (directions.length > 0) report("defaultDeny", namespace, { directions });
        }
    },
});

/** Whether an object of a kind is in a namespace. What a Patch changes exists elsewhere. */
function isIn(index: ObjectIndex, location: Location, kind: string): Answer {
    const { certain, possible } = index.ofKind(location, kind);
    if (certain.length > 0) return "yes";
    return possible.length > 0 || isPatched(index, location, kind) ? "unknown" : "no";
}

/** Where everything is denied that no policy allows. */
class Denials {
    /** By location, a group of clusters as one, and direction. */
    private readonly known = new Map<string, Answer>();

    constructor(private readonly index: ObjectIndex) {}

    /** Whether a policy denies a direction to all pods of a namespace; other kinds of policies may, too. */
    isDenied(location: Location, direction: Direction): Answer {
        const isOpen = isPatched(this.index, location, "NetworkPolicy") || hasOtherPolicies(this.index, location);
        const beside = this.index.beside(location).some(other => this.isDeniedIn(other, direction) !== "no");
        return any([this.isDeniedIn(location, direction), isOpen || beside ? "unknown" : "no"]);
    }

    private isDeniedIn(location: Location, direction: Direction): Answer {
        const key = [location.cluster, location.namespace, direction].join("\n");
        let found = this.known.get(key);
        if (found === undefined) {
            const { certain, possible } = this.index.ofKindIn(location, "NetworkPolicy");
            const vague = possible.some(policy => deniesByDefault(policy, direction) !== "no");
            found = any([...certain.map(policy => deniesByDefault(policy, direction)), vague ? "unknown" : "no"]);
            this.known.set(key, found);
        }
        return found;
    }
}

function hasOtherPolicies(index: ObjectIndex, location: Location): boolean {
    return [...OTHER_POLICIES].some(kind =>
        [location, { ...location, namespace: "" }].some(one => isInSome(index, one, kind)),
    );
}

function isInSome(index: ObjectIndex, location: Location, kind: string): boolean {
    const { certain, possible } = index.ofKind(location, kind);
    return certain.length + possible.length > 0;
}

function isPatched(index: ObjectIndex, location: Location, kind: string): boolean {
    return index.patches.some(patch => {
        const { cluster, namespace } = index.locationOf(patch);
        const isThere = [namespace, location.namespace].includes(UNKNOWN) || namespace === location.namespace;
        return kindId(patch) === kind && isThere && index.clusters.relation(cluster, location.cluster) !== "no";
    });
}
