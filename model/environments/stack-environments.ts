import type { KubeObject } from "../kubernetes/object";
import { Multimap } from "../multimap";
import type { Resource } from "../pulumi/resource";
import type { Node, Read, Stack } from "../pulumi/stack";
import { quoteNames } from "../text";
import type { Value } from "../value";
import {
    environmentOfCloudResource,
    environmentOfNames,
    environmentOfTags,
    namesOf,
    statementsOfTags,
    tagPathsOf,
} from "./cluster-environment";
import { ClusterEvidence, type EvidenceSettings } from "./cluster-evidence";
import { clusterType, followerType, virtualCluster } from "./cluster-types";
import { type Cluster, Clusters, namespaceOfRelease, ownerOf } from "./clusters";
import {
    contradictionIn,
    environmentOfMetadata,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    type KnownEnvironment,
    type Surroundings,
    statementsOfMetadata,
    statementsOfStackTags,
} from "./environment";
import { Reads } from "./reads";

/** How environments of everything in a stack are found. */
export type StackEnvironmentSettings = EvidenceSettings;

/** A node pool that its cluster's own resource describes. */
export interface InnerPoolEnvironment {
    /** In quotes, after a space; empty when it has none. */
    readonly name: string;
    readonly environment: FoundEnvironment;
}

/** Two pieces of evidence that contradict each other. */
type Sides = readonly [KnownEnvironment, KnownEnvironment];

/** Properties of an object or Helm release that name its namespace, or hold the property that does. */
const NAMESPACE_PROPERTIES = ["metadata", "namespace"];

/** The one cluster that all objects without a provider are on, where the user of the check command names it. */
const GIVEN: Cluster = { id: "", label: "the cluster", node: undefined, accesses: [] };

/** The environments of a stack, its clusters, pools and objects. */
export class StackEnvironments {
    readonly clusters: Clusters;
    /** Namespaces and their patches, by cluster and name. */
    private readonly namespaces = new Multimap<KubeObject>();
    /** Whether a Namespace of a name that tells an environment is in a group of clusters. */
    private readonly told = new Map<string, boolean>();
    private readonly reads: Reads;
    private readonly evidence = new Map<Cluster, ClusterEvidence>();
    private readonly found = new Map<Cluster, FoundEnvironment>();

    constructor(
        private readonly stack: Stack,
        private readonly settings: StackEnvironmentSettings,
        private readonly stackTags: ReadonlyMap<string, string>,
        givenEnvironment: string | undefined,
    ) {
        this.clusters = new Clusters(stack, givenEnvironment === undefined ? undefined : GIVEN);
        if (givenEnvironment !== undefined) {
            this.found.set(GIVEN, environmentOfValue(givenEnvironment, settings.vocabulary, "option --environment"));
        }
        this.reads = new Reads(stack);
        for (const { resource } of stack.nodes) {
            for (const object of resource.objects) {
                if (!object.is("Namespace") || !object.name.string) continue;
                for (const where of this.clusters.withGroup(this.clusters.idOf(resource))) {
                    this.namespaces.add(object, where, object.name.string);
                }
            }
        }
    }

    /** The environment of the stack that a resource is in. */
    ofStack({ project, stack }: Resource): FoundEnvironment {
        const configured = this.settings.stacks.find(([glob]) => glob.matches(`${project}/${stack}`));
        return firstOf(
            [
                () =>
                    configured
                        ? environmentOfValue(
                              configured[1],
                              this.settings.vocabulary,
                              `"${configured[0].source}" in the key stacks`,
                          )
                        : "none",
                () => environmentOfStack(stack, this.stackTags, this.settings),
            ],
            // The configuration may say so of a stack, whatever it is called; a tag is not weighed so.
            found => found.isNeutral && configured !== undefined,
        );
    }

    /** The environment of a cluster, by its resource, the configuration, and the providers that lead to it. */
    ofCluster(cluster: Cluster): FoundEnvironment {
        let found = this.found.get(cluster);
        if (found === undefined) {
            // While it is worked out, a virtual cluster that is its own host has none.
            this.found.set(cluster, "none");
            found = this.findCluster(cluster);
            this.found.set(cluster, found);
        }
        return found;
    }

    private findCluster(cluster: Cluster): FoundEnvironment {
        const { node } = cluster;
        return this.evidenceOn(cluster).environment(() => (node ? this.ofHost(node) : "none"));
    }

    /** All that speaks of a cluster's environment. Providers that nothing uses do not. */
    evidenceOn(cluster: Cluster): ClusterEvidence {
        let evidence = this.evidence.get(cluster);
        if (!evidence) {
            const { node, accesses } = cluster;
            const used = accesses.filter(({ isUsed }) => isUsed);
            const facts = {
                tags: node ? this.statementsOfMaker(node) : [],
                names: node ? ownNames(node) : [],
                identities: node ? identitiesOf(node) : [],
                accesses: used,
                reads: node ? [] : used.flatMap(({ urn }) => this.readsOf(urn)),
            };
            evidence = new ClusterEvidence(facts, this.settings);
            this.evidence.set(cluster, evidence);
        }
        return evidence;
    }

    /** What the program reads to find a provider's cluster. */
    readsOf(urn: string): readonly Read[] {
        const provider = this.stack.get(urn);
        return provider ? this.reads.behind(provider) : [];
    }

