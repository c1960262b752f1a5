import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { ROLES, rulesOf } from "../model/kubernetes/rbac/roles";

/** The lists of a rule in which a wildcard stands for everything, and what they list. */
const LISTS = { verbs: "verbs", resources: "resources", apiGroups: "API groups" };

export const noWildcardRbac = definePolicy({
    name: "no-wildcard-rbac",
    category: "access",
    description: "Forbid wildcards in the verbs, resources and API groups of roles.",
    why: "A wildcard also grants what nobody thought of: Secrets, the verbs escalate and impersonate, and every resource and verb that a later version or operator adds.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "List the verbs, resources and API groups that the program uses.",
    whenNotToUse: "Roles of operators whose resources are not known beforehand.",
    frameworks: cis("5.1.3"),
    config: {},
    messages: {
        wildcard: (findings: Findings<{ lists: string }>) => ({
            what: `${findings.places} ${findings.word("contains", "contain")} a wildcard`,
            fix: `List the ${findings.each(({ data }) => data.lists)} that the subjects need`,
        }),
    },
    kinds: ROLES,
    checkObject(object, { report }) {
        for (const rule of rulesOf(object)) {
            for (const [key, lists] of Object.entries(LISTS)) {
                const list = rule.get(key);
                // Also `*/scale`, a subresource of everything, and `pods/*`, which looks like one.
                if (list.items().some(item => item.string?.includes("*"))) report("wildcard", list, { lists });
            }
        }
    },
});
