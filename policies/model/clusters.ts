import { type ClusterType, clusterType, followerType, type TagPath, virtualCluster } from "./cluster-types";
import {
    agree,
    classOfWord,
    type EnvironmentSettings,
    environmentOfName,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
} from "./environment";
import type { Glob } from "./glob";
import { readKubeconfig } from "./kubeconfig";
import type { Provider, Resource } from "./resource";
import { type Node, nearest, type Stack } from "./stack";
import { environmentTag, tagSources } from "./tags";
import { Value } from "./value";

/** What tells environments of clusters: tags and names as for everything, and a map from the configuration. */
export interface ClusterSettings extends EnvironmentSettings {
    /** Globs over what a cluster is known by, each with its environment; the first that matches counts. */
    readonly clusters: readonly (readonly [Glob, string])[];
}

/** A cluster that resources of the stack are on. */
export interface Cluster {
    /** The same for all ways to one cluster. */
    readonly id: string;
    /** How messages name it. */
    readonly label: string;
    /** The resource that makes it, where the stack does. */
    readonly node: Node | undefined;
    readonly environment: FoundEnvironment;
}

/** Properties of the Kubernetes provider that lead to its cluster. */
const CLUSTER_PROPERTIES = ["kubeconfig", "context", "cluster"] as const;

/** The type of the Kubernetes provider's own resource. */
export const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/** Makes a cluster of its own in the component, which is a child; both count as one. */
const EKS_COMPONENT = "eks:index:Cluster";

/** Whether a provider only writes manifests, to no cluster at all. */
export function rendersOnly(props: Value): boolean {
    return !props.get("renderYamlToDirectory").isUnset;
}

/** The environment that the tags or labels of a cluster, pool or other cloud resource name. */
export function environmentOfTags(
    props: Value,
    paths: readonly TagPath[],
    provider: Provider | undefined,
    { tagKeys, vocabulary }: EnvironmentSettings,
): FoundEnvironment {
    const found = environmentTag(tagSources(props, paths, provider), {
        tagKeys,
        isEnvironment: word => classOfWord(word, vocabulary) !== undefined,
    });
    if (found.state !== "set") return found.state === "unset" ? "none" : "unknown";
    return agree(
        found.tags.map(({ key, value, at }) => {
            if (value.string === undefined) return "unknown";
            const what = /label|annotation/i.exec(at.toString())?.[0].toLowerCase() ?? "tag";
            const evidence = key === undefined ? `${what} ${value.string}` : `${what} ${key}=${value.string}`;
            return environmentOfValue(value.string, vocabulary, evidence);
        }),
    );
}

/** The environment that the configuration gives a cluster known by these names. */
export function environmentOfMap(
    names: readonly (string | undefined)[],
    { clusters, vocabulary }: ClusterSettings,
): FoundEnvironment {
    const known = names.filter(name => name !== undefined && name !== "");
    for (const [glob, environment] of clusters) {
        const name = known.find(candidate => candidate !== undefined && glob.matches(candidate));
        if (name) return environmentOfValue(environment, vocabulary, `${glob.source} in the key clusters`);
    }
    return "none";
}

/** What a cluster or pool is called: by its properties, and by Pulumi where those leave it open. */
function namesOf(props: Value, properties: readonly string[], pulumiName: string): Value[] {
    const given = properties.flatMap(property => props.select(property));
    return given.length > 0 ? given : [new Value(pulumiName)];
}

function environmentOfNames(names: readonly Value[], { inferFromNames, vocabulary }: EnvironmentSettings) {
    if (!inferFromNames) return "none";
    return firstOf(
        names.map(name => () => {
            if (name.isUnknown) return "unknown";
            return environmentOfName(name.string ?? "", vocabulary, `name ${name.string}`);
        }),
    );
}

/** The names that a cluster which cannot be tagged may be known by. */
export function namesOfCluster(resource: Resource, type: ClusterType): string[] {
    return [...namesOf(resource.props, type.names, resource.name).flatMap(({ string }) => string ?? []), resource.name];
}

