import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { flag, globMap, texts } from "../framework/settings";
import { environmentOfMap, namesOf, tagPathsOf } from "../model/environments/cluster-environment";
import { type ClusterType, clusterType, followerType, type TagPath } from "../model/environments/cluster-types";
import { canonicalName, isAllowedValue, NEUTRAL_NAMES, TAG_KEYS, VOCABULARY } from "../model/environments/environment";
import { isClusterComponent, isSilent } from "../model/environments/inventory";
import { environmentTag, tagSources } from "../model/environments/tags";
import type { Glob } from "../model/glob";
import { isOfKubernetes, type Provider, type Resource } from "../model/pulumi/resource";
import { quoteNames } from "../model/text";
import type { Value } from "../model/value";

/** Where clusters of a type that only the configuration knows may have their tags. */
const USUAL_TAGS: readonly TagPath[] = [
    { path: "tags", shape: "map" },
    { path: "labels", shape: "map" },
    { path: "resourceLabels", shape: "map" },
];

export const requireClusterEnvironment = definePolicy({
    name: "require-cluster-environment",
    category: "environments",
    description: "Require every managed cluster to have a tag that names its environment.",
    why: "Only clusters whose environments are known can be kept apart.",
    url: "https://www.pulumi.com/docs/iac/clouds/kubernetes/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason:
        "While the environment of a cluster is not known, nothing keeps production apart from it, and a tag is one line.",
    since: "0.1.0",
    remediationSteps: "Tag the cluster, such as environment: production, or set a default tag in its provider.",
    whenNotToUse: "For organizations with a single cluster.",
    organizationOnly: true,
    config: {
        tagKeys: texts(TAG_KEYS, "Keys of tags or labels that name the environment, compared ignoring case."),
        values: texts(
            [...VOCABULARY.production, ...VOCABULARY.nonProduction, ...NEUTRAL_NAMES],
            "Values that such a tag may have, compared ignoring case; the default also has words for clusters that serve all environments.",
        ),
        nodePools: flag(false, "Whether node pools must have such a tag, too."),
        clusterTypes: texts(
            [],
            "Type tokens of further cluster types; their tags are read from tags, labels and resourceLabels.",
        ),
        clusters: globMap(
            "Environments of clusters that cannot be tagged, by glob over the name or Pulumi name of the cluster.",
        ),
    },
    messages: {
        missing: (_, { tagKeys, values }) => ({
            what: `The tag or label ${quoteNames(tagKeys, "or")} is missing`,
            fix: `Add it with the environment as its value, such as ${quoteNames(values.slice(0, 1))}`,
        }),
        value: {
            per: ({ data }: { data: { value: string } }) => data.value,
            message: (findings: Findings<{ value: string }>, { values }) => ({
                what: `${findings.places} ${findings.are} ${JSON.stringify(findings.data.value)}, which is not a known environment`,
                fix: `Use ${oneOf(values.filter(value => !isShortForm(value, values)))}`,
            }),
        },
        pool: (findings, { tagKeys, values }) => ({
            what: `The tag or label ${quoteNames(tagKeys, "or")} is missing in ${findings.places}`,
            fix: `Add it with the environment as its value, such as ${quoteNames(values.slice(0, 1))}`,
        }),
        untaggable: () => ({
            what: "Clusters of this type cannot be tagged",
            fix: 'Set the environment of this cluster in the key "clusters" of this policy',
        }),
    },
    // The configuration may name types that nothing else knows.
    resources: { what: "clusters and node pools", includes: type => !isOfKubernetes(type) },
    checkResource(resource, { config, component, providers, report }) {
        const { type, props, provider } = resource;
        // Component and inner cluster are one: the component speaks for both, unless nothing is known of its inputs.
        // The Fargate profile that it makes gets none of its tags.
        const isSaid = component && (!isSilent(component) || (clusterType(component.type) && !clusterType(type)));
        if (isSaid || (isClusterComponent(resource) && isSilent(resource))) return;
        const reportTag = (tag: Value | undefined, reportMissing: () => void) => {
            if (tag) report("value", tag, { value: tag.string ?? "" });
            else reportMissing();
        };
        const cluster = clusterType(type);
        const paths = cluster?.tags ?? tagsOfOther(type, config);
        if (cluster && paths?.length === 0 && !isNamed(resource, cluster, config)) report("untaggable", resource);
        if (paths && paths.length > 0) {
            // A component does not say which provider makes its cluster, and with that which tags are added.
            const possible = isClusterComponent(resource) ? [undefined, ...providers("aws")] : [provider];
            const found = possible.map(one => problems(props, paths, one, config));
            if (found.every(list => list.length > 0)) {
                for (const at of found[0] ?? []) reportTag(at, () => report("missing", resource));
            }
        }
        if (!config.nodePools) return;
        for (const inner of cluster?.pools ?? []) {
            if (inner.path === "" || inner.tags.length === 0) continue;
            for (const pool of props.select(inner.path)) {
                for (const at of problems(pool, inner.tags, undefined, config)) {
                    reportTag(at, () => report("pool", pool));
                }
            }
        }
    },
});

interface Config {
    readonly tagKeys: readonly string[];
    readonly values: readonly string[];
    readonly clusterTypes: readonly string[];
    readonly clusters: readonly (readonly [Glob, string])[];
    readonly nodePools: boolean;
}

/** Whether the list has a longer word for the same. */
function isShortForm(value: string, values: readonly string[]): boolean {
    return canonicalName(value) !== value.toLowerCase() && values.includes(canonicalName(value));
}

function oneOf(values: readonly string[]): string {
    return `${values.length > 1 ? "one of " : ""}${quoteNames(values, "or")}`;
}

/** Where a node pool, or a cluster that only the configuration knows, has its tags. */
function tagsOfOther(type: string, { nodePools, clusterTypes }: Config): readonly TagPath[] | undefined {
    const pool = nodePools ? followerType(type) : undefined;
    // A pool that only has labels for its nodes may name its environment there.
    if (pool?.role === "pool") return tagPathsOf(pool);
    return clusterTypes.includes(type) ? USUAL_TAGS : undefined;
}

function isNamed(resource: Resource, type: ClusterType, { clusters }: Config): boolean {
    const given = namesOf(resource.props, type.names, resource.name);
    // A name that is not known yet may be one that the configuration knows.
    if (clusters.length > 0 && given.some(name => name.isUnknown)) return true;
    const names = given.map(({ string }) => string);
    return environmentOfMap([...names, resource.name], { clusters, vocabulary: VOCABULARY }) !== "none";
}

/** The tags that name an environment which is not known, or undefined for one that is missing. */
function problems(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    { tagKeys, values }: Config,
): (Value | undefined)[] {
    const isEnvironment = (word: string) => isAllowedValue(word, values);
    const tag = environmentTag(tagSources(props, paths, provider), { tagKeys, isEnvironment });
    if (tag.state === "unknown" || props.isUnknown) return [];
    const known = tag.state === "set" ? tag.tags.filter(({ value }) => value.string !== undefined) : [];
    const given = known.filter(({ value }) => value.string !== "");
    const isOpen = tag.state === "set" && known.length < tag.tags.length;
    if (given.length === 0) return isOpen ? [] : [undefined];
    return given.filter(({ value }) => !isEnvironment(value.string ?? "")).map(({ at }) => at);
}
