import type { Glob } from "../glob";
import type { Provider, Resource } from "../pulumi/resource";
import { Value } from "../value";
import { type ClusterType, clusterType, type FollowerType, followerType, type TagPath } from "./cluster-types";
import {
    agree,
    classOfWord,
    type Environment,
    type EnvironmentSettings,
    environmentOfName,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
} from "./environment";
import { environmentTag, tagSources } from "./tags";

/** What tells environments of clusters: tags and names as for everything, and a map from the configuration. */
export interface ClusterSettings extends EnvironmentSettings {
    /** Globs over what a cluster is known by, each with its environment; the first that matches counts. */
    readonly clusters: readonly (readonly [Glob, string])[];
}

/**
 * The environment of a cluster or node pool by itself: its tags, the configuration's map, its name. One that says it is
 * for all environments belongs to none.
 */
export function environmentOfCloudResource(resource: Resource, settings: ClusterSettings): FoundEnvironment {
    const type = clusterType(resource.type) ?? followerType(resource.type);
    if (!type) return "none";
    // An add-on is called after what it does.
    const names = type.role === "follower" ? [] : namesOf(resource.props, type.names, resource.name);
    return firstOf(
        [
            () => environmentOfTags(resource.props, tagPathsOf(type), resource.provider, settings),
            () => environmentOfMap([...names.map(name => name.string), resource.name], settings),
            () => environmentOfNames(names, settings),
        ],
        ({ isNeutral }) => isNeutral,
    );
}

/** Where a cluster or pool may name its environment; cloud tags come before the labels of a pool's nodes. */
export function tagPathsOf(type: ClusterType | FollowerType): readonly TagPath[] {
    return type.role === "cluster" ? type.tags : [...type.tags, ...type.nodeLabels];
}

/** The environment that the tags or labels of a cluster, pool or other cloud resource name. */
export function environmentOfTags(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    settings: EnvironmentSettings,
): FoundEnvironment {
    return agree(statementsOfTags(props, paths, provider, settings));
}

/** What each tag or label of a cluster, pool or other cloud resource says of its environment. */
export function statementsOfTags(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    { tagKeys, vocabulary }: EnvironmentSettings,
): (Environment | "unknown")[] {
    const found = environmentTag(tagSources(props, paths, provider), {
        tagKeys,
        isEnvironment: word => classOfWord(word, vocabulary) !== undefined,
    });
    if (found.state !== "set") return found.state === "unset" ? [] : ["unknown"];
    const given = found.tags.filter(({ value }) => value.string !== "");
    return given.map(({ key, value, at }) => {
        if (value.string === undefined) return "unknown";
        const what = /label|annotation/i.exec(at.toString())?.[0].toLowerCase() ?? "tag";
        const evidence = key === undefined ? `${what} ${value.string}` : `${what} ${key}=${value.string}`;
        return environmentOfValue(value.string, vocabulary, evidence);
    });
}

/** The environment that the configuration gives a cluster known by these names. */
export function environmentOfMap(
    names: readonly (string | undefined)[],
    { clusters, vocabulary }: Pick<ClusterSettings, "clusters" | "vocabulary">,
): FoundEnvironment {
    const entry = clusters.find(([glob]) => names.some(name => name !== undefined && glob.matches(name)));
    if (!entry) return "none";
    const [glob, environment] = entry;
    return environmentOfValue(environment, vocabulary, `"${glob.source}" in the key clusters`);
}

/** What a cluster or pool is called: by its properties, and by Pulumi where those leave it open. */
export function namesOf(props: Value, properties: readonly string[], pulumiName: string): Value[] {
    const given = properties.flatMap(property => props.select(property)).filter(({ raw }) => raw !== "");
    return given.length > 0 ? given : [new Value(pulumiName)];
}

/** The environment that the first of several names tells which tells any. */
export function environmentOfNames(
    names: readonly Value[],
    { inferFromNames, vocabulary }: EnvironmentSettings,
): FoundEnvironment {
    if (!inferFromNames) return "none";
    return firstOf(
        names.map(name => () => {
            if (name.isUnknown) return "unknown";
            return environmentOfName(name.string ?? "", vocabulary, `name ${name.string}`);
        }),
    );
}
