import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { POD_KINDS } from "../model/kubernetes/kinds";
import { BINDINGS } from "../model/kubernetes/rbac/bindings";
import type { Value } from "../model/value";

export const noDefaultServiceAccount = definePolicy({
    name: "no-default-service-account",
    category: "access",
    description: "Forbid pods that run as the default service account, and bindings to it.",
    why: "All pods of a namespace that name no service account share it, so a right granted to one of them is granted to all.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#use-the-default-service-account-to-access-the-api-server",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create a service account for the workload, name it in serviceAccountName, and bind roles to that account only.",
    whenNotToUse: "Namespaces with a single workload each, where no role is bound to the account.",
    frameworks: cis("5.1.5"),
    config: {},
    messages: {
        runsAs: (findings: Findings<{ isNamed: boolean }>) => ({
            what: findings.data.isNamed
                ? `${findings.places} is "default", the service account that all pods of the namespace share`
                : `${findings.places} is not set, so the pods share the service account "default"`,
            fix: "Create a service account for this workload and name it in serviceAccountName",
        }),
        deprecated: (findings: Findings<{ isIgnored: boolean }>) => ({
            what: findings.data.isIgnored
                ? `${findings.places} is deprecated and names another account than serviceAccountName, which takes precedence`
                : `${findings.places} is the deprecated name of serviceAccountName`,
            fix: findings.data.isIgnored ? "Remove it" : "Set serviceAccountName instead",
        }),
        bound: findings => ({
            what: `${findings.places} ${findings.word("grants", "grant")} the role to every pod of the namespace that names no service account`,
            fix: "Bind the service account of the workload that needs the role",
        }),
    },
    kinds: [...BINDINGS, ...POD_KINDS],
    checkPod(pod, { report }) {
        const [name, oldName] = [pod.spec.get("serviceAccountName"), pod.spec.get("serviceAccount")];
        const isGiven = !name.isUnset && name.raw !== "";
        const isOld = oldName.isSet && oldName.raw !== "";
        if (pod.serviceAccountName.is("default") === "yes") {
            report("runsAs", isOld && !isGiven ? oldName : name, { isNamed: isGiven || isOld });
        }
        // Where both are given the new one counts: kubernetes/kubernetes pkg/apis/core/v1/conversion.go.
        if (isOld && !name.isUnknown && name.raw !== oldName.raw) report("deprecated", oldName, { isIgnored: isGiven });
    },
    checkObject(object, { report }) {
        if (!object.is(...BINDINGS)) return;
        for (const subject of object.get("subjects").items()) {
            if (isDefaultAccount(subject)) report("bound", subject);
        }
    },
});

/**
 * Whether a binding's subject is the default service account of any namespace, as itself or as the user that it is.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens
 */
function isDefaultAccount(subject: Value): boolean {
    const kind = subject.get("kind").string;
    const name = subject.get("name").string ?? "";
    if (kind === "ServiceAccount") return name === "default";
    return kind === "User" && /^system:serviceaccount:[^:]*:default$/.test(name);
}
