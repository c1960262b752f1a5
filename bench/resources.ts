import type { EngineProvider, EngineResource } from "../tests/support/engine";

const URN = "urn:pulumi:dev::bench";

/** A kubeconfig of a usual size, which the engine sends along with every resource. */
const PROVIDER: EngineProvider = {
    urn: `${URN}::pulumi:providers:kubernetes::k8s`,
    type: "pulumi:providers:kubernetes",
    name: "k8s",
    props: {
        kubeconfig: JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: "bench",
                    cluster: { server: "https://192.0.2.1", "certificate-authority-data": "A".repeat(4000) },
                },
            ],
            contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
            "current-context": "bench",
            users: [{ name: "bench", user: { token: "t".repeat(1000) } }],
        }),
    },
};

/** A Deployment of two containers, about 2.5 KB, that violates nothing at the default levels. */
export function deployment(index: number): EngineResource {
    const name = `app-${index}`;
    const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "bench" };
    const container = (role: string) => ({
        name: role,
        image: `registry.example.com/bench/${role}:1.27.3`,
        ports: [{ name: "http", containerPort: 8080 }],
        env: Array.from({ length: 8 }, (_, variable) => ({ name: `SETTING_${variable}`, value: `value ${variable}` })),
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
        readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5 },
        livenessProbe: { httpGet: { path: "/live", port: "http" }, initialDelaySeconds: 20 },
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 10001,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    });
    return {
        urn: `${URN}::kubernetes:apps/v1:Deployment::${name}`,
        type: "kubernetes:apps/v1:Deployment",
        name,
        provider: PROVIDER,
        dependencies: index > 0 ? [`${URN}::kubernetes:apps/v1:Deployment::app-${index - 1}`] : [],
        props: {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace: "bench", labels },
            spec: {
                replicas: 2,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        serviceAccountName: "bench",
                        automountServiceAccountToken: false,
                        containers: [container("web"), container("metrics")],
                        volumes: [{ name: "tmp", emptyDir: {} }],
                    },
                },
            },
        },
    };
}
