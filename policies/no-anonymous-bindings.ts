import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { flag } from "../framework/settings";
import { BINDINGS, isRole, subjectsOf } from "../model/kubernetes/rbac/bindings";

/** A name that stands for many, or for more than any role says. */
interface Everyone {
    /** What a binding to it does. */
    readonly does: string;
    /** ClusterRoles that Kubernetes itself gives to it: binding them once more changes nothing. */
    readonly bootstrapRoles: readonly string[];
    /** Where only a group of that name means it. */
    readonly isGroup?: true;
    readonly level?: "advisory";
}

const ANONYMOUS = "grants the role to everyone who can reach the API server, even without credentials";

/**
 * Sources: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests,
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege and, for what Kubernetes binds
 * itself, kubernetes/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go (`ClusterRoleBindings`).
 */
const EVERYONE: ReadonlyMap<string, Everyone> = new Map([
    ["system:anonymous", { does: ANONYMOUS, bootstrapRoles: [] }],
    ["system:unauthenticated", { does: ANONYMOUS, bootstrapRoles: ["system:public-info-viewer"] }],
    ["system:masters", { does: "names a group that bypasses every authorization check", bootstrapRoles: [] }],
    [
        "system:authenticated",
        {
            does: "grants the role to everyone with any credentials, including every pod of the cluster",
            bootstrapRoles: ["system:basic-user", "system:discovery", "system:public-info-viewer"],
        },
    ],
    [
        "system:serviceaccounts",
        {
            does: "grants the role to every service account of the cluster",
            bootstrapRoles: ["system:service-account-issuer-discovery"],
            isGroup: true,
            level: "advisory",
        },
    ],
]);

export const noAnonymousBindings = definePolicy({
    name: "no-anonymous-bindings",
    category: "access",
    description: "Forbid bindings to anonymous users, to system:masters and to everyone who is authenticated.",
    why: "Such a binding grants its role to people and programs that nobody chose; on some clouds, to everyone who has an account there. A binding to all service accounts of the cluster is advisory: some clusters grant a harmless role that way.",
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason: "Once deployed, such a binding is open to people whom nobody chose, and hardly any chart needs one.",
    since: "0.1.0",
    remediationSteps: "Bind the role to the users, groups or service accounts that need it.",
    whenNotToUse: "Stacks that set up a cluster's own public roles, such as its discovery.",
    frameworks: cis("5.1.7"),
    config: {
        authenticated: flag(true, "Whether bindings to the group system:authenticated are forbidden too."),
    },
    messages: {
        subject: {
            per: ({ data }) => data.name,
            message: (findings: Findings<{ name: string }>) => {
                const everyone = EVERYONE.get(findings.data.name);
                return {
                    what: `${findings.places} ${everyone?.does}`,
                    fix: "Bind the role to the users, groups or service accounts that need it",
                    ...(everyone?.level && { level: everyone.level }),
                };
            },
        },
    },
    kinds: BINDINGS,
    checkObject(object, { config, report }) {
        for (const { at } of subjectsOf(object)) {
            const name = at.get("name").string ?? "";
            const everyone = EVERYONE.get(name);
            const kind = at.get("kind");
            if (!everyone || kind.raw === "ServiceAccount" || (everyone.isGroup && kind.raw !== "Group")) continue;
            if (name === "system:authenticated" && !config.authenticated) continue;
            if (everyone.bootstrapRoles.some(name => isRole(object, "ClusterRole", name) !== "no")) continue;
            report("subject", at, { name });
        }
    },
});