/** The environment of a resource that is a cluster, without what its providers may add. */
export function environmentOfCluster(
    resource: Resource,
    type: ClusterType | undefined,
    outputs: Value,
    settings: ClusterSettings,
): FoundEnvironment {
    const virtual = type ? undefined : virtualCluster(resource);
    const root = virtual?.root ?? resource.props;
    const names = namesOf(root, (virtual?.type ?? type)?.names ?? [], resource.name);
    const ids = ["arn", "clusterArn", "id", "selfLink", "name"].map(property => outputs.get(property).string);
    return firstOf([
        () => environmentOfTags(root, (virtual?.type ?? type)?.tags ?? [], resource.provider, settings),
        () => environmentOfMap([...names.map(name => name.string), ...ids, resource.name], settings),
        () => environmentOfNames(names, settings),
    ]);
}

/** The clusters of a stack, and which of them each resource is on. */
export class Clusters {
    /** The clusters that the stack itself makes. */
    readonly made: readonly Cluster[];
    private readonly byNode = new Map<Node, Cluster>();
    private readonly byProvider = new Map<string, Cluster | undefined>();
    private readonly followers = new Map<Node, Cluster | undefined>();

    constructor(
        private readonly stack: Stack,
        private readonly settings: ClusterSettings,
        /** The environment of the one cluster that resources without a provider are on. */
        private readonly environment?: string,
    ) {
        for (const node of stack.nodes) {
            if (!isCluster(node) || madeInside(node) !== node) continue;
            const { resource } = node;
            const found = environmentOfCluster(resource, clusterType(resource.type), node.outputs, settings);
            const label = `${resource.type} "${resource.name}"`;
            this.byNode.set(node, { id: node.urn, label, node, environment: found });
        }
        this.made = [...this.byNode.values()];
    }

    /** The cluster that a resource is on, belongs to or is; undefined when that cannot be told. */
    of(node: Node): Cluster | undefined {
        const { resource } = node;
        if (isKubernetes(resource)) return this.ofProvider(resource.provider);
        if (resource.type === KUBERNETES_PROVIDER) {
            return this.ofProvider({ ...resource, isDefault: false });
        }
        return this.byNode.get(madeInside(node)) ?? this.ofFollower(node);
    }

    /** The cluster that a Kubernetes provider leads to, by its resource's dependencies, else by what it says itself. */
    ofProvider(provider: Provider | undefined): Cluster | undefined {
        if (!provider) return this.named();
        if (!this.byProvider.has(provider.urn)) this.byProvider.set(provider.urn, this.followProvider(provider));
        return this.byProvider.get(provider.urn);
    }

    private named(): Cluster | undefined {
        if (this.environment === undefined) return undefined;
        const environment = environmentOfValue(this.environment, this.settings.vocabulary, "option --environment");
        return { id: "", label: "the cluster", node: undefined, environment };
    }

    private followProvider(provider: Provider): Cluster | undefined {
        const node = this.stack.get(provider.urn);
        const props = node?.resource.props ?? provider.props;
        if (rendersOnly(props)) return undefined;
        const made = node && this.followDependencies(node.dependenciesOf(...CLUSTER_PROPERTIES), node);
        if (made === "several") return undefined;
        const outside = clusterOutside(provider, props, this.settings);
        if (!made) return outside;
        return made.environment === "none" ? { ...made, environment: outside.environment } : made;
    }

    /** Follows edges to the nearest cluster, through whatever lies between. */
    private followDependencies(from: readonly Node[], start: Node): Cluster | "several" | undefined {
        const ends = nearest(from, node => this.endOf(node) !== undefined, beyond);
        const clusters = new Map(ends.flatMap(node => this.endOf(node) ?? []).map(cluster => [cluster.id, cluster]));
        if (clusters.size > 1) return "several";
        const [cluster] = clusters.values();
        return cluster ?? this.insideComponent(start);
    }

    /** The cluster at the end of a search: a cluster itself, or that of a node pool which programs wait for. */
    private endOf(node: Node): Cluster | undefined {
        return this.byNode.get(madeInside(node)) ?? this.ofFollower(node);
    }

