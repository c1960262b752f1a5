import type { KubeObject } from "../kubernetes/object";
import type { Value } from "../value";
import type { ObjectIndex } from "./object-index";
import type { ReferenceType } from "./reference-types";

/** What makes the Secret that holds a certificate, or serves another certificate without looking at it. */
interface CertificateShim {
    /** Annotations of the Ingress or Gateway that ask for it, or how their names begin (with `/` at the end). */
    readonly annotations?: readonly string[];
    /** Labels that do. */
    readonly labels?: readonly string[];
    /** Options of a listener that do. */
    readonly options?: readonly string[];
    /** Words in the name of the class of Ingress or Gateway that has it. */
    readonly classes?: readonly string[];
    /** Controllers of classes that have it. */
    readonly controllers?: readonly string[];
    /** Names of Secrets that it makes, or takes for something else. */
    readonly names?: RegExp;
    readonly source: string;
}

/** Controllers that see to the certificates of Ingresses and Gateways. */
const CERTIFICATE_SHIMS: readonly CertificateShim[] = [
    // They make the Secret.
    {
        annotations: ["cert-manager.io/", "certmanager.k8s.io/", "acme.cert-manager.io/"],
        source: "https://cert-manager.io/docs/usage/ingress/#supported-annotations",
    },
    {
        // kube-lego began it; cert-manager, openshift-acme and others go on with it.
        annotations: ["kubernetes.io/tls-acme"],
        source: "https://cert-manager.io/docs/usage/ingress/#optional-configuration",
    },
    {
        annotations: ["cert.gardener.cloud/"],
        source: "https://gardener.github.io/cert-management/docs/usage/ingress/",
    },
    {
        annotations: ["haproxy-ingress.github.io/cert-signer", "ingress.kubernetes.io/cert-signer"],
        source: "https://haproxy-ingress.github.io/docs/configuration/keys/#acme",
    },
    { labels: ["kcert.dev/ingress"], source: "https://github.com/nabsul/kcert#create-an-ingress" },
    {
        annotations: ["kubernetes.azure.com/tls-cert-keyvault-uri"],
        options: ["kubernetes.azure.com/tls-cert-keyvault-uri"],
        names: /^keyvault-/,
        source: "https://learn.microsoft.com/azure/aks/app-routing-dns-ssl",
    },

    // They serve certificates from elsewhere.
    {
        annotations: ["traefik.ingress.kubernetes.io/router.tls.certresolver"],
        source: "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/",
    },
    {
        annotations: ["alb.ingress.kubernetes.io/"],
        classes: ["alb", "nlb"],
        controllers: ["ingress.k8s.aws/alb", "eks.amazonaws.com/alb", "gateway.k8s.aws/alb", "gateway.k8s.aws/nlb"],
        source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/cert_discovery/",
    },
    {
        // Its listeners must name some Secret, which need not exist.
        options: ["application-networking.k8s.aws/certificate-arn"],
        classes: ["lattice"],
        controllers: ["application-networking.k8s.aws/gateway-api-controller"],
        source: "https://www.gateway-api-controller.eks.aws.dev/latest/guides/https/",
    },
    {
        annotations: [
            "ingress.gcp.kubernetes.io/pre-shared-cert",
            "networking.gke.io/certmap",
            "networking.gke.io/managed-certificates",
        ],
        options: ["networking.gke.io/cert-manager-certs", "networking.gke.io/pre-shared-certs"],
        source: "https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs",
    },
    {
        annotations: ["appgw.ingress.kubernetes.io/appgw-ssl-certificate"],
        source: "https://azure.github.io/application-gateway-kubernetes-ingress/annotations/",
    },
    {
        annotations: ["oci-native-ingress.oraclecloud.com/certificate-ocid"],
        source: "https://github.com/oracle/oci-native-ingress-controller/blob/main/GettingStarted.md",
    },
    {
        annotations: ["zalando.org/aws-load-balancer-ssl-cert"],
        source: "https://github.com/zalando-incubator/kube-ingress-aws-controller#readme",
    },
    {
        annotations: ["ingress.citrix.com/preconfigured-certkey"],
        source: "https://docs.netscaler.com/en-us/netscaler-k8s-ingress-controller/configure/annotations",
    },
    {
        names: /^yc-certmgr-cert-id-/,
        source: "https://yandex.cloud/en/docs/application-load-balancer/k8s-ref/ingress",
    },
    {
        classes: ["tailscale"],
        controllers: ["tailscale.com/ts-ingress"],
        source: "https://tailscale.com/kb/1439/kubernetes-operator-cluster-ingress",
    },
    {
        classes: ["ngrok"],
        controllers: ["k8s.ngrok.com/ingress-controller"],
        source: "https://ngrok.com/docs/k8s/",
    },
    {
        classes: ["cloudflare"],
        controllers: ["strrl.dev/cloudflare-tunnel-ingress-controller"],
        source: "https://github.com/STRRL/cloudflare-tunnel-ingress-controller#readme",
    },

    // They read the Secret in another namespace.
    {
        classes: ["istio"],
        controllers: ["istio.io/ingress-controller"],
        source: "https://istio.io/latest/docs/tasks/traffic-management/ingress/kubernetes-ingress/",
    },
    {
        annotations: ["projectcontour.io/tls-cert-namespace"],
        source: "https://projectcontour.io/docs/main/config/annotations/",
    },

    // They leave TLS to the pods.
    {
        annotations: [
            "nginx.ingress.kubernetes.io/ssl-passthrough",
            "haproxy.org/ssl-passthrough",
            "haproxy-ingress.github.io/ssl-passthrough",
            "ingress.kubernetes.io/ssl-passthrough",
        ],
        source: "https://kubernetes.github.io/ingress-nginx/user-guide/tls/#ssl-passthrough",
    },
];

