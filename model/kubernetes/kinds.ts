import type { Step } from "../value";

/** Whether objects of a kind live in a namespace. "unknown" for custom resources: only the cluster could tell. */
export type Scope = "namespaced" | "cluster" | "unknown";

/** What the API server validates an object's name as. */
export type NameRule = "subdomain" | "label" | "path-segment";

/** What is known of one built-in kind. */
export interface KindFacts {
    /** API groups that serve or served the kind, the present one first; the core group is "". */
    readonly groups: readonly string[];
    readonly scope: "namespaced" | "cluster";
    /** Path to what holds the pod's `metadata` and `spec`; empty for a Pod itself. */
    readonly podTemplate?: readonly Step[];
    /** Whether it runs pods, as the Kubernetes documentation uses the word workload. */
    readonly workload?: true;
    /** Whether it has `spec.replicas`. */
    readonly replicas?: true;
    /** Whether its pods are meant to run for ever. */
    readonly longRunning?: true;
    /** How its name is validated; a DNS subdomain where nothing is said. */
    readonly name?: NameRule;
    /** A shorter limit than the name rule's own, in characters. */
    readonly nameMaxLength?: number;
}

const CORE = [""];
const TEMPLATE = ["spec", "template"] as const;

function namespaced(groups: readonly string[]): KindFacts {
    return { groups, scope: "namespaced" };
}

function cluster(groups: readonly string[]): KindFacts {
    return { groups, scope: "cluster" };
}

/**
 * The built-in kinds, by the groups of all versions since v1.0. A kind's name alone is not enough to know it: Knative
 * has a Service and an Ingress of its own.
 *
 * Source: Kubernetes API reference v1.9 to v1.34 (https://kubernetes.io/docs/reference/kubernetes-api/), name rules
 * from kubernetes/kubernetes pkg/apis/<group>/validation.
 */
