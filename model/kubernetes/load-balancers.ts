import type { Value } from "../value";

/** An annotation by which one cloud is told whether a Service's load balancer has a public address. */
interface InternalAnnotation {
    readonly cloud: string;
    readonly key: string;
    /** Whether a value makes the load balancer internal. */
    readonly isInternal: (value: string) => boolean;
    readonly source: string;
}

const isOneOf =
    (...values: string[]) =>
    (value: string) =>
        values.includes(value);
const isTrue = isOneOf("true");
/** As Go's strconv.ParseBool reads it. */
const isTruthy = isOneOf("1", "t", "T", "true", "TRUE", "True");
const isText = (value: string) => value.trim() !== "";

const KUBERNETES = "https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer";
const AWS_CONTROLLER =
    "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/#lb-scheme";
const GKE = "https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters";

/**
 * The annotations for internal load balancers. Of those of one cloud the first that is set decides, as its controller
 * does it.
 */
export const INTERNAL_ANNOTATIONS: readonly InternalAnnotation[] = [
    {
        cloud: "AWS",
        key: "service.beta.kubernetes.io/aws-load-balancer-scheme",
        isInternal: isOneOf("internal"),
        source: AWS_CONTROLLER,
    },
    {
        cloud: "AWS",
        key: "service.beta.kubernetes.io/aws-load-balancer-internal",
        // Anything but "false": once it was the range of the addresses, 0.0.0.0/0.
        isInternal: value => isText(value) && value !== "false",
        source: KUBERNETES,
    },
    {
        cloud: "Google Cloud",
        key: "networking.gke.io/load-balancer-type",
        isInternal: isOneOf("Internal", "internal"),
        source: GKE,
    },
    {
        cloud: "Google Cloud",
        key: "cloud.google.com/load-balancer-type",
        isInternal: isOneOf("Internal", "internal"),
        source: GKE,
    },
    {
        cloud: "Azure",
        key: "service.beta.kubernetes.io/azure-load-balancer-internal",
        isInternal: isTrue,
        source: "https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/",
    },
    {
        cloud: "Oracle Cloud",
        key: "service.beta.kubernetes.io/oci-load-balancer-internal",
        isInternal: isTruthy,
        source: "https://github.com/oracle/oci-cloud-controller-manager/blob/master/docs/load-balancer-annotations.md",
    },
    {
        cloud: "Oracle Cloud",
        key: "oci-network-load-balancer.oraclecloud.com/internal",
        isInternal: isTruthy,
        source: "https://docs.oracle.com/en-us/iaas/Content/ContEng/Tasks/contengcreatingnetworkloadbalancers.htm",
    },
    {
        cloud: "IBM Cloud",
        key: "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type",
        isInternal: isOneOf("private"),
        source: KUBERNETES,
    },
    {
        cloud: "OpenStack",
        key: "service.beta.kubernetes.io/openstack-internal-load-balancer",
        isInternal: isTrue,
        source: KUBERNETES,
    },
    {
        cloud: "Alibaba Cloud",
        key: "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type",
        isInternal: isOneOf("intranet"),
        source: KUBERNETES,
    },
    {
        cloud: "Alibaba Cloud",
        key: "service.beta.kubernetes.io/alicloud-loadbalancer-address-type",
        isInternal: isOneOf("intranet"),
        source: "https://github.com/kubernetes/cloud-provider-alibaba-cloud/blob/master/docs/usage.md",
    },
    {
        cloud: "Tencent Cloud",
        key: "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid",
        isInternal: isText,
        source: KUBERNETES,
    },
    {
        cloud: "Baidu Cloud",
        key: "service.beta.kubernetes.io/cce-load-balancer-internal-vpc",
        isInternal: isTrue,
        source: KUBERNETES,
    },
    {
        cloud: "Huawei Cloud",
        key: "kubernetes.io/elb.autocreate",
        isInternal: value => /"type"\s*:\s*"inner"/.test(value),
        source: "https://support.huaweicloud.com/intl/en-us/usermanual-cce/cce_10_0681.html",
    },
    {
        cloud: "DigitalOcean",
        key: "service.beta.kubernetes.io/do-loadbalancer-network",
        isInternal: isOneOf("INTERNAL"),
        source: "https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/",
    },
    {
        cloud: "Scaleway",
        key: "service.beta.kubernetes.io/scw-loadbalancer-private",
        isInternal: isTruthy,
        source: "https://github.com/scaleway/scaleway-cloud-controller-manager/blob/master/docs/loadbalancer-annotations.md",
    },
    {
        cloud: "Hetzner",
        key: "load-balancer.hetzner.cloud/disable-public-network",
        isInternal: isTruthy,
        source: "https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_annotations.md",
    },
    {
        cloud: "Yandex Cloud",
        key: "yandex.cloud/load-balancer-type",
        isInternal: isOneOf("internal"),
        source: "https://yandex.cloud/en/docs/managed-kubernetes/operations/create-load-balancer",
    },
];

/** Whether annotations ask for an internal load balancer, and unknown while one that could is not known. */
export function isInternal(annotations: Value): "yes" | "no" | "unknown" {
    const decided = new Map<string, "yes" | "no" | "unknown">();
    for (const { cloud, key, isInternal } of INTERNAL_ANNOTATIONS) {
        const value = annotations.get(key);
        if (value.isUnset || decided.has(cloud)) continue;
        // Programs may write true where the API has texts only.
        decided.set(cloud, value.isUnknown ? "unknown" : isInternal(String(value.raw)) ? "yes" : "no");
    }
    const answers = [...decided.values()];
    return answers.includes("yes") ? "yes" : answers.includes("unknown") ? "unknown" : "no";
}