type Lists = "annotations" | "labels" | "options" | "classes" | "controllers";

const all = (key: Lists): readonly string[] => CERTIFICATE_SHIMS.flatMap(shim => shim[key] ?? []);

const ANNOTATIONS = all("annotations");
const LABELS = all("labels");
const OPTIONS = all("options");
const CLASSES: ReadonlySet<string> = new Set(all("classes"));
const CONTROLLERS = all("controllers");
const NAMES = CERTIFICATE_SHIMS.flatMap(({ names }) => names ?? []);

/** The annotation that was there before `ingressClassName`, and still goes before it. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** Where an Ingress or a Gateway says its class, and the kind of that. */
const CLASS_FIELDS = [
    { field: "ingressClassName", kind: "IngressClass", controller: "controller" },
    { field: "gatewayClassName", kind: "gateway.networking.k8s.io/GatewayClass", controller: "controllerName" },
];

/**
 * Whether the Secret that an Ingress or a Gateway names for a certificate is seen to, or may be: a controller makes it,
 * or does not look at it.
 * @param element what names the Secret.
 */
export function hasCertificateShim(
    { isCertificate, name: path }: ReferenceType,
    from: KubeObject,
    element: Value,
    index: ObjectIndex,
): boolean {
    if (!isCertificate) return false;
    if ([from.annotations, from.labels].some(map => map.isUnknown)) return true;
    if (asks(from.annotations, ANNOTATIONS) || asks(from.labels, LABELS)) return true;
    if (from.root.select("spec.listeners[].tls.options").some(options => asks(options, OPTIONS))) return true;
    const name = element.get(path).string ?? "";
    // Some controllers read `namespace/name`, which later API servers refuse.
    if (name.includes("/") || NAMES.some(pattern => pattern.test(name))) return true;
    return isOfClass(from, index);
}

/** Whether a map has one of some keys, and doesn't say no there. */
function asks(map: Value, keys: readonly string[]): boolean {
    return map.entries().some(([key, value]) => {
        const isKnown = keys.some(one => (one.endsWith("/") ? key.startsWith(one) : key === one));
        return isKnown && value.raw !== "false" && value.raw !== false;
    });
}

function isOfClass(from: KubeObject, index: ObjectIndex): boolean {
    const annotated = { value: from.annotations.get(CLASS_ANNOTATION), kind: "IngressClass", controller: "controller" };
    const said = CLASS_FIELDS.map(({ field, ...others }) => ({ value: from.get("spec", field), ...others }));
    return [annotated, ...said].some(({ value, kind, controller }) => {
        if (value.isUnknown) return true;
        const name = value.string;
        if (name === undefined) return false;
        if (name.split(/[^a-z\d]+/).some(word => CLASSES.has(word))) return true;
        const { certain, possible } = index.find({ ...index.locationOf(from), namespace: "" }, kind, name);
        return [...certain, ...possible].some(one => {
            const served = one.get("spec", controller);
            return CONTROLLERS.some(known => served.is(known) !== "no");
        });
    });
}