    private statementsOfMaker(node: Node): FoundEnvironment[] {
        const { resource } = node;
        const virtual = virtualCluster(resource);
        if (!virtual) {
            const paths = clusterType(resource.type)?.tags ?? [];
            return statementsOfTags(resource.props, paths, resource.provider, this.settings);
        }
        const own = statementsOfTags(virtual.root, virtual.type.tags, undefined, this.settings);
        if (own.length > 0) return own;
        const name = virtual.root.get(...virtual.type.namespace.split("."));
        const namespaces = this.namespacesOf(node, name);
        if (namespaces === "unknown") return [namespaces];
        return [environmentOfMetadata(namespaces, ` on Namespace ${namespaces[0]?.displayName ?? ""}`, this.settings)];
    }

    /** A virtual cluster that says nothing itself is of its host's environment. */
    private ofHost({ resource }: Node): FoundEnvironment {
        const host = virtualCluster(resource) && this.clusters.ofProvider(resource.provider);
        return host ? this.ofCluster(host) : "none";
    }

    /** The environment that an object on a cluster is of. */
    ofObject(node: Node, object: KubeObject): FoundEnvironment {
        const surroundings = { ...this.surroundingsOf(node), stack: () => this.ofStack(node.resource) };
        return environmentOfObject(object, surroundings, this.settings);
    }

    /** The environment of a Helm release or chart, which has no labels: that of the virtual cluster it makes, or of its namespace. */
    ofRelease(node: Node): FoundEnvironment {
        return firstOf([
            () => (virtualCluster(node.resource) ? environmentOfNames(ownNames(node), this.settings) : "none"),
            () => environmentOfNamespace(namespaceOfRelease(node.resource), this.surroundingsOf(node), this.settings),
            () => this.ofStack(node.resource),
        ]);
    }

    /** What an object's own labels and annotations say together. */
    ofMetadata(object: KubeObject): FoundEnvironment {
        return environmentOfMetadata([object], "", this.settings);
    }

    /** Labels and annotations of an object that contradict each other. */
    ownConflict(object: KubeObject): Sides | undefined {
        return contradictionIn(statementsOfMetadata(object, "", this.settings));
    }

    /** Tags or labels of a node pool or add-on that contradict each other. */
    conflictOfFollower({ type, props, provider }: Resource): Sides | undefined {
        const follower = followerType(type);
        return follower && contradictionIn(statementsOfTags(props, tagPathsOf(follower), provider, this.settings));
    }

    /** Tags of the stack that contradict each other. */
    conflictOfStack(): Sides | undefined {
        return contradictionIn(statementsOfStackTags(this.stackTags, this.settings));
    }

    get tagKeys(): readonly string[] {
        return this.settings.tagKeys;
    }

    private surroundingsOf(node: Node): Pick<Surroundings, "home" | "namespace"> {
        return { home: node.resource, namespace: (name: Value) => this.namespacesOf(node, name) };
    }

    /** The environment of a node pool or add-on by itself. */
    ofFollower({ resource }: Node): FoundEnvironment {
        return environmentOfCloudResource(resource, this.settings);
    }

    /** The environments of the pools that a cluster's own resource describes. */
    ofInnerPools({ resource }: Node): InnerPoolEnvironment[] {
        return (clusterType(resource.type)?.pools ?? []).flatMap(pool =>
            resource.props.select(pool.path).map(props => ({
                name: quoted(pool.name && props.get(pool.name).string),
                environment: environmentOfTags(props, [...pool.tags, ...pool.nodeLabels], undefined, this.settings),
            })),
        );
    }

    /**
     * A Namespace object on the same cluster, with its patches; "unknown" when one on another cluster, which may be the
     * same, tells an environment. In a preview that cannot know the name yet, a dependency tells which.
     */
    namespacesOf(node: Node, name: Value): readonly KubeObject[] | "unknown" {
        const cluster = this.clusters.idOf(node.resource);
        if (name.string) {
            const found = this.namespaces.get(cluster, name.string);
            return found.length > 0 ? found : this.mayBeIn(cluster, name.string);
        }
        if (!name.isUnknown) return [];
        const [namespace, ...others] = new Set(
            node
                .dependenciesOf(...NAMESPACE_PROPERTIES)
                .filter(({ resource }) => this.clusters.idOf(resource) === cluster)
                .flatMap(({ resource }) => resource.objects.filter(object => object.is("Namespace"))),
        );
        return namespace && others.length === 0 ? [namespace] : [];
    }

    /** Whether a Namespace object that tells an environment is on another cluster, which may be the same. */
    private mayBeIn(cluster: string, name: string): readonly KubeObject[] | "unknown" {
        const isTold = this.clusters.beside(cluster).some(group => {
            const key = `${group} ${name}`;
            const known =
                this.told.get(key) ??
                this.namespaces
                    .get(group, name)
                    .some(namespace => environmentOfMetadata([namespace], "", this.settings) !== "none");
            this.told.set(key, known);
            return known;
        });
        return isTold ? "unknown" : [];
    }
}

function quoted(name: string | undefined): string {
    return name ? ` ${quoteNames([name])}` : "";
}

/** What the cluster's own resource calls it. */
function ownNames({ resource }: Node): Value[] {
    const virtual = virtualCluster(resource);
    if (virtual) return namesOf(virtual.root, virtual.type.names, resource.name);
    return namesOf(resource.props, clusterType(resource.type)?.names ?? [], resource.name);
}

/** All that the configuration may know a cluster of the stack by. */
function identitiesOf(node: Node): (string | undefined)[] {
    const outputs = ["arn", "clusterArn", "id", "selfLink", "name"].map(property => node.outputs.get(property));
    const names = [...ownNames(node), ...outputs].map(({ string }) => string);
    return [...names, node.resource.name, ownerOf(node).name];
}
