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

/** What is seen on the cluster while something is missing. */
export interface Symptom {
    readonly looks: string;
    /** What comes after it has been created, in words that follow "until it exists". */
    readonly afterwards?: string;
    /** Whether it does not end with the creation, so that "until it exists" is left out. */
    readonly stays?: true;
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
    /** Path from the element to the target's namespace; without it, and where it is not set, the object's own. */
    readonly namespace?: string;
    /** Path from the element to a switch that says the target may be missing. */
    readonly optional?: string;
    /** Paths from the element to keys that the target must hold. */
    readonly keys?: string;
    /** The fields of the target that count for keys; all that hold any by default. */
    readonly keysIn?: readonly string[];
    /** Path from the element to the Service port that is meant, by name or number. */
    readonly port?: string;
    /** What is seen on the cluster without the target, where it must exist first. */
    readonly without?: Symptom;
    /** What is seen on the cluster without the target, where it may also come later. */
    readonly looks?: string;
    /** The target is a Secret with a certificate, which controllers commonly make. */
    readonly isCertificate?: true;
    readonly source: string;
}

const API = "https://kubernetes.io/docs/reference/kubernetes-api/";
const GATEWAY_API = "https://gateway-api.sigs.k8s.io/reference/spec/";
const CERT_MANAGER = "https://cert-manager.io/docs/reference/api-docs/";
const EXTERNAL_SECRETS = "https://external-secrets.io/latest/api/spec/";
const KEDA = "https://keda.sh/docs/latest/reference/scaledobject-spec/";
const ROLLOUTS = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/";
const SNAPSHOTS = "https://kubernetes.io/docs/concepts/storage/volume-snapshots/";
const VPA = "https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md";

/**
 * The kubelet tries again within a minute to start a container, and within 2 minutes to mount a volume; controllers
 * try ever later to create pods that were refused, at last every 1,000 seconds.
 *
 * Sources: kubernetes/kubernetes pkg/kubelet/kubelet.go (`backOffPeriod`, `MaxImageBackOff`),
 * pkg/util/goroutinemap/exponentialbackoff (`maxDurationBeforeRetry`), client-go util/workqueue
 * (`DefaultControllerRateLimiter`), and https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/.
 */
const CONFIG_ERROR: Symptom = {
    looks: "containers stay in CreateContainerConfigError",
    afterwards: "and up to a minute longer",
};
const MOUNT_ERROR: Symptom = {
    looks: "pods stay in ContainerCreating with FailedMount",
    afterwards: "and up to 2 minutes longer",
};
const PULL_ERROR: Symptom = {
    looks: "private images stay in ImagePullBackOff",
    afterwards: "and up to 5 minutes longer",
};
const REFUSED: Symptom = { looks: "no pods are created (FailedCreate)", afterwards: "and up to 17 minutes longer" };
const PENDING_PODS: Symptom = { looks: "pods stay Pending" };
const PENDING_VOLUMES: Symptom = { looks: "volumes stay Pending" };
const FORBIDDEN: Symptom = { looks: "its subjects get Forbidden" };

const CONTAINERS = ["containers", "initContainers", "ephemeralContainers"];
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(
    kind => `gateway.networking.k8s.io/${kind}`,
);

const volume = (type: string, name: string): ReferenceType => ({
    from: "pod",
    at: `volumes[].${type}`,
    name,
    target: "Secret",
    without: MOUNT_ERROR,
    source: `${API}config-and-storage-resources/volume/`,
});

const backend = (at: string, name: string, port: string, from: readonly KindId[] = ["Ingress"]): ReferenceType => ({
    from,
    at,
    name,
    target: "Service",
    port,
    source: `${API}service-resources/ingress-v1/`,
});

const storageClass = (from: readonly KindId[], at: string): ReferenceType => ({
    from,
    at,
    name: "storageClassName",
    target: "StorageClass",
    without: PENDING_VOLUMES,
    source: `${API}config-and-storage-resources/persistent-volume-claim-v1/`,
});

