import {
    type ClusterSettings,
    environmentOfCloudResource,
    environmentOfMap,
    environmentOfNames,
    environmentOfTags,
    namesOf,
} from "./cluster-environment";
import { clusterType, virtualCluster } from "./cluster-types";
import { type Access, type Cluster, Clusters, namespaceOfRelease, ownerOf } from "./clusters";
import {
    agree,
    environmentOfMetadata,
    environmentOfName,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
} from "./environment";
import type { Glob } from "./glob";
import { Multimap } from "./multimap";
import type { KubeObject } from "./object";
import type { Resource } from "./resource";
import type { Node, Stack } from "./stack";
import { quoteNames } from "./text";
import type { Value } from "./value";

/** How environments of everything in a stack are found. */
export interface StackEnvironmentSettings extends ClusterSettings {
    /** Globs over `project/stack`, each with the environment of such stacks. */
    readonly stacks: readonly (readonly [Glob, string])[];
}

/** A node pool that its cluster's own resource describes. */
export interface InnerPoolEnvironment {
    /** In quotes, after a space; empty when it has none. */
    readonly name: string;
    readonly environment: FoundEnvironment;
}

/** Properties of an object or Helm release that name its namespace, or hold the property that does. */
const NAMESPACE_PROPERTIES = ["metadata", "namespace"];

/** The one cluster that all objects without a provider are on, where the user of the check command names it. */
const GIVEN: Cluster = { id: "", label: "the cluster", node: undefined, accesses: [] };

/** The environments of a stack, its clusters, pools and objects. */
export class StackEnvironments {
    readonly clusters: Clusters;
    private readonly namespaces = new Multimap<KubeObject>();
    /** Whether a Namespace of a name that tells an environment is in a group of clusters. */
    private readonly told = new Map<string, boolean>();
    private readonly found = new Map<Cluster, FoundEnvironment>();

    constructor(
        stack: Stack,
        private readonly settings: StackEnvironmentSettings,
        private readonly stackTags: ReadonlyMap<string, string>,
        givenEnvironment: string | undefined,
    ) {
        this.clusters = new Clusters(stack, givenEnvironment === undefined ? undefined : GIVEN);
        if (givenEnvironment !== undefined) {
            this.found.set(GIVEN, environmentOfValue(givenEnvironment, settings.vocabulary, "option --environment"));
        }
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
        if (!configured) return environmentOfStack(stack, this.stackTags, this.settings);
        const [glob, environment] = configured;
        return environmentOfValue(environment, this.settings.vocabulary, `"${glob.source}" in the key stacks`);
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

    private findCluster({ node, accesses }: Cluster): FoundEnvironment {
        const { settings } = this;
        return firstOf([
            () => (node ? this.ofMakerByTags(node) : "none"),
            () =>
                environmentOfMap(
                    [...(node ? identitiesOf(node) : []), ...accesses.flatMap(({ names }) => names)],
                    settings,
                ),
            () => (node ? environmentOfNames(ownNames(node), settings) : "none"),
            () => this.ofAccessNames(accesses, "kubeconfig context", ({ context }) => context),
            () => this.ofAccessNames(accesses, "cluster", access => access.cluster),
            () => (node ? this.ofHost(node) : "none"),
            () => (accesses.some(({ isOpen }) => isOpen) ? "unknown" : "none"),
        ]);
    }

    private ofMakerByTags(node: Node): FoundEnvironment {
        const { resource } = node;
        const virtual = virtualCluster(resource);
        if (!virtual) {
            return environmentOfTags(
                resource.props,
                clusterType(resource.type)?.tags ?? [],
                resource.provider,
                this.settings,
            );
        }
        const namespace = this.namespaceOf(node, virtual.root.get(...virtual.type.namespace.split(".")));
        return firstOf([
            () => environmentOfTags(virtual.root, virtual.type.tags, undefined, this.settings),
            () => {
                if (namespace === "unknown") return namespace;
                return namespace
                    ? environmentOfMetadata(namespace, ` on Namespace ${namespace.displayName}`, this.settings)
                    : "none";
            },
        ]);
    }

    /** A virtual cluster that says nothing itself is of its host's environment. */
    private ofHost({ resource }: Node): FoundEnvironment {
        const host = virtualCluster(resource) && this.clusters.ofProvider(resource.provider);
        return host ? this.ofCluster(host) : "none";
    }

    private ofAccessNames(
        accesses: readonly Access[],
        what: string,
        nameOf: (access: Access) => string | undefined,
    ): FoundEnvironment {
        if (!this.settings.inferFromNames) return "none";
        return agree(
            accesses.map(access => {
                const name = nameOf(access) ?? "";
                return environmentOfName(name, this.settings.vocabulary, `name of ${what} ${name}`);
            }),
        );
    }

    /** The environment that an object on a cluster is of. */
    ofObject(node: Node, object: KubeObject): FoundEnvironment {
        const surroundings = {
            namespace: (name: Value) => this.namespaceOf(node, name),
            stack: () => this.ofStack(node.resource),
        };
        return environmentOfObject(object, surroundings, this.settings);
    }

    /** The environment of a Helm release or chart, which has no labels: that of the virtual cluster it makes, or of its namespace. */
    ofRelease(node: Node): FoundEnvironment {
        const surroundings = { namespace: (name: Value) => this.namespaceOf(node, name) };
        return firstOf([
            () => (virtualCluster(node.resource) ? environmentOfNames(ownNames(node), this.settings) : "none"),
            () => environmentOfNamespace(namespaceOfRelease(node.resource), surroundings, this.settings),
            () => this.ofStack(node.resource),
        ]);
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

    /** A Namespace object on the same cluster. In a preview that cannot know the name yet, a dependency tells which. */
    private namespaceOf(node: Node, name: Value): KubeObject | "unknown" | undefined {
        const cluster = this.clusters.idOf(node.resource);
        if (name.string) return this.namespaces.get(cluster, name.string).at(-1) ?? this.mayBeIn(cluster, name.string);
        if (!name.isUnknown) return undefined;
        const [namespace, ...others] = new Set(
            node
                .dependenciesOf(...NAMESPACE_PROPERTIES)
                .filter(({ resource }) => this.clusters.idOf(resource) === cluster)
                .flatMap(({ resource }) => resource.objects.filter(object => object.is("Namespace"))),
        );
        return others.length === 0 ? namespace : undefined;
    }

    /** Whether a Namespace object that tells an environment is on another cluster, which may be the same. */
    private mayBeIn(cluster: string, name: string): "unknown" | undefined {
        const isTold = this.clusters.beside(cluster).some(group => {
            const key = `${group} ${name}`;
            const known =
                this.told.get(key) ??
                this.namespaces
                    .get(group, name)
                    .some(namespace => environmentOfMetadata(namespace, "", this.settings) !== "none");
            this.told.set(key, known);
            return known;
        });
        return isTold ? "unknown" : undefined;
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
