import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { flag } from "../framework/settings";
import { BINDINGS, subjectsOf } from "../model/kubernetes/rbac/bindings";

/**
 * Names that stand for everybody, or for more than any role says.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests and
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
 */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
    ["system:anonymous", "everybody who reaches the API server, without any credentials"],
    ["system:unauthenticated", "everybody who reaches the API server, without any credentials"],
    ["system:masters", "a group that passes by all authorization and can't be revoked"],
    ["system:authenticated", "everybody with any credentials, every pod of the cluster included"],
]);

export const noAnonymousBindings = definePolicy({
    name: "no-anonymous-bindings",
    category: "access",
    description: "Forbid bindings to anonymous users, to all authenticated users and to system:masters.",
    why: "Such a binding gives its role to people and programs that nobody chose, on some clouds to everybody with an account there.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Bind the role to the users, groups or service accounts that need it.",
    whenNotToUse: "Stacks that set up a cluster's own public roles, such as its discovery.",
    frameworks: cis("5.1.7"),
    config: {
        authenticated: flag(true, "Whether the group system:authenticated is forbidden, too."),
    },
    messages: {
        subject: offenders => ({
            what: `${offenders}`,
            fix: "bind the role to the users, groups or service accounts that need it",
        }),
    },
    kinds: BINDINGS,
    checkObject(object, { config, report }) {
        for (const { at } of subjectsOf(object)) {
            const name = at.get("name").string ?? "";
            const who = FORBIDDEN.get(name);
            if (!who || at.get("kind").raw === "ServiceAccount") continue;
            if (config.authenticated || name !== "system:authenticated") report("subject", at, `is ${who}`);
        }
    },
});