const webhook = (from: KindId, at: string): ReferenceType => ({
    from: [from],
    at,
    name: "name",
    target: "Service",
    namespace: "namespace",
    source: `${API}extend-resources/`,
});

const workload = (from: KindId, at: string, source: string): ReferenceType => ({
    from: [from],
    at,
    name: "name",
    target: { kind: "kind", group: "apiVersion", byDefault: "Deployment", groupByDefault: "apps" },
    source,
});

/** The Service that gives the pods of a StatefulSet their names: they run without it. */
export const GOVERNING_SERVICE: ReferenceType = {
    from: ["StatefulSet"],
    at: "spec",
    name: "serviceName",
    target: "Service",
    source: `${API}workload-resources/stateful-set-v1/`,
};

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
            keysIn: ["data"],
            without: CONFIG_ERROR,
            // kubernetes/kubernetes pkg/kubelet/kubelet_pods.go (`makeEnvironmentVariables`) reads nothing else.
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].env[].valueFrom.secretKeyRef`,
            name: "name",
            target: "Secret",
            optional: "optional",
            keys: "key",
            without: CONFIG_ERROR,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].envFrom[].configMapRef`,
            name: "name",
            target: "ConfigMap",
            optional: "optional",
            without: CONFIG_ERROR,
            source: `${API}workload-resources/pod-v1/#environment-variables`,
        },
        {
            from: "pod",
            at: `${list}[].envFrom[].secretRef`,
            name: "name",
            target: "Secret",
            optional: "optional",
            without: CONFIG_ERROR,
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
            without: MOUNT_ERROR,
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
            without: MOUNT_ERROR,
            source: `${API}config-and-storage-resources/volume/`,
        },
    ]),
    {
        from: "pod",
        at: "volumes[].persistentVolumeClaim",
        name: "claimName",
        target: "PersistentVolumeClaim",
        without: PENDING_PODS,
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
        without: PULL_ERROR,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    {
        from: "pod",
        at: "",
        name: "serviceAccountName",
        target: "ServiceAccount",
        without: REFUSED,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    {
        from: "pod",
        at: "",
        // Deprecated, and read where the other is not set.
        name: "serviceAccount",
        target: "ServiceAccount",
        without: REFUSED,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    {
        from: "pod",
        at: "",
        name: "priorityClassName",
        target: "PriorityClass",
        without: REFUSED,
        source: `${API}workload-resources/pod-v1/#scheduling`,
    },
    {
        from: "pod",
        at: "",
        name: "runtimeClassName",
        target: "RuntimeClass",
        without: REFUSED,
        source: `${API}workload-resources/pod-v1/#PodSpec`,
    },
    { ...storageClass([], "volumes[].ephemeral.volumeClaimTemplate.spec"), from: "pod" },
    ...(["ResourceClaim", "ResourceClaimTemplate"] as const).map(
        (target): ReferenceType => ({
            from: "pod",
            at: "resourceClaims[]",
            name: target === "ResourceClaim" ? "resourceClaimName" : "resourceClaimTemplateName",
            target,
            without: PENDING_PODS,
            source: `${API}workload-resources/pod-v1/#PodSpec`,
        }),
    ),

    // Configuration and storage.
    storageClass(["PersistentVolumeClaim"], "spec"),
    storageClass(["StatefulSet"], "spec.volumeClaimTemplates[].spec"),
    {
        from: ["PersistentVolumeClaim"],
        at: "spec",
        name: "volumeName",
        target: "PersistentVolume",
        looks: "the claim stays Pending",
        source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume",
    },
    {
        from: ["PersistentVolumeClaim"],
        at: "spec",
        name: "volumeAttributesClassName",
        target: "VolumeAttributesClass",
        looks: "the claim stays Pending",
        source: "https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/",
    },
    ...["spec.dataSource", "spec.dataSourceRef"].map(
        (at): ReferenceType => ({
            from: ["PersistentVolumeClaim"],
            at,
            name: "name",
            target: { kind: "kind", group: "apiGroup", groupByDefault: "" },
            namespace: "namespace",
            looks: "the claim stays Pending",
            source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#volume-populators-and-data-sources",
        }),
    ),
    {
        from: ["snapshot.storage.k8s.io/VolumeSnapshot"],
        at: "spec",
        name: "volumeSnapshotClassName",
        target: "snapshot.storage.k8s.io/VolumeSnapshotClass",
        looks: "no snapshot is taken",
        source: SNAPSHOTS,
    },
    {
        from: ["snapshot.storage.k8s.io/VolumeSnapshot"],
        at: "spec.source",
        name: "persistentVolumeClaimName",
        target: "PersistentVolumeClaim",
        looks: "no snapshot is taken",
        source: SNAPSHOTS,
    },
    {
        from: ["ServiceAccount"],
        at: "imagePullSecrets[]",
        name: "name",
        target: "Secret",
        source: `${API}authentication-resources/service-account-v1/`,
    },

    // Services and routes.
    backend("spec.rules[].http.paths[].backend.service", "name", "port"),
    backend("spec.defaultBackend.service", "name", "port"),
    backend("spec.rules[].http.paths[].backend", "serviceName", "servicePort"),
    backend("spec.backend", "serviceName", "servicePort"),
    {
        from: ["Ingress"],
        at: "spec",
        name: "ingressClassName",
        target: "IngressClass",
        without: { looks: "no controller serves it" },
        source: `${API}service-resources/ingress-v1/`,
    },
    {
        from: ["Ingress"],
        at: "spec.tls[]",
        name: "secretName",
        target: "Secret",
        looks: "clients get another certificate, or none",
        isCertificate: true,
        source: `${API}service-resources/ingress-v1/`,
    },
    ...["spec.rules[].backendRefs[]", "spec.rules[].filters[].requestMirror.backendRef"].map(
        (at): ReferenceType => ({
            from: ROUTES,
            at,
            name: "name",
            target: { kind: "kind", group: "group", byDefault: "Service", groupByDefault: "" },
            namespace: "namespace",
            port: "port",
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
        namespace: "namespace",
        source: GATEWAY_API,
    },
    {
        from: ["gateway.networking.k8s.io/Gateway"],
        at: "spec.listeners[].tls.certificateRefs[]",
        name: "name",
        target: { kind: "kind", group: "group", byDefault: "Secret", groupByDefault: "" },
        namespace: "namespace",
        looks: "the listener serves no TLS",
        isCertificate: true,
        source: GATEWAY_API,
    },
    {
        from: ["gateway.networking.k8s.io/Gateway"],
        at: "spec",
        name: "gatewayClassName",
        target: "gateway.networking.k8s.io/GatewayClass",
        looks: "no controller serves it",
        source: GATEWAY_API,
    },

    // Autoscalers.
    workload("HorizontalPodAutoscaler", "spec.scaleTargetRef", `${API}workload-resources/`),
    workload("autoscaling.k8s.io/VerticalPodAutoscaler", "spec.targetRef", VPA),
    workload("keda.sh/ScaledObject", "spec.scaleTargetRef", KEDA),
    workload("argoproj.io/Rollout", "spec.workloadRef", ROLLOUTS),

    // Access.
    {
        from: ["RoleBinding"],
        at: "roleRef",
        name: "name",
        target: { kind: "kind", group: "apiGroup", groupByDefault: "rbac.authorization.k8s.io" },
        without: FORBIDDEN,
        source: `${API}authorization-resources/role-binding-v1/`,
    },
    {
        from: ["ClusterRoleBinding"],
        at: "roleRef",
        name: "name",
        target: "ClusterRole",
        without: FORBIDDEN,
        source: `${API}authorization-resources/cluster-role-binding-v1/`,
    },
    {
        from: ["RoleBinding", "ClusterRoleBinding"],
        at: "subjects[]",
        name: "name",
        target: { kind: "kind", group: "apiGroup", groupByDefault: "" },
        namespace: "namespace",
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
        source: CERT_MANAGER,
    },
    {
        from: ["external-secrets.io/ExternalSecret"],
        at: "spec.secretStoreRef",
        name: "name",
        target: {
            kind: "kind",
            byDefault: "external-secrets.io/SecretStore",
            groupByDefault: "external-secrets.io",
        },
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
            source: ROLLOUTS,
        }),
    ),
];

/** A selector that is no use when nothing has the labels it asks for. */
export interface SelectorType {
    readonly from: readonly KindId[];
    /** Path to the selector; lists are entered. */
    readonly at: string;
    /** A plain map of labels, or a selector with matchLabels and matchExpressions. */
    readonly shape: "map" | "selector";
    readonly selects: "pods" | "Service";
    /** Path from the object to what names other namespaces: `{any, matchNames}`. */
    readonly namespaces?: string;
    /**
     * It is for what may come: that nothing matches is a mistake only in a namespace that the stack makes, and where only
     * a value of a label is another.
     */
    readonly forOthers?: true;
    /** Charts make it also for a component that they leave out or that is switched off. */
    readonly mayOutlive?: true;
    readonly source: string;
}

const PROMETHEUS_OPERATOR = "https://prometheus-operator.dev/docs/api-reference/api/";

const peer = (at: string): SelectorType => ({
    from: ["NetworkPolicy"],
    at,
    shape: "selector",
    selects: "pods",
    forOthers: true,
    mayOutlive: true,
    source: `${API}policy-resources/network-policy-v1/`,
});

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
        mayOutlive: true,
        source: `${API}policy-resources/network-policy-v1/`,
    },
    peer("spec.ingress[].from[].podSelector"),
    peer("spec.egress[].to[].podSelector"),
    {
        from: ["PodDisruptionBudget"],
        at: "spec.selector",
        shape: "selector",
        selects: "pods",
        mayOutlive: true,
        source: `${API}policy-resources/pod-disruption-budget-v1/`,
    },
    {
        from: ["monitoring.coreos.com/ServiceMonitor"],
        at: "spec.selector",
        shape: "selector",
        selects: "Service",
        namespaces: "spec.namespaceSelector",
        source: PROMETHEUS_OPERATOR,
    },
    {
        from: ["monitoring.coreos.com/PodMonitor"],
        at: "spec.selector",
        shape: "selector",
        selects: "pods",
        namespaces: "spec.namespaceSelector",
        source: PROMETHEUS_OPERATOR,
    },
];

