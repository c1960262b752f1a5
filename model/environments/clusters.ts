import { endsFirst } from "../graph";
import { serverId } from "../kubernetes/server";
import { isDefaultProviderName, type Provider, type Resource } from "../pulumi/resource";
import { type Node, type Read, STACK_REFERENCE, type Stack } from "../pulumi/stack";
import { componentsAround, isComponent } from "../pulumi/start-order";
import { compareText } from "../text";
import { type Answer, NOTHING, type Value } from "../value";
import { type Claim, SameClusters } from "./cluster-identity";
import { clusterType, followerType, virtualCluster } from "./cluster-types";
import { readKubeconfig } from "./kubeconfig";

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
    readonly urn: string;
    /** The provider's name. */
    readonly provider: string;
    /** Whether anything of the stack is on the cluster by it. */
    readonly isUsed: boolean;
    /** Whether the update will tell more. */
    readonly isOpen: boolean;
    /** Name of the kubeconfig's context. */
    readonly context: string | undefined;
    /** What the cluster itself is called: the provider's own choice, the one that credentials are for, the context's. */
    readonly clusterNames: readonly string[];
    /** Address of the API server. */
    readonly server: string | undefined;
    /** What the program itself tells the cluster by. */
    readonly identifier: string | undefined;
    /** All names that the cluster may be known by. */
    readonly names: readonly (string | undefined)[];
}

/** What tells a Kubernetes provider's cluster: that it is a resource's provider, or its own resource in the stack. */
type ClusterProvider = Pick<Provider, "urn" | "name" | "props">;

/** Properties of the Kubernetes provider that lead to its cluster. */
export const CLUSTER_PROPERTIES = ["kubeconfig", "context", "cluster", "clusterIdentifier"] as const;

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

/** The clusters nearest to something that depends on them. */
interface Lead {
    readonly distance: number;
    readonly clusters: readonly Cluster[];
}

const NO_LEAD: Lead = { distance: Number.POSITIVE_INFINITY, clusters: [] };

/** Of more clusters than that, which one is meant is not worth asking. */
const MOST_CANDIDATES = 16;

/** A provider and what is known of its cluster. */
interface Way {
    readonly provider: ClusterProvider;
    readonly access: Access;
    /** Where it leads by its dependencies; several, when it may be any of them. */
    readonly candidates: readonly Cluster[];
    /** Whether it only writes manifests. */
    readonly isFiles: boolean;
    readonly kubeconfig: string | undefined;
    /** Its own choice of a context or cluster, "unknown" while that is not known. */
    readonly choice: { readonly context: string | undefined; readonly cluster: string | undefined } | "unknown";
}

/**
 * The clusters of a stack, and which of them each resource is on.
 *
 * Two resources may be on the same cluster, on different ones, or on such as may be either: `relation` tells. Where
 * nothing tells clusters apart they are not different, and where nothing connects them they are not the same.
 */
