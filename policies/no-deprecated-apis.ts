import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { flag, type Setting } from "../framework/settings";
import {
    type ApiVersion,
    apiVersionOf,
    introductionOf,
    misnamed,
    NEWEST_API_MINOR,
    type Successor,
    servedInsteadOf,
    successorOf,
} from "../model/kubernetes/api-versions";

export const noDeprecatedApis = definePolicy({
    name: "no-deprecated-apis",
    category: "namespaces",
    description: "Forbid API versions that the cluster's version of Kubernetes does not serve.",
    why: "The API server rejects such an object. After an upgrade of the cluster, Pulumi can neither update nor delete it.",
    url: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The API server refuses the object in the middle of the update.",
    since: "0.1.0",
    remediationSteps:
        "Change apiVersion to the one that the message names, and adapt the fields that the guide lists for it.",
    whenNotToUse: "Programs for clusters of many versions. Try kubernetesVersion with the oldest of them first.",
    config: {
        kubernetesVersion: kubernetesVersion(),
        deprecated: flag(false, "Whether versions that are deprecated but still served are reported too."),
    },
    messages: {
        replaced: (findings: Findings<Ended & { use: Successor }>) => ({
            what: findings.data.end,
            fix: useInstead(findings.data.use, findings.data.kind),
        }),
        notReplacedYet: (findings: Findings<Ended & { later: Successor }>) => ({
            what: findings.data.end,
            fix: `Remove the object until the cluster runs v1.${findings.data.later.since}, which serves ${nameOf(findings.data.later)}`,
        }),
        dropped: (findings: Findings<Ended & { advice: string | undefined }>) => ({
            what: findings.data.end,
            fix: `Remove the object${findings.data.advice ? ` and use ${findings.data.advice}` : ""}`,
        }),
        notServedYet: (findings: Findings<{ name: string; since: number; use: Successor | undefined }>, config) => ({
            what: `Kubernetes v1.${config.kubernetesVersion} does not serve ${findings.data.name}, which v1.${findings.data.since} introduced`,
            fix: findings.data.use
                ? useInstead(findings.data.use, findings.data.use.kind)
                : `Remove the object until the cluster runs v1.${findings.data.since}`,
        }),
        misnamed: (
            findings: Findings<{ name: string; meant: Pick<Successor, "apiVersion" | "kind">; own: string }>,
        ) => {
            const { name, meant, own } = findings.data;
            const change = meant.kind === own ? `apiVersion to ${meant.apiVersion}` : `kind to ${meant.kind}`;
            return { what: `No version of Kubernetes serves ${name}`, fix: `Change ${change}` };
        },
        unknownVersion: (_findings, { kubernetesVersion }) => ({
            what: `"kubernetesVersion" is v1.${kubernetesVersion}, but this release of the pack knows the APIs of Kubernetes up to v1.${NEWEST_API_MINOR} only`,
            fix: "Upgrade kubernetes-guardrails to see what later versions remove",
            level: "advisory",
        }),
    },
    checkObject(object, { config: { kubernetesVersion, ...config }, report, isFirst }) {
        const at = object.get("apiVersion");
        if (kubernetesVersion > NEWEST_API_MINOR && isFirst("kubernetesVersion")) report("unknownVersion", at);
        const apiVersion = object.group === "" ? object.version : `${object.group}/${object.version}`;
        const { kind } = object;
        const name = nameOf({ apiVersion, kind });
        const meant = at.isUnknown ? undefined : misnamed(apiVersion, kind);
        if (meant) return report("misnamed", at, { name, meant, own: kind });
        const use = servedInsteadOf(apiVersion, kind, kubernetesVersion);
        const since = introductionOf(apiVersion, kind);
        if (since !== undefined && since > kubernetesVersion) return report("notServedYet", at, { name, since, use });
        const version = apiVersionOf(apiVersion, kind);
        const end = version && endOf(version, name, kubernetesVersion, config.deprecated);
        if (!end) return;
        const later = successorOf(version, kind);
        const advice = version.advice;
        const isRemoved = version.removed !== undefined && version.removed <= kubernetesVersion;
        if (use) report("replaced", at, { kind, end, use });
        // What is only deprecated can stay until there is something to change to.
        else if (!isRemoved && Math.max(later?.since ?? 0, advice?.since ?? 0) > kubernetesVersion) return;
        else if (later) report("notReplacedYet", at, { kind, end, later });
        else report("dropped", at, { kind, end, advice: advice?.use });
    },
});

/** An API version that is at its end: what messages say of it. */
interface Ended {
    readonly kind: string;
    readonly end: string;
}

function nameOf({ apiVersion, kind }: Pick<Successor, "apiVersion" | "kind">): string {
    return `${kind} in ${apiVersion}`;
}

/** What to change where something else is served. */
function useInstead({ apiVersion, kind }: Successor, own: string): string {
    const change = kind === own ? `apiVersion to ${apiVersion}` : `the object to ${nameOf({ apiVersion, kind })}`;
    return `Change ${change} and adapt the fields that differ`;
}

/** What a version of Kubernetes says of an API version that it no longer likes. */
function endOf(
    { removed, deprecated }: ApiVersion,
    name: string,
    minor: number,
    alsoDeprecated: boolean,
): string | undefined {
    if (removed !== undefined && removed <= minor) return `Kubernetes v1.${removed} and later do not serve ${name}`;
    if (!alsoDeprecated || deprecated === undefined || deprecated > minor) return undefined;
    const end = removed === undefined ? "" : `, and v1.${removed} will remove it`;
    return `Kubernetes v1.${deprecated} deprecated ${name}${end}`;
}

/** The version of the clusters that programs are for, its number after `v1.`. */
function kubernetesVersion(): Setting<number> {
    return {
        schema: {
            type: "string",
            default: `v1.${NEWEST_API_MINOR}`,
            description: "The version of Kubernetes that must serve the objects: v1.34, 1.34 or a full version.",
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
