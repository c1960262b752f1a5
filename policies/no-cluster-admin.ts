import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { Glob } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import { BINDINGS, isMeant, isRole, nameOf, subjectsOf } from "../model/kubernetes/rbac/bindings";
import { has, isForAllNames, rulesOf } from "../model/kubernetes/rbac/roles";
import { selects } from "../model/kubernetes/selector";
import { Value } from "../model/value";

/**
 * The labels that every cluster's own cluster-admin has, and with it all that Kubernetes makes.
 *
 * Source: kubernetes/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go (`addClusterRoleLabel`).
 */
const LABELS_OF_CLUSTER_ADMIN = new Value({ "kubernetes.io/bootstrapping": "rbac-defaults" });

export const noClusterAdmin = definePolicy({
    name: "no-cluster-admin",
    category: "access",
    description: "Forbid bindings to cluster-admin and ClusterRoles equal to it.",
    why: "Whoever takes over such an account owns the cluster and everything in it; no other rule can stop them.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason:
        "Whether a chart may rule the whole cluster is for a person to decide, and an exemption records the decision.",
    since: "0.1.0",
    remediationSteps:
        "Write a role with only the verbs and resources that are needed, and bind that. List subjects that must administer the cluster in allowedSubjects.",
    whenNotToUse: "Stacks that only set up the administrators of a cluster.",
    frameworks: cis("5.1.1"),
    config: {
        allowedSubjects: globs(
            [],
            "Globs over the subjects that may have cluster-admin: User/name, Group/name or ServiceAccount/namespace/name.",
        ),
    },
    messages: {
        binding: (findings: Findings<{ subject?: string }>) => {
            const subjects = findings.each(({ data }) => data.subject ?? "");
            return {
                what: `${findings.places} grants cluster-admin${subjects && ` to ${subjects}`}`,
                fix: `Bind a role with only the rights they need, or list the subjects in "allowedSubjects"`,
            };
        },
        role: findings => ({
            what: `${findings.places} ${findings.word("allows", "allow")} everything, just as cluster-admin does`,
            fix: "List only the verbs, resources and apiGroups that are needed",
        }),
        aggregation: findings => ({
            what: `${findings.places} ${findings.word("selects", "select")} cluster-admin, so the role gets all of its rights`,
            fix: "Select a label that only the intended roles have",
        }),
    },
    kinds: ["ClusterRole", ...BINDINGS],
    checkObject(object, { config, report }) {
        if (object.is(...BINDINGS)) {
            if (isRole(object, "ClusterRole", "cluster-admin") === "yes")
                checkSubjects(object, config.allowedSubjects.globs, report);
            return;
        }
        for (const rule of rulesOf(object)) if (allowsEverything(rule)) report("role", rule);
        for (const selector of object.get("aggregationRule", "clusterRoleSelectors").items()) {
            if (selectsClusterAdmin(selector)) report("aggregation", selector);
        }
    },
});

function checkSubjects(
    object: KubeObject,
    allowed: readonly Glob[],
    report: (problem: "binding", at: Value, data: { subject?: string }) => void,
): void {
    const [role, subjects] = [object.get("roleRef"), object.get("subjects")];
    const others = subjectsOf(object).filter(subject => isMeant(subject, allowed) === "no");
    for (const subject of others) report("binding", role, { subject: nameOf(subject) });
    // Without subjects, or with unknown ones, the binding itself is what is wrong, unless some may be allowed.
    const mayBeAllowed = allowed.length > 0 && (subjects.isUnknown || subjects.items().length > 0);
    if (others.length === 0 && !mayBeAllowed) report("binding", role, {});
}

function allowsEverything(rule: Value): boolean {
    return ["verbs", "resources", "apiGroups"].every(key => has(rule.get(key), "*")) && isForAllNames(rule);
}

/** An empty selector selects everything; one that the API server refuses, nothing. */
function selectsClusterAdmin(selector: Value): boolean {
    const [labels, expressions] = [selector.get("matchLabels"), selector.get("matchExpressions")];
    const isSound = selector.isMap && (labels.isUnset || labels.isMap) && (expressions.isUnset || expressions.isList);
    return isSound && selects(selector, { labels: LABELS_OF_CLUSTER_ADMIN, asWritten: true }) === "yes";
}
