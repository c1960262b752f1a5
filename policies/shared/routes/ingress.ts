import { fingerprint } from "../../../model/kubernetes/fingerprint";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Value } from "../../../model/value";
import { allKnown, type Claim, routeLabel, textOf, withoutSlash } from "./claim";

/**
 * Annotations that make routes of one host and path different ones. Of some only one value does.
 */
const SEPARATING: Readonly<Record<string, { readonly only?: string }>> = {
    // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
    "nginx.ingress.kubernetes.io/canary": { only: "true" },
    // https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
    "traefik.ingress.kubernetes.io/router.entrypoints": {},
    // https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/
    "konghq.com/methods": {},
    "konghq.com/protocols": {},
};

/**
 * Classes whose controllers make a load balancer for each Ingress, or for each group that an annotation names: what
 * others claim is no concern of theirs.
 */
const OWN_LOAD_BALANCER: Readonly<Record<string, { readonly group?: string }>> = {
    // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.name
    alb: { group: "alb.ingress.kubernetes.io/group.name" },
    // https://cloud.google.com/kubernetes-engine/docs/concepts/ingress
    gce: {},
    "gce-internal": {},
};

/**
 * The hosts and paths that an Ingress claims, as far as they are known.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
export function ingressClaims(ingress: KubeObject, index: ObjectIndex): Claim[] {
    const controller = controllerOf(ingress);
    if (controller === undefined) return [];
    const { cluster } = index.locationOf(ingress);
    return ingress
        .get("spec", "rules")
        .items()
        .flatMap(rule => {
            const host = textOf(rule.get("host"), "")?.toLowerCase();
            const paths = rule.get("http", "paths").items();
            return host === undefined
                ? []
                : paths.flatMap(path => pathClaim(ingress, path, host, [cluster, controller]));
        });
}

function pathClaim(object: KubeObject, path: Value, host: string, scope: readonly string[]): Claim[] {
    const type = textOf(path.get("pathType"), "ImplementationSpecific");
    const given = textOf(path.get("path"), "/");
    if (type === undefined || given === undefined) return [];
    const matched = type === "Prefix" ? withoutSlash(given) : given;
    return [
        {
            object,
            at: path,
            key: JSON.stringify(["Ingress", ...scope, host, type, matched]),
            listener: "",
            label: routeLabel(host, given),
            effect: fingerprint(path, { without: ["path", "pathType"] }),
        },
    ];
}

/** What serves an Ingress: its class and what sets it apart; undefined while that is not known. */
function controllerOf(ingress: KubeObject): string | undefined {
    const { annotations } = ingress;
    if (annotations.isUnknown) return undefined;
    const old = textOf(annotations.get("kubernetes.io/ingress.class"), "");
    const name = ingress.get("spec", "ingressClassName");
    const ingressClass = name.isUnset || name.raw === "" ? old : textOf(name, "");
    if (ingressClass === undefined) return undefined;
    const apart = Object.entries(SEPARATING).map(([key, { only }]) => {
        const value = textOf(annotations.get(key), "");
        return only === undefined || value === undefined || value === only ? value : "";
    });
    const parts = allKnown([loadBalancerOf(ingress, ingressClass), ...apart]);
    return parts && JSON.stringify([ingressClass, ...parts]);
}

function loadBalancerOf({ annotations, resource }: KubeObject, ingressClass: string): string | undefined {
    const own = Object.hasOwn(OWN_LOAD_BALANCER, ingressClass) ? OWN_LOAD_BALANCER[ingressClass] : undefined;
    if (!own) return "";
    return own.group ? textOf(annotations.get(own.group), resource.urn) : resource.urn;
}
