import { tokenOf } from "../../support/kube-resource";

const URN = "urn:pulumi:shop::platform";

function urn(type: string, name: string): string {
    return `${URN}::${type}::${name}`;
}

function cluster(name: string, environment: string) {
    const type = "aws:eks/cluster:Cluster";
    return { urn: urn(type, name), type, custom: true, id: name, inputs: { name, tags: { Environment: environment } } };
}

function provider(name: string, clusterName: string) {
    const type = "pulumi:providers:kubernetes";
    const dependencies = [urn("aws:eks/cluster:Cluster", clusterName)];
    return {
        ...{ urn: urn(type, name), type, custom: true, id: name, inputs: { kubeconfig: "{}" }, dependencies },
        propertyDependencies: { kubeconfig: dependencies },
    };
}

function object(kind: string, apiVersion: string, name: string, namespace: string, providerName: string, labels = {}) {
    const type = tokenOf(apiVersion, kind);
    return {
        ...{ urn: urn(type, `${namespace}-${name}`), type, custom: true, id: `${namespace}/${name}` },
        provider: `${urn("pulumi:providers:kubernetes", providerName)}::${providerName}`,
        inputs: { apiVersion, kind, metadata: { name, namespace, labels } },
    };
}

/** The state of a stack with a production and a development cluster, and one namespace of test on production. */
export const TWO_CLUSTERS = JSON.stringify({
    version: 3,
    deployment: {
        manifest: {},
        resources: [
            cluster("live", "production"),
            cluster("play", "development"),
            provider("on-live", "live"),
            provider("on-play", "play"),
            object("Pod", "v1", "web", "shop-prod", "on-live"),
            object("ConfigMap", "v1", "settings", "shop-prod", "on-live"),
            object("Pod", "v1", "try", "qa-<script>", "on-live", { environment: "qa" }),
            object("Pod", "v1", "web", "shop-dev", "on-play"),
        ],
    },
});
