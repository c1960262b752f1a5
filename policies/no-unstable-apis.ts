import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { flag, globs } from "../framework/settings";
import { apiVersionOf, isBuiltInGroup, type Successor, successorOf } from "../model/kubernetes/api-versions";

export const noUnstableApis = definePolicy({
    name: "no-unstable-apis",
    category: "namespaces",
    description: "Forbid alpha and beta versions of the built-in APIs.",
    why: "A cluster serves alpha and new beta versions only where they are enabled, and each upgrade of Kubernetes may change or drop them together with the stored objects.",
    url: "https://kubernetes.io/docs/reference/using-api/#api-versioning",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Use the stable version of the API, or wait for one.",
    whenNotToUse: "Clusters for trying out features before they are stable.",
    config: {
        beta: flag(true, "Whether beta versions are reported as well as alpha versions."),
        allowed: globs([], "Globs of API versions that may be used, such as resource.k8s.io/v1beta2."),
    },
    messages: {
        replaced: (findings: Findings<{ version: string; successor: Successor }>) => ({
            what: unstableVersion(findings),
            fix: `Use ${findings.data.successor.kind} in ${findings.data.successor.apiVersion}, which Kubernetes v1.${findings.data.successor.since} and later serve`,
        }),
        unstable: (findings: Findings<{ version: string }>) => ({
            what: unstableVersion(findings),
            fix: 'Wait for a stable version, or list the version in "allowed"',
        }),
    },
    checkObject(object, { config, report }) {
        const [, stage] = /^v\d+(alpha|beta)\d*$/.exec(object.version) ?? [];
        if (stage === undefined || (stage === "beta" && !config.beta) || !isBuiltInGroup(object.group)) return;
        const apiVersion = `${object.group}/${object.version}`;
        if (config.allowed.matches(apiVersion)) return;
        const known = apiVersionOf(apiVersion, object.kind);
        const successor = known && successorOf(known, object.kind);
        const at = object.get("apiVersion");
        const data = { version: `${apiVersion}, ${stage === "beta" ? "a beta" : "an alpha"} version` };
        if (successor === undefined) report("unstable", at, data);
        else report("replaced", at, { ...data, successor });
    },
});

function unstableVersion(findings: Findings<{ version: string }>): string {
    return `${findings.places} is ${findings.data.version}`;
}
