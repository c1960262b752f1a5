import { type Answer, not } from "../value";
import { CLOUD, chartOf } from "./charts";
import type { Resource } from "./resource";

/** A chart all of whose pods are those of DaemonSets, which want no more than there are nodes. */
interface Agents {
    readonly name: string;
    /** The value that makes Deployments of them, or adds some. */
    readonly unless?: string;
    readonly source: string;
}

const GITHUB = "https://github.com/";

/** Charts of agents; the source is where their templates lie. */
const AGENTS: readonly Agents[] = [
    {
        name: "aws-node-termination-handler",
        unless: "enableSqsTerminationDraining",
        source: `${GITHUB}aws/aws-node-termination-handler/tree/main/config/helm/aws-node-termination-handler`,
    },
    {
        name: "secrets-store-csi-driver-provider-aws",
        unless: "secrets-store-csi-driver.install",
        source: `${GITHUB}aws/secrets-store-csi-driver-provider-aws/tree/main/charts`,
    },
    {
        name: "csi-secrets-store-provider-aws",
        source: `${GITHUB}aws/eks-charts/tree/master/stable/csi-secrets-store-provider-aws`,
    },
    { name: "fluent-bit", unless: "kind", source: `${GITHUB}fluent/helm-charts/tree/main/charts/fluent-bit` },
    {
        name: "node-problem-detector",
        source: `${GITHUB}deliveryhero/helm-charts/tree/master/stable/node-problem-detector`,
    },
    {
        name: "nvidia-device-plugin",
        unless: "gfd.enabled",
        source: `${GITHUB}NVIDIA/k8s-device-plugin/tree/main/deployments/helm/nvidia-device-plugin`,
    },
    {
        name: "prometheus-node-exporter",
        source: `${GITHUB}prometheus-community/helm-charts/tree/main/charts/prometheus-node-exporter`,
    },
    {
        name: "promtail",
        unless: "deployment.enabled",
        source: `${GITHUB}grafana/helm-charts/tree/main/charts/promtail`,
    },
    {
        name: "secrets-store-csi-driver",
        source: `${GITHUB}kubernetes-sigs/secrets-store-csi-driver/tree/main/charts/secrets-store-csi-driver`,
    },
];

/** Charts of network plugins, without which no node becomes ready: they come before the nodes. */
const NETWORKS: ReadonlySet<string> = new Set([
    "antrea",
    "aws-vpc-cni",
    "calico",
    "canal",
    "cilium",
    "flannel",
    "kube-ovn",
    "kube-router",
    "multus",
    "tigera-operator",
    "weave-net",
]);

/** Words in the names of charts that hold definitions or settings and no pods, or whatever their values say. */
const WITHOUT_PODS =
    /(^|-)(crds?|raw|resources|config|configs|issuers?|policies|rbac|namespaces?|dashboards|rules|secrets|library|common)$/;

/** Whether what a Release, Chart or add-on installs has pods that wait for nodes; a program's own chart is not known. */
export function needsNodes(resource: Resource): Answer {
    const chart = chartOf(resource);
    if (chart === undefined) return "unknown";
    const name = chart.name.toLowerCase();
    if (chart.origin === CLOUD) return ADD_ONS.has(name) ? "yes" : "unknown";
    if (NETWORKS.has(name) || WITHOUT_PODS.test(name)) return "no";
    const agents = AGENTS.find(one => one.name === name);
    if (!agents) return "yes";
    const isOther = agents.unless !== undefined && !chart.values.get(...agents.unless.split(".")).isUnset;
    return isOther || chart.hasMoreValues ? "unknown" : "no";
}

/** Whether Helm waits until the pods of a Release are ready. */
export function isReleaseAwaited({ props }: Resource): Answer {
    return not(props.get("skipAwait").is(true));
}

/**
 * Add-ons of EKS that have pods other than those of DaemonSets: they are degraded until there are nodes.
 *
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
 */
const ADD_ONS: ReadonlySet<string> = new Set([
    "adot",
    "amazon-cloudwatch-observability",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "cert-manager",
    "coredns",
    "external-dns",
    "kube-state-metrics",
    "metrics-server",
    "snapshot-controller",
]);
