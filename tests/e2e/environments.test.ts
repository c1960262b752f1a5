import * as digitalocean from "@pulumi/digitalocean";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { CloudResource, type Engine, PACK, type Run, test } from "./support/engine";

const ISOLATION = "production-cluster-isolation";

/** What the isolation of production says, by resource, without its description. */
function isolation({ reported }: Run): string[] {
    return reported.filter(({ policy }) => policy === ISOLATION).map(({ message }) => message);
}

/** A message about an object on the wrong cluster. */
function misplaced(object: string, own: string, cluster: string, of: string, provider: string): string {
    const [environment] = own.split(" ");
    const article = environment === "ephemeral" ? "an" : "a";
    const [, namespace] = /\(name of Namespace ([\w-]+)\)/.exec(own) ?? [];
    const remedy = `, or declare Namespace ${namespace} in this stack with the label "environment", which takes precedence over its name`;
    return (
        `${object}: The environment is ${own}, but provider "${provider}" leads to ${cluster}, which is ${of}. ` +
        `Deploy it with a provider of ${article} ${environment} cluster${namespace ? remedy : ""}.`
    );
}

/** A message about a cluster in a stack of another environment. */
function inStack(cluster: string, own: string): string {
    return (
        `${cluster}: The environment is ${own}, but stack dev is ${DEV_STACK}. Move the cluster to a stack of its own ` +
        "environment, or correct its tag."
    );
}

/** A message about a part of a cluster of another environment. */
function partOf(part: string, own: string, cluster: string, of: string): string {
    return (
        `${part}: The environment is ${own}, but ${cluster}, to which it belongs, is ${of}. Give the cluster only pools ` +
        "of its own environment, or correct the tag."
    );
}

const DEV_STACK = "development (name of stack dev)";

/** Only the policies of this family, so that objects may be as small as possible. */
const POLICIES = {
    all: "disabled",
    [ISOLATION]: "mandatory",
    "require-cluster-environment": "mandatory",
    "require-explicit-provider": "advisory",
};

function preview(engine: Engine, program: PulumiFn, policyConfig: unknown = POLICIES): Promise<Run> {
    return engine.inlineStack(program).then(stack => stack.preview({ policyConfig }));
}

function settings(
    name: string,
    provider: k8s.Provider,
    namespace: pulumi.Input<string>,
    labels = {},
): k8s.core.v1.ConfigMap {
    return new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace, labels } }, { provider });
}

function doCluster(name: string, tags: string[]): digitalocean.KubernetesCluster {
    const nodePool = { name: "main", size: "s-2vcpu-4gb", nodeCount: 2 };
    return new digitalocean.KubernetesCluster(name, { region: "fra1", version: "1.34", tags, nodePool });
}

/** A cluster and what runs on it, in one new stack. */
const newStack = async () => {
    const cluster = doCluster("main", ["env:prod"]);
    const kubeconfig = cluster.kubeConfigs.apply(([first]) => first?.rawConfig ?? "");
    const provider = new k8s.Provider("k8s", { kubeconfig });
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { labels: { environment: "dev" } } }, { provider });
    settings("cart", provider, namespace.metadata.name);
    settings("prices", provider, "default", { environment: "production" });
};

