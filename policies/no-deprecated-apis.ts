import { definePolicy } from "../framework/define";
import { flag, type Setting } from "../framework/settings";
import { type ApiVersion, apiVersionOf, NEWEST_API_MINOR, successorOf } from "../model/kubernetes/api-versions";

export const noDeprecatedApis = definePolicy({
    name: "no-deprecated-apis",
    category: "namespaces",
    description: "Forbid API versions that Kubernetes no longer serves.",
    why: "The API server refuses such an object, and an upgrade of the cluster makes it unmanageable: neither updates nor deletions of it work.",
    url: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Change the apiVersion to the one that the message names, and the fields that the guide lists for it.",
    whenNotToUse: "Programs for clusters of many versions; set kubernetesVersion to the oldest of them first.",
    config: {
        kubernetesVersion: kubernetesVersion(),
        deprecated: flag(false, "Whether versions that are deprecated but still served are reported, too."),
    },
    messages: {
        replaced: offenders => ({
            what: `${offenders}`,
            fix: "change apiVersion and the fields that differ",
        }),
        dropped: offenders => ({
            what: `${offenders} and nothing takes its place`,
            fix: "remove the object",
        }),
    },
    checkObject(object, { config: { kubernetesVersion, ...config }, report }) {
        const apiVersion = object.group === "" ? object.version : `${object.group}/${object.version}`;
        const version = apiVersionOf(apiVersion, object.kind);
        const end = version && endOf(version, kubernetesVersion, config.deprecated);
        if (!end) return;
        const successor = successorOf(version);
        const [at, what] = [object.get("apiVersion"), `${apiVersion} ${end}`];
        if (successor === undefined) report("dropped", at, what);
        else report("replaced", at, `${what}, ${successor} takes its place`);
    },
});

/** What a version of Kubernetes says of an API version that it no longer likes. */
function endOf({ removed, deprecated }: ApiVersion, minor: number, alsoDeprecated: boolean): string | undefined {
    if (removed !== undefined && removed <= minor) return `has not been served since v1.${removed}`;
    if (!alsoDeprecated || deprecated === undefined || deprecated > minor) return undefined;
    return `has been deprecated since v1.${deprecated}${removed === undefined ? "" : `, not served from v1.${removed} on`}`;
}

/** The version of the clusters that programs are for, its number after `v1.`. */
function kubernetesVersion(): Setting<number> {
    return {
        schema: {
            type: "string",
            default: `v1.${NEWEST_API_MINOR}`,
            description: "Kubernetes version that the objects must be served by: v1.34, 1.34 or a full version.",
        },
        parse(raw, key, problems) {
            const minor = /^v?1\.(0|[1-9]\d{0,2})(\.\d+([-+].*)?)?$/.exec(raw as string)?.[1];
            if (minor === undefined) {
                problems.push({ key, problem: `is ${JSON.stringify(raw)}: it must be a version such as v1.34` });
            }
            return Number(minor ?? NEWEST_API_MINOR);
        },
    };
}
