import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { Globs } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import { type Answer, any, UNKNOWN, type Value } from "../model/value";

export const noTokenAutomount = definePolicy({
    name: "no-token-automount",
    category: "access",
    description: "Require pods and default service accounts to switch off the automatic token of the service account.",
    why: "Few programs call the API server, but who breaks into any container with a token can. The pod's own setting counts, whatever its service account says, since that may be changed elsewhere.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set automountServiceAccountToken: false in the pod's spec, and on the service account named default. Programs that need a token can mount one with a projected volume.",
    whenNotToUse: "Namespaces of controllers and operators; better list their service accounts in allowed.",
    frameworks: cis("5.1.5", "5.1.6"),
    config: {
        allowed: globs(
            [],
            "Globs of the service accounts, name or namespace/name, whose tokens may be mounted automatically.",
        ),
    },
    messages: {
        ofPod: offenders => ({
            what: `${offenders} is not false`,
            fix: "set it to false, or allow the service account when the pods call the API server",
        }),
        ofDefaultAccount: offenders => ({
            what: `${offenders} is not false`,
            fix: "set it to false, since all pods that name no service account use this one",
        }),
    },
    checkObject(object, { config, report }) {
        if (!object.is("ServiceAccount")) return;
        if (object.name.is("default") !== "yes") return;
        const setting = object.get("automountServiceAccountToken");
        if (isMounted(setting, object) && mayBeAllowed(object, object.name, config.allowed) === "no") {
            report("ofDefaultAccount", setting);
        }
    },
    checkPod({ object, spec, serviceAccountName }, { config, report }) {
        const setting = spec.get("automountServiceAccountToken");
        if (isMounted(setting, object) && mayBeAllowed(object, serviceAccountName, config.allowed) === "no") {
            report("ofPod", setting);
        }
    },
});

/** Kubernetes takes what is not set for true; a Patch leaves it as it is. */
function isMounted(setting: Value, object: KubeObject): boolean {
    return setting.isSet ? setting.raw !== false : setting.isUnset && !object.isPatch;
}

/** Whether a service account is one of those allowed; unknown where its name or namespace is. */
function mayBeAllowed(object: KubeObject, account: Value, allowed: Globs): Answer {
    const name = account.string ?? UNKNOWN;
    const namespace = object.namespace.string ?? UNKNOWN;
    return any(allowed.globs.flatMap(glob => [glob.matchesParts([name]), glob.matchesParts([namespace, name])]));
}
