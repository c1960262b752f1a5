import type { Resource } from "../pulumi/resource";
import type { Value } from "../value";

/** How a property holds tags or labels. */
export type TagShape =
    /** Object of key to value. */
    | "map"
    /** List of `{key, value}` (or `{name, value}`). */
    | "pairs"
    /** List of strings: `key:value`, `key=value` or a bare word. */
    | "strings"
    /** One string of such words, separated by spaces. */
    | "words"
    /** One string that is such a word. */
    | "word"
    /** Object of `Namespace.Key` to value. */
    | "namespaced-map";

/** Where tags or labels are, as a path into the inputs: `nodeConfig.labels`. Lists on the way are entered. */
export interface TagPath {
    readonly path: string;
    readonly shape: TagShape;
    /** Holds the resource's own tags merged with the provider's defaults, as the provider computed them. */
    readonly merged?: true;
}

/** What node pools need to be judged: the paths start at the pool. */
export interface PoolFacts {
    /** Cloud tags and labels. */
    readonly tags: readonly TagPath[];
    /** Labels that the pool's nodes get in Kubernetes. */
    readonly nodeLabels: readonly TagPath[];
    /** Names of machine types. */
    readonly machineTypes: readonly string[];
    /** Numbers of nodes, some as text, of each zone where the cloud counts so; a list of nodes counts its elements. */
    readonly counts: readonly string[];
    /** The most nodes an autoscaler may add up to. */
    readonly maxCounts: readonly string[];
}

/** Node pools that are defined inside their cluster's resource. */
export interface InnerPool extends PoolFacts {
    /**
     * Path to the pools, or empty when the cluster's own properties describe one; then there is such a pool only
     * where one of these properties is given. It ends in `[]` also where there is one pool and no list, since the
     * forms of a provider differ in that.
     */
    readonly path: string;
    /** Property of the pool that holds its name. */
    readonly name?: string;
}

/** Properties that name what clusters must not share across environments, by id, name or as a resource. */
export interface InfrastructurePaths {
    readonly networks?: readonly string[];
    readonly subnets?: readonly string[];
    readonly securityGroups?: readonly string[];
    /** Node roles, service accounts and identities. */
    readonly identities?: readonly string[];
}

interface TypeFacts {
    /** Type tokens, each form that programs use; azure-native in its unversioned form, which stands for all of its forms. */
    readonly tokens: readonly string[];
    /** Properties that hold the name, in the order in which to look. */
    readonly names: readonly string[];
    readonly infrastructure: InfrastructurePaths;
    /** Where the facts come from: a published package and version, a source repository, or documentation. */
    readonly source: string;
}

/** A managed Kubernetes cluster of a cloud provider. */
export interface ClusterType extends TypeFacts {
    readonly role: "cluster";
    /** Where its tags or labels are; none when the type cannot be tagged. */
    readonly tags: readonly TagPath[];
    readonly pools: readonly InnerPool[];
}

/** A node pool, or something else that belongs to one cluster. */
export interface FollowerType extends TypeFacts, PoolFacts {
    /**
     * "pool" has nodes; "follower" is an add-on, an access entry, a fleet membership; "template" is what clusters or
     * pools that refer to it make their machines from.
     */
    readonly role: "pool" | "follower" | "template";
    /** Properties that refer to the cluster, by name, id or as a resource; none for a template. */
    readonly cluster: readonly string[];
}

const AWS = "@pulumi/aws 7.48.0";
const EKS = "@pulumi/eks 4.3.0";
const AWS_NATIVE = "@pulumi/aws-native 1.79.0";
const AZURE_NATIVE = "@pulumi/azure-native 3.28.0";
const AZURE = "@pulumi/azure 6.40.0";
const GCP = "@pulumi/gcp 9.37.0";
const GOOGLE_NATIVE = "@pulumi/google-native 0.32.0";
const DIGITALOCEAN = "@pulumi/digitalocean 4.80.1";
const LINODE = "@pulumi/linode 5.1.1";
const CIVO = "@pulumi/civo 1.0.7, pulumi/pulumi-civo v2.4.8";
const VULTR = "@ediri/vultr 2.21.0; labels of pools since 2.26 by its documentation";
const SCALEWAY = "@pulumiverse/scaleway 1.54.0, @lbrlabs/pulumi-scaleway 1.8.1";
const EXOSCALE = "pulumiverse/pulumi-exoscale v0.66.1";
const OCI = "@pulumi/oci 4.20.0";
const ALICLOUD = "@pulumi/alicloud 3.108.0";
const OVH = "@ovhcloud/pulumi-ovh 2.19.1";
const OPENSTACK = "@pulumi/openstack 3.15.2";
const RANCHER = "@pulumi/rancher2 13.0.0";
const IBM = "Pulumi Registry documentation of ibm 1.87";
const TENCENTCLOUD = "Pulumi Registry documentation of tencentcloud 1.82";
const VOLCENGINE = "volcengine/pulumi-volcengine v0.0.47";
const SPOTINST = "pulumi/pulumi-spotinst v3.137.0";
const UPCLOUD = "Pulumi Registry documentation of upcloud 0.10; shape of labels unverified";

function map(...paths: string[]): TagPath[] {
    return paths.map(path => ({ path, shape: "map" }));
}

function merged(path: string): TagPath {
    return { path, shape: "map", merged: true };
}

function pairs(...paths: string[]): TagPath[] {
    return paths.map(path => ({ path, shape: "pairs" }));
}

function strings(path: string): TagPath[] {
    return [{ path, shape: "strings" }];
}

/** Tags as the AWS provider holds them: as written, and with the provider's defaults. */
const AWS_TAGS: readonly TagPath[] = [...map("tags"), merged("tagsAll")];

/** Labels as the Google provider holds them: as written, and in outputs with the provider's defaults. */
function googleLabels(path: string): TagPath[] {
    return [...map(path), merged("pulumiLabels"), merged("effectiveLabels")];
}

/** Tags as Oracle Cloud holds them, below a path. */
function ociTags(prefix = ""): TagPath[] {
    return [
        { path: `${prefix}freeformTags`, shape: "map" },
        { path: `${prefix}definedTags`, shape: "namespaced-map" },
    ];
}

/**
 * The token of a Terraform resource whose provider a program uses as it is (`pulumi package add terraform-provider`);
 * its properties are those of the Pulumi package made from that provider.
 *
 * Source: pulumi/pulumi-terraform-bridge dynamic/info.go; that properties are equal is unverified.
 */
function terraform(resource: string): string {
    const [provider, ...words] = resource.split("_");
    const pascal = words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join("");
    return `${provider}:index/${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}:${pascal}`;
}

const NO_POOL_FACTS: PoolFacts = { tags: [], nodeLabels: [], machineTypes: [], counts: [], maxCounts: [] };

function innerPool(path: string, facts: Partial<Omit<InnerPool, "path">>): InnerPool {
    return { ...NO_POOL_FACTS, ...facts, path };
}

type ClusterFacts = Pick<ClusterType, "tokens" | "source"> & Partial<Omit<ClusterType, "role">>;
type FollowerFacts = Pick<FollowerType, "tokens" | "cluster" | "source"> & Partial<Omit<FollowerType, "role">>;

