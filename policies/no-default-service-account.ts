import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { BINDINGS } from "../model/kubernetes/rbac/bindings";
import type { Value } from "../model/value";

export const noDefaultServiceAccount = definePolicy({
    name: "no-default-service-account",
    category: "access",
    description: "Forbid the use of the service account named default.",
    why: "All pods of a namespace that name no service account share it: a right that one of them is given all of them have.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#use-the-default-service-account-to-access-the-api-server",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create a service account for the workload, name it in serviceAccountName, and bind roles to it alone.",
    whenNotToUse: "Namespaces that hold a single workload each, where no role is bound to the account.",
    frameworks: cis("5.1.5"),
    config: {},
    messages: {
        runsAs: offenders => ({
            what: `${offenders} means the service account that all pods share`,
            fix: "create one for this workload and name it",
        }),
        deprecated: offenders => ({
            what: `${offenders} is the old name of serviceAccountName`,
            fix: "remove it and name the account in serviceAccountName alone",
        }),
        bound: offenders => ({
            what: `${offenders} ${offenders.word("gives", "give")} rights to all pods that name no service account`,
            fix: "bind a service account of the one workload that needs them",
        }),
    },
    checkPod(pod, { report }) {
        const [name, oldName] = [pod.spec.get("serviceAccountName"), pod.spec.get("serviceAccount")];
        if (pod.serviceAccountName.is("default") === "yes") report("runsAs", name, name.string ? "default" : "(unset)");
        const isEqual = name.isUnknown || oldName.isUnknown || name.raw === oldName.raw;
        if (oldName.isSet && oldName.raw !== "" && !isEqual) report("deprecated", oldName);
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
