import { rendersOnly } from "../../../model/environments/clusters";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Node } from "../../../model/pulumi/stack";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";

/** Objects that clusters make themselves. */
interface ClusterMade {
    readonly kind: string;
    readonly name: RegExp;
    /** The namespace they are in; any, or none, where it is left out. */
    readonly namespace?: string;
    /** Types of the clusters that make them, where not all do. */
    readonly on?: RegExp;
    /** How many clusters outside of the stack, of which the type is not known, make them. */
    readonly elsewhere: "all" | "most" | "few";
    readonly source: string;
}

const KUBERNETES = "https://github.com/kubernetes/kubernetes/blob/master/";
const EKS = /^(aws:eks\/cluster:|aws-native:eks:|eks:index:)Cluster$/;
const GKE = /^(gcp:container\/cluster:Cluster|google-native:container\/\w+:Cluster)$/;
const AKS =
    /^(azure:containerservice\/kubernetesCluster:KubernetesCluster|azure-native:containerservice[\w/]*:ManagedCluster)$/;

/** What is there before any program, with what makes it. */
const CLUSTER_MADE: readonly ClusterMade[] = [
    {
        kind: "Namespace",
        name: /^(default|kube-system|kube-public|kube-node-lease)$/,
        elsewhere: "all",
        source: `${KUBERNETES}pkg/controlplane/controller/systemnamespaces/system_namespaces_controller.go`,
    },
    {
        kind: "ServiceAccount",
        name: /^default$/,
        elsewhere: "all",
        source: `${KUBERNETES}pkg/controller/serviceaccount/serviceaccounts_controller.go`,
    },
    {
        kind: "ConfigMap",
        name: /^kube-root-ca\.crt$/,
        elsewhere: "all",
        source: `${KUBERNETES}pkg/controller/certificates/rootcacertpublisher/publisher.go`,
    },
    {
        kind: "ConfigMap",
        name: /^extension-apiserver-authentication$/,
        namespace: "kube-system",
        elsewhere: "all",
        source: `${KUBERNETES}pkg/controlplane/controller/clusterauthenticationtrust/cluster_authentication_trust_controller.go`,
    },
    {
        kind: "Service",
        name: /^kubernetes$/,
        namespace: "default",
        elsewhere: "all",
        source: `${KUBERNETES}pkg/controlplane/controller/kubernetesservice/controller.go`,
    },
    {
        kind: "ClusterRole",
        name: /^(cluster-admin|admin|edit|view)$/,
        elsewhere: "all",
        source: `${KUBERNETES}plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`,
    },
    {
        kind: "ClusterRoleBinding",
        name: /^cluster-admin$/,
        elsewhere: "all",
        source: `${KUBERNETES}plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`,
    },
    {
        kind: "PriorityClass",
        name: /^system-(cluster|node)-critical$/,
        elsewhere: "all",
        source: `${KUBERNETES}pkg/apis/scheduling/v1/helpers.go`,
    },
    {
        kind: "FlowSchema",
        name: /^(exempt|catch-all)$/,
        elsewhere: "all",
        source: "https://github.com/kubernetes/apiserver/blob/master/pkg/apis/flowcontrol/bootstrap/default.go",
    },
    {
        kind: "PriorityLevelConfiguration",
        name: /^(exempt|catch-all)$/,
        elsewhere: "all",
        source: "https://github.com/kubernetes/apiserver/blob/master/pkg/apis/flowcontrol/bootstrap/default.go",
    },
    ...["ConfigMap", "Deployment"].map(
        (kind): ClusterMade => ({
            kind,
            name: /^coredns$/,
            namespace: "kube-system",
            on: new RegExp(`${EKS.source}|${AKS.source}`),
            elsewhere: "most",
            source: `${KUBERNETES}cmd/kubeadm/app/phases/addons/dns/dns.go, https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html`,
        }),
    ),
    {
        kind: "Service",
        name: /^kube-dns$/,
        namespace: "kube-system",
        elsewhere: "most",
        source: `${KUBERNETES}cmd/kubeadm/app/phases/addons/dns/manifests.go`,
    },
    {
        kind: "DaemonSet",
        name: /^kube-proxy$/,
        namespace: "kube-system",
        on: new RegExp(`${EKS.source}|${AKS.source}`),
        elsewhere: "most",
        source: `${KUBERNETES}cmd/kubeadm/app/phases/addons/proxy/proxy.go, https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html`,
    },
    {
        kind: "DaemonSet",
        name: /^aws-node$/,
        namespace: "kube-system",
        on: EKS,
        elsewhere: "most",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html",
    },
    {
        kind: "ConfigMap",
        name: /^aws-auth$/,
        namespace: "kube-system",
        on: EKS,
        elsewhere: "most",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html",
    },
    {
        kind: "StorageClass",
        name: /^gp2$/,
        on: EKS,
        elsewhere: "few",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/storage-classes.html",
    },
    {
        kind: "StorageClass",
        name: /^(standard|standard-rwo|premium-rwo)$/,
        on: GKE,
        elsewhere: "few",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses",
    },
    {
        kind: "StorageClass",
        name: /^(default|managed-csi(-premium)?|azurefile(-premium|-csi(-premium)?)?)$/,
        on: AKS,
        elsewhere: "few",
        source: "https://learn.microsoft.com/azure/aks/concepts-storage#storage-classes",
    },
];

