import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { ROLES, rulesOf } from "../model/kubernetes/rbac/roles";

export const noWildcardRbac = definePolicy({
    name: "no-wildcard-rbac",
    category: "access",
    description: "Forbid wildcards in the verbs, resources and API groups of roles.",
    why: "A wildcard also grants what nobody thought of: secrets, escalate, impersonate, and every resource and verb that comes with a later version or operator.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "List the verbs, resources and API groups that the program uses.",
    whenNotToUse: "Roles of operators that manage resources which are not known beforehand.",
    frameworks: cis("5.1.3"),
    config: {},
    messages: {
        wildcard: offenders => ({
            what: `${offenders} ${offenders.have} wildcards`,
            fix: "list what is needed",
        }),
    },
    kinds: ROLES,
    checkObject(object, { report }) {
        for (const rule of rulesOf(object)) {
            for (const key of ["verbs", "resources", "apiGroups"]) {
                const list = rule.get(key);
                // Also `*/scale`, a subresource of everything, and `pods/*`, which looks like one.
                if (list.items().some(item => item.string?.includes("*"))) report("wildcard", list);
            }
        }
    },
});
