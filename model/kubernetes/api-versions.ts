import { distance } from "fastest-levenshtein";
import { Multimap } from "../multimap";
import { pluralOf } from "../text";
import { API_INTRODUCTIONS } from "./api-introductions";
import { BUILT_IN_KINDS } from "./kinds";

/** The newest minor version of Kubernetes that the table below knows, its number after `v1.`. */
export const NEWEST_API_MINOR = 37;

/** How long a version of an API is served. Versions of Kubernetes are numbers after `v1.`. */
export interface ApiVersion {
    readonly apiVersion: string;
    readonly kinds: readonly string[];
    /** The first version of Kubernetes that warns of it. */
    readonly deprecated?: number;
    /** The first version of Kubernetes that no longer serves it; in the future where it is only announced. */
    readonly removed?: number;
    /** What to use instead, and the first version of Kubernetes that serves that. */
    readonly replacement?: { readonly apiVersion: string; readonly kind?: string; readonly since: number };
    /** What is used instead where no API takes its place, and the first version of Kubernetes that has it. */
    readonly advice?: { readonly use: string; readonly since: number };
    readonly source: string;
}

/** `APILifecycleDeprecated`, `Removed` and `Introduced` of the types: the API server itself goes by these. */
const LIFECYCLE = "k8s.io/api and its siblings v0.20 to v0.37, zz_generated.prerelease-lifecycle.go";
/** Served by the newest version, and not announced to go. */
const DISCOVERY = "kubernetes/kubernetes v1.37.0 api/discovery/aggregated_v2.json";
/** Source: kubernetes/kubernetes CHANGELOG/CHANGELOG-1.23.md (PodSecurity is beta and enabled by default). */
const POD_SECURITY = {
    use: "Pod Security Admission (the label pod-security.kubernetes.io/enforce of Namespaces)",
    since: 23,
};

function changelog(minor: number): string {
    return `kubernetes/kubernetes CHANGELOG/CHANGELOG-1.${minor}.md`;
}

/**
 * All alpha and beta versions of the built-in APIs since v1.5, and stable ones that are deprecated. Kinds that only
 * the API server itself makes are left out.
 *
 * The guide https://kubernetes.io/docs/reference/using-api/deprecation-guide/ lists the beta versions among them.
 */