const KINDS = {
    // Workloads.
    Pod: { groups: CORE, scope: "namespaced", podTemplate: [], workload: true, longRunning: true },
    ReplicationController: {
        groups: CORE,
        scope: "namespaced",
        podTemplate: TEMPLATE,
        workload: true,
        replicas: true,
        longRunning: true,
    },
    ReplicaSet: {
        groups: ["apps", "extensions"],
        scope: "namespaced",
        podTemplate: TEMPLATE,
        workload: true,
        replicas: true,
        longRunning: true,
    },
    Deployment: {
        groups: ["apps", "extensions"],
        scope: "namespaced",
        podTemplate: TEMPLATE,
        workload: true,
        replicas: true,
        longRunning: true,
    },
    StatefulSet: {
        groups: ["apps"],
        scope: "namespaced",
        podTemplate: TEMPLATE,
        workload: true,
        replicas: true,
        longRunning: true,
        name: "label",
    },
    DaemonSet: {
        groups: ["apps", "extensions"],
        scope: "namespaced",
        podTemplate: TEMPLATE,
        workload: true,
        longRunning: true,
    },
    Job: { groups: ["batch", "extensions"], scope: "namespaced", podTemplate: TEMPLATE, workload: true },
    CronJob: {
        groups: ["batch"],
        scope: "namespaced",
        podTemplate: ["spec", "jobTemplate", "spec", "template"],
        workload: true,
        nameMaxLength: 52,
    },
    PodTemplate: { groups: CORE, scope: "namespaced", podTemplate: ["template"] },
    ControllerRevision: namespaced(["apps"]),
    HorizontalPodAutoscaler: namespaced(["autoscaling", "extensions"]),
    PodDisruptionBudget: { groups: ["policy"], scope: "namespaced", name: "path-segment" },
    PriorityClass: cluster(["scheduling.k8s.io"]),
    PodGroup: namespaced(["scheduling.k8s.io"]),
    RuntimeClass: cluster(["node.k8s.io"]),

    // Services and networks.
    // Before v1.36 the first character had to be a letter.
    Service: { groups: CORE, scope: "namespaced", name: "label" },
    Endpoints: namespaced(CORE),
    EndpointSlice: namespaced(["discovery.k8s.io"]),
    Ingress: namespaced(["networking.k8s.io", "extensions"]),
    IngressClass: cluster(["networking.k8s.io"]),
    NetworkPolicy: namespaced(["networking.k8s.io", "extensions"]),
    IPAddress: { groups: ["networking.k8s.io"], scope: "cluster", name: "path-segment" },
    ServiceCIDR: cluster(["networking.k8s.io"]),
    ClusterCIDR: cluster(["networking.k8s.io"]),

    // Configuration and storage.
    ConfigMap: namespaced(CORE),
    Secret: namespaced(CORE),
    PersistentVolume: cluster(CORE),
    PersistentVolumeClaim: namespaced(CORE),
    StorageClass: cluster(["storage.k8s.io"]),
    VolumeAttachment: cluster(["storage.k8s.io"]),
    VolumeAttributesClass: cluster(["storage.k8s.io"]),
    CSIDriver: cluster(["storage.k8s.io"]),
    CSINode: cluster(["storage.k8s.io"]),
    CSIStorageCapacity: namespaced(["storage.k8s.io"]),
    StorageVersionMigration: cluster(["storagemigration.k8s.io"]),
    StorageVersion: { groups: ["internal.apiserver.k8s.io"], scope: "cluster", name: "path-segment" },
    DeviceClass: cluster(["resource.k8s.io"]),
    DeviceTaintRule: cluster(["resource.k8s.io"]),
    ResourceSlice: cluster(["resource.k8s.io"]),
    ResourceClass: cluster(["resource.k8s.io"]),
    ResourceClaim: namespaced(["resource.k8s.io"]),
    ResourceClaimTemplate: namespaced(["resource.k8s.io"]),
    ResourceClaimParameters: namespaced(["resource.k8s.io"]),
    ResourceClassParameters: namespaced(["resource.k8s.io"]),
    PodSchedulingContext: namespaced(["resource.k8s.io"]),

    // Identity and access.
    ServiceAccount: namespaced(CORE),
    Role: { groups: ["rbac.authorization.k8s.io"], scope: "namespaced", name: "path-segment" },
    RoleBinding: { groups: ["rbac.authorization.k8s.io"], scope: "namespaced", name: "path-segment" },
    ClusterRole: { groups: ["rbac.authorization.k8s.io"], scope: "cluster", name: "path-segment" },
    ClusterRoleBinding: { groups: ["rbac.authorization.k8s.io"], scope: "cluster", name: "path-segment" },
    PodSecurityPolicy: cluster(["policy", "extensions"]),
    CertificateSigningRequest: { groups: ["certificates.k8s.io"], scope: "cluster", name: "path-segment" },
    ClusterTrustBundle: { groups: ["certificates.k8s.io"], scope: "cluster", name: "path-segment" },
    PodCertificateRequest: namespaced(["certificates.k8s.io"]),
    TokenReview: cluster(["authentication.k8s.io"]),
    SelfSubjectReview: cluster(["authentication.k8s.io"]),
    SubjectAccessReview: cluster(["authorization.k8s.io"]),
    SelfSubjectAccessReview: cluster(["authorization.k8s.io"]),
    SelfSubjectRulesReview: cluster(["authorization.k8s.io"]),
    LocalSubjectAccessReview: namespaced(["authorization.k8s.io"]),

    // Cluster and namespace administration.
    Namespace: { groups: CORE, scope: "cluster", name: "label" },
    Node: cluster(CORE),
    ComponentStatus: cluster(CORE),
    Binding: namespaced(CORE),
    Event: { groups: ["", "events.k8s.io"], scope: "namespaced", name: "path-segment" },
    LimitRange: namespaced(CORE),
    ResourceQuota: namespaced(CORE),
    Lease: namespaced(["coordination.k8s.io"]),
    LeaseCandidate: namespaced(["coordination.k8s.io"]),
    PodPreset: namespaced(["settings.k8s.io"]),
    FlowSchema: cluster(["flowcontrol.apiserver.k8s.io"]),
    PriorityLevelConfiguration: cluster(["flowcontrol.apiserver.k8s.io"]),
    APIService: cluster(["apiregistration.k8s.io"]),
    CustomResourceDefinition: cluster(["apiextensions.k8s.io"]),
    MutatingWebhookConfiguration: cluster(["admissionregistration.k8s.io"]),
    ValidatingWebhookConfiguration: cluster(["admissionregistration.k8s.io"]),
    MutatingAdmissionPolicy: cluster(["admissionregistration.k8s.io"]),
    MutatingAdmissionPolicyBinding: cluster(["admissionregistration.k8s.io"]),
    ValidatingAdmissionPolicy: cluster(["admissionregistration.k8s.io"]),
    ValidatingAdmissionPolicyBinding: cluster(["admissionregistration.k8s.io"]),
} satisfies Readonly<Record<string, KindFacts>>;

