import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const host = config.get("host") ?? "shop.example.com";
const queuePassword = config.requireSecret("queuePassword");

// A cluster is named explicitly, never whatever the current context happens to be. With `renderTo` the objects are
// written to that folder instead.
const renderTo = config.get("renderTo");
const cluster = new k8s.Provider(
    "cluster",
    renderTo ? { renderYamlToDirectory: renderTo } : { kubeconfig: config.requireSecret("kubeconfig") },
);
const onCluster = { provider: cluster };

// --- What all parts share -------------------------------------------------------------------------------------------

const labelsOf = (name: string) => ({ "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop" });
const podsOf = (name: string) => ({ matchLabels: { "app.kubernetes.io/name": name } });

const namespace = new k8s.core.v1.Namespace(
    "shop",
    {
        metadata: {
            name: "shop",
            labels: {
                ...labelsOf("shop"),
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
    },
    onCluster,
);

/** Metadata of an object of one part. It names the namespace by its output, so that the namespace comes first. */
const metadataOf = (part: string, name = part) => ({
    name,
    namespace: namespace.metadata.name,
    labels: labelsOf(part),
});

const podSecurity = {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    fsGroup: 65532,
    seccompProfile: { type: "RuntimeDefault" },
};
const containerSecurity = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
};
const scratch = { name: "tmp", emptyDir: { sizeLimit: "64Mi" } };
const scratchMount = { name: "tmp", mountPath: "/tmp" };

const spreadOverNodes = (name: string) => [
    {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: podsOf(name),
    },
];

new k8s.core.v1.ResourceQuota(
    "shop",
    {
        metadata: metadataOf("shop"),
        spec: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", "limits.memory": "8Gi", pods: "30" } },
    },
    onCluster,
);

new k8s.core.v1.LimitRange(
    "shop",
    {
        metadata: metadataOf("shop"),
        spec: {
            limits: [
                {
                    type: "Container",
                    defaultRequest: { cpu: "50m", memory: "64Mi" },
                    default: { memory: "128Mi" },
                },
            ],
        },
    },
    onCluster,
);

new k8s.networking.v1.NetworkPolicy(
    "default-deny",
    { metadata: metadataOf("shop", "default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    onCluster,
);

new k8s.networking.v1.NetworkPolicy(
    "allow-dns",
    {
        metadata: metadataOf("shop", "allow-dns"),
        spec: {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                        },
                    ],
                    ports: [
                        { protocol: "UDP", port: 53 },
                        { protocol: "TCP", port: 53 },
                    ],
                },
            ],
        },
    },
    onCluster,
);

// --- Orders queue: NATS, three servers that replicate each other ----------------------------------------------------

// The StatefulSet and its Service name each other. Both use this constant: were one to wait for the other's output,
// the Service would wait for pods that wait for the Service.
const queueName = "orders-queue";
const queueServers = [0, 1, 2].map(index => `${queueName}-${index}`);

