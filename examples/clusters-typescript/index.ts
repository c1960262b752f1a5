import * as digitalocean from "@pulumi/digitalocean";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

const region = "fra1";

/** A cluster in a network of its own. */
function clusterOf(environment: string, nodeCount: number, protect: boolean): digitalocean.KubernetesCluster {
    const network = new digitalocean.Vpc(environment, { region });
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

const production = on("production", clusterOf("production", 3, true));
const development = on("development", clusterOf("development", 1, false));

export const productionShop = shopOf("production", production, true);
export const developmentShop = shopOf("development", development, false);
