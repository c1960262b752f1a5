import type { KubeObject } from "../../../model/kubernetes/object";
import { type Answer, any } from "../../../model/value";

/**
 * Annotations that give an Ingress its certificates, or hand TLS on to the pods that have theirs, so that it needs no
 * entry in spec.tls. A listener of the AWS load balancer controller for HTTPS looks for the certificates of its hosts.
 *
 * Source: kubernetes-sigs.github.io/aws-load-balancer-controller (guide/ingress/annotations and cert_discovery),
 * kubernetes.github.io/ingress-nginx/user-guide/tls (SSL Passthrough), haproxy-ingress.github.io/docs/configuration/keys,
 * haproxy.com/documentation/kubernetes-ingress (annotations of Ingresses), cloud.google.com/kubernetes-engine/docs/how-to/managed-certs and ingress-multi-ssl,
 * azure.github.io/application-gateway-kubernetes-ingress/annotations,
 * doc.traefik.io/traefik/routing/providers/kubernetes-ingress.
 */
const TLS_ANNOTATIONS: readonly { readonly key: string; readonly without?: string; readonly with?: string }[] = [
    { key: "alb.ingress.kubernetes.io/certificate-arn" },
    { key: "alb.ingress.kubernetes.io/listen-ports", with: '"HTTPS"' },
    { key: "networking.gke.io/managed-certificates" },
    { key: "ingress.gcp.kubernetes.io/pre-shared-cert" },
    { key: "appgw.ingress.kubernetes.io/appgw-ssl-certificate" },
    { key: "traefik.ingress.kubernetes.io/router.tls", without: "false" },
    { key: "nginx.ingress.kubernetes.io/ssl-passthrough", with: "true" },
    { key: "haproxy-ingress.github.io/ssl-passthrough", with: "true" },
    { key: "haproxy.org/ssl-passthrough", with: "true" },
];

/** Whether annotations give an Ingress its certificates. */
export function hasTlsAnnotation({ annotations }: KubeObject): Answer {
    if (annotations.isUnknown) return "unknown";
    return any(
        TLS_ANNOTATIONS.map(({ key, without, with: part = "" }): Answer => {
            const value = annotations.get(key);
            if (value.isUnknown) return "unknown";
            const text = value.isUnset ? "" : String(value.raw);
            return text !== "" && text !== without && text.includes(part) ? "yes" : "no";
        }),
    );
}