const queueConfig = new k8s.core.v1.Secret(
    "orders-queue",
    {
        metadata: metadataOf(queueName),
        stringData: {
            password: queuePassword,
            "nats.conf": pulumi.interpolate`server_name: $POD_NAME
port: 4222
http_port: 8222
jetstream { store_dir: /data }
cluster { name: shop, port: 6222, routes: [${queueServers.map(server => `nats://${server}.${queueName}:6222`).join(", ")}] }
authorization { user: shop, password: "${queuePassword}" }
`,
        },
    },
    onCluster,
);

const queueAccount = new k8s.core.v1.ServiceAccount(
    "orders-queue",
    { metadata: metadataOf(queueName), automountServiceAccountToken: false },
    onCluster,
);

new k8s.apps.v1.StatefulSet(
    "orders-queue",
    {
        metadata: {
            ...metadataOf(queueName),
            // The API server refuses the StatefulSet: spaces and parentheses are not allowed in the value of a label.
            labels: { ...labelsOf(queueName), "app.kubernetes.io/version": "2.11.4 (alpine)" },
        },
        spec: {
            serviceName: queueName,
            replicas: queueServers.length,
            podManagementPolicy: "Parallel",
            selector: podsOf(queueName),
            template: {
                metadata: { labels: labelsOf(queueName) },
                spec: {
                    serviceAccountName: queueAccount.metadata.name,
                    automountServiceAccountToken: false,
                    securityContext: podSecurity,
                    terminationGracePeriodSeconds: 60,
                    topologySpreadConstraints: spreadOverNodes(queueName),
                    containers: [
                        {
                            name: "nats",
                            image: "docker.io/library/nats:2.11.4-alpine",
                            args: ["--config", "/etc/nats/nats.conf"],
                            env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
                            ports: [
                                { name: "client", containerPort: 4222 },
                                { name: "cluster", containerPort: 6222 },
                                { name: "monitor", containerPort: 8222 },
                            ],
                            startupProbe: {
                                httpGet: { path: "/healthz", port: "monitor" },
                                periodSeconds: 5,
                                failureThreshold: 60,
                            },
                            readinessProbe: { httpGet: { path: "/healthz?js-server-only=true", port: "monitor" } },
                            livenessProbe: {
                                httpGet: { path: "/healthz?js-enabled-only=true", port: "monitor" },
                                periodSeconds: 30,
                            },
                            resources: { requests: { cpu: "200m", memory: "256Mi" }, limits: { memory: "256Mi" } },
                            securityContext: containerSecurity,
                            volumeMounts: [
                                { name: "config", mountPath: "/etc/nats", readOnly: true },
                                { name: "data", mountPath: "/data" },
                                scratchMount,
                            ],
                        },
                    ],
                    volumes: [
                        {
                            name: "config",
                            secret: {
                                secretName: queueConfig.metadata.name,
                                items: [{ key: "nats.conf", path: "nats.conf" }],
                            },
                        },
                        scratch,
                    ],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data", labels: labelsOf(queueName) },
                    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
                },
            ],
        },
    },
    onCluster,
);

const queue = new k8s.core.v1.Service(
    "orders-queue",
    {
        metadata: metadataOf(queueName),
        spec: {
            clusterIP: "None",
            // The servers look each other up before any of them is ready.
            publishNotReadyAddresses: true,
            selector: podsOf(queueName).matchLabels,
            ports: [
                { name: "client", port: 4222, targetPort: "client" },
                { name: "cluster", port: 6222, targetPort: "cluster" },
            ],
        },
    },
    onCluster,
);

new k8s.policy.v1.PodDisruptionBudget(
    "orders-queue",
    { metadata: metadataOf(queueName), spec: { maxUnavailable: 1, selector: podsOf(queueName) } },
    onCluster,
);

new k8s.networking.v1.NetworkPolicy(
    "orders-queue",
    {
        metadata: metadataOf(queueName),
        spec: {
            podSelector: podsOf(queueName),
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: [{ podSelector: podsOf("storefront") }, { podSelector: podsOf("sales-report") }],
                    ports: [{ port: 4222 }],
                },
                { from: [{ podSelector: podsOf(queueName) }], ports: [{ port: 6222 }] },
            ],
            egress: [{ to: [{ podSelector: podsOf(queueName) }], ports: [{ port: 6222 }] }],
        },
    },
    onCluster,
);

/** How the other parts reach the queue. The address waits for the queue's Service, which waits for its pods. */
const queueClient = {
    env: [
        { name: "QUEUE_URL", value: pulumi.interpolate`nats://${queue.metadata.name}:4222` },
        { name: "QUEUE_USER", value: "shop" },
        { name: "QUEUE_PASSWORD_FILE", value: "/run/secrets/queue/password" },
    ],
    mount: { name: "queue-password", mountPath: "/run/secrets/queue", readOnly: true },
    volume: {
        name: "queue-password",
        secret: { secretName: queueConfig.metadata.name, items: [{ key: "password", path: "password" }] },
    },
};

// --- Storefront -----------------------------------------------------------------------------------------------------

const storefrontSettings = new k8s.core.v1.ConfigMap(
    "storefront",
    { metadata: metadataOf("storefront"), data: { CURRENCY: "EUR", LOG_FORMAT: "json" } },
    onCluster,
);

const storefrontAccount = new k8s.core.v1.ServiceAccount(
    "storefront",
    { metadata: metadataOf("storefront"), automountServiceAccountToken: false },
    onCluster,
);

new k8s.apps.v1.Deployment(
    "storefront",
    {
        metadata: metadataOf("storefront"),
        spec: {
            replicas: 3,
            // The API server refuses the Deployment: its selector does not select its own pods.
            selector: podsOf("shopfront"),
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            template: {
                metadata: { labels: labelsOf("storefront") },
                spec: {
                    serviceAccountName: storefrontAccount.metadata.name,
                    automountServiceAccountToken: false,
                    securityContext: podSecurity,
                    topologySpreadConstraints: spreadOverNodes("storefront"),
                    containers: [
                        {
                            name: "web",
                            image: "registry.example.com/shop/storefront:2.4.1",
                            ports: [{ name: "http", containerPort: 8080 }],
                            env: queueClient.env,
                            envFrom: [{ configMapRef: { name: storefrontSettings.metadata.name } }],
                            readinessProbe: { httpGet: { path: "/ready", port: "http" } },
                            livenessProbe: { httpGet: { path: "/healthy", port: "http" }, periodSeconds: 30 },
                            resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
                            securityContext: containerSecurity,
                            volumeMounts: [queueClient.mount, scratchMount],
                        },
                    ],
                    volumes: [queueClient.volume, scratch],
                },
            },
        },
    },
    onCluster,
);

const storefront = new k8s.core.v1.Service(
    "storefront",
    {
        // Dashboards and cost reports do not find this Service: it has no labels.
        metadata: { name: "storefront", namespace: namespace.metadata.name },
        spec: {
            type: "ClusterIP",
            selector: podsOf("storefront").matchLabels,
            ports: [{ name: "http", port: 80, targetPort: "http" }],
        },
    },
    onCluster,
);

new k8s.policy.v1.PodDisruptionBudget(
    "storefront",
    { metadata: metadataOf("storefront"), spec: { maxUnavailable: 1, selector: podsOf("storefront") } },
    onCluster,
);

new k8s.networking.v1.NetworkPolicy(
    "storefront",
    {
        metadata: metadataOf("storefront"),
        spec: {
            podSelector: podsOf("storefront"),
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } }],
                    ports: [{ port: 8080 }],
                },
            ],
            egress: [{ to: [{ podSelector: podsOf(queueName) }], ports: [{ port: 4222 }] }],
        },
    },
    onCluster,
);