/** The name of a built-in kind. */
export type BuiltInKind = keyof typeof KINDS;

const names = Object.keys(KINDS) as BuiltInKind[];
const factsOf = (name: BuiltInKind): KindFacts => KINDS[name];

/** The built-in kinds that run pods. */
export const WORKLOAD_KINDS: readonly BuiltInKind[] = names.filter(name => factsOf(name).workload);

/** The built-in kinds that are pods or have a template of some. */
export const POD_KINDS: readonly BuiltInKind[] = names.filter(name => factsOf(name).podTemplate);

/** The facts of the built-in kinds, by name. */
export const BUILT_IN_KINDS: Readonly<Record<string, KindFacts>> = KINDS;

/** The facts of a built-in kind, or undefined for a custom resource. */
export function builtInKind(group: string, kind: string): KindFacts | undefined {
    if (!Object.hasOwn(BUILT_IN_KINDS, kind)) return undefined;
    const facts = BUILT_IN_KINDS[kind];
    return facts?.groups.includes(group) ? facts : undefined;
}

/** What is known of one custom kind. */
export interface CustomKindFacts {
    readonly scope: "namespaced" | "cluster";
    /** Path to the template that it makes pods from. Pod rules are for built-in kinds; what selects pods selects these too. */
    readonly podTemplate?: readonly Step[];
}

/**
 * Custom kinds of well-known operators, by group and kind.
 *
 * Source: the CustomResourceDefinitions of argoproj/argo-rollouts, kedacore/keda, kubernetes/autoscaler,
 * kubernetes-sigs/gateway-api, cilium/cilium, projectcalico/calico,
 * cert-manager/cert-manager, external-secrets/external-secrets and kubernetes-csi/external-snapshotter.
 */
const CUSTOM_KINDS: Readonly<Record<string, CustomKindFacts>> = {
    "argoproj.io/Rollout": { scope: "namespaced", podTemplate: TEMPLATE },
    "autoscaling.k8s.io/VerticalPodAutoscaler": { scope: "namespaced" },
    "cert-manager.io/ClusterIssuer": { scope: "cluster" },
    "cilium.io/CiliumNetworkPolicy": { scope: "namespaced" },
    "cilium.io/CiliumClusterwideNetworkPolicy": { scope: "cluster" },
    "crd.projectcalico.org/NetworkPolicy": { scope: "namespaced" },
    "crd.projectcalico.org/GlobalNetworkPolicy": { scope: "cluster" },
    "external-secrets.io/ClusterExternalSecret": { scope: "cluster" },
    "external-secrets.io/ClusterSecretStore": { scope: "cluster" },
    "gateway.networking.k8s.io/GRPCRoute": { scope: "namespaced" },
    "gateway.networking.k8s.io/Gateway": { scope: "namespaced" },
    "gateway.networking.k8s.io/GatewayClass": { scope: "cluster" },
    "gateway.networking.k8s.io/HTTPRoute": { scope: "namespaced" },
    "keda.sh/ScaledObject": { scope: "namespaced" },
    "policy.networking.k8s.io/AdminNetworkPolicy": { scope: "cluster" },
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy": { scope: "cluster" },
    "projectcalico.org/NetworkPolicy": { scope: "namespaced" },
    "projectcalico.org/GlobalNetworkPolicy": { scope: "cluster" },
    "snapshot.storage.k8s.io/VolumeSnapshot": { scope: "namespaced" },
    "snapshot.storage.k8s.io/VolumeSnapshotClass": { scope: "cluster" },
    "snapshot.storage.k8s.io/VolumeSnapshotContent": { scope: "cluster" },
};

/** The facts of a well-known custom kind, in any version. */
export function customKind(group: string, kind: string): CustomKindFacts | undefined {
    const id = `${group}/${kind}`;
    return Object.hasOwn(CUSTOM_KINDS, id) ? CUSTOM_KINDS[id] : undefined;
}
