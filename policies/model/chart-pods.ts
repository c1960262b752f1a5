import { CLOUD, chartOf } from "./charts";
import type { Resource } from "./resource";
import { type Answer, not } from "./value";

/**
 * Charts all of whose pods are those of DaemonSets, which want no more than there are nodes. By their values.yaml and
 * templates, as published in 2026 under the names of their projects.
 */
const AGENTS: ReadonlySet<string> = new Set([
    "aws-node-termination-handler",
    "csi-secrets-store-provider-aws",
    "fluent-bit",
    "node-problem-detector",
    "nvidia-device-plugin",
    "prometheus-node-exporter",
    "promtail",
    "secrets-store-csi-driver",
]);

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
    return AGENTS.has(name) || NETWORKS.has(name) || WITHOUT_PODS.test(name) ? "no" : "yes";
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
