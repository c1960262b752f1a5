import { definePolicy } from "../framework/define";
import { enumerate, type Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { texts } from "../framework/settings";
import { ROLES, rulesOf } from "../model/kubernetes/rbac/roles";
import { type Given, GRANT_NAMES, grantsOf } from "./shared/rbac/grants";

export const restrictRbacGrants = definePolicy({
    name: "restrict-rbac-grants",
    category: "access",
    description: "Restrict rights that lead to more than they say.",
    why: "Whoever can read Secrets, start pods or issue tokens can become whoever has more rights in the namespace or the cluster.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Remove the verb or the resource from the rule, or list the objects that are meant in resourceNames where the API server knows their names: not for list, watch and create.",
    whenNotToUse:
        "Roles of operators and pipelines that need just these rights; leave the grants that you accept out of the key grants.",
    frameworks: cis("5.1.2", "5.1.4", "5.1.8", "5.1.9", "5.1.10", "5.1.11", "5.1.12", "5.1.13"),
    config: {
        grants: texts(GRANT_NAMES, "The grants that are reported.", GRANT_NAMES),
    },
    messages: {
        grant: {
            per: ({ data }) => rightOf(data),
            message: (findings: Findings<Given>) => {
                const right = `${findings.places} ${findings.word("allows", "allow")} ${rightOf(findings.data)}`;
                const names = new Set(findings.list.map(({ data }) => data.name));
                if (names.size > 1) {
                    return {
                        what: `${right}, which includes the risky rights ${enumerate([...names])}`,
                        fix: "List only the verbs and resources that are needed",
                    };
                }
                const { name, means, less } = findings.data;
                return {
                    what: `${right}, which is enough to ${means} (${name})`,
                    fix: `Remove this right from ${findings.word("the rule", "the rules")}${less ? `, or ${less}` : ""}`,
                };
            },
        },
    },
    kinds: ROLES,
    checkObject(object, { config, report }) {
        for (const rule of rulesOf(object)) {
            for (const grant of grantsOf(object, rule, config.grants)) report("grant", rule, grant);
        }
    },
});

/** A right in the words of its rule: `get and list on secrets`. */
function rightOf({ verbs, resources }: Given): string {
    return `${listOf(verbs)} on ${listOf(resources)}`;
}

function listOf(words: readonly string[]): string {
    return enumerate(words.map(word => (word === "*" ? '"*"' : word)));
}