/**
 * Custom resources whose controllers make no object that others refer to, by group or kind. Any other custom resource
 * may make anything in its namespace.
 *
 * Sources: the documentation of each operator, at the address that its API group names.
 */
export const MAKES_NOTHING: ReadonlySet<string> = new Set([
    "argoproj.io/AnalysisTemplate",
    "argoproj.io/AppProject",
    "argoproj.io/ClusterAnalysisTemplate",
    "argoproj.io/Rollout",
    "autoscaling.k8s.io",
    "cert-manager.io/ClusterIssuer",
    "cert-manager.io/Issuer",
    "cilium.io",
    "constraints.gatekeeper.sh",
    "crd.projectcalico.org",
    "eks.amazonaws.com",
    "external-secrets.io/ClusterSecretStore",
    "external-secrets.io/SecretStore",
    "gateway.networking.k8s.io",
    "image.toolkit.fluxcd.io",
    "karpenter.azure.com",
    "karpenter.k8s.aws",
    "karpenter.sh",
    "keda.sh",
    "metallb.io",
    "metrics.k8s.io",
    "monitoring.coreos.com/PodMonitor",
    "monitoring.coreos.com/Probe",
    "monitoring.coreos.com/PrometheusRule",
    "monitoring.coreos.com/ServiceMonitor",
    "networking.gke.io",
    "networking.istio.io",
    "notification.toolkit.fluxcd.io",
    "policies.kyverno.io/ValidatingPolicy",
    "policy.networking.k8s.io",
    "projectcalico.org",
    "security.istio.io",
    "snapshot.storage.k8s.io",
    "source.toolkit.fluxcd.io",
    "telemetry.istio.io",
    "templates.gatekeeper.sh",
    "traefik.io",
    // But velero.io/Restore, which makes anything.
    "velero.io/Backup",
    "velero.io/BackupStorageLocation",
    "velero.io/Schedule",
    "velero.io/VolumeSnapshotLocation",
]);