export class Clusters {
    /** The clusters that the stack itself makes. */
    readonly made: readonly Cluster[];
    private readonly byNode = new Map<Node, Cluster>();
    private readonly leads = new Map<Node, Lead>();
    private readonly byFollower = new Map<Node, Cluster>();
    private readonly byName = new Map<string, Cluster[]>();
    private readonly ways = new Map<string, Way>();
    private readonly byProvider = new Map<string, Cluster | undefined>();
    private readonly same: SameClusters;

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
            for (const text of literalNames(node)) {
                const key = nameKey(node.resource, text);
                const named = this.byName.get(key);
                if (named) named.push(cluster);
                else this.byName.set(key, [cluster]);
            }
        }
        this.made = [...this.byNode.values()];
        this.findLeads();
        this.findWays();
        this.same = this.compare();
        this.name();
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
        return provider ? this.byProvider.get(provider.urn) : this.withoutProvider;
    }

    /** The id of the cluster that a resource is on: resources with the same id are on one cluster. */
    idOf({ provider }: Resource): string {
        return provider ? this.same.idOf(provider.urn) : "";
    }

    /** Whether two clusters, by their ids, are the same. */
    relation(one: string, other: string): Answer {
        return this.same.relation(one, other);
    }

    /** A cluster and the group that it is of, where there are others: an index has entries for both. */
    withGroup(cluster: string): readonly string[] {
        return this.same.withGroup(cluster);
    }

    /** The groups of the other clusters that may be the same as one, its own among them where it has others. */
    beside(cluster: string): readonly string[] {
        return this.same.beside(cluster);
    }

    /**
     * Works out, in one walk over all dependencies, which clusters are nearest to each resource. A pool that nothing
     * leads to its cluster belongs to that of the component around it, whose inputs may tell.
     */
    private findLeads(): void {
        const order = endsFirst(this.stack.nodes, beyond);
        const walk = () => {
            for (const node of order) this.leads.set(node, this.leadOf(node));
        };
        walk();
        const stray = this.stack.nodes.filter(node => isPart(node) && !this.byFollower.has(node));
        const found = stray.filter(node => {
            const around = this.aroundPart(node);
            if (around) this.byFollower.set(node, around);
            return around !== undefined;
        });
        if (found.length > 0) walk();
    }

    private leadOf(node: Node): Lead {
        const end = this.endOf(node) ?? this.followed(node);
        if (end) return { distance: 0, clusters: [end] };
        // What a component gives comes from the clusters and pools that it is made of, whichever they are.
        const inside = isComponent(node) ? this.inside(node) : [];
        if (inside.length > 0) return { distance: 1, clusters: inside };
        return this.nearest(beyond(node));
    }

    private inside(component: Node): Cluster[] {
        const found = new Set<Cluster>();
        for (const child of component.children) {
            const lead = this.leads.get(child);
            const isEnd = lead && (lead.distance === 0 || (isComponent(child) && lead.distance === 1));
            for (const cluster of isEnd ? lead.clusters : []) if (found.size < MOST_CANDIDATES) found.add(cluster);
        }
        return [...found];
    }

    /** The nearest clusters that some resources lead to, themselves at distance 1. */
    private nearest(nodes: readonly Node[]): Lead {
        let distance = Number.POSITIVE_INFINITY;
        let clusters = new Set<Cluster>();
        for (const node of nodes) {
            const lead = this.leads.get(node) ?? NO_LEAD;
            if (lead.distance > distance) continue;
            if (lead.distance < distance) clusters = new Set();
            distance = lead.distance;
            for (const cluster of lead.clusters) if (clusters.size < MOST_CANDIDATES) clusters.add(cluster);
        }
        return { distance: distance + 1, clusters: [...clusters] };
    }

    /** The cluster at the end of a search: a cluster itself, or that of a node pool which programs wait for. */
    private endOf(node: Node): Cluster | undefined {
        return this.byNode.get(madeInside(node)) ?? this.byFollower.get(node);
    }

    /** The cluster of a node pool, an add-on or the like. */
    private followed(node: Node): Cluster | undefined {
        const type = followerType(node.resource.type);
        if (!type) return undefined;
        const properties = type.cluster.map(path => path.split(/[.[]/, 1)[0] ?? path);
        const { clusters } = this.nearest(node.dependenciesOf(...properties));
        const found = clusters.length > 0 ? single(clusters) : this.ofLiteral(node, type.cluster);
        if (found) this.byFollower.set(node, found);
        return found;
    }

    /** The cluster of the same cloud provider whose name or id a property says as a plain text. */
    private ofLiteral({ resource }: Node, paths: readonly string[]): Cluster | undefined {
        const texts = paths.flatMap(path => resource.props.select(path)).flatMap(({ string }) => string ?? []);
        return single([...new Set(texts.flatMap(text => this.byName.get(nameKey(resource, text)) ?? []))]);
    }

    /**
     * The cluster of the component around a node pool: pulumi-eks gives its groups the cluster's name without the
     * dependency.
     *
     * Source: pulumi/pulumi-eks nodejs/eks/nodes/nodegroup.ts (`ManagedNodeGroup`, `NodeGroupV2`)
     */
    private aroundPart(node: Node): Cluster | undefined {
        for (const around of componentsAround(node)) {
            const own = this.endOf(around);
            if (own) return own;
            const { clusters } = this.nearest(dependenciesOf(around));
            if (clusters.length > 0) return single(clusters);
        }
        return undefined;
    }

    /** What all providers say of their clusters, whether or not anything uses them. */
    private findWays(): void {
        const providers = new Map<string, ClusterProvider>();
        const used = new Set<string>();
        for (const { resource } of this.stack.nodes) {
            if (resource.type === KUBERNETES_PROVIDER) providers.set(resource.urn, resource);
            if (!resource.provider || !isOnCluster(resource)) continue;
            used.add(resource.provider.urn);
            if (!providers.has(resource.provider.urn)) providers.set(resource.provider.urn, resource.provider);
        }
        for (const [, provider] of [...providers].sort(([one], [other]) => compareText(one, other))) {
            const node = this.stack.get(provider.urn);
            const props = node?.resource.props ?? provider.props;
            const access = accessOf(provider, props, used.has(provider.urn));
            const isFiles = rendersOnly(props);
            const { clusters } = node && !isFiles ? this.nearest(node.dependenciesOf(...CLUSTER_PROPERTIES)) : NO_LEAD;
            const kubeconfig = textOf(props.get("kubeconfig"));
            const [context, cluster] = [props.get("context"), props.get("cluster")];
            const isOpen = isHidden(context) || isHidden(cluster);
            const choice = isOpen ? ("unknown" as const) : { context: textOf(context), cluster: textOf(cluster) };
            const candidates = chosen(clusters, access);
            this.ways.set(provider.urn, { provider, access, candidates, isFiles, kubeconfig, choice });
        }
    }

    /** Which providers lead to the same cluster, and which to different ones. */
    private compare(): SameClusters {
        const claims = new Map<string, Claim>();
        const agreed = this.agreedDefaults();
        for (const cluster of this.made) {
            const servers = serversOf(cluster).map(server => `server ${server}`);
            claims.set(cluster.id, {
                same: [`made ${cluster.id}`, ...servers],
                apart: apartBy(servers),
                made: cluster.id,
            });
        }
        for (const [urn, way] of this.ways) claims.set(urn, this.claimOf(way, agreed));
        if (this.stack.nodes.some(({ resource }) => !resource.provider && isOnCluster(resource))) {
            claims.set("", { same: [], apart: [] });
        }
        return new SameClusters(this.withHosts(claims));
    }

    /** A virtual cluster is not the one that it runs on, nor another on the same. */
    private withHosts(claims: ReadonlyMap<string, Claim>): ReadonlyMap<string, Claim> {
        const virtual = this.made.flatMap(({ id, node }) => {
            const host = node && virtualCluster(node.resource) ? node.resource.provider?.urn : undefined;
            return host === undefined ? [] : [[id, host] as const];
        });
        if (virtual.length === 0) return claims;
        const all = new Map(claims);
        for (const [id, host] of virtual) {
            for (const one of [id, host]) {
                const claim = all.get(one);
                if (claim) all.set(one, { ...claim, apart: [...claim.apart, `on ${host}`] });
            }
        }
        return all;
    }

    /** The stacks whose default providers all lead to one cluster, as far as that is known: the engine configures all alike. */
    private agreedDefaults(): ReadonlySet<string> {
        const said = new Map<string, Set<string>>();
        for (const { provider, access, kubeconfig, choice } of this.ways.values()) {
            if (!this.isDefault(provider)) continue;
            const stack = stackOf(provider.urn);
            const known = said.get(stack) ?? new Set();
            said.set(stack, known);
            if (!access.isOpen) known.add(JSON.stringify([kubeconfig, choice]));
        }
        return new Set([...said].flatMap(([stack, known]) => (known.size < 2 ? [stack] : [])));
    }

    /** Whether a provider is one that the engine made, and leads to whatever cluster is current. */
    isCurrent(provider: ClusterProvider | undefined): boolean {
        return provider !== undefined && this.isDefault(provider) && !namesCluster(this.propsOf(provider));
    }

    private isDefault({ urn, name }: ClusterProvider): boolean {
        return isDefaultProviderName(name) && this.stack.get(urn)?.parent === undefined;
    }

    private claimOf(
        { provider, access, candidates, isFiles, kubeconfig, choice }: Way,
        agreed: ReadonlySet<string>,
    ): Claim {
        const stack = stackOf(provider.urn);
        if (isFiles) {
            const directory = this.propsOf(provider).get("renderYamlToDirectory").string;
            return { same: directory ? [`files ${stack} ${directory}`] : [], apart: [] };
        }
        const { context, server, identifier } = access;
        const [made] = candidates.length === 1 ? candidates : [];
        const same = [
            ...(made ? [`made ${made.id}`] : []),
            ...(identifier === undefined ? [] : [`identifier ${identifier}`]),
            ...(this.isDefault(provider) && agreed.has(stack) ? [`default ${stack}`] : []),
        ];
        const servers = server === undefined ? [] : [`server ${serverId(server)}`];
        // Where a kubeconfig says otherwise than what it depends on, that is no news of the cluster there.
        const known = made ? serversOf(made) : [];
        if (known.length === 0 || known.includes(serverId(server ?? ""))) same.push(...servers);
        const source = this.sourceOf(provider, kubeconfig, candidates);
        if (source === undefined || choice === "unknown") {
            return { same, apart: apartBy(same), made: made?.id };
        }
        const [respect, value] =
            choice.cluster !== undefined
                ? ["cluster", choice.cluster]
                : ["context", choice.context ?? (kubeconfig === undefined ? undefined : context)];
        same.push(JSON.stringify([source, value === undefined ? "" : respect, value ?? ""]));
        const differing = value === undefined ? [] : [`${respect} ${source}`];
        return { same, apart: [...apartBy(same), ...differing], made: made?.id };
    }

    /** What tells which kubeconfig a provider uses; undefined when nothing does. */
    private sourceOf(
        provider: ClusterProvider,
        kubeconfig: string | undefined,
        candidates: readonly Cluster[],
    ): string | undefined {
        if (kubeconfig !== undefined) return `text ${kubeconfig}`;
        const from =
            this.stack
                .get(provider.urn)
                ?.dependenciesOf("kubeconfig")
                .map(({ urn }) => urn) ?? [];
        const given = this.propsOf(provider).get("kubeconfig");
        // One that is given as an object tells only what is in it.
        const isSaid = from.length > 0 || isHidden(given) || given.isMap;
        if (!isSaid) return `current ${stackOf(provider.urn)}`;
        const reads = this.stack.get(provider.urn)?.reads.get("kubeconfig") ?? [];
        const all = [...new Set([...from, ...reads.map(({ type, name }) => `${type} ${name}`)])].sort();
        const isOne = candidates.length < 2 && reads.every(givesOneKubeconfig);
        return isOne && all.length > 0 ? `from ${all.join(" ")}` : undefined;
    }

    private propsOf({ urn, props }: ClusterProvider): Value {
        return this.stack.get(urn)?.resource.props ?? props;
    }

    /** Gives each provider its cluster, and each cluster what its providers say of it. */
    private name(): void {
        const clusters = new Map(this.made.map(cluster => [cluster.id, cluster]));
        // A provider that nothing uses gives no cluster its name.
        const usedFirst = [...this.ways].sort(
            ([, one], [, other]) => Number(other.access.isUsed) - Number(one.access.isUsed),
        );
        for (const [urn, { provider, access, candidates, isFiles }] of usedFirst) {
            if (isFiles || candidates.length > 1) {
                this.byProvider.set(urn, undefined);
                continue;
            }
            const id = this.same.idOf(urn);
            const cluster = clusters.get(id) ?? { id, label: labelOf(provider, access), node: undefined, accesses: [] };
            clusters.set(id, cluster);
            cluster.accesses.push(access);
            this.byProvider.set(urn, cluster);
        }
    }
}

