import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { Globs } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import { AccountRights } from "../model/references/account-rights";
import { indexOf, type Location, type ObjectIndex } from "../model/references/object-index";
import { any, UNKNOWN, type Value } from "../model/value";

export const noTokenAutomount = definePolicy({
    name: "no-token-automount",
    category: "access",
    description: "Require pods without rights of their own to do without the token of their service account.",
    why: "Few programs call the API server, but whoever breaks into a container with a token can. An account that a binding of the stack gives rights needs its token; for all others, false in the pod or in its service account is enough.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set automountServiceAccountToken: false in the pod's spec or on its service account, and on the service account named default. List accounts that are given their rights outside the stack in allowed.",
    whenNotToUse: "Namespaces of controllers and operators whose bindings are in another stack.",
    frameworks: cis("5.1.5", "5.1.6"),
    config: {
        allowed: globs(
            [],
            "Globs over the service accounts, name or namespace/name, whose tokens may be mounted automatically.",
        ),
    },
    messages: {
        ofPod: findings => ({
            what: `${findings.places} is not false, and no binding of the stack gives the service account any rights`,
            fix: 'Set it to false, or list the service account in "allowed" if the pods call the API server',
        }),
        ofDefaultAccount: findings => ({
            what: `${findings.places} is not false on the service account of all pods that name none`,
            fix: "Set it to false",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const rights = new AccountRights(index);
        for (const object of [...index.objects, ...index.patches]) {
            const location = index.locationOf(object);
            const needsNone = (account: Value) =>
                mayBeAllowed(location, account, config.allowed) === "no" &&
                rights.has(location, account.string ?? UNKNOWN) === "no";
            const own = object.get("automountServiceAccountToken");
            if (object.is("ServiceAccount")) {
                const isDefault = object.name.is("default") === "yes";
                if (isDefault && isMounted(own, object) && needsNone(object.name)) report("ofDefaultAccount", own);
            } else if (object.pod) {
                const { spec, serviceAccountName } = object.pod;
                const setting = spec.get("automountServiceAccountToken");
                if (!isMounted(setting, object) || !needsNone(serviceAccountName)) continue;
                // What the pod says counts more than what its account says.
                if (setting.isSet || !mayBeSwitchedOff(index, location, serviceAccountName)) report("ofPod", setting);
            }
        }
    },
});

/** Kubernetes takes what is not set for true; a Patch leaves it as it is. */
function isMounted(setting: Value, object: KubeObject): boolean {
    return setting.isSet ? setting.raw !== false : setting.isUnset && !object.isPatch;
}

/**
 * Whether a service account says, or may say, that its token is not mounted.
 *
 * Source: kubernetes/kubernetes plugin/pkg/admission/serviceaccount/admission.go (`shouldAutomount`).
 */
function mayBeSwitchedOff(index: ObjectIndex, location: Location, account: Value): boolean {
    if (account.string === undefined) return true;
    const { certain, possible } = index.find(location, "ServiceAccount", account.string);
    const patches = index.patchesOf(location, "ServiceAccount", account.string);
    const says = (object: KubeObject) => object.get("automountServiceAccountToken").is(false);
    return [...certain, ...patches].some(object => says(object) !== "no") || possible.length > 0;
}

/** Whether a service account is one of those allowed; unknown where its name or namespace is. */
function mayBeAllowed({ namespace }: Location, account: Value, allowed: Globs) {
    const name = account.string ?? UNKNOWN;
    return any(allowed.globs.flatMap(glob => [glob.matchesParts([name]), glob.matchesParts([namespace, name])]));
}