function cluster(facts: ClusterFacts): ClusterType {
    return { role: "cluster", names: ["name"], tags: [], pools: [], infrastructure: {}, ...facts };
}

function pool(facts: FollowerFacts): FollowerType {
    return { role: "pool", names: ["name"], infrastructure: {}, ...NO_POOL_FACTS, ...facts };
}

function follower(facts: FollowerFacts): FollowerType {
    return { ...pool(facts), role: "follower" };
}

function template(facts: Omit<FollowerFacts, "cluster">): FollowerType {
    return { ...pool({ ...facts, cluster: [] }), role: "template" };
}

const EKS_DEFAULT_POOL: Partial<PoolFacts> = {
    machineTypes: ["instanceType"],
    counts: ["desiredCapacity"],
    maxCounts: ["maxSize"],
};

const OPENSHIFT_SUBNETS_NATIVE = ["masterProfile.subnetId", "workerProfiles[].subnetId"];

const GKE_NODE_LABELS = { tags: map("nodeConfig.resourceLabels"), nodeLabels: map("nodeConfig.labels") };

const ALICLOUD_INFRASTRUCTURE: InfrastructurePaths = {
    networks: ["vpcId"],
    subnets: ["vswitchIds[]", "workerVswitchIds[]", "podVswitchIds[]", "masterVswitchIds[]"],
    securityGroups: ["securityGroupId"],
    identities: ["workerRamRoleName"],
};

/**
 * Every managed cluster of Pulumi's providers, a row for each set of facts.
 *
 * Left out of the tags, as they say nothing of the cluster's environment: network tags and resource manager tags of
 * GKE, taints, Linode's tags of external pools, tags of a cluster's security groups. Left out of the infrastructure:
 * what clusters commonly share (resource groups, compartments, projects, key pairs, cluster templates) and network
 * tags, which mean something inside one network only.
 */