/** Custom resources whose controllers make Secrets only, and say their names. */
export const MAKES_SECRETS: Readonly<Record<KindId, readonly string[]>> = {
    // The first of these paths that is set says the names.
    "bitnami.com/SealedSecret": ["spec.template.metadata.name", "metadata.name"],
    "cert-manager.io/Certificate": ["spec.secretName"],
    "external-secrets.io/ExternalSecret": ["spec.target.name", "metadata.name"],
    "secrets-store.csi.x-k8s.io/SecretProviderClass": ["spec.secretObjects[].secretName"],
};

/**
 * Annotations by which a Service or a Gateway names a Secret that a controller makes beside it.
 *
 * Sources: https://docs.redhat.com/en/documentation/openshift_container_platform/ (Securing service traffic using
 * service serving certificate secrets), https://gardener.github.io/cert-management/docs/usage/service/.
 */
export const NAME_MADE_SECRETS: readonly string[] = [
    "cert.gardener.cloud/secretname",
    "service.alpha.openshift.io/serving-cert-secret-name",
    "service.beta.openshift.io/serving-cert-secret-name",
];

/**
 * Annotations by which a Secret or a ConfigMap is copied into other namespaces under its name.
 *
 * Sources: emberstack/kubernetes-reflector, mittwald/kubernetes-replicator and config-syncer (kubed), their READMEs.
 */
