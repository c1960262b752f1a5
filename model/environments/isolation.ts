import type { KubeObject } from "../kubernetes/object";
import type { Resource } from "../pulumi/resource";
import { type Node, STACK_REFERENCE, type Stack } from "../pulumi/stack";
import { compareText, joinWords } from "../text";
import { referencedStack } from "./cluster-evidence";
import { followerType } from "./cluster-types";
import { type Cluster, isOnCluster, KUBERNETES_PROVIDER, namespaceOfRelease, ownerOf, rendersOnly } from "./clusters";
import {
    describeEnvironment,
    describePassedOver,
    type EnvironmentClass,
    type FoundEnvironment,
    type KnownEnvironment,
    known,
} from "./environment";
import { infrastructureOf } from "./infrastructure";
import type { StackEnvironments } from "./stack-environments";

/** Two sides of one stack that must not meet. */
export interface Contradiction {
    /** What to change. */
    readonly target: KubeObject | Resource;
    /** The target's own environment; that of a cluster's stack where the cluster's is not known. */
    readonly environment: KnownEnvironment;
    /** Both sides with their evidence, and the way between them: a sentence. */
    readonly what: string;
    /** What else would repair it: an imperative clause. */
    readonly remedy?: string;
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
            const side = isSaid ? cluster.label : `${provider} leads to ${cluster.label}, which`;
            return targetsOf(node).flatMap(target => {
                const isObject = "resource" in target;
                // What says both is reported for that.
                if (isObject && this.environments.ownConflict(target)) return [];
                const own = isObject ? this.environments.ofObject(node, target) : this.environments.ofRelease(node);
                const found = contradiction(target, own, side, this.of(cluster));
                const remedy = known(own)?.isOfNamespaceName ? this.labelling(node, target) : undefined;
                return remedy ? found.map(one => ({ ...one, remedy })) : found;
            });
        });
    }

    /** How to correct what the name of a namespace seems to say. */
    private labelling(node: Node, target: KubeObject | Resource): string | undefined {
        const [key] = this.environments.tagKeys;
        if (key === undefined) return undefined;
        const label = `the label ${JSON.stringify(key)}`;
        if ("resource" in target && target.is("Namespace"))
            return `set its label ${JSON.stringify(key)}, which takes precedence over its name`;
        const name = "resource" in target ? target.namespace : namespaceOfRelease(target);
        const namespaces = this.environments.namespacesOf(node, name);
        const [namespace] = namespaces === "unknown" ? [] : namespaces;
        const which = `Namespace ${namespace?.displayName ?? name.string ?? ""}`.trimEnd();
        return namespace
            ? `set ${label} of ${which}, which takes precedence over its name`
            : `declare ${which} in this stack with ${label}, which takes precedence over its name`;
    }

    /** What is said to be of both classes at once, by evidence of which none is weak. */
    conflicts(): Contradiction[] {
        return [
            ...this.conflictsOfStack(),
            ...this.conflictsOfClusters(),
            ...this.conflictsOfPools(),
            ...this.conflictsOfObjects(),
        ];
    }

    private conflictsOfStack(): Contradiction[] {
        const root = this.stack.nodes.find(({ resource }) => resource.type === "pulumi:pulumi:Stack");
        const sides = this.on.size > 0 ? this.environments.conflictOfStack() : undefined;
        return root && sides ? [bothAtOnce(root.resource, "The environment of the stack", sides)] : [];
    }

    private conflictsOfClusters(): Contradiction[] {
        const firstOn = new Map<Cluster, Node>();
        for (const [node, cluster] of this.on) if (!firstOn.has(cluster)) firstOn.set(cluster, node);
        return [...firstOn].flatMap(([cluster, node]) => {
            const { conflict } = this.environments.evidenceOn(cluster);
            if (!conflict) return [];
            const sides = [conflict[0].environment, conflict[1].environment] as const;
            // What a provider's kubeconfig says is for its author to correct; it also is the place to look first.
            const provider = conflict.flatMap(({ provider: urn }) => (urn && this.stack.get(urn)) || [])[0];
            const target = provider?.resource ?? (cluster.node ? ownerOf(cluster.node) : node.resource);
            const isMakerItself = cluster.node && target === ownerOf(cluster.node);
            const found = bothAtOnce(
                target,
                `The environment of ${isMakerItself ? "the cluster" : cluster.label}`,
                sides,
            );
            const [{ environment }, { name }] = conflict;
            if (!name) return [found];
            const entry = `clusters: {${JSON.stringify(name)}: ${JSON.stringify(environment.canonicalName)}}`;
            return [
                { ...found, remedy: `if only the name misleads, set ${entry} in the configuration of this policy` },
            ];
        });
    }

    private conflictsOfPools(): Contradiction[] {
        return this.each(isFollower, ({ resource }) => {
            const sides = this.environments.conflictOfFollower(resource);
            return sides ? [bothAtOnce(resource, "The environment", sides)] : [];
        });
    }

    private conflictsOfObjects(): Contradiction[] {
        return this.stack.nodes.flatMap(node =>
            node.resource.objects.flatMap(object => {
                const sides = this.environments.ownConflict(object);
                if (sides) return [bothAtOnce(object, "The environment", sides)];
                return object.isPatch && object.is("Namespace") ? this.conflictsOfPatch(node, object) : [];
            }),
        );
    }

    /** A patch of a Namespace that contradicts the Namespace or another patch. */
    private conflictsOfPatch(node: Node, patch: KubeObject): Contradiction[] {
        const namespaces = this.environments.namespacesOf(node, patch.name);
        if (namespaces === "unknown") return [];
        const own = this.environments.ofMetadata(patch);
        return namespaces
            .filter(object => object !== patch)
            .flatMap(other =>
                contradiction(patch, own, `${other.label}, which it patches,`, this.environments.ofMetadata(other)),
            )
            .slice(0, 1);
    }

    /** Clusters in a stack of the other class. */
    clusters(): Contradiction[] {
        return this.each(isMaker, (node, cluster) => {
            const owner = ownerOf(node);
            const stack = this.environments.ofStack(owner);
            return contradiction(owner, this.of(cluster), `stack ${owner.stack}`, stack);
        });
    }

    /** Node pools and add-ons of the other class than their cluster, those in the cluster's own resource included. */
    pools(): Contradiction[] {
        const inner = this.each(isMaker, (node, cluster) => {
            const own = known(this.of(cluster));
            const others = this.environments.ofInnerPools(node).flatMap(({ name, environment }) => {
                const pool = known(environment);
                return own && pool && pool.class !== own.class
                    ? [`that of node pool${name} is ${describeEnvironment(pool)}`]
                    : [];
            });
            if (!own || others.length === 0) return [];
            const what = `The environment is ${describeEnvironment(own)}, but ${joinWords(others)}`;
            return [{ target: ownerOf(node), environment: own, what }];
        });
        const followers = this.each(isFollower, (node, cluster) => {
            const own = this.environments.ofFollower(node);
            return contradiction(node.resource, own, `${cluster.label}, to which it belongs,`, this.of(cluster));
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
            return contradiction(
                ownerOf(one.node),
                this.of(one),
                `it shares ${all} with ${other.label}, which`,
                this.of(other),
            );
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
                        .map(source => `${property} depends on ${describeSource(source, dependency)}`),
                ),
            );
            if (found.length === 0) return [];
            const what = `The environment of ${cluster.label} is ${describeEnvironment(own)}, but ${found.join(", and ")}`;
            return [{ target, environment: own, what }];
        });
    }

    /** Providers of production stacks of which nothing tells where they lead. */
    unknownClusters(): Contradiction[] {
        const used = new Set(this.stack.nodes.map(({ resource }) => resource.provider?.urn));
        return this.stack.nodes.flatMap(({ resource }) => {
            const { type, props, urn } = resource;
            if (type !== KUBERNETES_PROVIDER || rendersOnly(props) || !used.has(urn)) return [];
            const cluster = this.environments.clusters.ofProvider(resource);
            const found = cluster ? this.of(cluster) : "none";
            const stack = known(this.environments.ofStack(resource));
            if (stack?.class !== "production" || found === "unknown" || known(found) || isNeutral(found)) return [];
            const state = found === "contradictory" ? "contradictory" : "unknown";
            const hints = this.hintsOn(urn, found);
            const what = `Stack ${resource.stack} is ${describeEnvironment(stack)}, but the environment of the cluster that this provider leads to is ${state}${hints && ` (${hints})`}`;
            return [{ target: resource, environment: stack, what, ...this.wayOut(urn) }];
        });
    }

    /** What there is that might tell a cluster's environment, and does not. */
    private hintsOn(provider: string, found: FoundEnvironment): string {
        const words = typeof found === "string" ? [] : [found, ...found.passedOver].map(describePassedOver);
        const stacks = this.environments.readsOf(provider).flatMap(read => {
            if (read.type !== STACK_REFERENCE) return [];
            const name = referencedStack(read);
            return name
                ? `its kubeconfig is from stack ${name}`
                : `its kubeconfig is from StackReference "${read.name}", of which policies see only this name`;
        });
        return joinWords([...new Set([...words, ...stacks])]);
    }

    /** How to say what a StackReference does not. */
    private wayOut(provider: string): Pick<Contradiction, "remedy"> {
        const reads = this.environments.readsOf(provider).filter(({ type }) => type === STACK_REFERENCE);
        const [read] = reads;
        if (!read) return {};
        const name = referencedStack(read);
        return {
            remedy: name
                ? `name stack ${name} in its key "stacks"`
                : "call the StackReference by the full name of its stack",
        };
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
interface Origin {
    readonly node: Node;
    readonly cluster: Cluster;
    readonly environment: KnownEnvironment;
}

/** At most one of each class. */
type Sources = readonly Origin[];

function oneOfEachClass(sources: Sources): Sources {
    const found = new Map<EnvironmentClass, Origin>();
    for (const source of sources) {
        const { class: side } = source.environment;
        if (!found.has(side)) found.set(side, source);
    }
    return [...found.values()];
}

/** @param dependency what leads to the source, where it is not the source itself. */
function describeSource({ node, cluster, environment }: Origin, dependency: Node): string {
    const what = cluster.node === node ? cluster.label : `${node.resource.label} on ${cluster.label}`;
    const way = dependency === node ? "" : `, through ${dependency.resource.label}`;
    return `${what}, which is ${describeEnvironment(environment)}${way}`;
}

/** @param side the other one, as the subject of a clause. */
function contradiction(
    target: KubeObject | Resource,
    own: FoundEnvironment,
    side: string,
    other: FoundEnvironment,
): Contradiction[] {
    const [left, right] = [known(own), known(other)];
    if (!left || !right || left.class === right.class) return [];
    const what = `The environment is ${describeEnvironment(left)}, but ${side} is ${describeEnvironment(right)}`;
    return [{ target, environment: left, what }];
}

function bothAtOnce(
    target: KubeObject | Resource,
    whose: string,
    sides: readonly [KnownEnvironment, ...KnownEnvironment[]],
): Contradiction {
    const what = `${whose} is both ${joinWords(sides.map(describeEnvironment))}`;
    return { target, environment: sides[0], what };
}

function isNeutral(found: FoundEnvironment): boolean {
    return typeof found !== "string" && found.isNeutral;
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