    /** The cluster of a node pool, an add-on or the like. */
    private ofFollower(node: Node): Cluster | undefined {
        const type = followerType(node.resource.type);
        if (!type || type.role === "template") return undefined;
        if (this.followers.has(node)) return this.followers.get(node);
        // While it is worked out, a way that leads back here leads nowhere.
        this.followers.set(node, undefined);
        const properties = type.cluster.map(path => path.split(/[.[]/, 1)[0] ?? path);
        const followed = this.followDependencies(node.dependenciesOf(...properties), node);
        const found = followed === "several" ? undefined : (followed ?? this.ofLiteral(node, type.cluster));
        this.followers.set(node, found);
        return found;
    }

    /** The cluster whose name or id a property says as a plain text. */
    private ofLiteral(node: Node, paths: readonly string[]): Cluster | undefined {
        const texts = new Set(
            paths.flatMap(path => node.resource.props.select(path)).flatMap(({ string }) => string ?? []),
        );
        const named = this.made.filter(({ node: made }) => {
            if (!made || made.resource.provider?.urn !== node.resource.provider?.urn) return false;
            const names =
                clusterType(made.resource.type)?.names.flatMap(name => made.resource.props.select(name)) ?? [];
            return [...names, made.outputs.get("id")].some(({ string }) => string !== undefined && texts.has(string));
        });
        return named.length === 1 ? named[0] : undefined;
    }

    /** The cluster of the component that made a resource, such as the default node group. */
    private insideComponent(node: Node): Cluster | undefined {
        for (let parent = node.parent; parent; parent = parent.parent) {
            if (parent.resource.type === EKS_COMPONENT) return this.byNode.get(madeInside(parent));
        }
        return undefined;
    }
}

/** Whether a resource is an object on a cluster, or a Helm release, which makes objects. */
export function isKubernetes(resource: Resource): boolean {
    return resource.objects.length > 0 || resource.type === "kubernetes:helm.sh/v3:Release";
}

function isCluster({ resource }: Node): boolean {
    return clusterType(resource.type) !== undefined || virtualCluster(resource) !== undefined;
}

/** The cluster that a component makes stands for the component too: its properties are always known. */
function madeInside(node: Node): Node {
    if (node.resource.type !== EKS_COMPONENT) return node;
    return node.children.find(({ resource }) => resource.type === "aws:eks/cluster:Cluster") ?? node;
}

/** Where a search goes on: to dependencies, and from a component to what it is made of. */
function beyond(node: Node): readonly Node[] {
    const inner = node.resource.provider === undefined ? node.children : [];
    return [...node.dependencies, ...[...node.propertyDependencies.values()].flat(), ...inner];
}

/** A cluster that another stack made, as far as the provider and its kubeconfig tell. */
function clusterOutside(provider: Provider, props: Value, settings: ClusterSettings): Cluster {
    const kubeconfig = props.get("kubeconfig");
    const chosen = props.get("context").string || undefined;
    const { context, cluster, server, credentialsFor } = readKubeconfig(kubeconfig.string ?? "", chosen);
    const named = props.get("cluster").string || undefined;
    const names = [context, named, cluster, server, credentialsFor, provider.name];
    const isUnknown = [kubeconfig, props.get("context"), props.get("cluster")].some(value => value.isUnknown);
    const environment = firstOf([
        () => environmentOfMap(names, settings),
        () => nameEvidence("kubeconfig context", context, settings),
        () => nameEvidence("cluster", named ?? credentialsFor ?? cluster, settings),
        () => (isUnknown ? "unknown" : "none"),
    ]);
    const label = context
        ? `the cluster of kubeconfig context "${context}"`
        : `the cluster of provider "${provider.name}"`;
    return { id: server ?? context ?? provider.urn, label, node: undefined, environment };
}

function nameEvidence(what: string, name: string | undefined, { inferFromNames, vocabulary }: EnvironmentSettings) {
    if (!inferFromNames || name === undefined) return "none";
    return environmentOfName(name, vocabulary, `name of ${what} ${name}`);
}