describe("a cluster and what runs on it, in one new stack", () => {
    let cluster: Cluster;
    beforeAll(async () => {
        cluster = await Cluster.start();
    });
    afterAll(() => cluster.stop());

    const DO = 'digitalocean:index/kubernetesCluster:KubernetesCluster "main"';
    const ofCluster = "production (tag env=prod)";
    const clusterInDev = inStack(DO, ofCluster);

    test("is judged before anything exists, by the update, by another preview, and as a state", async ({ engine }) => {
        engine.setKubeconfig(cluster.kubeconfig);
        const stack = await engine.inlineStack(newStack);

        const first = await stack.preview({ policyConfig: POLICIES });
        const onNamespace = "development (label environment=dev on Namespace shop)";
        expect(isolation(first)).toEqual([
            misplaced("ConfigMap <unknown>/cart", onNamespace, DO, ofCluster, "k8s"),
            clusterInDev,
            misplaced("Namespace shop", "development (label environment=dev)", DO, ofCluster, "k8s"),
        ]);
        expect(first.exitCode).toBe(1);
        expect(first.output).not.toMatch(/can't (run|be known)|internal error/);

        const update = await stack.up({ policyConfig: POLICIES });
        const generated = /Namespace (shop-\w+):/.exec(isolation(update).join("\n"))?.[1] ?? "";
        const known = [
            misplaced(`ConfigMap ${generated}/cart`, onNamespace.replace("shop", generated), DO, ofCluster, "k8s"),
            clusterInDev,
            misplaced(`Namespace ${generated}`, "development (label environment=dev)", DO, ofCluster, "k8s"),
        ];
        expect(isolation(update)).toEqual(known);
        expect(update.exitCode).toBe(1);

        const second = await stack.preview({ policyConfig: POLICIES });
        expect(isolation(second)).toEqual(known);
        expect(second.exitCode).toBe(1);

        await stack.tag("environment", "prod");
        expect(isolation(await stack.preview({ policyConfig: POLICIES }))).toEqual(
            known.filter(message => message !== clusterInDev),
        );

        // There is no stack context then, and no tag: the name of the stack is in the URNs.
        const state = await stack.exportState();
        const config = engine.write("policies.json", JSON.stringify(POLICIES));
        const analyzed = await engine.pulumi([
            ...["policy", "analyze", "--file", state, "--policy-pack", PACK, "--policy-pack-config", config],
        ]);
        for (const message of known) expect(analyzed.stdout).toContain(message);
        expect(analyzed.exitCode).toBe(1);
    });
});

/** A component that makes a cluster and gives out its kubeconfig. */
class Platform extends pulumi.ComponentResource {
    readonly kubeconfig: pulumi.Output<string>;

    constructor(name: string, tags: Record<string, string>) {
        super("shop:index:Platform", name);
        const role = new CloudResource("aws:iam/role:Role", `${name}-role`, {}, { parent: this });
        const cluster = new CloudResource(
            "aws:eks/cluster:Cluster",
            name,
            { tags, roleArn: role.output },
            { parent: this },
        );
        this.kubeconfig = pulumi.all([cluster.output, role.output]).apply(texts => texts.join());
        this.registerOutputs({ kubeconfig: this.kubeconfig });
    }
}

describe("two clusters in one stack", () => {
    test("by pulumi.all, a component and a command, with providers mixed up, pools, and secrets that cross", async ({
        engine,
    }) => {
        const run = await preview(engine, async () => {
            const production = new Platform("blue", { Environment: "production" });
            const vpc = new CloudResource("gcp:compute/network:Network", "network");
            const development = new CloudResource("gcp:container/cluster:Cluster", "green", {
                resourceLabels: { env: "dev" },
                network: vpc.output,
            });
            const fetch = new CloudResource("command:local:Command", "fetch", { create: development.output });
            const blue = new k8s.Provider("k8s-blue", { kubeconfig: production.kubeconfig });
            const green = new k8s.Provider("k8s-green", { kubeconfig: fetch.output });
            settings("prices", blue, "dev");
            settings("cart", green, "prod");
            settings("fine", green, "test");
            const password = new k8s.core.v1.Secret(
                "password",
                { metadata: { name: "password", namespace: "prod" } },
                { provider: blue },
            );
            new k8s.core.v1.Secret(
                "copy",
                { metadata: { name: "copy", namespace: "dev" }, data: password.data },
                { provider: green },
            );
            new CloudResource("gcp:container/nodePool:NodePool", "pool", {
                cluster: development.output,
                nodeConfig: { resourceLabels: { env: "prod" } },
            });
        });
        const blue = 'aws:eks/cluster:Cluster "blue"';
        const green = 'gcp:container/cluster:Cluster "green"';
        expect(isolation(run)).toEqual([
            inStack(blue, "production (tag Environment=production)"),
            misplaced(
                "ConfigMap prod/cart",
                "production (name of Namespace prod)",
                green,
                "development (label env=dev)",
                "k8s-green",
            ),
            `Secret dev/copy: The environment of ${green} is development (label env=dev), but data depends on Secret prod/password on ${blue}, which is production (tag Environment=production). Use what belongs to its own cluster.`,
            partOf(
                'gcp:container/nodePool:NodePool "pool"',
                "production (label env=prod)",
                green,
                "development (label env=dev)",
            ),
            misplaced(
                "ConfigMap dev/prices",
                "development (name of Namespace dev)",
                blue,
                "production (tag Environment=production)",
                "k8s-blue",
            ),
        ]);
        expect(run.exitCode).toBe(1);
    });

    test("that share a network", async ({ engine }) => {
        const run = await preview(
            engine,
            async () => {
                const vpc = new CloudResource("aws:ec2/vpc:Vpc", "vpc");
                for (const environment of ["prod", "dev"]) {
                    const subnet = new CloudResource("aws:ec2/subnet:Subnet", `subnet-${environment}`, {
                        vpcId: vpc.output,
                    });
                    const vpcConfig = { subnetIds: [subnet.output] };
                    new CloudResource("aws:eks/cluster:Cluster", environment, { tags: { environment }, vpcConfig });
                }
            },
            { ...POLICIES, [ISOLATION]: { enforcementLevel: "mandatory", stacks: { "shop/dev": "shared" } } },
        );
        expect(isolation(run)).toEqual([
            'aws:eks/cluster:Cluster "dev": The environment is development (tag environment=dev), but it shares ' +
                'aws:ec2/vpc:Vpc "vpc" with aws:eks/cluster:Cluster "prod", which is production (tag environment=prod). ' +
                "Give each cluster its own.",
        ]);
    });
});

/** The component of @pulumi/eks, with the children it makes and their tokens. */
class EksCluster extends pulumi.ComponentResource {
    readonly kubeconfig: pulumi.Output<string>;
    readonly provider: k8s.Provider;

    constructor(name: string, args: { tags: Record<string, string>; fargate: boolean }) {
        super("eks:index:Cluster", name, args);
        const parent = { parent: this };
        const role = new CloudResource("aws:iam/role:Role", `${name}-eksRole-role`, {}, parent);
        const tags = { Name: `${name}-eksCluster`, ...args.tags };
        const cluster = new CloudResource(
            "aws:eks/cluster:Cluster",
            `${name}-eksCluster`,
            { tags, roleArn: role.output },
            parent,
        );
        new CloudResource(
            "aws:eks/fargateProfile:FargateProfile",
            `${name}-fargateProfile`,
            { clusterName: cluster.output },
            parent,
        );
        this.kubeconfig = cluster.output;
        this.provider = new k8s.Provider(`${name}-eks-k8s`, { kubeconfig: cluster.output }, parent);
        new k8s.core.v1.ConfigMap(
            `${name}-nodeAccess`,
            { metadata: { name: "aws-auth", namespace: "kube-system" } },
            { parent: this, provider: this.provider },
        );
        this.registerOutputs({ kubeconfig: this.kubeconfig });
    }
}

class Web extends pulumi.ComponentResource {
    constructor(name: string, options: pulumi.ComponentResourceOptions) {
        super("shop:index:Web", name, {}, options);
        new k8s.core.v1.Service(name, { metadata: { name, namespace: "dev" } }, { parent: this });
    }
}

test("the eks component, its own provider and one made from it; components and releases inherit it", async ({
    engine,
}) => {
    const run = await preview(
        engine,
        async () => {
            const cluster = new EksCluster("main", { tags: { environment: "prod" }, fargate: true });
            const own = new k8s.Provider("own", { kubeconfig: cluster.kubeconfig });
            new Web("web", { providers: { kubernetes: own } });
            new k8s.helm.v3.Release(
                "ingress",
                { chart: "ingress-nginx", namespace: "test" },
                { provider: cluster.provider },
            );
            new CloudResource("aws:eks/addon:Addon", "addon", {
                clusterName: cluster.kubeconfig,
                tags: { env: "dev" },
            });
        },
        { ...POLICIES, [ISOLATION]: { enforcementLevel: "mandatory", stacks: { "shop/*": "prod" } } },
    );

    const eks = 'eks:index:Cluster "main"';
    const production = "production (tag environment=prod)";
    expect(run.reported.map(({ policy, resource }) => [policy, resource])).toEqual([
        [ISOLATION, "addon"],
        [ISOLATION, "ingress"],
        [ISOLATION, "web"],
    ]);
    expect(isolation(run)).toEqual([
        partOf('aws:eks/addon:Addon "addon"', "development (tag env=dev)", eks, production),
        misplaced(
            'kubernetes:helm.sh/v3:Release "ingress"',
            "test (name of Namespace test)",
            eks,
            production,
            "main-eks-k8s",
        ),
        misplaced("Service dev/web", "development (name of Namespace dev)", eks, production, "own"),
    ]);
});

const MANIFESTS = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: manifest, namespace: shop }\n";