/**
 * What stands for a secret that cannot be decrypted, where policies look at a state.
 *
 * Source: pulumi/pulumi pkg/cmd/pulumi/policy/policy_analyze.go
 */
const SECRET = "[secret]";

/** Whether a value is not known, or hidden. */
function isHidden({ raw, isUnknown }: Value): boolean {
    return isUnknown || raw === SECRET;
}

function textOf(value: Value): string | undefined {
    return isHidden(value) ? undefined : value.string || undefined;
}

/** Whether what another stack gives has one kubeconfig at the most: two of its outputs may be of two clusters. */
function givesOneKubeconfig({ type, outputs }: Read): boolean {
    if (type !== STACK_REFERENCE) return true;
    const given = outputs?.get("outputs");
    return given?.isMap === true && given.keys().filter(key => /kube|config/i.test(key)).length === 1;
}

function single<T>([one, ...others]: readonly T[]): T | undefined {
    return others.length === 0 ? one : undefined;
}

/** The one of several clusters that a provider says it means, by address or name; all of them where it does not say. */
function chosen(clusters: readonly Cluster[], access: Access): readonly Cluster[] {
    if (clusters.length < 2) return clusters;
    const server = access.server === undefined ? undefined : serverId(access.server);
    const meant = clusters.filter(cluster => {
        const names = cluster.node ? literalNames(cluster.node) : new Set<string>();
        const isNamed = access.clusterNames.some(name => names.has(name));
        return isNamed || (server !== undefined && serversOf(cluster).includes(server));
    });
    return meant.length === 1 ? meant : clusters;
}