export const API_VERSIONS: readonly ApiVersion[] = [
    { apiVersion: "v1", kinds: ["ComponentStatus"], deprecated: 19, source: changelog(19) },
    {
        apiVersion: "v1",
        kinds: ["Endpoints"],
        deprecated: 33,
        replacement: { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", since: 21 },
        source: changelog(33),
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1alpha1",
        kinds: ["InitializerConfiguration"],
        removed: 14,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration", since: 16 },
        source: changelog(14),
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1alpha1",
        kinds: ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
        deprecated: 29,
        removed: 32,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", since: 30 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1alpha1",
        kinds: ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
        deprecated: 35,
        removed: 38,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", since: 36 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1beta1",
        kinds: ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        deprecated: 16,
        removed: 22,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", since: 16 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1beta1",
        kinds: ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
        deprecated: 31,
        removed: 34,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", since: 30 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "admissionregistration.k8s.io/v1beta1",
        kinds: ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
        deprecated: 37,
        removed: 40,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", since: 36 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "apiextensions.k8s.io/v1beta1",
        kinds: ["CustomResourceDefinition"],
        deprecated: 16,
        removed: 22,
        replacement: { apiVersion: "apiextensions.k8s.io/v1", since: 16 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "apiregistration.k8s.io/v1beta1",
        kinds: ["APIService"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "apiregistration.k8s.io/v1", since: 10 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "apps/v1alpha1",
        kinds: ["PetSet"],
        removed: 5,
        replacement: { apiVersion: "apps/v1", kind: "StatefulSet", since: 9 },
        source: changelog(5),
    },
    {
        apiVersion: "apps/v1beta1",
        kinds: ["ControllerRevision", "Deployment", "StatefulSet"],
        deprecated: 8,
        removed: 16,
        replacement: { apiVersion: "apps/v1", since: 9 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "apps/v1beta2",
        kinds: ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
        deprecated: 9,
        removed: 16,
        replacement: { apiVersion: "apps/v1", since: 9 },
        source: LIFECYCLE,
    },
    { apiVersion: "auditregistration.k8s.io/v1alpha1", kinds: ["AuditSink"], removed: 19, source: changelog(19) },
    {
        apiVersion: "authentication.k8s.io/v1alpha1",
        kinds: ["SelfSubjectReview"],
        deprecated: 29,
        removed: 32,
        replacement: { apiVersion: "authentication.k8s.io/v1", since: 28 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "authentication.k8s.io/v1beta1",
        kinds: ["TokenReview"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "authentication.k8s.io/v1", since: 6 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "authentication.k8s.io/v1beta1",
        kinds: ["SelfSubjectReview"],
        deprecated: 30,
        removed: 33,
        replacement: { apiVersion: "authentication.k8s.io/v1", since: 28 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "authorization.k8s.io/v1beta1",
        kinds: ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "authorization.k8s.io/v1", since: 19 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "authorization.k8s.io/v1beta1",
        kinds: ["SubjectAccessReview"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "authorization.k8s.io/v1", since: 6 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "autoscaling/v2alpha1",
        kinds: ["HorizontalPodAutoscaler"],
        removed: 8,
        replacement: { apiVersion: "autoscaling/v2", since: 23 },
        source: changelog(8),
    },
    {
        apiVersion: "autoscaling/v2beta1",
        kinds: ["HorizontalPodAutoscaler"],
        deprecated: 22,
        removed: 25,
        replacement: { apiVersion: "autoscaling/v2", since: 23 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "autoscaling/v2beta2",
        kinds: ["HorizontalPodAutoscaler"],
        deprecated: 23,
        removed: 26,
        replacement: { apiVersion: "autoscaling/v2", since: 23 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "batch/v1beta1",
        kinds: ["CronJob"],
        deprecated: 21,
        removed: 25,
        replacement: { apiVersion: "batch/v1", since: 21 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "batch/v2alpha1",
        kinds: ["ScheduledJob"],
        removed: 8,
        replacement: { apiVersion: "batch/v1", kind: "CronJob", since: 21 },
        source: changelog(8),
    },
    {
        apiVersion: "batch/v2alpha1",
        kinds: ["CronJob"],
        deprecated: 8,
        removed: 21,
        replacement: { apiVersion: "batch/v1", since: 21 },
        source: changelog(21),
    },
    {
        apiVersion: "certificates.k8s.io/v1alpha1",
        kinds: ["PodCertificateRequest"],
        removed: 35,
        replacement: { apiVersion: "certificates.k8s.io/v1", since: 37 },
        source: changelog(35),
    },
    {
        apiVersion: "certificates.k8s.io/v1alpha1",
        kinds: ["ClusterTrustBundle"],
        deprecated: 34,
        removed: 37,
        replacement: { apiVersion: "certificates.k8s.io/v1", since: 37 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "certificates.k8s.io/v1beta1",
        kinds: ["CertificateSigningRequest"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "certificates.k8s.io/v1", since: 19 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "certificates.k8s.io/v1beta1",
        kinds: ["ClusterTrustBundle", "PodCertificateRequest"],
        deprecated: 37,
        removed: 40,
        replacement: { apiVersion: "certificates.k8s.io/v1", since: 37 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "coordination.k8s.io/v1alpha1",
        kinds: ["LeaseCandidate"],
        removed: 32,
        replacement: { apiVersion: "coordination.k8s.io/v1beta1", since: 33 },
        source: changelog(32),
    },
    {
        apiVersion: "coordination.k8s.io/v1alpha2",
        kinds: ["LeaseCandidate"],
        deprecated: 35,
        removed: 38,
        replacement: { apiVersion: "coordination.k8s.io/v1beta1", since: 33 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "coordination.k8s.io/v1beta1",
        kinds: ["Lease"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "coordination.k8s.io/v1", since: 14 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "coordination.k8s.io/v1beta1",
        kinds: ["LeaseCandidate"],
        deprecated: 36,
        removed: 39,
        source: LIFECYCLE,
    },
    {
        apiVersion: "discovery.k8s.io/v1alpha1",
        kinds: ["EndpointSlice"],
        deprecated: 20,
        removed: 21,
        replacement: { apiVersion: "discovery.k8s.io/v1", since: 21 },
        source: changelog(21),
    },
    {
        apiVersion: "discovery.k8s.io/v1beta1",
        kinds: ["EndpointSlice"],
        deprecated: 21,
        removed: 25,
        replacement: { apiVersion: "discovery.k8s.io/v1", since: 21 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "events.k8s.io/v1beta1",
        kinds: ["Event"],
        deprecated: 22,
        removed: 25,
        replacement: { apiVersion: "events.k8s.io/v1", since: 19 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["HorizontalPodAutoscaler"],
        removed: 6,
        replacement: { apiVersion: "autoscaling/v2", since: 23 },
        source: changelog(6),
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["Job"],
        removed: 6,
        replacement: { apiVersion: "batch/v1", since: 2 },
        source: changelog(6),
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["ThirdPartyResource"],
        removed: 8,
        replacement: { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", since: 16 },
        source: changelog(8),
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["DaemonSet", "Deployment", "ReplicaSet"],
        deprecated: 8,
        removed: 16,
        replacement: { apiVersion: "apps/v1", since: 9 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["NetworkPolicy"],
        deprecated: 9,
        removed: 16,
        replacement: { apiVersion: "networking.k8s.io/v1", since: 7 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["PodSecurityPolicy"],
        deprecated: 11,
        removed: 16,
        advice: POD_SECURITY,
        source: LIFECYCLE,
    },
    {
        apiVersion: "extensions/v1beta1",
        kinds: ["Ingress"],
        deprecated: 14,
        removed: 22,
        replacement: { apiVersion: "networking.k8s.io/v1", since: 19 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1alpha1",
        kinds: ["FlowSchema", "PriorityLevelConfiguration"],
        deprecated: 20,
        removed: 21,
        replacement: { apiVersion: "flowcontrol.apiserver.k8s.io/v1", since: 29 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1beta1",
        kinds: ["FlowSchema", "PriorityLevelConfiguration"],
        deprecated: 23,
        removed: 26,
        replacement: { apiVersion: "flowcontrol.apiserver.k8s.io/v1", since: 29 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1beta2",
        kinds: ["FlowSchema", "PriorityLevelConfiguration"],
        deprecated: 26,
        removed: 29,
        replacement: { apiVersion: "flowcontrol.apiserver.k8s.io/v1", since: 29 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3",
        kinds: ["FlowSchema", "PriorityLevelConfiguration"],
        deprecated: 29,
        removed: 32,
        replacement: { apiVersion: "flowcontrol.apiserver.k8s.io/v1", since: 29 },
        source: LIFECYCLE,
    },
    { apiVersion: "internal.apiserver.k8s.io/v1alpha1", kinds: ["StorageVersion"], source: DISCOVERY },
    {
        apiVersion: "lifecycle.k8s.io/v1alpha1",
        kinds: ["Eviction", "EvictionRequest"],
        deprecated: 40,
        removed: 43,
        source: LIFECYCLE,
    },
    { apiVersion: "networking.k8s.io/v1alpha1", kinds: ["ClusterCIDR"], removed: 29, source: changelog(29) },
    {
        apiVersion: "networking.k8s.io/v1alpha1",
        kinds: ["IPAddress", "ServiceCIDR"],
        deprecated: 30,
        removed: 33,
        replacement: { apiVersion: "networking.k8s.io/v1", since: 33 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "networking.k8s.io/v1beta1",
        kinds: ["Ingress", "IngressClass"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "networking.k8s.io/v1", since: 19 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "networking.k8s.io/v1beta1",
        kinds: ["IPAddress", "ServiceCIDR"],
        deprecated: 34,
        removed: 37,
        replacement: { apiVersion: "networking.k8s.io/v1", since: 33 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "node.k8s.io/v1alpha1",
        kinds: ["RuntimeClass"],
        deprecated: 20,
        removed: 24,
        replacement: { apiVersion: "node.k8s.io/v1", since: 20 },
        source: changelog(24),
    },
    {
        apiVersion: "node.k8s.io/v1beta1",
        kinds: ["RuntimeClass"],
        deprecated: 22,
        removed: 25,
        replacement: { apiVersion: "node.k8s.io/v1", since: 20 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "policy/v1beta1",
        kinds: ["PodDisruptionBudget"],
        deprecated: 21,
        removed: 25,
        replacement: { apiVersion: "policy/v1", since: 21 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "policy/v1beta1",
        kinds: ["PodSecurityPolicy"],
        deprecated: 21,
        removed: 25,
        advice: POD_SECURITY,
        source: LIFECYCLE,
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1alpha1",
        kinds: ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        deprecated: 17,
        removed: 23,
        replacement: { apiVersion: "rbac.authorization.k8s.io/v1", since: 8 },
        source: changelog(23),
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1beta1",
        kinds: ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        deprecated: 17,
        removed: 22,
        replacement: { apiVersion: "rbac.authorization.k8s.io/v1", since: 8 },
        source: LIFECYCLE,
    },
    { apiVersion: "resource.k8s.io/v1alpha1", kinds: ["PodScheduling"], removed: 27, source: changelog(27) },
    {
        apiVersion: "resource.k8s.io/v1alpha1",
        kinds: ["ResourceClaim", "ResourceClaimTemplate"],
        removed: 27,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 34 },
        source: changelog(27),
    },
    {
        apiVersion: "resource.k8s.io/v1alpha1",
        kinds: ["ResourceClass"],
        removed: 27,
        replacement: { apiVersion: "resource.k8s.io/v1", kind: "DeviceClass", since: 34 },
        source: changelog(27),
    },
    {
        apiVersion: "resource.k8s.io/v1alpha2",
        kinds: ["PodSchedulingContext", "ResourceClaimParameters", "ResourceClassParameters"],
        removed: 31,
        source: changelog(31),
    },
    {
        apiVersion: "resource.k8s.io/v1alpha2",
        kinds: ["ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
        removed: 31,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 34 },
        source: changelog(31),
    },
    {
        apiVersion: "resource.k8s.io/v1alpha2",
        kinds: ["ResourceClass"],
        removed: 31,
        replacement: { apiVersion: "resource.k8s.io/v1", kind: "DeviceClass", since: 34 },
        source: changelog(31),
    },
    { apiVersion: "resource.k8s.io/v1alpha3", kinds: ["PodSchedulingContext"], removed: 32, source: changelog(32) },
    {
        apiVersion: "resource.k8s.io/v1alpha3",
        kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
        removed: 34,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 34 },
        source: changelog(34),
    },
    {
        apiVersion: "resource.k8s.io/v1alpha3",
        kinds: ["DeviceTaintRule"],
        deprecated: 36,
        removed: 39,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 37 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "resource.k8s.io/v1alpha3",
        kinds: ["ResourcePoolStatusRequest"],
        deprecated: 39,
        removed: 42,
        source: LIFECYCLE,
    },
    {
        apiVersion: "resource.k8s.io/v1beta1",
        kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
        deprecated: 35,
        removed: 38,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 34 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "resource.k8s.io/v1beta2",
        kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
        deprecated: 36,
        removed: 39,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 34 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "resource.k8s.io/v1beta2",
        kinds: ["DeviceTaintRule"],
        deprecated: 39,
        removed: 42,
        replacement: { apiVersion: "resource.k8s.io/v1", since: 37 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "scheduling.k8s.io/v1alpha1",
        kinds: ["PriorityClass"],
        deprecated: 14,
        removed: 23,
        replacement: { apiVersion: "scheduling.k8s.io/v1", since: 14 },
        source: changelog(23),
    },
    {
        apiVersion: "scheduling.k8s.io/v1alpha1",
        kinds: ["Workload"],
        removed: 36,
        replacement: { apiVersion: "scheduling.k8s.io/v1beta1", since: 37 },
        source: changelog(36),
    },
    {
        apiVersion: "scheduling.k8s.io/v1alpha2",
        kinds: ["PodGroup", "Workload"],
        removed: 37,
        replacement: { apiVersion: "scheduling.k8s.io/v1beta1", since: 37 },
        source: changelog(37),
    },
    {
        apiVersion: "scheduling.k8s.io/v1alpha3",
        kinds: ["CompositePodGroup", "PodGroup", "Workload"],
        source: DISCOVERY,
    },
    {
        apiVersion: "scheduling.k8s.io/v1beta1",
        kinds: ["PriorityClass"],
        deprecated: 14,
        removed: 22,
        replacement: { apiVersion: "scheduling.k8s.io/v1", since: 14 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "scheduling.k8s.io/v1beta1",
        kinds: ["PodGroup", "Workload"],
        deprecated: 40,
        removed: 43,
        source: LIFECYCLE,
    },
    {
        apiVersion: "settings.k8s.io/v1alpha1",
        kinds: ["PodPreset"],
        removed: 20,
        replacement: { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration", since: 16 },
        source: changelog(20),
    },
    {
        apiVersion: "storage.k8s.io/v1alpha1",
        kinds: ["CSIStorageCapacity"],
        deprecated: 21,
        removed: 24,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 24 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1alpha1",
        kinds: ["VolumeAttachment"],
        deprecated: 21,
        removed: 24,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 13 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1alpha1",
        kinds: ["VolumeAttributesClass"],
        deprecated: 32,
        removed: 35,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 34 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["CSIDriver"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 18 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["CSINode"],
        deprecated: 17,
        removed: 22,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 17 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["StorageClass"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 6 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["VolumeAttachment"],
        deprecated: 19,
        removed: 22,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 13 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["CSIStorageCapacity"],
        deprecated: 24,
        removed: 27,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 24 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storage.k8s.io/v1beta1",
        kinds: ["VolumeAttributesClass"],
        deprecated: 34,
        removed: 37,
        replacement: { apiVersion: "storage.k8s.io/v1", since: 34 },
        source: LIFECYCLE,
    },
    {
        apiVersion: "storagemigration.k8s.io/v1alpha1",
        kinds: ["StorageVersionMigration"],
        removed: 35,
        replacement: { apiVersion: "storagemigration.k8s.io/v1", since: 37 },
        source: changelog(35),
    },
    {
        apiVersion: "storagemigration.k8s.io/v1beta1",
        kinds: ["StorageVersionMigration"],
        deprecated: 37,
        removed: 40,
        replacement: { apiVersion: "storagemigration.k8s.io/v1", since: 37 },
        source: LIFECYCLE,
    },
];

const byKind = new Map(
    API_VERSIONS.flatMap(version => version.kinds.map(kind => [`${version.apiVersion} ${kind}`, version] as const)),
);

/** What is known of a version of a built-in API; undefined for stable ones and for custom resources. */
export function apiVersionOf(apiVersion: string, kind: string): ApiVersion | undefined {
    return byKind.get(`${apiVersion} ${kind}`);
}

const builtInGroups: ReadonlySet<string> = new Set([
    ...Object.values(BUILT_IN_KINDS).flatMap(({ groups }) => groups),
    ...API_VERSIONS.map(({ apiVersion }) => groupOf(apiVersion)),
]);

/** Whether Kubernetes itself serves a group of APIs, or has served it. */
export function isBuiltInGroup(group: string): boolean {
    return builtInGroups.has(group);
}

function groupOf(apiVersion: string): string {
    return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** The kinds that Kubernetes serves or has served, by group, and the groups of a kind. */
const kindsByGroup = new Multimap<string>();
const groupsByKind = new Multimap<string>();
for (const [kind, { groups }] of Object.entries(BUILT_IN_KINDS)) for (const group of groups) addKind(group, kind);
for (const { apiVersion, kinds } of API_VERSIONS) for (const kind of kinds) addKind(groupOf(apiVersion), kind);
// What is created below a Pod is a kind, too.
addKind("policy", "Eviction");

function addKind(group: string, kind: string): void {
    if (kindsByGroup.get(group).includes(kind)) return;
    kindsByGroup.add(kind, group);
    groupsByKind.add(group, kind);
}

/**
 * What is meant by an object that no cluster can serve: a kind of another built-in group, a kind that is misspelt, or a
 * group without a dot, as no custom resource has it.
 * @returns the kind and the API version that are most likely meant; undefined where nothing is known to be wrong.
 *
 * Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (`should be a domain with at
 * least one dot`).
 */
export function misnamed(apiVersion: string, kind: string): Pick<Successor, "apiVersion" | "kind"> | undefined {
    const group = groupOf(apiVersion);
    const own = kindsByGroup.get(group);
    const isBuiltIn = isBuiltInGroup(group);
    if (own.includes(kind) || (!isBuiltIn && group.includes("."))) return undefined;
    const [elsewhere] = groupsByKind.get(kind);
    if (elsewhere !== undefined) return { apiVersion: preferredVersion(elsewhere, kind), kind };
    const near = isBuiltIn ? nearKind(kind, own) : undefined;
    return near === undefined ? undefined : { apiVersion, kind: near };
}

/** The one kind that a misspelt one is: in another case, in the plural, or a letter or two away. */
function nearKind(kind: string, known: readonly string[]): string | undefined {
    const lower = kind.toLowerCase();
    const near = known.filter(one => {
        if (one.toLowerCase() === lower || pluralOf(one) === lower) return true;
        return one.length > 5 && Math.abs(one.length - kind.length) <= 2 && distance(one, kind) <= 2;
    });
    return near.length === 1 ? near[0] : undefined;
}

/** The newest stable version of a kind, else the newest. */
function preferredVersion(group: string, kind: string): string {
    if (group === "") return "v1";
    const versions = [...(introductions.get(kind) ?? [])]
        .filter(([version]) => groupOf(version) === group)
        .sort(([one, a], [other, b]) => Number(/\/v\d+$/.test(one)) - Number(/\/v\d+$/.test(other)) || a - b);
    return versions.at(-1)?.[0] ?? `${group}/v1`;
}

/** What to use instead of an API version. */
export interface Successor {
    readonly apiVersion: string;
    readonly kind: string;
    /** The first version of Kubernetes that serves it, its number after `v1.`. */
    readonly since: number;
}

/** What takes the place of a kind in an API version for good, whether or not a cluster serves it already. */
export function successorOf({ replacement }: ApiVersion, kind: string): Successor | undefined {
    return replacement && { kind, ...replacement };
}

/** The first version of Kubernetes that serves a kind in an API version; undefined where that is not known. */
export function introductionOf(apiVersion: string, kind: string): number | undefined {
    return introductions.get(kind)?.get(apiVersion);
}

/**
 * What a cluster of a version of Kubernetes serves instead of a kind in an API version: what takes its place for good,
 * else the newest version of the same group that is served; undefined where there is none.
 */
export function servedInsteadOf(apiVersion: string, kind: string, minor: number): Successor | undefined {
    const known = apiVersionOf(apiVersion, kind);
    const final = known && successorOf(known, kind);
    if (final && final.since <= minor) return final;
    const [newest] = [...(introductions.get(kind) ?? [])]
        .filter(([other, since]) => {
            const { removed = Number.POSITIVE_INFINITY } = apiVersionOf(other, kind) ?? {};
            const isServed = since <= minor && removed > minor && isEnabled(other, since, apiVersion);
            return isServed && other !== apiVersion && groupOf(other) === groupOf(apiVersion);
        })
        .sort(([, a], [, b]) => b - a);
    return newest && { apiVersion: newest[0], kind, since: newest[1] };
}

/**
 * Whether a cluster serves a version without being told to, or whoever uses another is likely to have told it.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/#api-groups and KEP-3136 (beta APIs are off since v1.24).
 */
function isEnabled(apiVersion: string, since: number, used: string): boolean {
    if (apiVersion.includes("alpha")) return used.includes("alpha");
    return !apiVersion.includes("beta") || since < 24 || /alpha|beta/.test(used);
}

/** By kind, when each API version that has it came. */
const introductions = new Map<string, Map<string, number>>();
for (const [apiVersion, byMinor] of Object.entries(API_INTRODUCTIONS)) {
    for (const [minor, kinds] of Object.entries(byMinor)) {
        for (const kind of kinds) {
            const versions = introductions.get(kind) ?? new Map();
            introductions.set(kind, versions.set(apiVersion, Number(minor)));
        }
    }
}
