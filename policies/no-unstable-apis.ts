import { definePolicy } from "../framework/define";
import { flag, globs } from "../framework/settings";
import { apiVersionOf, isBuiltInGroup, successorOf } from "../model/kubernetes/api-versions";

export const noUnstableApis = definePolicy({
    name: "no-unstable-apis",
    category: "namespaces",
    description: "Forbid alpha and beta versions of the built-in APIs.",
    why: "Clusters serve alpha and new beta versions only when told to, and each upgrade of Kubernetes may change or drop them with what is stored in them.",
    url: "https://kubernetes.io/docs/reference/using-api/#api-versioning",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Use the stable version of the API, or wait for it.",
    whenNotToUse: "Clusters on which features are tried out before they are stable.",
    config: {
        beta: flag(true, "Whether beta versions are reported as well as alpha versions."),
        allowed: globs([], "Globs of API versions that may be used, such as resource.k8s.io/v1beta2."),
    },
    messages: {
        replaced: offenders => ({
            what: `${offenders}`,
            fix: "change apiVersion and the fields that differ",
        }),
        unstable: offenders => ({
            what: `${offenders}`,
            fix: "wait for a stable version, or name it in the key allowed",
        }),
    },
    checkObject(object, { config, report }) {
        const [, stage] = /^v\d+(alpha|beta)\d*$/.exec(object.version) ?? [];
        if (stage === undefined || (stage === "beta" && !config.beta) || !isBuiltInGroup(object.group)) return;
        const apiVersion = `${object.group}/${object.version}`;
        if (config.allowed.matches(apiVersion)) return;
        const known = apiVersionOf(apiVersion, object.kind);
        const successor = known && successorOf(known);
        const at = object.get("apiVersion");
        const what = `${apiVersion} is ${stage === "beta" ? "a beta" : "an alpha"} version`;
        if (successor === undefined) report("unstable", at, what);
        else report("replaced", at, `${what}, ${successor} takes its place`);
    },
});