new k8s.networking.v1.Ingress(
    "storefront",
    {
        metadata: {
            ...metadataOf("storefront"),
            annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
        },
        spec: {
            ingressClassName: "nginx",
            tls: [{ hosts: [host], secretName: "storefront-tls" }],
            rules: [
                {
                    host,
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: { service: { name: storefront.metadata.name, port: { name: "http" } } },
                            },
                        ],
                    },
                },
            ],
        },
    },
    onCluster,
);

// When its node fails or is drained, nothing starts this Pod again.
new k8s.core.v1.Pod(
    "migrate-orders",
    {
        metadata: metadataOf("migrate-orders"),
        spec: {
            restartPolicy: "Never",
            serviceAccountName: storefrontAccount.metadata.name,
            automountServiceAccountToken: false,
            securityContext: podSecurity,
            containers: [
                {
                    name: "migrate",
                    image: "registry.example.com/shop/migrate-orders:2.4.1",
                    env: queueClient.env,
                    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
                    securityContext: containerSecurity,
                    volumeMounts: [queueClient.mount, scratchMount],
                },
            ],
            volumes: [queueClient.volume, scratch],
        },
    },
    onCluster,
);

// --- Sales report, every night --------------------------------------------------------------------------------------

const reportAccount = new k8s.core.v1.ServiceAccount(
    "sales-report",
    { metadata: metadataOf("sales-report"), automountServiceAccountToken: false },
    onCluster,
);

new k8s.batch.v1.CronJob(
    "sales-report",
    {
        metadata: metadataOf("sales-report"),
        spec: {
            schedule: "30 2 * * *",
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 3,
            jobTemplate: {
                metadata: { labels: labelsOf("sales-report") },
                spec: {
                    backoffLimit: 3,
                    activeDeadlineSeconds: 1800,
                    template: {
                        // No NetworkPolicy lets these pods reach the queue: they have no labels.
                        spec: {
                            restartPolicy: "Never",
                            serviceAccountName: reportAccount.metadata.name,
                            automountServiceAccountToken: false,
                            securityContext: podSecurity,
                            containers: [
                                {
                                    name: "report",
                                    image: "registry.example.com/shop/sales-report:1.9.0",
                                    env: queueClient.env,
                                    resources: {
                                        requests: { cpu: "100m", memory: "256Mi" },
                                        limits: { memory: "256Mi" },
                                    },
                                    securityContext: containerSecurity,
                                    volumeMounts: [queueClient.mount, scratchMount],
                                },
                            ],
                            volumes: [queueClient.volume, scratch],
                        },
                    },
                },
            },
        },
    },
    onCluster,
);

new k8s.networking.v1.NetworkPolicy(
    "sales-report",
    {
        metadata: metadataOf("sales-report"),
        spec: {
            podSelector: podsOf("sales-report"),
            policyTypes: ["Egress"],
            egress: [{ to: [{ podSelector: podsOf(queueName) }], ports: [{ port: 4222 }] }],
        },
    },
    onCluster,
);

export const url = `https://${host}/`;
