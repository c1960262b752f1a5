import { definePolicy, type StackReport } from "./define";
import { followerType } from "./model/cluster-types";
import { type Cluster, isKubernetes, KUBERNETES_PROVIDER, rendersOnly } from "./model/clusters";
import { type FoundEnvironment, known, TAG_KEYS, VOCABULARY } from "./model/environment";
import { infrastructureOf, shared, type UsedInfrastructure } from "./model/infrastructure";
import type { Node } from "./model/stack";
import { describeEnvironment, StackEnvironments } from "./model/stack-environments";
import { joinWords } from "./model/text";
import { flag, globMap, texts } from "./settings";

type Reporter = StackReport<Record<keyof typeof messages, unknown>>;

const messages = {
    production: problem("deploy it with a provider of a production cluster"),
    nonProduction: problem("deploy it with a provider of a non-production cluster"),
    cluster: problem("move it to a stack of its own environment, or correct its tag"),
    pool: problem("give the cluster pools of its own environment only"),
    shared: problem("give each cluster its own"),
    leak: problem("use what belongs to its own cluster"),
    unknownCluster: problem("tag the cluster, or name it in the key clusters of this policy's configuration"),
};

export const productionClusterIsolation = definePolicy({
    name: "production-cluster-isolation",
    category: "environments",
    description: "Forbid test and development on production clusters, and production on any other.",
    why: "A test on a production cluster takes its capacity, reads its secrets and breaks it; production elsewhere is not looked after.",
    url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Deploy the object with a provider whose kubeconfig belongs to a cluster of the object's own environment.",
    whenNotToUse: "Organizations that run all environments on one cluster.",
    organizationOnly: true,
    config: {
        tagKeys: texts(TAG_KEYS, "Keys of tags, labels and annotations that name the environment, in any case."),
        production: texts(VOCABULARY.production, "Words that name a production environment."),
        nonProduction: texts(VOCABULARY.nonProduction, "Words that name any other environment."),
        inferFromNames: flag(true, "Whether names of clusters, contexts and namespaces tell where no tag does."),
        clusters: globMap(
            "Environments of clusters by glob over a cluster's name, ARN or id, the kubeconfig's context or server, or the provider's name.",
        ),
        stacks: globMap("Environments of stacks by glob over project/stack."),
        requireKnownCluster: flag(
            false,
            "Whether a production stack may use only clusters whose environment can be found.",
        ),
        sharedInfrastructure: flag(
            true,
            "Whether clusters of different environments may not share a network, subnet, security group or role.",
        ),
    },
    messages,
    checkStack(stack, { config, stackTags, environment, report }) {
        const vocabulary = {
            production: config.production.map(word => word.toLowerCase()),
            nonProduction: config.nonProduction.map(word => word.toLowerCase()),
        };
        const environments = new StackEnvironments(stack, { ...config, vocabulary }, stackTags, environment);
        const on = new Map(stack.nodes.map(node => [node, environments.clusters.of(node)]));
        for (const [node, cluster] of on) {
            if (cluster && isKubernetes(node.resource)) checkTargets(node, cluster, environments, report);
            if (cluster && cluster.node === node) checkCluster(node, cluster, environments, report);
            if (cluster && followerType(node.resource.type)) checkFollower(node, cluster, environments, report);
            if (cluster) checkLeaks(node, cluster, on, report);
            if (config.requireKnownCluster) checkKnown(node, cluster, environments, report);
        }
        if (config.sharedInfrastructure) checkShared(environments.clusters.made, on, report);
    },
});

/** A problem whose places say all that is wrong. */
function problem(fix: string) {
    return (offenders: { details: string }) => ({ what: offenders.details, fix });
}

/** Both sides, when their environments are known and of different classes. */
function contradiction(one: FoundEnvironment, other: FoundEnvironment) {
    const [left, right] = [known(one), known(other)];
    return left && right && left.class !== right.class ? { left, right } : undefined;
}

/** An object, Helm release or component on a cluster of the other class. */
function checkTargets(node: Node, cluster: Cluster, environments: StackEnvironments, report: Reporter): void {
    const { resource } = node;
    for (const target of resource.objects.length > 0 ? resource.objects : [resource]) {
        const found = contradiction(environments.ofTarget(target), cluster.environment);
        if (!found) continue;
        const way = resource.provider ? `, through provider "${resource.provider.name}"` : "";
        report(
            target,
            found.left.class === "production" ? "production" : "nonProduction",
            undefined,
            `is ${describeEnvironment(found.left)} but runs on ${cluster.label}, which is ${describeEnvironment(found.right)}${way}`,
        );
    }
}