export const COPIES: readonly string[] = [
    "kubed.appscode.com/sync",
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
];

/** Where custom resources that make a Secret say its annotations. */
export const ANNOTATIONS_OF_MADE: readonly string[] = [
    // Certificate, ExternalSecret, SealedSecret.
    "spec.secretTemplate.annotations",
    "spec.target.template.metadata.annotations",
    "spec.template.metadata.annotations",
];

/** Custom resources that make things in other namespaces than their own. */
export const MAKES_ELSEWHERE: ReadonlySet<KindId> = new Set([
    "argoproj.io/Application",
    "argoproj.io/ApplicationSet",
    "helm.cattle.io/HelmChart",
    "helm.toolkit.fluxcd.io/HelmRelease",
    "kustomize.toolkit.fluxcd.io/Kustomization",
]);

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

/** Labels that selectors may ask for of pods or Services that no stack makes. */
interface LabelsOfClusters {
    readonly of: SelectorType["selects"];
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
}

const inKubeSystem = (of: LabelsOfClusters["of"], labels: LabelsOfClusters["labels"]): LabelsOfClusters => ({
    of,
    namespace: "kube-system",
    labels,
});

/**
 * The pods and Services that clusters run themselves: DNS everywhere, the control plane where kubeadm made it, and the
 * Service by which the Prometheus operator finds kubelets.
 *
 * Sources: kubernetes/kubernetes cluster/addons/dns and pkg/controlplane/controller/kubernetesservice, cmd/kubeadm
 * (`app/util/staticpod`, `app/phases/addons`), and https://prometheus-operator.dev/docs/platform/operator/ (flag
 * `--kubelet-service`).
 */
export const LABELS_OF_CLUSTERS: readonly LabelsOfClusters[] = [
    inKubeSystem("pods", { "k8s-app": "kube-dns" }),
    inKubeSystem("pods", { "k8s-app": "kube-proxy" }),
    ...["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(component =>
        inKubeSystem("pods", { component, tier: "control-plane" }),
    ),
    inKubeSystem("Service", {
        "k8s-app": "kube-dns",
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
    }),
    inKubeSystem("Service", {
        "app.kubernetes.io/managed-by": "prometheus-operator",
        "app.kubernetes.io/name": "kubelet",
        "k8s-app": "kubelet",
    }),
    { of: "Service", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
];
