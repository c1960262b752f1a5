import { clusterType, followerType, virtualCluster } from "./cluster-types";
import { readKubeconfig } from "./kubeconfig";
import type { Provider, Resource } from "./resource";
import { type Node, nearest, type Stack } from "./stack";
import { NOTHING, type Value } from "./value";

/** A cluster that resources of the stack are on. */
export interface Cluster {
    /** The same for all ways to one cluster. */
    readonly id: string;
    /** How messages name it. */
    readonly label: string;
    /** The resource that makes it, where the stack does; the inner one where a component makes it. */
    readonly node: Node | undefined;
    /** What the providers that lead to it say of it, in a stable order. */
    readonly accesses: Access[];
}

/** What a Kubernetes provider says of its cluster. */
export interface Access {
    readonly provider: string;
    /** Whether the update will tell more. */
    readonly isOpen: boolean;
    /** Name of the kubeconfig's context. */
    readonly context: string | undefined;
    /** The provider's own choice of a cluster, else the one of the credentials, else the context's. */
    readonly cluster: string | undefined;
    /** Address of the API server. */
    readonly server: string | undefined;
    /** All names that the cluster may be known by. */
    readonly names: readonly (string | undefined)[];
}

/** What tells a Kubernetes provider's cluster: that it is a resource's provider, or its own resource in the stack. */
type ClusterProvider = Pick<Provider, "urn" | "name" | "props">;

/** Properties of the Kubernetes provider that lead to its cluster. */
const CLUSTER_PROPERTIES = ["kubeconfig", "context", "cluster"] as const;

/** The type of the Kubernetes provider's own resource. */
export const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/** The component of EKS clusters. The cluster itself is its child, whose properties are always known. */
const EKS_COMPONENT = "eks:index:Cluster";
const EKS_CLUSTER = "aws:eks/cluster:Cluster";

/** Whether a provider names its cluster. One that does not uses whatever cluster is current where Pulumi runs. */
export function namesCluster(props: Value): boolean {
    return CLUSTER_PROPERTIES.some(property => !props.get(property).isUnset && props.get(property).raw !== "");
}

/** Whether a provider only writes manifests, to no cluster at all. */
export function rendersOnly(props: Value): boolean {
    return !props.get("renderYamlToDirectory").isUnset;
}

/** Whether a resource is on a cluster: an object, a Helm release or chart. */
export function isOnCluster(resource: Resource): boolean {
    return resource.objects.length > 0 || resource.provider?.type === KUBERNETES_PROVIDER;
}

/** The namespace of a Helm release or chart: its own, else the provider's; unset for what is on no cluster. */
export function namespaceOfRelease(resource: Resource): Value {
    const own = resource.props.get("namespace");
    if (!isOnCluster(resource)) return NOTHING;
    return own.isUnset && resource.provider ? resource.provider.props.get("namespace") : own;
}

/** The clusters of a stack, and which of them each resource is on. */
export class Clusters {
    /** The clusters that the stack itself makes. */
    readonly made: readonly Cluster[];
    private readonly byNode = new Map<Node, Cluster>();
    private readonly byProvider = new Map<string, Cluster | undefined>();
    private readonly byFollower = new Map<Node, Cluster | undefined>();
    private readonly byName = new Map<string, Cluster[]>();
    private readonly outsideById = new Map<string, Cluster>();

    constructor(
        private readonly stack: Stack,
        /** What resources without a provider are on. */
        private readonly withoutProvider?: Cluster,
    ) {
        for (const node of stack.nodes) {
            if (!isCluster(node.resource) || madeInside(node) !== node) continue;
            const { type, name, urn } = ownerOf(node);
            const cluster: Cluster = { id: urn, label: `${type} "${name}"`, node, accesses: [] };
            this.byNode.set(node, cluster);
            for (const text of literalNames(node)) this.byName.set(text, [...(this.byName.get(text) ?? []), cluster]);
        }
        this.made = [...this.byNode.values()];
        // What a provider says of its cluster counts, whether or not anything uses the provider.
        for (const { resource } of stack.nodes) if (resource.type === KUBERNETES_PROVIDER) this.ofProvider(resource);
    }

    /** The cluster that a resource is on, belongs to or is; undefined when that cannot be told. */
    of(node: Node): Cluster | undefined {
        const { resource } = node;
        if (isOnCluster(resource)) return this.ofProvider(resource.provider);
        if (resource.type === KUBERNETES_PROVIDER) return this.ofProvider(resource);
        return this.endOf(node);
    }

    /** The cluster that a Kubernetes provider leads to, by its resource's dependencies, else by what it says itself. */
    ofProvider(provider: ClusterProvider | undefined): Cluster | undefined {
        if (!provider) return this.withoutProvider;
        if (!this.byProvider.has(provider.urn)) this.byProvider.set(provider.urn, this.followProvider(provider));
        return this.byProvider.get(provider.urn);
    }