/** A cluster in a stack of the other class, or with pools of the other class in its own description. */
function checkCluster(node: Node, cluster: Cluster, environments: StackEnvironments, report: Reporter): void {
    const { resource } = node;
    const stack = contradiction(cluster.environment, environments.ofStack(resource));
    if (stack) {
        const { left, right } = stack;
        const detail = `is ${describeEnvironment(left)} but belongs to stack ${resource.stack}, which is ${describeEnvironment(right)}`;
        report(resource, "cluster", undefined, detail);
    }
    for (const pool of environments.ofInnerPools(node)) {
        const found = contradiction(cluster.environment, pool);
        if (!found) continue;
        const { left, right } = found;
        report(
            resource,
            "pool",
            undefined,
            `is ${describeEnvironment(left)} but has a node pool that is ${describeEnvironment(right)}`,
        );
    }
}

/** A node pool or add-on of the other class than its cluster. */
function checkFollower(node: Node, cluster: Cluster, environments: StackEnvironments, report: Reporter): void {
    const found = contradiction(environments.ofFollower(node), cluster.environment);
    if (!found) return;
    const { left, right } = found;
    report(
        node.resource,
        "pool",
        undefined,
        `is ${describeEnvironment(left)} but belongs to ${cluster.label}, which is ${describeEnvironment(right)}`,
    );
}

/** A resource on one cluster that is made from what belongs to a cluster of the other class. */
function checkLeaks(node: Node, cluster: Cluster, on: ReadonlyMap<Node, Cluster | undefined>, report: Reporter): void {
    if (!isKubernetes(node.resource)) return;
    for (const [property, dependencies] of node.propertyDependencies) {
        for (const dependency of dependencies) {
            const other = dependency.resource.type === KUBERNETES_PROVIDER ? undefined : on.get(dependency);
            const found = other && contradiction(cluster.environment, other.environment);
            if (!found) continue;
            const { left, right } = found;
            report(
                node.resource.objects[0] ?? node.resource,
                "leak",
                undefined,
                `is on ${cluster.label}, which is ${describeEnvironment(left)}, but its ${property} depends on ${dependency.resource.label} of ${other.label}, which is ${describeEnvironment(right)}`,
            );
        }
    }
}

/** A provider of a production stack of which nothing tells where it leads. */
function checkKnown(
    { resource }: Node,
    cluster: Cluster | undefined,
    environments: StackEnvironments,
    report: Reporter,
): void {
    if (resource.type !== KUBERNETES_PROVIDER || rendersOnly(resource.props)) return;
    const stack = known(environments.ofStack(resource));
    if (stack?.class !== "production" || (cluster && cluster.environment !== "none")) return;
    const detail = `leads to a cluster whose environment nothing tells, while stack ${resource.stack} is ${describeEnvironment(stack)}`;
    report(resource, "unknownCluster", undefined, detail);
}

/** Clusters of different classes that use the same infrastructure. */
function checkShared(made: readonly Cluster[], on: ReadonlyMap<Node, Cluster | undefined>, report: Reporter): void {
    const members = new Map<string, Node[]>();
    for (const [node, cluster] of on) {
        if (cluster && !isKubernetes(node.resource))
            members.set(cluster.id, [...(members.get(cluster.id) ?? []), node]);
    }
    const used = new Map<Cluster, UsedInfrastructure[]>();
    for (const cluster of made) used.set(cluster, infrastructureOf(members.get(cluster.id) ?? []));
    for (const [one, infrastructure] of used) {
        if (known(one.environment)?.class !== "non-production" || !one.node) continue;
        for (const [other, others] of used) {
            const found = contradiction(one.environment, other.environment);
            const both = found ? shared(infrastructure, others) : [];
            if (!found || both.length === 0) continue;
            report(
                one.node.resource,
                "shared",
                undefined,
                `is ${describeEnvironment(found.left)} but shares ${joinWords(both.map(({ label }) => label))} with ${other.label}, which is ${describeEnvironment(found.right)}`,
            );
        }
    }
}