const byKind = new Map<string, ClusterMade[]>();
for (const row of CLUSTER_MADE) byKind.set(row.kind, [...(byKind.get(row.kind) ?? []), row]);

/**
 * Whether the cluster makes an object itself: `certain`, `likely` where most clusters do, undefined where nothing says
 * so. An object that was imported, or is protected as imported ones are, is meant to be managed; who only renders
 * manifests creates nothing.
 */
export function madeByCluster(object: KubeObject, index: ObjectIndex): "certain" | "likely" | undefined {
    const rows = byKind.get(kindId(object));
    const node = rows && index.nodeOf(object);
    const name = object.name.string;
    if (!node || name === undefined || isManagedOnPurpose(node) || isOfClusterComponent(node)) return undefined;
    const { namespace } = index.locationOf(object);
    const row = rows.find(one => one.name.test(name) && (one.namespace === undefined || one.namespace === namespace));
    if (!row) return undefined;
    const cluster = index.clusters.of(node)?.node;
    if (!row.on || !cluster)
        return row.elsewhere === "all" ? "certain" : row.elsewhere === "most" ? "likely" : undefined;
    return row.on.test(cluster.resource.type) && !isBare(cluster) ? ifWithNodes(row, node, cluster, index) : undefined;
}

function isManagedOnPurpose({ resource }: Node): boolean {
    const { provider, options, isImported } = resource;
    return !provider || isImported || options?.protect === true || rendersOnly(provider.props);
}

/** The component that makes an EKS cluster knows what the cluster makes, and when. */
function isOfClusterComponent(node: Node): boolean {
    for (let parent = node.parent; parent; parent = parent.parent) {
        if (parent.resource.type.startsWith("eks:")) return true;
    }
    return false;
}

/**
 * Whether a cluster comes without the add-ons that EKS installs where nobody says otherwise.
 *
 * Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html (`bootstrapSelfManagedAddons`,
 * `computeConfig`)
 */
function isBare({ resource: { props } }: Node): boolean {
    const addons = props.get("bootstrapSelfManagedAddons");
    return addons.is(false) !== "no" || props.get("computeConfig", "enabled").is(true) !== "no";
}

const MANAGED_NODES =
    /^(aws:eks\/(nodeGroup:NodeGroup|fargateProfile:FargateProfile)|aws-native:eks:(Nodegroup|FargateProfile))$/;

/**
 * EKS makes `aws-auth` with the first managed node group or Fargate profile, and adds to one that is there: made before
 * them it is the program's own.
 *
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
 */
function ifWithNodes(row: ClusterMade, node: Node, cluster: Node, index: ObjectIndex): "certain" | undefined {
    if (!row.name.test("aws-auth")) return "certain";
    const mode = cluster.resource.props.get("accessConfig", "authenticationMode");
    if (mode.isUnknown || mode.is("API") === "yes") return undefined;
    const groups = index.stack.nodes.filter(
        one => MANAGED_NODES.test(one.resource.type) && index.clusters.of(one)?.node === cluster,
    );
    const isFirst = groups.some(group => group.dependencies.includes(node));
    return groups.length > 0 && !isFirst ? "certain" : undefined;
}