export const CLUSTER_TYPES: readonly ClusterType[] = [
    // Amazon.
    cluster({
        tokens: ["aws:eks/cluster:Cluster", terraform("aws_eks_cluster")],
        tags: AWS_TAGS,
        infrastructure: {
            networks: ["vpcConfig.vpcId"],
            subnets: ["vpcConfig.subnetIds[]"],
            securityGroups: ["vpcConfig.securityGroupIds[]", "vpcConfig.clusterSecurityGroupId"],
            identities: ["roleArn", "computeConfig.nodeRoleArn"],
        },
        source: AWS,
    }),
    cluster({
        tokens: ["eks:index:Cluster"],
        // Where both name a key, `tags` wins.
        tags: map("tags", "clusterTags"),
        pools: [innerPool("", EKS_DEFAULT_POOL), innerPool("nodeGroupOptions[]", EKS_DEFAULT_POOL)],
        infrastructure: {
            networks: ["vpcId"],
            subnets: ["subnetIds[]", "publicSubnetIds[]", "privateSubnetIds[]", "nodeSubnetIds[]"],
            securityGroups: ["clusterSecurityGroup"],
            identities: ["serviceRole", "instanceRole", "instanceRoles[]", "instanceProfileName"],
        },
        source: EKS,
    }),
    cluster({
        tokens: ["aws-native:eks:Cluster"],
        tags: pairs("tags"),
        infrastructure: {
            subnets: ["resourcesVpcConfig.subnetIds[]"],
            securityGroups: ["resourcesVpcConfig.securityGroupIds[]"],
            identities: ["roleArn", "computeConfig.nodeRoleArn"],
        },
        source: AWS_NATIVE,
    }),

    // Microsoft.
    cluster({
        tokens: ["azure-native:containerservice:ManagedCluster"],
        names: ["resourceName", "name"],
        tags: map("tags"),
        pools: [
            innerPool("agentPoolProfiles[]", {
                name: "name",
                tags: map("tags"),
                nodeLabels: map("nodeLabels"),
                machineTypes: ["vmSize"],
                counts: ["count"],
                maxCounts: ["maxCount"],
            }),
        ],
        infrastructure: {
            subnets: [
                "agentPoolProfiles[].vnetSubnetID",
                "agentPoolProfiles[].podSubnetID",
                "apiServerAccessProfile.subnetId",
            ],
            identities: [
                "identity.userAssignedIdentities[]",
                "identityProfile.kubeletidentity.resourceId",
                "servicePrincipalProfile.clientId",
            ],
        },
        source: `${AZURE_NATIVE}; key kubeletidentity unverified`,
    }),
    cluster({
        tokens: ["azure-native:containerservice:Fleet"],
        names: ["fleetName", "name"],
        tags: map("tags"),
        pools: [innerPool("", { machineTypes: ["hubProfile.agentProfile.vmSize"] })],
        infrastructure: {
            subnets: ["hubProfile.agentProfile.subnetId", "hubProfile.apiServerAccessProfile.subnetId"],
            identities: ["identity.userAssignedIdentities[]"],
        },
        source: AZURE_NATIVE,
    }),
    cluster({
        tokens: ["azure-native:kubernetes:ConnectedCluster"],
        names: ["clusterName", "name"],
        tags: map("tags"),
        source: AZURE_NATIVE,
    }),
    cluster({
        tokens: ["azure-native:redhatopenshift:OpenShiftCluster"],
        names: ["resourceName", "name"],
        tags: map("tags"),
        pools: [
            innerPool("masterProfile[]", { machineTypes: ["vmSize"] }),
            innerPool("workerProfiles[]", { name: "name", machineTypes: ["vmSize"], counts: ["count"] }),
        ],
        infrastructure: {
            subnets: OPENSHIFT_SUBNETS_NATIVE,
            identities: ["servicePrincipalProfile.clientId"],
        },
        source: AZURE_NATIVE,
    }),
    cluster({
        tokens: ["azure:containerservice/kubernetesCluster:KubernetesCluster", terraform("azurerm_kubernetes_cluster")],
        tags: map("tags"),
        pools: [
            innerPool("defaultNodePool[]", {
                name: "name",
                tags: map("tags"),
                nodeLabels: map("nodeLabels"),
                machineTypes: ["vmSize"],
                counts: ["nodeCount"],
                maxCounts: ["maxCount"],
            }),
        ],
        infrastructure: {
            subnets: ["defaultNodePool.vnetSubnetId", "defaultNodePool.podSubnetId", "apiServerAccessProfile.subnetId"],
            identities: [
                "identity.identityIds[]",
                "kubeletIdentity.userAssignedIdentityId",
                "servicePrincipal.clientId",
            ],
        },
        source: AZURE,
    }),
    cluster({
        tokens: [
            "azure:containerservice/automaticCluster:AutomaticCluster",
            terraform("azurerm_kubernetes_automatic_cluster"),
        ],
        tags: map("tags"),
        infrastructure: {
            subnets: ["hostedSystem.nodeSubnetId", "hostedSystem.systemNodeSubnetId"],
            identities: ["identity.identityIds[]"],
        },
        source: AZURE,
    }),
    cluster({
        tokens: [
            "azure:containerservice/kubernetesFleetManager:KubernetesFleetManager",
            terraform("azurerm_kubernetes_fleet_manager"),
        ],
        tags: map("tags"),
        source: AZURE,
    }),
    cluster({
        tokens: ["azure:redhatopenshift/cluster:Cluster", terraform("azurerm_redhat_openshift_cluster")],
        tags: map("tags"),
        pools: [
            innerPool("mainProfile[]", { machineTypes: ["vmSize"] }),
            innerPool("workerProfile[]", { machineTypes: ["vmSize"], counts: ["nodeCount"] }),
        ],
        infrastructure: {
            subnets: ["mainProfile.subnetId", "workerProfile.subnetId"],
            identities: ["servicePrincipal.clientId"],
        },
        source: AZURE,
    }),
    cluster({
        tokens: [
            "azure:arckubernetes/cluster:Cluster",
            "azure:arckubernetes/provisionedCluster:ProvisionedCluster",
            terraform("azurerm_arc_kubernetes_cluster"),
            terraform("azurerm_arc_kubernetes_provisioned_cluster"),
        ],
        tags: map("tags"),
        source: AZURE,
    }),

    // Google.
    cluster({
        tokens: ["gcp:container/cluster:Cluster", terraform("google_container_cluster")],
        tags: googleLabels("resourceLabels"),
        pools: [
            innerPool("nodePools[]", {
                ...GKE_NODE_LABELS,
                name: "name",
                machineTypes: ["nodeConfig.machineType"],
                counts: ["nodeCount", "initialNodeCount"],
                maxCounts: ["autoscaling.maxNodeCount"],
            }),
            innerPool("", {
                ...GKE_NODE_LABELS,
                machineTypes: ["nodeConfig.machineType"],
                counts: ["initialNodeCount"],
            }),
        ],
        infrastructure: {
            networks: ["network"],
            subnets: ["subnetwork", "privateClusterConfig.privateEndpointSubnetwork"],
            identities: [
                "nodeConfig.serviceAccount",
                "nodePools[].nodeConfig.serviceAccount",
                "clusterAutoscaling.autoProvisioningDefaults.serviceAccount",
            ],
        },
        source: GCP,
    }),
    cluster({
        tokens: ["gcp:container/attachedCluster:AttachedCluster", terraform("google_container_attached_cluster")],
        tags: map("annotations"),
        source: GCP,
    }),
    cluster({
        tokens: ["gcp:container/awsCluster:AwsCluster", terraform("google_container_aws_cluster")],
        tags: map("controlPlane.tags", "annotations"),
        infrastructure: {
            networks: ["networking.vpcId"],
            subnets: ["controlPlane.subnetIds[]"],
            securityGroups: ["controlPlane.securityGroupIds[]"],
            identities: ["controlPlane.iamInstanceProfile"],
        },
        source: GCP,
    }),
    cluster({
        tokens: ["gcp:container/azureCluster:AzureCluster", terraform("google_container_azure_cluster")],
        tags: map("controlPlane.tags", "annotations"),
        infrastructure: {
            networks: ["networking.virtualNetworkId"],
            subnets: ["controlPlane.subnetId"],
            identities: ["client"],
        },
        source: GCP,
    }),
    cluster({
        tokens: ["gcp:edgecontainer/cluster:Cluster", terraform("google_edgecontainer_cluster")],
        tags: googleLabels("labels"),
        source: GCP,
    }),
    cluster({
        tokens: [
            "gcp:gkeonprem/bareMetalCluster:BareMetalCluster",
            "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster",
            "gcp:gkeonprem/vMwareCluster:VMwareCluster",
            "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster",
            terraform("google_gkeonprem_bare_metal_cluster"),
            terraform("google_gkeonprem_bare_metal_admin_cluster"),
            terraform("google_gkeonprem_vmware_cluster"),
            terraform("google_gkeonprem_vmware_admin_cluster"),
        ],
        tags: map("annotations"),
        source: GCP,
    }),
    cluster({
        tokens: ["google-native:container/v1:Cluster", "google-native:container/v1beta1:Cluster"],
        tags: map("resourceLabels"),
        pools: [
            innerPool("nodePools[]", {
                name: "name",
                tags: map("config.resourceLabels"),
                nodeLabels: map("config.labels"),
                machineTypes: ["config.machineType"],
                counts: ["initialNodeCount"],
                maxCounts: ["autoscaling.maxNodeCount"],
            }),
            innerPool("", { ...GKE_NODE_LABELS, machineTypes: ["nodeConfig.machineType"] }),
        ],
        infrastructure: {
            networks: ["network"],
            subnets: ["subnetwork"],
            identities: ["nodeConfig.serviceAccount", "nodePools[].config.serviceAccount"],
        },
        source: GOOGLE_NATIVE,
    }),

    // Other clouds, whose own tokens are those of their Terraform providers where none is added.
    cluster({
        tokens: ["digitalocean:index/kubernetesCluster:KubernetesCluster"],
        tags: strings("tags"),
        pools: [
            innerPool("nodePool[]", {
                name: "name",
                tags: strings("tags"),
                nodeLabels: map("labels"),
                machineTypes: ["size"],
                counts: ["nodeCount"],
                maxCounts: ["maxNodes"],
            }),
        ],
        infrastructure: { networks: ["vpcUuid"], subnets: ["workerSubnetUuid"] },
        source: DIGITALOCEAN,
    }),
    cluster({
        tokens: ["linode:index/lkeCluster:LkeCluster"],
        names: ["label"],
        tags: strings("tags"),
        pools: [
            innerPool("pools[]", {
                tags: strings("tags"),
                nodeLabels: map("labels"),
                machineTypes: ["type"],
                counts: ["count"],
                maxCounts: ["autoscaler.max"],
            }),
        ],
        infrastructure: { networks: ["vpcId"], subnets: ["subnetId"] },
        source: `${LINODE}; subnetId since about 5.7 by its documentation, vpcId unverified`,
    }),
    cluster({
        tokens: ["civo:index/kubernetesCluster:KubernetesCluster"],
        tags: [{ path: "tags", shape: "words" }],
        pools: [
            innerPool("", { machineTypes: ["targetNodesSize"], counts: ["numTargetNodes"] }),
            innerPool("pools[]", {
                name: "label",
                nodeLabels: map("labels"),
                machineTypes: ["size"],
                counts: ["nodeCount"],
            }),
        ],
        infrastructure: { networks: ["networkId"], securityGroups: ["firewallId"] },
        source: CIVO,
    }),
    cluster({
        tokens: ["vultr:index/kubernetes:Kubernetes"],
        names: ["label"],
        pools: [
            innerPool("nodePools[]", {
                name: "label",
                tags: [{ path: "tag", shape: "word" }],
                nodeLabels: map("labels"),
                machineTypes: ["plan"],
                counts: ["nodeQuantity"],
                maxCounts: ["maxNodes"],
            }),
        ],
        infrastructure: { securityGroups: ["firewallGroupId"] },
        source: VULTR,
    }),
    cluster({
        tokens: [
            "scaleway:kubernetes/cluster:Cluster",
            "scaleway:index/kubernetesCluster:KubernetesCluster",
            terraform("scaleway_k8s_cluster"),
        ],
        tags: strings("tags"),
        infrastructure: { networks: ["privateNetworkId"] },
        source: SCALEWAY,
    }),
    cluster({
        tokens: ["exoscale:index/sksCluster:SksCluster"],
        tags: map("labels"),
        source: EXOSCALE,
    }),
    cluster({
        tokens: ["oci:ContainerEngine/cluster:Cluster", terraform("oci_containerengine_cluster")],
        tags: ociTags(),
        infrastructure: {
            networks: ["vcnId"],
            subnets: ["endpointConfig.subnetId", "options.serviceLbSubnetIds[]"],
            securityGroups: ["endpointConfig.nsgIds[]", "options.serviceLbConfig.backendNsgIds[]"],
        },
        source: OCI,
    }),
    cluster({
        tokens: [
            "alicloud:cs/managedKubernetes:ManagedKubernetes",
            "alicloud:cs/serverlessKubernetes:ServerlessKubernetes",
            terraform("alicloud_cs_managed_kubernetes"),
            terraform("alicloud_cs_serverless_kubernetes"),
        ],
        names: ["name", "namePrefix"],
        tags: map("tags"),
        infrastructure: ALICLOUD_INFRASTRUCTURE,
        source: ALICLOUD,
    }),
    cluster({
        tokens: ["alicloud:cs/kubernetes:Kubernetes", terraform("alicloud_cs_kubernetes")],
        names: ["name", "namePrefix"],
        tags: map("tags"),
        pools: [innerPool("", { machineTypes: ["masterInstanceTypes[]"] })],
        infrastructure: ALICLOUD_INFRASTRUCTURE,
        source: ALICLOUD,
    }),
    cluster({
        tokens: ["alicloud:cs/edgeKubernetes:EdgeKubernetes", terraform("alicloud_cs_edge_kubernetes")],
        names: ["name", "namePrefix"],
        tags: map("tags"),
        pools: [innerPool("", { machineTypes: ["workerInstanceTypes[]"], counts: ["workerNumber"] })],
        infrastructure: ALICLOUD_INFRASTRUCTURE,
        source: ALICLOUD,
    }),
    cluster({
        tokens: ["ovh:CloudProject/kube:Kube", terraform("ovh_cloud_project_kube")],
        infrastructure: {
            networks: ["privateNetworkId"],
            subnets: ["nodesSubnetId", "loadBalancersSubnetId"],
        },
        source: OVH,
    }),
    cluster({
        tokens: ["openstack:containerinfra/cluster:Cluster", terraform("openstack_containerinfra_cluster_v1")],
        // Parameters of Magnum's driver; that it accepts other keys is unverified.
        tags: map("labels"),
        pools: [
            innerPool("", { machineTypes: ["flavor"], counts: ["nodeCount"] }),
            innerPool("", { machineTypes: ["masterFlavor"], counts: ["masterCount"] }),
        ],
        infrastructure: { networks: ["fixedNetwork"], subnets: ["fixedSubnet"] },
        source: OPENSTACK,
    }),
    cluster({
        tokens: ["rancher2:index/cluster:Cluster"],
        tags: map("labels", "annotations", "eksConfigV2.tags", "aksConfigV2.tags", "gkeConfigV2.labels"),
        pools: [
            innerPool("eksConfigV2.nodeGroups[]", {
                name: "name",
                tags: map("tags", "resourceTags"),
                nodeLabels: map("labels"),
                machineTypes: ["instanceType"],
                counts: ["desiredSize"],
                maxCounts: ["maxSize"],
            }),
            innerPool("aksConfigV2.nodePools[]", {
                name: "name",
                nodeLabels: map("labels"),
                machineTypes: ["vmSize"],
                counts: ["count"],
                maxCounts: ["maxCount"],
            }),
            innerPool("gkeConfigV2.nodePools[]", {
                name: "name",
                nodeLabels: map("config.labels"),
                machineTypes: ["config.machineType"],
                counts: ["initialNodeCount"],
                maxCounts: ["autoscaling.maxNodeCount"],
            }),
        ],
        infrastructure: {
            networks: ["gkeConfigV2.network", "aksConfigV2.virtualNetwork"],
            subnets: [
                "eksConfigV2.subnets[]",
                "eksConfigV2.nodeGroups[].subnets[]",
                "aksConfigV2.subnet",
                "gkeConfigV2.subnetwork",
            ],
            securityGroups: ["eksConfigV2.securityGroups[]"],
            identities: ["eksConfigV2.serviceRole", "eksConfigV2.nodeGroups[].nodeRole"],
        },
        source: RANCHER,
    }),
    cluster({
        tokens: ["rancher2:index/clusterV2:ClusterV2"],
        tags: map("labels", "annotations"),
        pools: [
            innerPool("rkeConfig.machinePools[]", {
                name: "name",
                tags: map("machineLabels", "annotations"),
                nodeLabels: map("labels"),
                counts: ["quantity"],
            }),
        ],
        source: RANCHER,
    }),
    cluster({
        tokens: [terraform("ibm_container_vpc_cluster")],
        tags: strings("tags"),
        pools: [innerPool("", { nodeLabels: map("workerLabels"), machineTypes: ["flavor"], counts: ["workerCount"] })],
        infrastructure: { networks: ["vpcId"], subnets: ["zones[].subnetId"] },
        source: IBM,
    }),
    cluster({
        tokens: [terraform("ibm_container_cluster")],
        tags: strings("tags"),
        pools: [innerPool("", { machineTypes: ["machineType"], counts: ["defaultPoolSize"] })],
        source: `${IBM}; names of properties unverified`,
    }),
    cluster({
        tokens: [terraform("tencentcloud_kubernetes_cluster")],
        names: ["clusterName"],
        tags: map("tags"),
        pools: [
            innerPool("", { nodeLabels: map("labels") }),
            // The bridge may name a list in the plural.
            ...["workerConfig[]", "workerConfigs[]"].map(path =>
                innerPool(path, { machineTypes: ["instanceType"], counts: ["count"] }),
            ),
        ],
        infrastructure: {
            networks: ["vpcId"],
            subnets: ["clusterSubnetId", "eniSubnetIds[]", "clusterIntranetSubnetId"],
            securityGroups: ["clusterInternetSecurityGroup"],
        },
        source: `${TENCENTCLOUD}; plural of workerConfig unverified`,
    }),
    cluster({
        tokens: ["volcengine:vke/cluster:Cluster", terraform("volcengine_vke_cluster")],
        tags: pairs("tags"),
        infrastructure: {
            networks: ["podsConfig.vpcCniConfig.vpcId"],
            subnets: ["clusterConfig.subnetIds[]", "podsConfig.vpcCniConfig.subnetIds[]"],
        },
        source: VOLCENGINE,
    }),
    cluster({
        tokens: ["volcengine:veecp/cluster:Cluster", terraform("volcengine_veecp_cluster")],
        source: VOLCENGINE,
    }),
    cluster({
        tokens: ["kind:index/kindCluster:KindCluster", terraform("kind_cluster")],
        source: "raelix/pulumi-kind",
    }),
    cluster({
        tokens: ["upcloud:index/kubernetesCluster:KubernetesCluster"],
        tags: map("labels"),
        source: UPCLOUD,
    }),
];