/** A kubeconfig of a cluster that another stack made, and that does not answer. */
function kubeconfigOf(context: string, port: number): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "kubernetes", cluster: { server: `https://127.0.0.1:${port}` } }],
        contexts: [{ name: context, context: { cluster: "kubernetes", user: "me" } }],
        users: [{ name: "me", user: {} }],
        "current-context": context,
    });
}

test("an existing cluster, known by its context, its server or a provider's name", async ({ engine }) => {
    const run = await preview(
        engine,
        async () => {
            const byContext = new k8s.Provider("by-context", { kubeconfig: kubeconfigOf("shop-prod", 1) });
            new k8s.yaml.ConfigGroup("manifests", { yaml: MANIFESTS }, { provider: byContext });
            settings("server", new k8s.Provider("by-server", { kubeconfig: kubeconfigOf("admin", 2) }), "shop");
            settings("name", new k8s.Provider("live-cluster", { kubeconfig: kubeconfigOf("main", 3) }), "shop");
            settings("silent", new k8s.Provider("other", { kubeconfig: kubeconfigOf("other", 4) }), "shop");
        },
        {
            ...POLICIES,
            [ISOLATION]: {
                enforcementLevel: "mandatory",
                clusters: { "https://127.0.0.1:2": "production", "live-*": "production" },
            },
        },
    );
    const context = (name: string) => `the cluster of kubeconfig context "${name}"`;
    expect(isolation(run)).toEqual([
        misplaced(
            "ConfigMap shop/name",
            DEV_STACK,
            context("main"),
            'production ("live-*" in the key clusters)',
            "live-cluster",
        ),
        misplaced(
            "ConfigMap shop/server",
            DEV_STACK,
            context("admin"),
            'production ("https://127.0.0.1:2" in the key clusters)',
            "by-server",
        ),
        misplaced(
            "ConfigMap shop/manifest",
            DEV_STACK,
            context("shop-prod"),
            "production (name of kubeconfig context shop-prod)",
            "by-context",
        ),
    ]);
    expect(run.exitCode).toBe(1);
});

