import type { KindId } from "./object-index";

/** What a reference's target is, when the reference itself says so. */
export interface NamedKind {
    /** Paths from the referring element. */
    readonly kind: string;
    /** Path to an `apiVersion` or to a bare group. */
    readonly group?: string;
    /** The kind where the reference leaves it out. */
    readonly byDefault?: KindId;
    /** The group where the reference leaves it out. */
    readonly groupByDefault?: string;
}

/** One place in a kind of object that names another object. */
export interface ReferenceType {
    /** Kinds that have it; "pod" for every Pod and pod template, whose paths start at its spec. */
    readonly from: "pod" | readonly KindId[];
    /** Path to the element that refers; lists are entered. */
    readonly at: string;
    /** Path from there to the name; empty when the element is the name. */
    readonly name: string;
    readonly target: KindId | NamedKind;
    /** Where the target is: in the object's own namespace, in none, or in one that the element may name. */
    readonly namespace?: "cluster" | { readonly path: string };
    /** Path from the element to a switch that says the target may be missing. */
    readonly optional?: string;
    /** Paths from the element to keys that the target must hold. */
    readonly keys?: string;
    /** Path from the element to the Service port that is meant, by name or number. */
    readonly port?: string;
    /** What happens on the cluster until the target exists, where the target must exist first. */
    readonly untilThere?: string;
    /** Whether a missing target is a mistake for sure; not where platforms commonly provide it. */
    readonly mustExist: boolean;
    readonly source: string;
}

const API = "https://kubernetes.io/docs/reference/kubernetes-api/";
const GATEWAY_API = "https://gateway-api.sigs.k8s.io/reference/spec/";
const CERT_MANAGER = "https://cert-manager.io/docs/reference/api-docs/";
const EXTERNAL_SECRETS = "https://external-secrets.io/latest/api/spec/";
const KEDA = "https://keda.sh/docs/latest/reference/scaledobject-spec/";
const ROLLOUTS = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/";
const VPA = "https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md";

const CONFIG_ERROR = "its containers do not start until it exists (CreateContainerConfigError)";
const MOUNT_ERROR = "its pods hang in ContainerCreating until it exists (FailedMount)";

const CONTAINERS = ["containers", "initContainers", "ephemeralContainers"];
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(
    kind => `gateway.networking.k8s.io/${kind}`,
);

const volume = (type: string, name: string): ReferenceType => ({
    from: "pod",
    at: `volumes[].${type}`,
    name,
    target: "Secret",
    untilThere: MOUNT_ERROR,
    mustExist: true,
    source: `${API}config-and-storage-resources/volume/`,
});

const backend = (at: string, name: string, port: string, from: readonly KindId[] = ["Ingress"]): ReferenceType => ({
    from,
    at,
    name,
    target: "Service",
    port,
    mustExist: true,
    source: `${API}service-resources/ingress-v1/`,
});

const storageClass = (from: readonly KindId[], at: string): ReferenceType => ({
    from,
    at,
    name: "storageClassName",
    target: "StorageClass",
    namespace: "cluster",
    untilThere: "it stays Pending until the class exists",
    mustExist: true,
    source: `${API}config-and-storage-resources/persistent-volume-claim-v1/`,
});

const webhook = (from: KindId, at: string): ReferenceType => ({
    from: [from],
    at,
    name: "name",
    target: "Service",
    namespace: { path: "namespace" },
    mustExist: true,
    source: `${API}extend-resources/`,
});

const scaled = (from: KindId, at: string, source: string, byDefault?: KindId): ReferenceType => ({
    from: [from],
    at,
    name: "name",
    target: { kind: "kind", group: "apiVersion", ...(byDefault && { byDefault }) },
    mustExist: true,
    source,
});

/**
 * Every place in which one Kubernetes object names another that must exist.
 */
