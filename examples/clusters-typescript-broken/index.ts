import * as digitalocean from "@pulumi/digitalocean";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const region = "fra1";

// One network for both: whoever is on a development node reaches production.
const network = new digitalocean.Vpc("shared", { region });

function clusterOf(environment: string, nodeCount: number, protect: boolean): digitalocean.KubernetesCluster {
    return new digitalocean.KubernetesCluster(
        environment,
        {
            region,
            version: "1.34",
            vpcUuid: network.id,
            // Everything that the policies know of the cluster's environment is in this tag.
            tags: [`environment:${environment}`],
            nodePool: { name: "main", size: "s-4vcpu-8gb", nodeCount },
        },
        { protect },
    );
}

/** What objects are given to be on a cluster, and on no other. */
function on(environment: string, cluster: digitalocean.KubernetesCluster): pulumi.CustomResourceOptions {
    const kubeconfig = cluster.kubeConfigs.apply(([config]) => config?.rawConfig ?? "");
    return { provider: new k8s.Provider(environment, { kubeconfig }) };
}

/** A shop: its settings, in a namespace of its own, whose name is returned. */
function shopOf(environment: string, options: pulumi.CustomResourceOptions, protect: boolean) {
    const labels = { "app.kubernetes.io/name": "shop" };
    const namespace = new k8s.core.v1.Namespace(
        environment,
        {
            metadata: {
                name: `shop-${environment}`,
                labels: { ...labels, environment, "pod-security.kubernetes.io/enforce": "restricted" },
            },
        },
        { ...options, protect },
    );
    const metadata = { name: "shop", namespace: namespace.metadata.name, labels };
    new k8s.core.v1.ConfigMap(
        `shop-${environment}`,
        { metadata, data: { CURRENCY: "EUR", LOG_FORMAT: "json" } },
        options,
    );
    return namespace.metadata.name;
}

// A cluster of production that a rename, or `pulumi destroy` in the wrong folder, deletes.
const productionCluster = clusterOf("production", 3, false);
const production = on("production", productionCluster);
const development = on("development", clusterOf("development", 1, false));

// The nodes of a test, on the cluster of production.
new digitalocean.KubernetesNodePool("load-test", {
    clusterId: productionCluster.id,
    size: "s-8vcpu-16gb",
    nodeCount: 2,
    tags: ["environment:test"],
});

// A cluster whose environment nobody knows.
new digitalocean.KubernetesCluster("tools", {
    region,
    version: "1.34",
    nodePool: { name: "main", size: "s-2vcpu-4gb", nodeCount: 1 },
});

export const productionShop = shopOf("production", production, true);
// The wrong one of two providers: what is tested runs on production.
export const developmentShop = shopOf("development", production, false);

// The password of production's database, in development.
const labels = { "app.kubernetes.io/name": "database" };
const password = new k8s.core.v1.Secret(
    "database-production",
    {
        metadata: { name: "database", namespace: productionShop, labels },
        stringData: { password: config.requireSecret("databasePassword") },
    },
    production,
);
new k8s.core.v1.Secret(
    "database-development",
    { metadata: { name: "database", namespace: developmentShop, labels }, data: password.data },
    development,
);