test("names only, and the default provider", async ({ engine }) => {
    const run = await preview(engine, async () => {
        const cluster = new CloudResource("azure-native:containerservice:ManagedCluster", "shop-prod", {
            tags: { team: "shop" },
        });
        settings("cart", new k8s.Provider("k8s", { kubeconfig: cluster.output }), "shop");
        new k8s.core.v1.ConfigMap("ambient", { metadata: { name: "ambient", namespace: "shop" } });
    });
    expect(run.reported.map(({ policy, level, resource }) => [policy, level, resource])).toEqual([
        ["require-explicit-provider", "advisory", "ambient"],
        [ISOLATION, "mandatory", "cart"],
        [ISOLATION, "mandatory", "shop-prod"],
        ["require-cluster-environment", "mandatory", "shop-prod"],
    ]);
    expect(isolation(run)[0]).toBe(
        misplaced(
            "ConfigMap shop/cart",
            DEV_STACK,
            'azure-native:containerservice:ManagedCluster "shop-prod"',
            "production (name shop-prod)",
            "k8s",
        ),
    );
});

test("several clusters of one environment, shared tooling and no evidence are silent", async ({ engine }) => {
    const run = await preview(
        engine,
        async () => {
            const vpc = new CloudResource("aws:ec2/vpc:Vpc", "vpc");
            for (const environment of ["dev", "test", "tooling"]) {
                const cluster = new CloudResource("aws:eks/cluster:Cluster", environment, {
                    tags: { environment },
                    vpcConfig: { vpcId: vpc.output },
                });
                settings(environment, new k8s.Provider(environment, { kubeconfig: cluster.output }), "shop");
            }
        },
        { all: "disabled", [ISOLATION]: "mandatory" },
    );
    expect(run.reported).toEqual([]);
    expect(run.exitCode).toBe(0);
});