function labelOf({ name }: ClusterProvider, { context }: Access): string {
    return context ? `the cluster of kubeconfig context "${context}"` : `the cluster of provider "${name}"`;
}

/** In which respects evidence of sameness also tells clusters apart. */
function apartBy(same: readonly string[]): string[] {
    return ["server", "identifier"].filter(respect => same.some(one => one.startsWith(`${respect} `)));
}

/** The properties in which clouds say the address of a cluster's API server. */
const SERVER_OUTPUTS = ["endpoint", "fqdn", "privateFqdn", "apiEndpoint", "apiEndpoints[]", "apiServerEndpoint"];

function serversOf({ node }: Cluster): string[] {
    const said = SERVER_OUTPUTS.flatMap(path => node?.outputs.select(path) ?? []);
    return said.flatMap(({ string }) => (string ? [serverId(string)] : []));
}

/** Project and stack in a URN. */
function stackOf(urn: string): string {
    const [stack, project, ...rest] = urn.split("::", 3);
    return rest.length === 0 ? "" : `${stack}::${project}`;
}

/** A name of a cluster, within what a cloud provider's resource manages. */
function nameKey({ provider }: Resource, text: string): string {
    return `${provider?.urn} ${text}`;
}

/** Whether something belongs to one cluster. */
function isPart({ resource }: Node): boolean {
    const type = followerType(resource.type);
    return type !== undefined && type.role !== "template";
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
export function beyond(node: Node): readonly Node[] {
    return [...dependenciesOf(node), ...(isComponent(node) ? node.children : [])];
}

function dependenciesOf({ dependencies, propertyDependencies }: Node): readonly Node[] {
    return [...dependencies, ...[...propertyDependencies.values()].flat()];
}

function accessOf({ name, urn }: ClusterProvider, props: Value, isUsed: boolean): Access {
    const given = CLUSTER_PROPERTIES.map(property => props.get(property));
    const [chosen, own, identifier] = given.slice(1).map(textOf);
    const kubeconfig = props.get("kubeconfig").raw;
    const { context, cluster, server, credentialsFor } = readKubeconfig(kubeconfig, { context: chosen, cluster: own });
    return {
        urn,
        provider: name,
        isUsed,
        isOpen: given.some(isHidden),
        context,
        clusterNames: [...(own ? [own] : [credentialsFor, cluster]), identifier].flatMap(one => one || []),
        server,
        identifier,
        names: [context, own, cluster, server, credentialsFor, identifier, name],
    };
}