const EKS_NODE_GROUP_INFRASTRUCTURE: InfrastructurePaths = {
    subnets: ["nodeSubnetIds[]"],
    securityGroups: ["nodeSecurityGroup", "nodeSecurityGroupId", "extraNodeSecurityGroups[]"],
    identities: ["instanceProfile", "instanceProfileName"],
};

/** Every node pool of Pulumi's providers and whatever else belongs to one cluster, a row for each set of facts. */
export const FOLLOWER_TYPES: readonly FollowerType[] = [
    // Amazon.
    pool({
        tokens: ["aws:eks/nodeGroup:NodeGroup", terraform("aws_eks_node_group")],
        names: ["nodeGroupName"],
        cluster: ["clusterName"],
        tags: AWS_TAGS,
        nodeLabels: map("labels"),
        machineTypes: ["instanceTypes[]"],
        counts: ["scalingConfig.desiredSize"],
        maxCounts: ["scalingConfig.maxSize"],
        infrastructure: {
            subnets: ["subnetIds[]"],
            securityGroups: ["remoteAccess.sourceSecurityGroupIds[]"],
            identities: ["nodeRoleArn"],
        },
        source: AWS,
    }),
    pool({
        tokens: ["aws:eks/fargateProfile:FargateProfile", terraform("aws_eks_fargate_profile")],
        names: ["fargateProfileName"],
        cluster: ["clusterName"],
        tags: AWS_TAGS,
        infrastructure: { subnets: ["subnetIds[]"], identities: ["podExecutionRoleArn"] },
        source: AWS,
    }),
    follower({
        tokens: [
            "aws:eks/addon:Addon",
            "aws:eks/accessEntry:AccessEntry",
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:eks/identityProviderConfig:IdentityProviderConfig",
            "aws:eks/capability:Capability",
            terraform("aws_eks_addon"),
            terraform("aws_eks_access_entry"),
            terraform("aws_eks_pod_identity_association"),
            terraform("aws_eks_identity_provider_config"),
            terraform("aws_eks_capability"),
        ],
        names: [],
        cluster: ["clusterName"],
        tags: AWS_TAGS,
        source: AWS,
    }),
    follower({
        tokens: [
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            terraform("aws_eks_access_policy_association"),
        ],
        names: [],
        cluster: ["clusterName"],
        source: AWS,
    }),
    pool({
        tokens: ["eks:index:ManagedNodeGroup"],
        names: ["nodeGroupName"],
        cluster: ["cluster", "clusterName"],
        tags: map("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["instanceTypes[]"],
        counts: ["scalingConfig.desiredSize"],
        maxCounts: ["scalingConfig.maxSize"],
        infrastructure: { subnets: ["subnetIds[]"], identities: ["nodeRole", "nodeRoleArn"] },
        source: EKS,
    }),
    pool({
        tokens: ["eks:index:NodeGroup"],
        names: [],
        cluster: ["cluster"],
        tags: map("cloudFormationTags", "autoScalingGroupTags"),
        nodeLabels: map("labels"),
        ...EKS_DEFAULT_POOL,
        infrastructure: EKS_NODE_GROUP_INFRASTRUCTURE,
        source: EKS,
    }),
    pool({
        tokens: ["eks:index:NodeGroupV2"],
        names: [],
        cluster: ["cluster"],
        tags: map("autoScalingGroupTags", "launchTemplateTagSpecifications[].tags"),
        nodeLabels: map("labels"),
        ...EKS_DEFAULT_POOL,
        infrastructure: EKS_NODE_GROUP_INFRASTRUCTURE,
        source: EKS,
    }),
    follower({
        tokens: ["eks:index:Addon"],
        names: [],
        cluster: ["cluster"],
        // A list of maps.
        tags: map("tags[]"),
        source: EKS,
    }),
    pool({
        tokens: ["aws-native:eks:Nodegroup"],
        names: ["nodegroupName"],
        cluster: ["clusterName"],
        tags: map("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["instanceTypes[]"],
        counts: ["scalingConfig.desiredSize"],
        maxCounts: ["scalingConfig.maxSize"],
        infrastructure: {
            subnets: ["subnets[]"],
            securityGroups: ["remoteAccess.sourceSecurityGroups[]"],
            identities: ["nodeRole"],
        },
        source: AWS_NATIVE,
    }),
    pool({
        tokens: ["aws-native:eks:FargateProfile"],
        names: ["fargateProfileName"],
        cluster: ["clusterName"],
        tags: pairs("tags"),
        infrastructure: { subnets: ["subnets[]"], identities: ["podExecutionRoleArn"] },
        source: AWS_NATIVE,
    }),
    follower({
        tokens: ["aws-native:eks:Addon"],
        names: [],
        cluster: ["clusterName"],
        tags: pairs("tags"),
        source: AWS_NATIVE,
    }),

    // Microsoft.
    pool({
        tokens: ["azure-native:containerservice:AgentPool"],
        names: ["agentPoolName", "name"],
        cluster: ["resourceName"],
        tags: map("tags"),
        nodeLabels: map("nodeLabels"),
        machineTypes: ["vmSize"],
        counts: ["count"],
        maxCounts: ["maxCount"],
        infrastructure: { subnets: ["vnetSubnetID", "podSubnetID"] },
        source: AZURE_NATIVE,
    }),
    follower({
        tokens: ["azure-native:containerservice:FleetMember"],
        names: ["fleetMemberName", "name"],
        cluster: ["clusterResourceId", "fleetName"],
        source: AZURE_NATIVE,
    }),
    follower({
        tokens: ["azure-native:containerservice:ManagedNamespace", "azure-native:containerservice:Namespace"],
        names: ["managedNamespaceName", "namespaceName", "name"],
        cluster: ["resourceName"],
        tags: map("tags"),
        source: AZURE_NATIVE,
    }),
    pool({
        tokens: ["azure-native:redhatopenshift:MachinePool"],
        names: ["childResourceName", "name"],
        cluster: ["resourceName"],
        source: AZURE_NATIVE,
    }),
    pool({
        tokens: [
            "azure:containerservice/kubernetesClusterNodePool:KubernetesClusterNodePool",
            terraform("azurerm_kubernetes_cluster_node_pool"),
        ],
        cluster: ["kubernetesClusterId"],
        tags: map("tags"),
        nodeLabels: map("nodeLabels"),
        machineTypes: ["vmSize"],
        counts: ["nodeCount"],
        maxCounts: ["maxCount"],
        infrastructure: { subnets: ["vnetSubnetId", "podSubnetId"] },
        source: AZURE,
    }),
    follower({
        tokens: ["azure:containerservice/fleetMember:FleetMember", terraform("azurerm_kubernetes_fleet_member")],
        cluster: ["kubernetesClusterId", "kubernetesFleetId"],
        source: AZURE,
    }),

    // Google.
    pool({
        tokens: ["gcp:container/nodePool:NodePool", terraform("google_container_node_pool")],
        ...GKE_NODE_LABELS,
        cluster: ["cluster"],
        machineTypes: ["nodeConfig.machineType"],
        counts: ["nodeCount", "initialNodeCount"],
        maxCounts: ["autoscaling.maxNodeCount", "autoscaling.totalMaxNodeCount"],
        infrastructure: {
            subnets: ["networkConfig.subnetwork"],
            identities: ["nodeConfig.serviceAccount"],
        },
        source: GCP,
    }),
    pool({
        tokens: ["gcp:container/awsNodePool:AwsNodePool", terraform("google_container_aws_node_pool")],
        cluster: ["cluster"],
        tags: map("config.tags", "annotations"),
        nodeLabels: map("config.labels"),
        machineTypes: ["config.instanceType"],
        counts: ["autoscaling.minNodeCount"],
        maxCounts: ["autoscaling.maxNodeCount"],
        infrastructure: {
            subnets: ["subnetId"],
            securityGroups: ["config.securityGroupIds[]"],
            identities: ["config.iamInstanceProfile"],
        },
        source: GCP,
    }),
    pool({
        tokens: ["gcp:container/azureNodePool:AzureNodePool", terraform("google_container_azure_node_pool")],
        cluster: ["cluster"],
        tags: map("config.tags", "annotations"),
        nodeLabels: map("config.labels"),
        machineTypes: ["config.vmSize"],
        maxCounts: ["autoscaling.maxNodeCount"],
        infrastructure: { subnets: ["subnetId"] },
        source: GCP,
    }),
    pool({
        tokens: ["gcp:edgecontainer/nodePool:NodePool", terraform("google_edgecontainer_node_pool")],
        cluster: ["cluster"],
        tags: googleLabels("labels"),
        counts: ["nodeCount"],
        source: GCP,
    }),
    pool({
        tokens: [
            "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool",
            terraform("google_gkeonprem_bare_metal_node_pool"),
        ],
        cluster: ["bareMetalCluster"],
        tags: map("annotations"),
        nodeLabels: map("nodePoolConfig.labels"),
        counts: ["nodePoolConfig.nodeConfigs"],
        source: GCP,
    }),
    pool({
        tokens: ["gcp:gkeonprem/vMwareNodePool:VMwareNodePool", terraform("google_gkeonprem_vmware_node_pool")],
        cluster: ["vmwareCluster"],
        tags: map("annotations"),
        nodeLabels: map("config.labels"),
        counts: ["config.replicas"],
        maxCounts: ["nodePoolAutoscaling.maxReplicas"],
        source: GCP,
    }),
    follower({
        tokens: ["gcp:gkehub/membership:Membership", terraform("google_gke_hub_membership")],
        names: ["membershipId"],
        cluster: ["endpoint.gkeCluster.resourceLink"],
        tags: googleLabels("labels"),
        source: GCP,
    }),
    pool({
        tokens: ["google-native:container/v1:NodePool", "google-native:container/v1beta1:NodePool"],
        cluster: ["clusterId"],
        tags: map("config.resourceLabels"),
        nodeLabels: map("config.labels"),
        machineTypes: ["config.machineType"],
        counts: ["initialNodeCount"],
        maxCounts: ["autoscaling.maxNodeCount"],
        infrastructure: { identities: ["config.serviceAccount"] },
        source: GOOGLE_NATIVE,
    }),

    // Other clouds.
    pool({
        tokens: ["digitalocean:index/kubernetesNodePool:KubernetesNodePool"],
        cluster: ["clusterId"],
        tags: strings("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["size"],
        counts: ["nodeCount"],
        maxCounts: ["maxNodes"],
        source: DIGITALOCEAN,
    }),
    pool({
        tokens: ["linode:index/lkeNodePool:LkeNodePool"],
        names: ["label"],
        cluster: ["clusterId"],
        tags: strings("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["type"],
        counts: ["nodeCount"],
        maxCounts: ["autoscaler.max"],
        source: LINODE,
    }),
    pool({
        tokens: ["civo:index/kubernetesNodePool:KubernetesNodePool"],
        names: ["label"],
        cluster: ["clusterId"],
        nodeLabels: map("labels"),
        machineTypes: ["size", "targetNodesSize"],
        counts: ["nodeCount", "numTargetNodes"],
        source: CIVO,
    }),
    pool({
        tokens: ["vultr:index/kubernetesNodePools:KubernetesNodePools"],
        names: ["label"],
        cluster: ["clusterId"],
        tags: [{ path: "tag", shape: "word" }],
        nodeLabels: map("labels"),
        machineTypes: ["plan"],
        counts: ["nodeQuantity"],
        maxCounts: ["maxNodes"],
        source: VULTR,
    }),
    pool({
        tokens: [
            "scaleway:kubernetes/pool:Pool",
            "scaleway:index/kubernetesNodePool:KubernetesNodePool",
            terraform("scaleway_k8s_pool"),
        ],
        cluster: ["clusterId"],
        tags: strings("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["nodeType"],
        counts: ["size"],
        maxCounts: ["maxSize"],
        infrastructure: { securityGroups: ["securityGroupId"] },
        source: SCALEWAY,
    }),
    pool({
        tokens: ["exoscale:index/sksNodepool:SksNodepool"],
        cluster: ["clusterId"],
        tags: map("labels"),
        machineTypes: ["instanceType"],
        counts: ["size"],
        infrastructure: { networks: ["privateNetworkIds[]"], securityGroups: ["securityGroupIds[]"] },
        source: EXOSCALE,
    }),
    pool({
        tokens: ["oci:ContainerEngine/nodePool:NodePool", terraform("oci_containerengine_node_pool")],
        cluster: ["clusterId"],
        tags: [...ociTags(), ...ociTags("nodeConfigDetails.")],
        nodeLabels: pairs("initialNodeLabels"),
        machineTypes: ["nodeShape"],
        counts: ["nodeConfigDetails.size", "quantityPerSubnet"],
        infrastructure: {
            subnets: [
                "nodeConfigDetails.placementConfigs[].subnetId",
                "nodeConfigDetails.nodePoolPodNetworkOptionDetails.podSubnetIds[]",
                "subnetIds[]",
            ],
            securityGroups: [
                "nodeConfigDetails.nsgIds[]",
                "nodeConfigDetails.nodePoolPodNetworkOptionDetails.podNsgIds[]",
            ],
        },
        source: OCI,
    }),
    pool({
        tokens: [
            "oci:ContainerEngine/virtualNodePool:VirtualNodePool",
            terraform("oci_containerengine_virtual_node_pool"),
        ],
        names: ["displayName"],
        cluster: ["clusterId"],
        tags: [...ociTags(), ...map("virtualNodeTags.freeformTags")],
        nodeLabels: pairs("initialVirtualNodeLabels"),
        machineTypes: ["podConfiguration.shape"],
        counts: ["size"],
        infrastructure: {
            subnets: ["placementConfigurations[].subnetId", "podConfiguration.subnetId"],
            securityGroups: ["nsgIds[]", "podConfiguration.nsgIds[]"],
        },
        source: OCI,
    }),
    pool({
        tokens: ["alicloud:cs/nodePool:NodePool", terraform("alicloud_cs_kubernetes_node_pool")],
        names: ["nodePoolName", "name"],
        cluster: ["clusterId"],
        tags: map("tags"),
        nodeLabels: pairs("labels"),
        machineTypes: ["instanceTypes[]"],
        counts: ["desiredSize", "nodeCount"],
        maxCounts: ["scalingConfig.maxSize"],
        infrastructure: {
            subnets: ["vswitchIds[]"],
            securityGroups: ["securityGroupIds[]", "securityGroupId"],
            identities: ["ramRoleName"],
        },
        source: ALICLOUD,
    }),
    follower({
        tokens: [
            "alicloud:cs/kubernetesAutoscaler:KubernetesAutoscaler",
            "alicloud:cs/autoscalingConfig:AutoscalingConfig",
            terraform("alicloud_cs_kubernetes_autoscaler"),
            terraform("alicloud_cs_autoscaling_config"),
        ],
        names: [],
        cluster: ["clusterId"],
        source: ALICLOUD,
    }),
    pool({
        tokens: ["ovh:CloudProject/kubeNodePool:KubeNodePool", terraform("ovh_cloud_project_kube_nodepool")],
        cluster: ["kubeId"],
        nodeLabels: map("template.metadata.labels"),
        machineTypes: ["flavorName"],
        counts: ["desiredNodes"],
        maxCounts: ["maxNodes"],
        source: OVH,
    }),
    pool({
        tokens: ["openstack:containerinfra/nodeGroup:NodeGroup", terraform("openstack_containerinfra_nodegroup_v1")],
        cluster: ["clusterId"],
        tags: map("labels"),
        machineTypes: ["flavorId"],
        counts: ["nodeCount"],
        maxCounts: ["maxNodeCount"],
        source: OPENSTACK,
    }),
    template({
        tokens: ["rancher2:index/machineConfigV2:MachineConfigV2"],
        names: ["generateName"],
        machineTypes: ["amazonec2Config.instanceType"],
        infrastructure: {
            networks: ["amazonec2Config.vpcId"],
            subnets: ["amazonec2Config.subnetId"],
            securityGroups: ["amazonec2Config.securityGroups[]"],
            identities: ["amazonec2Config.iamInstanceProfile"],
        },
        source: RANCHER,
    }),
    pool({
        tokens: ["rancher2:index/nodePool:NodePool"],
        cluster: ["clusterId"],
        tags: map("labels"),
        counts: ["quantity"],
        source: "Rancher's documentation of RKE1, gone from @pulumi/rancher2 13.0.0, unverified",
    }),
    pool({
        tokens: [terraform("ibm_container_vpc_worker_pool")],
        names: ["workerPoolName"],
        cluster: ["cluster"],
        nodeLabels: map("labels"),
        machineTypes: ["flavor"],
        counts: ["workerCount"],
        infrastructure: {
            networks: ["vpcId"],
            subnets: ["zones[].subnetId"],
            securityGroups: ["securityGroups[]"],
        },
        source: IBM,
    }),
    pool({
        tokens: [terraform("ibm_container_worker_pool")],
        names: ["workerPoolName"],
        cluster: ["cluster"],
        nodeLabels: map("labels"),
        machineTypes: ["machineType"],
        counts: ["sizePerZone"],
        source: IBM,
    }),
    pool({
        tokens: [terraform("tencentcloud_kubernetes_node_pool")],
        cluster: ["clusterId"],
        tags: map("tags"),
        nodeLabels: map("labels"),
        machineTypes: ["autoScalingConfig.instanceType"],
        counts: ["desiredCapacity"],
        maxCounts: ["maxSize"],
        infrastructure: {
            networks: ["vpcId"],
            subnets: ["subnetIds[]"],
            securityGroups: ["autoScalingConfig.orderlySecurityGroupIds[]"],
            identities: ["autoScalingConfig.camRoleName"],
        },
        source: TENCENTCLOUD,
    }),
    pool({
        tokens: [terraform("tencentcloud_kubernetes_native_node_pool")],
        cluster: ["clusterId"],
        tags: pairs("tags[].tags"),
        nodeLabels: pairs("labels"),
        machineTypes: ["native.instanceTypes[]"],
        maxCounts: ["native.scaling.maxReplicas"],
        source: TENCENTCLOUD,
    }),
    pool({
        tokens: [terraform("tencentcloud_kubernetes_serverless_node_pool")],
        cluster: ["clusterId"],
        nodeLabels: map("labels"),
        source: `${TENCENTCLOUD}; shape of labels unverified`,
    }),
    pool({
        tokens: ["volcengine:vke/nodePool:NodePool", terraform("volcengine_vke_node_pool")],
        cluster: ["clusterId"],
        tags: pairs("tags", "nodeConfig.ecsTags"),
        nodeLabels: pairs("kubernetesConfig.labels"),
        machineTypes: ["nodeConfig.instanceTypeIds[]"],
        counts: ["autoScaling.desiredReplicas"],
        maxCounts: ["autoScaling.maxReplicas"],
        infrastructure: {
            subnets: ["nodeConfig.subnetIds[]"],
            securityGroups: ["nodeConfig.security.securityGroupIds[]"],
        },
        source: VOLCENGINE,
    }),
    pool({
        tokens: ["volcengine:vke/defaultNodePool:DefaultNodePool", terraform("volcengine_vke_default_node_pool")],
        cluster: ["clusterId"],
        tags: pairs("tags", "nodeConfig.ecsTags"),
        nodeLabels: pairs("kubernetesConfig.labels"),
        infrastructure: { securityGroups: ["nodeConfig.security.securityGroupIds[]"] },
        source: VOLCENGINE,
    }),
    pool({
        // An autoscaler that adds nodes to a cluster.
        tokens: ["spotinst:aws/ocean:Ocean", terraform("spotinst_ocean_aws")],
        cluster: ["controllerId"],
        tags: pairs("tags"),
        counts: ["desiredCapacity"],
        maxCounts: ["maxSize"],
        infrastructure: {
            subnets: ["subnetIds[]"],
            securityGroups: ["securityGroups[]"],
            identities: ["iamInstanceProfile"],
        },
        source: SPOTINST,
    }),
    pool({
        tokens: ["spotinst:aws/oceanLaunchSpec:OceanLaunchSpec", terraform("spotinst_ocean_aws_launch_spec")],
        cluster: ["oceanId"],
        tags: pairs("tags"),
        nodeLabels: pairs("labels"),
        machineTypes: ["instanceTypes[]"],
        maxCounts: ["resourceLimits[].maxInstanceCount"],
        infrastructure: {
            subnets: ["subnetIds[]"],
            securityGroups: ["securityGroups[]"],
            identities: ["iamInstanceProfile"],
        },
        source: SPOTINST,
    }),
    pool({
        tokens: ["spotinst:azure/oceanNp:OceanNp", terraform("spotinst_ocean_aks_np")],
        cluster: ["aksClusterName"],
        tags: map("tags"),
        nodeLabels: map("labels"),
        maxCounts: ["maxCount"],
        infrastructure: { subnets: ["vnetSubnetIds[]", "podSubnetIds[]"] },
        source: SPOTINST,
    }),
    pool({
        tokens: [
            "spotinst:azure/oceanNpVirtualNodeGroup:OceanNpVirtualNodeGroup",
            terraform("spotinst_ocean_aks_np_virtual_node_group"),
        ],
        cluster: ["oceanId"],
        tags: map("tags"),
        nodeLabels: map("labels"),
        counts: ["minCount"],
        maxCounts: ["maxCount"],
        source: SPOTINST,
    }),
    pool({
        tokens: ["spotinst:gke/oceanImport:OceanImport", terraform("spotinst_ocean_gke_import")],
        names: ["clusterName"],
        cluster: ["clusterName"],
        source: SPOTINST,
    }),
    pool({
        // Its `tags` are network tags.
        tokens: ["spotinst:gke/oceanLaunchSpec:OceanLaunchSpec", terraform("spotinst_ocean_gke_launch_spec")],
        cluster: ["oceanId"],
        nodeLabels: pairs("labels"),
        machineTypes: ["instanceTypes[]"],
        maxCounts: ["resourceLimits.maxInstanceCount"],
        source: SPOTINST,
    }),
    pool({
        tokens: ["upcloud:index/kubernetesNodeGroup:KubernetesNodeGroup"],
        cluster: ["cluster"],
        tags: map("labels"),
        machineTypes: ["plan"],
        counts: ["nodeCount"],
        source: UPCLOUD,
    }),
];

/** Tags or labels that a provider gives everything it makes. */
export interface ProviderDefaultTags {
    /** Types of the provider resource, that of a Terraform provider used as it is included. */
    readonly providers: readonly string[];
    /** Input of the provider: an object, or its JSON text, as the Node SDK sends it. */
    readonly input: string;
    /** Property of that object which holds the map; without it the object is the map itself. */
    readonly nested?: string;
    /** Input that names tags which the provider removes: `{keys, keyPrefixes}`, an object or JSON text. */
    readonly ignoreInput?: string;
    /** Paths of a resource's own tags that the defaults are added to. The resource's own value of a key wins. */
    readonly reaches: readonly string[];
    readonly source: string;
}

/**
 * The providers that have default tags. Tags of an Azure resource group and Oracle's tenancy defaults are no
 * evidence: the first are not inherited, the second may be of another compartment.
 */
export const PROVIDER_DEFAULT_TAGS: readonly ProviderDefaultTags[] = [
    {
        providers: ["pulumi:providers:aws"],
        input: "defaultTags",
        nested: "tags",
        ignoreInput: "ignoreTags",
        reaches: ["tags"],
        source: `${AWS}, pulumi/pulumi-aws provider/tags.go`,
    },
    {
        providers: ["pulumi:providers:aws-native"],
        input: "defaultTags",
        nested: "tags",
        reaches: ["tags"],
        source: `${AWS_NATIVE}, pulumi/pulumi-aws-native provider/pkg/default_tags/merging.go`,
    },
    {
        providers: ["pulumi:providers:gcp", "pulumi:providers:google"],
        input: "defaultLabels",
        // The resource's own labels only: GKE's node pools have none, just those of their nodes.
        reaches: ["resourceLabels", "labels"],
        source: `${GCP}, https://googlecloudplatform.github.io/magic-modules/best-practices/labels-and-annotations`,
    },
];

/** A kind of resource that makes a cluster inside another one. */
export type VirtualClusterType = {
    /** Properties that hold the name; without a value there the Pulumi name, or one the provider makes from it. */
    readonly names: readonly string[];
    /** Property that holds the namespace it lives in. */
    readonly namespace: string;
    readonly tags: readonly TagPath[];
    readonly source: string;
} & (
    | {
          /** Type tokens of Helm releases and charts. */
          readonly tokens: readonly string[];
          /** Matches what `chart` may be: a name, a path or a URL. */
          readonly chart: RegExp;
      }
    | { readonly kind: string; readonly groups: readonly string[] }
);

const OBJECT_METADATA = {
    names: ["metadata.name"],
    namespace: "metadata.namespace",
    tags: map("metadata.labels", "metadata.annotations"),
};

/** How virtual clusters, and clusters that are custom resources of another one, are recognised. */
export const VIRTUAL_CLUSTERS: readonly VirtualClusterType[] = [
    {
        tokens: ["kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart", "kubernetes:helm.sh/v3:Chart"],
        // The repository is no evidence: mirrors are common, and https://charts.loft.sh has other charts too.
        chart: /(?:^|\/)vcluster(?:-(?:k8s|k0s|eks))?(?:-v?\d[^/]*\.tgz)?\/?$/,
        names: ["name"],
        namespace: "namespace",
        tags: [],
        source: "@pulumi/kubernetes 4.34.2, documentation of vcluster; names of the older charts unverified",
    },
    {
        kind: "VCluster",
        groups: ["infrastructure.cluster.x-k8s.io"],
        ...OBJECT_METADATA,
        source: "documentation of Cluster API's provider for vcluster; group unverified",
    },
    {
        kind: "VirtualClusterInstance",
        groups: ["storage.loft.sh", "management.loft.sh"],
        ...OBJECT_METADATA,
        source: "documentation of vCluster Platform; groups unverified",
    },
    {
        kind: "Cluster",
        groups: ["cluster.x-k8s.io", "k3k.io"],
        ...OBJECT_METADATA,
        source: "documentation of Cluster API and k3k, unverified",
    },
];

/** A virtual cluster: its facts, and the value that their paths start from. */
export interface VirtualCluster {
    readonly type: VirtualClusterType;
    readonly root: Value;
}

/** The virtual cluster that a resource makes, if it is one. A chart that is not known yet is taken for another. */
export function virtualCluster(resource: Resource): VirtualCluster | undefined {
    if (!resource.type.startsWith("kubernetes:")) return undefined;
    for (const type of VIRTUAL_CLUSTERS) {
        const root = "chart" in type ? chartRoot(type, resource) : objectRoot(type, resource);
        if (root) return { type, root };
    }
    return undefined;
}

function chartRoot(
    { tokens, chart }: { tokens: readonly string[]; chart: RegExp },
    resource: Resource,
): Value | undefined {
    const isVirtual = tokens.includes(resource.type) && chart.test(resource.props.get("chart").string ?? "");
    return isVirtual ? resource.props : undefined;
}

function objectRoot(
    { kind, groups }: { kind: string; groups: readonly string[] },
    resource: Resource,
): Value | undefined {
    return resource.objects.find(object => !object.isPatch && object.kind === kind && groups.includes(object.group))
        ?.root;
}

/**
 * The forms of an azure-native token: the default module, a versioned one, and the package generated for a single
 * version. The module is written as the user typed it.
 *
 * Source: pulumi/pulumi-azure-native provider/pkg/provider/provider_parameterize.go
 */
const AZURE_NATIVE_TOKEN = /^azure-native(?:_[a-z0-9]+_v[0-9a-z]+)?:([a-z]+)(?:\/v[0-9a-z]+)?:([a-z]+)$/;

/** A token as the tables are indexed by it: azure-native's forms as one, any other as it is. */
function normalized(token: string): string {
    if (!/^azure-native/i.test(token)) return token;
    return token.toLowerCase().replace(AZURE_NATIVE_TOKEN, "azure-native:$1:$2");
}

/** Finds types by their token; the index is made at the first question, as every preview starts the pack anew. */
function lookup<T extends TypeFacts>(types: readonly T[]): (token: string) => T | undefined {
    let index: Map<string, T> | undefined;
    return token => {
        index ??= new Map(types.flatMap(type => type.tokens.map(form => [normalized(form), type] as const)));
        return index.get(normalized(token));
    };
}

/** The cluster type of a type token, or undefined when it is none. */
export const clusterType: (token: string) => ClusterType | undefined = lookup(CLUSTER_TYPES);

/** The type of node pool or other part of a cluster of a type token, or undefined when it is none. */
export const followerType: (token: string) => FollowerType | undefined = lookup(FOLLOWER_TYPES);