    private followProvider(provider: ClusterProvider): Cluster | undefined {
        const node = this.stack.get(provider.urn);
        const props = node?.resource.props ?? provider.props;
        if (rendersOnly(props)) return undefined;
        const made = node && this.follow(node.dependenciesOf(...CLUSTER_PROPERTIES));
        if (made === "several") return undefined;
        const access = accessOf(provider, props);
        const cluster = made ?? this.outside(provider, props, access);
        cluster.accesses.push(access);
        return cluster;
    }

    /** Follows edges to the nearest cluster, through whatever lies between. */
    private follow(from: readonly Node[]): Cluster | "several" | undefined {
        const ends = nearest(from, node => this.endOf(node) !== undefined, beyond);
        const [cluster, ...others] = new Set(ends.map(node => this.endOf(node)));
        return others.length > 0 ? "several" : cluster;
    }

    /** The cluster at the end of a search: a cluster itself, or that of a node pool which programs wait for. */
    private endOf(node: Node): Cluster | undefined {
        return this.byNode.get(madeInside(node)) ?? this.ofFollower(node);
    }

    /** The cluster of a node pool, an add-on or the like. */
    private ofFollower(node: Node): Cluster | undefined {
        const type = followerType(node.resource.type);
        if (!type) return undefined;
        if (this.byFollower.has(node)) return this.byFollower.get(node);
        // While it is worked out, a way that leads back here leads nowhere.
        this.byFollower.set(node, undefined);
        const properties = type.cluster.map(path => path.split(/[.[]/, 1)[0] ?? path);
        const followed = this.follow(node.dependenciesOf(...properties));
        const found = followed === "several" ? undefined : (followed ?? this.ofLiteral(node, type.cluster));
        this.byFollower.set(node, found);
        return found;
    }

    /** The cluster of the same cloud provider whose name or id a property says as a plain text. */
    private ofLiteral({ resource }: Node, paths: readonly string[]): Cluster | undefined {
        const texts = paths.flatMap(path => resource.props.select(path)).flatMap(({ string }) => string ?? []);
        const named = texts
            .flatMap(text => this.byName.get(text) ?? [])
            .filter(({ node }) => node?.resource.provider?.urn === resource.provider?.urn);
        const [cluster, ...others] = new Set(named);
        return others.length === 0 ? cluster : undefined;
    }

    /** A cluster of another stack: the same for providers that name the same server, or context of one kubeconfig. */
    private outside({ name, urn }: ClusterProvider, props: Value, { context, server }: Access): Cluster {
        const texts = CLUSTER_PROPERTIES.map(property => props.get(property).string);
        const id = server ?? (context === undefined ? urn : JSON.stringify([context, ...texts]));
        const known = this.outsideById.get(id);
        if (known) return known;
        const label = context ? `the cluster of kubeconfig context "${context}"` : `the cluster of provider "${name}"`;
        const cluster: Cluster = { id, label, node: undefined, accesses: [] };
        this.outsideById.set(id, cluster);
        return cluster;
    }
}

function isCluster(resource: Resource): boolean {
    return clusterType(resource.type) !== undefined || virtualCluster(resource) !== undefined;
}

/** The cluster inside a component; any other node stands for itself. */
function madeInside(node: Node): Node {
    if (node.resource.type !== EKS_COMPONENT) return node;
    return node.children.find(({ resource }) => resource.type === EKS_CLUSTER) ?? node;
}

/** The resource of a program that makes a cluster: the component around it, where there is one. */
export function ownerOf(node: Node): Resource {
    return node.parent && madeInside(node.parent) === node ? node.parent.resource : node.resource;
}

/** What other resources may name a cluster by. */
function literalNames({ resource, outputs }: Node): Set<string> {
    const names = clusterType(resource.type)?.names.flatMap(name => resource.props.select(name)) ?? [];
    return new Set([...names, outputs.get("id")].flatMap(({ string }) => string || []));
}

/** Where a search goes on: to dependencies, and from a component to what it is made of. */
function beyond(node: Node): readonly Node[] {
    const isComponent = node.resource.provider === undefined && node.parent !== undefined;
    return [
        ...node.dependencies,
        ...[...node.propertyDependencies.values()].flat(),
        ...(isComponent ? node.children : []),
    ];
}

function accessOf({ name }: ClusterProvider, props: Value): Access {
    const given = CLUSTER_PROPERTIES.map(property => props.get(property));
    const [kubeconfig, chosen, own] = given.map(value => value.string || undefined);
    const { context, cluster, server, credentialsFor } = readKubeconfig(kubeconfig ?? "", chosen);
    return {
        provider: name,
        isOpen: given.some(({ isUnknown }) => isUnknown),
        context,
        cluster: own ?? credentialsFor ?? cluster,
        server,
        names: [context, own, cluster, server, credentialsFor, name],
    };
}
