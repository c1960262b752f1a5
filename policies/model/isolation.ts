import { followerType } from "./cluster-types";
import { type Cluster, isOnCluster, KUBERNETES_PROVIDER, ownerOf, rendersOnly } from "./clusters";
import {
    describeEnvironment,
    type EnvironmentClass,
    type FoundEnvironment,
    type KnownEnvironment,
    known,
} from "./environment";
import { infrastructureOf } from "./infrastructure";
import type { KubeObject } from "./object";
import type { Resource } from "./resource";
import type { Node, Stack } from "./stack";
import type { StackEnvironments } from "./stack-environments";
import { compareText, joinWords } from "./text";

/** Two sides of one stack that must not meet. */
export interface Contradiction {
    /** What to change. */
    readonly target: KubeObject | Resource;
    /** The name of the target's own environment. */
    readonly environment: string;
    /** Both sides with their evidence, and the way between them. */
    readonly text: string;
}

/** Finds what belongs to production and meets what does not. Only two known sides contradict each other. */
export class Isolation {
    private readonly on: ReadonlyMap<Node, Cluster>;
    private readonly sources = new Map<Node, Sources>();

    constructor(
        private readonly stack: Stack,
        private readonly environments: StackEnvironments,
    ) {
        this.on = new Map(
            stack.nodes.flatMap(node => {
                const cluster = environments.clusters.of(node);
                return cluster ? [[node, cluster]] : [];
            }),
        );
    }

    /** Objects, Helm releases and charts on a cluster of the other class. */
    targets(): Contradiction[] {
        return this.each(isTarget, (node, cluster) => {
            const provider = `provider "${node.resource.provider?.name}"`;
            const isSaid = node.resource.provider === undefined || cluster.label.endsWith(provider);
            const through = isSaid ? "" : `, through ${provider}`;
            return targetsOf(node).flatMap(target => {
                const own =
                    "resource" in target ? this.environments.ofObject(node, target) : this.environments.ofRelease(node);
                return contradiction(target, own, `runs on ${cluster.label}`, this.of(cluster), through);
            });
        });
    }

    /** Clusters in a stack of the other class. */
    clusters(): Contradiction[] {
        return this.each(isMaker, (node, cluster) => {
            const owner = ownerOf(node);
            const stack = this.environments.ofStack(owner);
            return contradiction(owner, this.of(cluster), `belongs to stack ${owner.stack}`, stack);
        });
    }

    /** Node pools and add-ons of the other class than their cluster, those in the cluster's own resource included. */
    pools(): Contradiction[] {
        const inner = this.each(isMaker, (node, cluster) => {
            const own = known(this.of(cluster));
            const others = this.environments.ofInnerPools(node).flatMap(({ name, environment }) => {
                const pool = known(environment);
                return own && pool && pool.class !== own.class
                    ? [`its node pool${name} is ${describeEnvironment(pool)}`]
                    : [];
            });
            if (!own || others.length === 0) return [];
            const text = `is ${describeEnvironment(own)} but ${joinWords(others)}`;
            return [{ target: ownerOf(node), environment: own.canonicalName, text }];
        });
        const followers = this.each(isFollower, (node, cluster) => {
            const own = this.environments.ofFollower(node);
            return contradiction(node.resource, own, `belongs to ${cluster.label}`, this.of(cluster));
        });
        return [...inner, ...followers];
    }

    /** Clusters of both classes that use the same infrastructure. The one that is not production is to change. */
    shared(): Contradiction[] {
        const labels = new Map<string, { one: Cluster; other: Cluster; labels: Set<string> }>();
        for (const { label, users } of infrastructureOf(this.on)) {
            const [production, others] = [this.ofClass("production", users), this.ofClass("non-production", users)];
            for (const one of others) {
                for (const other of production) {
                    const pair = `${one.id} ${other.id}`;
                    const entry = labels.get(pair) ?? { one, other, labels: new Set() };
                    labels.set(pair, entry);
                    entry.labels.add(label);
                }
            }
        }
        return [...labels.values()].flatMap(({ one, other, labels: what }) => {
            if (!one.node) return [];
            const all = joinWords([...what].sort(compareText));
            return contradiction(ownerOf(one.node), this.of(one), `shares ${all} with ${other.label}`, this.of(other));
        });
    }

    /** Objects on one cluster made from what belongs to a cluster of the other class, directly or by other resources. */
    leaks(): Contradiction[] {
        return this.each(isTarget, (node, cluster) => {
            const own = known(this.of(cluster));
            const [target] = targetsOf(node);
            if (!own || !target) return [];
            const found = [...node.propertyDependencies].flatMap(([property, dependencies]) =>
                dependencies.flatMap(dependency =>
                    this.sourcesOf(dependency)
                        .filter(({ environment }) => environment.class !== own.class)
                        .map(source => `its ${property} depends on ${describeSource(source, dependency)}`),
                ),
            );
            if (found.length === 0) return [];
            const text = `is on ${cluster.label}, which is ${describeEnvironment(own)}, but ${joinWords(found)}`;
            return [{ target, environment: own.canonicalName, text }];
        });
    }

