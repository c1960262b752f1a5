import { definePolicy } from "./define";
import { type ClusterType, clusterType, type FollowerType, followerType, type TagPath } from "./model/cluster-types";
import { environmentOfMap, namesOfCluster } from "./model/clusters";
import { classOfWord, TAG_KEYS, VOCABULARY } from "./model/environment";
import { isSilentComponent } from "./model/inventory";
import type { Provider, Resource } from "./model/resource";
import { environmentTag, tagSources } from "./model/tags";
import { joinWords, quoteNames } from "./model/text";
import type { Value } from "./model/value";
import { flag, globMap, texts } from "./settings";

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
            [...VOCABULARY.production, ...VOCABULARY.nonProduction],
            "Values that such a tag may have, in any case.",
        ),
        nodePools: flag(false, "Whether node pools must have such a tag too."),
        clusterTypes: texts([], "Type tokens of further clusters, with tags, labels or resourceLabels."),
        clusters: globMap(
            "Environments of clusters that cannot be tagged, by glob over the cluster's name or Pulumi name.",
        ),
    },
    messages: {
        missing: (offenders, { tagKeys }) => ({
            what: `has no tag or label ${joinWords(
                tagKeys.map(key => JSON.stringify(key)),
                "or",
            )}${offenders}`,
            fix: "tag it with its environment",
        }),
        value: (offenders, { values }) => ({
            what: `${offenders} ${offenders.are} no known environment`,
            fix: `use one of ${quoteNames(values)}`,
        }),
        pool: (offenders, { tagKeys }) => ({
            what: `${offenders} ${offenders.have} no tag or label ${joinWords(
                tagKeys.map(key => JSON.stringify(key)),
                "or",
            )}`,
            fix: "tag each node pool with its environment",
        }),
        untaggable: () => ({
            what: "is of a type that cannot be tagged",
            fix: "name it with its environment in the key clusters of this policy's configuration",
        }),
    },
    checkResource(resource, { config, component, report }) {
        if (component || isSilentComponent(resource) || isUntaggableChild(resource)) return;
        const cluster = clusterType(resource.type);
        const pool = config.nodePools ? followerType(resource.type) : undefined;
        const paths = pathsOf(cluster, pool, config.clusterTypes.includes(resource.type));
        if (paths?.length === 0 && cluster) {
            const named = environmentOfMap(namesOfCluster(resource, cluster), {
                ...config,
                vocabulary: VOCABULARY,
                inferFromNames: false,
            });
            if (named === "none") report("untaggable");
        }
        if (paths && paths.length > 0) {
            check(resource.props, paths, resource.provider, config, {
                missing: () => report("missing"),
                value: at => report("value", at, JSON.stringify(at.string)),
            });
        }
        for (const inner of config.nodePools ? (cluster?.pools ?? []) : []) {
            if (inner.path === "" || inner.tags.length === 0) continue;
            for (const props of resource.props.select(inner.path)) {
                check(props, inner.tags, undefined, config, {
                    missing: () => report("pool", props),
                    value: at => report("value", at, JSON.stringify(at.string)),
                });
            }
        }
    },
});

function pathsOf(
    cluster: ClusterType | undefined,
    pool: FollowerType | undefined,
    isConfigured: boolean,
): readonly TagPath[] | undefined {
    if (cluster) return cluster.tags;
    // A pool that only has labels for its nodes may name its environment there.
    if (pool?.role === "pool") return [...pool.tags, ...pool.nodeLabels];
    return isConfigured ? USUAL_TAGS : undefined;
}

interface TagConfig {
    readonly tagKeys: readonly string[];
    readonly values: readonly string[];
}

function check(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    { tagKeys, values }: TagConfig,
    found: { missing(): void; value(at: Value): void },
): void {
    if (props.isUnknown) return;
    const isAllowed = (word: string) =>
        values.some(value => value.toLowerCase() === word.toLowerCase()) ||
        (classOfWord(word, VOCABULARY) !== undefined && values.includes("preprod") && /^(pre|non)/i.test(word));
    const tag = environmentTag(tagSources(props, paths, provider), { tagKeys, isEnvironment: isAllowed });
    if (tag.state === "unset") found.missing();
    if (tag.state !== "set") return;
    const known = tag.tags.filter(({ value }) => value.string !== undefined);
    if (known.every(({ value }) => value.string === "")) found.missing();
    for (const { value, at } of known) {
        if (value.string !== "" && !isAllowed(value.string ?? "")) found.value(at);
    }
}

/** What the eks component makes by itself and gives none of its user's tags. */
function isUntaggableChild({ type, urn }: Resource): boolean {
    return type === "aws:eks/fargateProfile:FargateProfile" && urn.includes("eks:index:Cluster$");
}