export const REFERENCE_TYPES: readonly ReferenceType[] = [
    // Pods.
    ...CONTAINERS.flatMap((list): ReferenceType[] => [
        {
            from: "pod",
            at: `${list}[].env[].valueFrom.configMapKeyRef`,
            name: "name",
            target: "ConfigMap",
            optional: "optional",
            keys: "key",
            untilThere: CONFIG_ERROR,
            mustExist: true,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].env[].valueFrom.secretKeyRef`,
            name: "name",
            target: "Secret",
            optional: "optional",
            keys: "key",
            untilThere: CONFIG_ERROR,
            mustExist: true,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].envFrom[].configMapRef`,
            name: "name",
            target: "ConfigMap",
            optional: "optional",
            untilThere: CONFIG_ERROR,
            mustExist: true,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].envFrom[].secretRef`,
            name: "name",
            target: "Secret",
            optional: "optional",
            untilThere: CONFIG_ERROR,
            mustExist: true,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
    ]),
    ...["volumes[]", "volumes[].projected.sources[]"].flatMap((at): ReferenceType[] => [
        {
            from: "pod",
            at: `${at}.configMap`,
            name: "name",
            target: "ConfigMap",
            optional: "optional",
            keys: "items[].key",
            untilThere: MOUNT_ERROR,
            mustExist: true,
            source: `${API}config-and-storage-resources/volume/`,
        },
        {
            from: "pod",
            at: `${at}.secret`,
            // A volume says secretName, a projected source name.
            name: at === "volumes[]" ? "secretName" : "name",
            target: "Secret",
            optional: "optional",
            keys: "items[].key",
            untilThere: MOUNT_ERROR,
            mustExist: true,
            source: `${API}config-and-storage-resources/volume/`,
        },
    ]),
    {
        from: "pod",
        at: "volumes[].persistentVolumeClaim",
        name: "claimName",
        target: "PersistentVolumeClaim",
        untilThere: "its pods stay Pending until it exists",
        mustExist: true,
        source: `${API}config-and-storage-resources/volume/`,
    },
    volume("csi", "nodePublishSecretRef.name"),
    volume("azureFile", "secretName"),
    volume("cephfs", "secretRef.name"),
    volume("flexVolume", "secretRef.name"),
    volume("iscsi", "secretRef.name"),
    volume("rbd", "secretRef.name"),
    volume("scaleIO", "secretRef.name"),
    volume("storageos", "secretRef.name"),
    {
        from: "pod",
        at: "imagePullSecrets[]",
        name: "name",
        target: "Secret",
        untilThere: "private images cannot be pulled until it exists (ImagePullBackOff)",
        mustExist: true,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    {
        from: "pod",
        at: "",
        name: "serviceAccountName",
        target: "ServiceAccount",
        untilThere: "its pods are refused until it exists",
        mustExist: true,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    {
        from: "pod",
        at: "",
        name: "priorityClassName",
        target: "PriorityClass",
        namespace: "cluster",
        untilThere: "its pods are refused until it exists",
        mustExist: false,
        source: `${API}workload-resources/pod-v1/#scheduling`,
    },
    {
        from: "pod",
        at: "",
        name: "runtimeClassName",
        target: "RuntimeClass",
        namespace: "cluster",
        untilThere: "its pods are refused until it exists",
        mustExist: false,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    { ...storageClass([], "volumes[].ephemeral.volumeClaimTemplate.spec"), from: "pod" },

    // Configuration and storage.
    storageClass(["PersistentVolumeClaim"], "spec"),
    storageClass(["StatefulSet"], "spec.volumeClaimTemplates[].spec"),
    {
        from: ["ServiceAccount"],
        at: "imagePullSecrets[]",
        name: "name",
        target: "Secret",
        mustExist: true,
        source: `${API}authentication-resources/service-account-v1/`,
    },

    // Services and routes.
    {
        from: ["StatefulSet"],
        at: "spec",
        name: "serviceName",
        target: "Service",
        mustExist: true,
        source: `${API}workload-resources/stateful-set-v1/`,
    },
    backend("spec.rules[].http.paths[].backend.service", "name", "port"),
    backend("spec.defaultBackend.service", "name", "port"),
    backend("spec.rules[].http.paths[].backend", "serviceName", "servicePort"),
    backend("spec.backend", "serviceName", "servicePort"),
    {
        from: ["Ingress"],
        at: "spec",
        name: "ingressClassName",
        target: "IngressClass",
        namespace: "cluster",
        untilThere: "no controller serves it until the class exists",
        mustExist: false,
        source: `${API}service-resources/ingress-v1/`,
    },
    ...["spec.rules[].backendRefs[]", "spec.rules[].filters[].requestMirror.backendRef"].map(
        (at): ReferenceType => ({
            from: ROUTES,
            at,
            name: "name",
            target: { kind: "kind", group: "group", byDefault: "Service", groupByDefault: "" },
            namespace: { path: "namespace" },
            port: "port",
            mustExist: true,
            source: GATEWAY_API,
        }),
    ),
    {
        from: ROUTES,
        at: "spec.parentRefs[]",
        name: "name",
        target: {
            kind: "kind",
            group: "group",
            byDefault: "gateway.networking.k8s.io/Gateway",
            groupByDefault: "gateway.networking.k8s.io",
        },
        namespace: { path: "namespace" },
        mustExist: true,
        source: GATEWAY_API,
    },
    {
        from: ["gateway.networking.k8s.io/Gateway"],
        at: "spec.listeners[].tls.certificateRefs[]",
        name: "name",
        target: { kind: "kind", group: "group", byDefault: "Secret", groupByDefault: "" },
        namespace: { path: "namespace" },
        mustExist: true,
        source: GATEWAY_API,
    },

    // Autoscalers.
    scaled("HorizontalPodAutoscaler", "spec.scaleTargetRef", `${API}workload-resources/`),
    scaled("autoscaling.k8s.io/VerticalPodAutoscaler", "spec.targetRef", VPA),
    scaled("keda.sh/ScaledObject", "spec.scaleTargetRef", KEDA, "Deployment"),

    // Access.
    {
        from: ["RoleBinding"],
        at: "roleRef",
        name: "name",
        target: { kind: "kind", group: "apiGroup", groupByDefault: "rbac.authorization.k8s.io" },
        untilThere: "it grants nothing until the role exists",
        mustExist: true,
        source: `${API}authorization-resources/role-binding-v1/`,
    },
    {
        from: ["ClusterRoleBinding"],
        at: "roleRef",
        name: "name",
        target: "ClusterRole",
        namespace: "cluster",
        untilThere: "it grants nothing until the role exists",
        mustExist: true,
        source: `${API}authorization-resources/cluster-role-binding-v1/`,
    },
    {
        from: ["RoleBinding", "ClusterRoleBinding"],
        at: "subjects[]",
        name: "name",
        target: { kind: "kind", group: "apiGroup", groupByDefault: "" },
        namespace: { path: "namespace" },
        mustExist: true,
        source: `${API}authorization-resources/role-binding-v1/`,
    },

    // Extensions of the API server.
    webhook("MutatingWebhookConfiguration", "webhooks[].clientConfig.service"),
    webhook("ValidatingWebhookConfiguration", "webhooks[].clientConfig.service"),
    webhook("CustomResourceDefinition", "spec.conversion.webhook.clientConfig.service"),
    webhook("APIService", "spec.service"),

    // Operators.
    {
        from: ["cert-manager.io/Certificate"],
        at: "spec.issuerRef",
        name: "name",
        target: {
            kind: "kind",
            group: "group",
            byDefault: "cert-manager.io/Issuer",
            groupByDefault: "cert-manager.io",
        },
        mustExist: true,
        source: CERT_MANAGER,
    },
    {
        from: ["external-secrets.io/ExternalSecret"],
        at: "spec.secretStoreRef",
        name: "name",
        target: {
            kind: "kind",
            group: "",
            byDefault: "external-secrets.io/SecretStore",
            groupByDefault: "external-secrets.io",
        },
        mustExist: true,
        source: EXTERNAL_SECRETS,
    },
    ...[
        "spec.strategy.canary.canaryService",
        "spec.strategy.canary.stableService",
        "spec.strategy.blueGreen.activeService",
        "spec.strategy.blueGreen.previewService",
    ].map(
        (at): ReferenceType => ({
            from: ["argoproj.io/Rollout"],
            at,
            name: "",
            target: "Service",
            mustExist: true,
            source: ROLLOUTS,
        }),
    ),
];

/** A selector that is no use when nothing has the labels it asks for. */
export interface SelectorType {
    readonly from: readonly KindId[];
    readonly at: string;
    /** A plain map of labels, or a selector with matchLabels and matchExpressions. */
    readonly shape: "map" | "selector";
    readonly selects: "pods" | "Service";
    /** Path to what names other namespaces: `{any, matchNames}`. */
    readonly namespaces?: string;
    readonly source: string;
}

export const SELECTOR_TYPES: readonly SelectorType[] = [
    {
        from: ["Service"],
        at: "spec.selector",
        shape: "map",
        selects: "pods",
        source: `${API}service-resources/service-v1/`,
    },
    {
        from: ["NetworkPolicy"],
        at: "spec.podSelector",
        shape: "selector",
        selects: "pods",
        source: `${API}policy-resources/network-policy-v1/`,
    },
    {
        from: ["PodDisruptionBudget"],
        at: "spec.selector",
        shape: "selector",
        selects: "pods",
        source: `${API}policy-resources/pod-disruption-budget-v1/`,
    },
    {
        from: ["monitoring.coreos.com/ServiceMonitor"],
        at: "spec.selector",
        shape: "selector",
        selects: "Service",
        namespaces: "spec.namespaceSelector",
        source: "https://prometheus-operator.dev/docs/api-reference/api/",
    },
    {
        from: ["monitoring.coreos.com/PodMonitor"],
        at: "spec.selector",
        shape: "selector",
        selects: "pods",
        namespaces: "spec.namespaceSelector",
        source: "https://prometheus-operator.dev/docs/api-reference/api/",
    },
];

/**
 * Custom resources whose controllers make no object that others refer to, by group or kind id. Any other custom
 * resource may make anything.
 *
 * Sources: the documentation of each operator, at the address that its API group names.
 */
export const MAKES_NOTHING: ReadonlySet<string> = new Set([
    "autoscaling.k8s.io",
    "cilium.io",
    "crd.projectcalico.org",
    "gateway.networking.k8s.io",
    "keda.sh",
    "metrics.k8s.io",
    "monitoring.coreos.com/PodMonitor",
    "monitoring.coreos.com/PrometheusRule",
    "monitoring.coreos.com/Probe",
    "monitoring.coreos.com/ServiceMonitor",
    "networking.istio.io",
    "networking.gke.io",
    "policies.kyverno.io",
    "kyverno.io/Policy",
    "projectcalico.org",
    "security.istio.io",
    "snapshot.storage.k8s.io",
    "argoproj.io/AnalysisTemplate",
    "argoproj.io/Rollout",
    "cert-manager.io/ClusterIssuer",
    "cert-manager.io/Issuer",
    "external-secrets.io/ClusterSecretStore",
    "external-secrets.io/SecretStore",
    "secrets-store.csi.x-k8s.io",
    "traefik.io",
]);

/** Custom resources whose controllers make one object, whose name they say. */
export const MAKES_ONE: Readonly<Record<KindId, { readonly kind: KindId; readonly names: readonly string[] }>> = {
    "cert-manager.io/Certificate": { kind: "Secret", names: ["spec.secretName"] },
    "external-secrets.io/ExternalSecret": { kind: "Secret", names: ["spec.target.name", "metadata.name"] },
    "bitnami.com/SealedSecret": { kind: "Secret", names: ["spec.template.metadata.name", "metadata.name"] },
};

/**
 * Objects that every cluster has, or that a cloud's clusters have, by kind and pattern of the name.
 *
 * Sources: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings,
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces, and the storage
 * documentation of EKS, GKE, AKS, DigitalOcean, Linode, Vultr, Scaleway, OVH, kind, k3s and minikube.
 */
export const ALWAYS_THERE: readonly (readonly [KindId, RegExp])[] = [
    ["ServiceAccount", /^default$/],
    ["ConfigMap", /^(kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/],
    ["ClusterRole", /^(cluster-admin|admin|edit|view|system:.*|eks:.*|gce:.*)$/],
    ["Role", /^(system:.*|extension-apiserver-authentication-reader)$/],
    ["Namespace", /^(default|kube-system|kube-public|kube-node-lease)$/],
    ["PriorityClass", /^system-(cluster|node)-critical$/],
    ["Service", /^(kubernetes|kube-dns)$/],
    [
        "StorageClass",
        /^(gp2|gp3|gp2-csi|gp3-csi|auto-ebs-sc|standard|standard-rwo|premium-rwo|standard-rwx|enterprise-rwx|default|managed|managed-premium|managed-csi(-premium)?|azurefile(-premium|-csi(-premium)?)?|do-block-storage(-retain|-xfs)?|linode-block-storage(-retain)?|vultr-block-storage(-hdd)?|scw-bssd(-retain)?|csi-cinder-high-speed|csi-cinder-classic|oci-bv|oci|civo-volume|local-path|hostpath|hcloud-volumes)$/,
    ],
    // Tokens that older clusters make for service accounts.
    ["Secret", /-token-[a-z0-9]{5}$/],
];