    /** Providers of production stacks of which nothing tells where they lead. */
    unknownClusters(): Contradiction[] {
        return this.stack.nodes.flatMap(({ resource }) => {
            if (resource.type !== KUBERNETES_PROVIDER || rendersOnly(resource.props)) return [];
            const cluster = this.environments.clusters.ofProvider(resource);
            const found = cluster ? this.of(cluster) : "none";
            const stack = known(this.environments.ofStack(resource));
            if (stack?.class !== "production" || (found !== "none" && found !== "contradictory")) return [];
            const why = found === "none" ? "nothing tells" : "is told in contradictory ways";
            const text = `leads to a cluster whose environment ${why}, while stack ${resource.stack} is ${describeEnvironment(stack)}`;
            return [{ target: resource, environment: stack.canonicalName, text }];
        });
    }

    private of(cluster: Cluster): FoundEnvironment {
        return this.environments.ofCluster(cluster);
    }

    private ofClass(side: EnvironmentClass, clusters: Iterable<Cluster>): Cluster[] {
        return [...clusters].filter(cluster => known(this.of(cluster))?.class === side);
    }

    private each(
        isWanted: (node: Node, cluster: Cluster) => boolean,
        find: (node: Node, cluster: Cluster) => Contradiction[],
    ): Contradiction[] {
        return [...this.on].flatMap(([node, cluster]) => (isWanted(node, cluster) ? find(node, cluster) : []));
    }

    /**
     * What a resource is or is made from that belongs to a cluster: itself, else one source of each class among what
     * its properties depend on. Dependencies may be as deep as the stack is large, too deep for a recursion.
     */
    private sourcesOf(start: Node): Sources {
        const done = this.sources.get(start);
        if (done) return done;
        const open = [start];
        for (let node = open.at(-1); node; node = open.at(-1)) {
            const inputs = this.on.has(node) || isProvider(node) ? [] : [...node.propertyDependencies.values()].flat();
            const missing = inputs.filter(input => !this.sources.has(input));
            if (missing.length > 0) {
                // Where dependencies go round in a circle, which only a broken state has, they lead nowhere.
                this.sources.set(node, []);
                open.push(...missing);
            } else {
                this.sources.set(
                    node,
                    this.ownSource(node) ?? oneOfEachClass(inputs.flatMap(input => this.sources.get(input) ?? [])),
                );
                open.pop();
            }
        }
        return this.sources.get(start) ?? [];
    }

    /** A resource on a cluster is its own source; nothing comes from one whose cluster says nothing. */
    private ownSource(node: Node): Sources | undefined {
        const cluster = this.on.get(node);
        const environment = cluster && known(this.of(cluster));
        return cluster && (environment ? [{ node, cluster, environment }] : []);
    }
}

/** What a resource is made from: something on a cluster, or the cluster itself. */
interface Source {
    readonly node: Node;
    readonly cluster: Cluster;
    readonly environment: KnownEnvironment;
}

/** At most one of each class. */
type Sources = readonly Source[];

function oneOfEachClass(sources: Sources): Sources {
    const found = new Map<EnvironmentClass, Source>();
    for (const source of sources) {
        const { class: side } = source.environment;
        if (!found.has(side)) found.set(side, source);
    }
    return [...found.values()];
}

/** @param dependency what leads to the source, where it is not the source itself. */
function describeSource({ node, cluster, environment }: Source, dependency: Node): string {
    const what = cluster.node === node ? cluster.label : `${node.resource.label} on ${cluster.label}`;
    const way = dependency === node ? "" : `, through ${dependency.resource.label}`;
    return `${what}, which is ${describeEnvironment(environment)}${way}`;
}

function contradiction(
    target: KubeObject | Resource,
    own: FoundEnvironment,
    relation: string,
    other: FoundEnvironment,
    way = "",
): Contradiction[] {
    const [left, right] = [known(own), known(other)];
    if (!left || !right || left.class === right.class) return [];
    const text = `is ${describeEnvironment(left)} but ${relation}, which is ${describeEnvironment(right)}${way}`;
    return [{ target, environment: left.canonicalName, text }];
}

/** The objects that a resource describes, or the Helm release itself. */
function targetsOf({ resource }: Node): readonly (KubeObject | Resource)[] {
    return resource.objects.length > 0 ? resource.objects : [resource];
}

function isTarget({ resource }: Node): boolean {
    return isOnCluster(resource);
}

function isMaker(node: Node, cluster: Cluster): boolean {
    return cluster.node === node;
}

function isFollower({ resource }: Node): boolean {
    return followerType(resource.type) !== undefined;
}

function isProvider({ resource }: Node): boolean {
    return resource.type.startsWith("pulumi:providers:");
}
