import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { BINDINGS, isMeant, nameOf, subjectsOf } from "../model/kubernetes/rbac/bindings";
import { has, isForAllNames, ROLES, rulesOf } from "../model/kubernetes/rbac/roles";
import type { Value } from "../model/value";

export const noClusterAdmin = definePolicy({
    name: "no-cluster-admin",
    category: "access",
    description: "Forbid bindings to cluster-admin and roles equal to it.",
    why: "Whoever gets hold of such an account owns the cluster with everything in it; no other rule can stop them.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Write a Role with the verbs and resources that are needed and bind that. Where a subject has to administrate the cluster, name it in the key allowedSubjects.",
    whenNotToUse: "Stacks that set up the administrators of a cluster and nothing else.",
    frameworks: cis("5.1.1"),
    config: {
        allowedSubjects: globs(
            [],
            "Globs of the subjects that may have cluster-admin: User/name, Group/name, ServiceAccount/namespace/name.",
        ),
    },
    messages: {
        binding: offenders => ({
            what: `${offenders}`,
            fix: "bind a role with the rights that are needed, or name the subjects in the key allowedSubjects",
        }),
        role: offenders => ({
            what: `${offenders} ${offenders.word("allows", "allow")} everything, as cluster-admin does`,
            fix: "name the verbs, resources and apiGroups that are needed",
        }),
        aggregation: offenders => ({
            what: `${offenders} ${offenders.word("selects", "select")} every ClusterRole, cluster-admin among them`,
            fix: "select the labels of the roles that are meant",
        }),
    },
    kinds: [...ROLES, ...BINDINGS],
    checkObject(object, { config, report }) {
        if (object.is(...BINDINGS) && bindsClusterAdmin(object)) {
            const subjects = object.get("subjects");
            const allowed = config.allowedSubjects.globs;
            const others = subjectsOf(object).filter(subject => isMeant(subject, allowed) === "no");
            // Without subjects, or with unknown ones, the binding itself is what is wrong, unless some may be allowed.
            const isOpen = allowed.length > 0 && (subjects.isUnknown || subjects.items().length > 0);
            const names = others.map(nameOf).join(", ");
            if (others.length > 0) report("binding", object.get("roleRef"), `gives cluster-admin to ${names}`);
            else if (!isOpen) report("binding", object.get("roleRef"), "gives cluster-admin");
        }
        for (const rule of rulesOf(object)) if (allowsEverything(rule)) report("role", rule);
        if (!object.is("ClusterRole")) return;
        for (const selector of object.get("aggregationRule", "clusterRoleSelectors").items()) {
            if (selector.isMap && selector.keys().every(key => isEmpty(selector.get(key)))) {
                report("aggregation", selector);
            }
        }
    },
});

function bindsClusterAdmin(object: KubeObject): boolean {
    const kind = object.get("roleRef", "kind");
    const isClusterRole = kind.string === "ClusterRole" || (kind.isUnset && object.is("ClusterRoleBinding"));
    return isClusterRole && object.get("roleRef", "name").string === "cluster-admin";
}

function allowsEverything(rule: Value): boolean {
    return ["verbs", "resources", "apiGroups"].every(key => has(rule.get(key), "*")) && isForAllNames(rule);
}

function isEmpty(value: Value): boolean {
    return value.isUnset || (value.isMap && value.keys().length === 0) || (value.isList && value.items().length === 0);
}
