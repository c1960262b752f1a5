import type { KubeObject } from "../model/object";
import { type Answer, any } from "../model/value";

/**
 * Annotations that give an Ingress its certificates, which then need no entry in spec.tls.
 *
 * Source: kubernetes-sigs.github.io/aws-load-balancer-controller (guide/ingress/annotations),
 * cloud.google.com/kubernetes-engine/docs/how-to/managed-certs and ingress-multi-ssl,
 * azure.github.io/application-gateway-kubernetes-ingress/annotations,
 * doc.traefik.io/traefik/routing/providers/kubernetes-ingress.
 */
const TLS_ANNOTATIONS: readonly { readonly key: string; readonly without?: string }[] = [
    { key: "alb.ingress.kubernetes.io/certificate-arn" },
    { key: "networking.gke.io/managed-certificates" },
    { key: "ingress.gcp.kubernetes.io/pre-shared-cert" },
    { key: "appgw.ingress.kubernetes.io/appgw-ssl-certificate" },
    { key: "traefik.ingress.kubernetes.io/router.tls", without: "false" },
];

/** Whether annotations give an Ingress its certificates. */
export function hasTlsAnnotation({ annotations }: KubeObject): Answer {
    if (annotations.isUnknown) return "unknown";
    return any(
        TLS_ANNOTATIONS.map(({ key, without }): Answer => {
            const value = annotations.get(key);
            if (value.isUnknown) return "unknown";
            return value.isUnset || value.raw === "" || String(value.raw) === without ? "no" : "yes";
        }),
    );
}
