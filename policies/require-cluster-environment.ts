import { definePolicy } from "../framework/define";
import { flag, globMap, texts } from "../framework/settings";
import { environmentOfMap, namesOf, tagPathsOf } from "../model/environments/cluster-environment";
import { type ClusterType, clusterType, followerType, type TagPath } from "../model/environments/cluster-types";
import { canonicalName, isAllowedValue, NEUTRAL_NAMES, TAG_KEYS, VOCABULARY } from "../model/environments/environment";
import { isClusterComponent, isSilent } from "../model/environments/inventory";
import { environmentTag, tagSources } from "../model/environments/tags";
import type { Glob } from "../model/glob";
import type { Provider, Resource } from "../model/pulumi/resource";
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
    description: "Require a tag on every managed cluster that names its environment.",
    why: "Only a cluster whose environment is known can be kept apart from the others.",
    url: "https://www.pulumi.com/docs/iac/clouds/kubernetes/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Tag the cluster, for example environment: production, or its provider with a default tag.",
    whenNotToUse: "Organizations with a single cluster.",
    organizationOnly: true,
    config: {
        tagKeys: texts(TAG_KEYS, "Keys of tags or labels that name the environment, in any case."),
        values: texts(
            [...VOCABULARY.production, ...VOCABULARY.nonProduction, ...NEUTRAL_NAMES],
            "Values that such a tag may have, in any case; by default also those of clusters for all environments.",
        ),
        nodePools: flag(false, "Whether node pools must have such a tag too."),
        clusterTypes: texts([], "Type tokens of further clusters, with tags, labels or resourceLabels."),
        clusters: globMap(
            "Environments of clusters that cannot be tagged, by glob over the cluster's name or Pulumi name.",
        ),
    },
    messages: {
        missing: (_, { tagKeys }) => ({ what: `has no ${tagNamed(tagKeys)}`, fix: "tag it with its environment" }),
        value: (offenders, { values }) => ({
            what: `${offenders} ${offenders.word("is no known environment", "are no known environments")}`,
            fix: `use one of ${quoteNames(
                values.filter(value => !isShortForm(value, values)),
                "or",
            )}`,
        }),
        pool: (offenders, { tagKeys }) => ({
            what: `${offenders} ${offenders.have} no ${tagNamed(tagKeys)}`,
            fix: "tag each node pool with its environment",
        }),
        untaggable: () => ({
            what: "is of a type that cannot be tagged",
            fix: "name it with its environment in the key clusters of this policy's configuration",
        }),
    },
    checkResource(resource, { config, component, providers, report }) {
        const { type, props, provider } = resource;
        // Component and inner cluster are one: the component speaks for both, unless nothing is known of its inputs.
        // The Fargate profile that it makes gets none of its tags.
        const isSaid = component && (!isSilent(component) || (clusterType(component.type) && !clusterType(type)));
        if (isSaid || (isClusterComponent(resource) && isSilent(resource))) return;
        const cluster = clusterType(type);
        const paths = cluster?.tags ?? tagsOfOther(type, config);
        if (cluster && paths?.length === 0 && !isNamed(resource, cluster, config)) report("untaggable");
        if (paths && paths.length > 0) {
            // A component does not say which provider makes its cluster, and with that which tags are added.
            const possible = isClusterComponent(resource) ? [undefined, ...providers("aws")] : [provider];
            const found = possible.map(one => problems(props, paths, one, config));
            if (found.every(list => list.length > 0)) {
                for (const { id, at } of found[0] ?? []) report(id, at, at && JSON.stringify(at.string));
            }
        }
        if (!config.nodePools) return;
        for (const inner of cluster?.pools ?? []) {
            if (inner.path === "" || inner.tags.length === 0) continue;
            for (const pool of props.select(inner.path)) {
                for (const { at } of problems(pool, inner.tags, undefined, config)) {
                    if (at) report("value", at, JSON.stringify(at.string));
                    else report("pool", pool);
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

function tagNamed(tagKeys: readonly string[]): string {
    return `tag or label ${quoteNames(tagKeys, "or")}`;
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

/** A tag that is missing, or those of an unknown environment, with their place. */
interface Problem {
    readonly id: "missing" | "value";
    readonly at?: Value;
}

function problems(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    { tagKeys, values }: Config,
): Problem[] {
    const isEnvironment = (word: string) => isAllowedValue(word, values);
    const tag = environmentTag(tagSources(props, paths, provider), { tagKeys, isEnvironment });
    if (tag.state === "unknown" || props.isUnknown) return [];
    const known = tag.state === "set" ? tag.tags.filter(({ value }) => value.string !== undefined) : [];
    const given = known.filter(({ value }) => value.string !== "");
    const isOpen = tag.state === "set" && known.length < tag.tags.length;
    if (given.length === 0) return isOpen ? [] : [{ id: "missing" }];
    return given.filter(({ value }) => !isEnvironment(value.string ?? "")).map(({ at }) => ({ id: "value", at }));
}
