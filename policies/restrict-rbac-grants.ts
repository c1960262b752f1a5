import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { texts } from "../framework/settings";
import { ROLES, rulesOf } from "../model/kubernetes/rbac/roles";
import { GRANT_NAMES, grantsOf } from "./shared/rbac/grants";

export const restrictRbacGrants = definePolicy({
    name: "restrict-rbac-grants",
    category: "access",
    description: "Restrict grants that lead to more rights than they say.",
    why: "Reading secrets, starting pods or issuing tokens is enough to become whoever has more rights in the namespace or the cluster.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Remove the verb or the resource from the rule, or name the objects that are meant in resourceNames.",
    whenNotToUse:
        "Roles of operators and pipelines that do just this; leave the grants that you accept out of the key grants.",
    frameworks: cis("5.1.2", "5.1.4", "5.1.8", "5.1.9", "5.1.10", "5.1.11", "5.1.12", "5.1.13"),
    config: {
        grants: texts(GRANT_NAMES, "The grants that are reported.", GRANT_NAMES),
    },
    messages: {
        grant: offenders => ({
            what: `${offenders}`,
            fix: "remove the verb or the resource, or name the objects that are meant in resourceNames",
        }),
    },
    kinds: ROLES,
    checkObject(object, { config, report }) {
        for (const rule of rulesOf(object)) {
            for (const { name, means } of grantsOf(rule, config.grants)) report("grant", rule, `${means} (${name})`);
        }
    },
});
