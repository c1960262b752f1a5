import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { globs } from "../framework/settings";
import { isInternal } from "../model/kubernetes/load-balancers";

export const noPublicServices = definePolicy({
    name: "no-public-services",
    category: "networking",
    description: "Forbid Services that are reachable from outside the cluster's network.",
    why: "Each load balancer, node port and external address is one more way in, without the TLS, authentication and logs that an ingress controller gives all applications.",
    url: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Make the Service a ClusterIP and publish it through an Ingress or a Gateway, or make its load balancer internal with the annotation of your cloud, such as service.beta.kubernetes.io/aws-load-balancer-scheme: internal.",
    whenNotToUse:
        "Clusters without an ingress controller. List the Services of the controllers themselves in the key allowed.",
    config: {
        allowed: globs([], "Globs over namespace/name of Services that may be public."),
    },
    messages: {
        loadBalancer: findings => ({
            what: `${findings.places} is LoadBalancer, and no annotation makes the load balancer internal`,
            fix: "Set it to ClusterIP and publish the Service through an Ingress or a Gateway, or add your cloud's annotation for an internal load balancer",
        }),
        nodePort: findings => ({
            what: `${findings.places} is NodePort, which opens a port on every node`,
            fix: "Set it to ClusterIP and publish the Service through an Ingress or a Gateway",
        }),
        externalIPs: findings => ({
            what: `${findings.places} sends traffic for these addresses to the Service, and nothing verifies who owns them`,
            fix: "Remove it and publish the Service through an Ingress or a Gateway",
        }),
        localhost: (findings: Findings<{ host: string }>) => ({
            what: `${findings.places} is "${findings.data.host}", which every client resolves to itself`,
            fix: "Set it to a host name outside the cluster",
        }),
    },
    kinds: ["Service"],
    checkObject(object, { config, report }) {
        const path = object.reference.slice(1);
        if (config.allowed.globs.some(glob => glob.matchesParts(path) !== "no")) return;
        const type = object.get("spec", "type");
        const externalIPs = object.get("spec", "externalIPs");
        const externalName = object.get("spec", "externalName");
        if (type.string === "LoadBalancer") {
            const internal = isInternal(object.annotations);
            // A Patch may leave an annotation as it is.
            if (internal === "no" && !object.isPatch) report("loadBalancer", type);
        }
        if (type.string === "NodePort") report("nodePort", type);
        if (externalIPs.items().some(address => address.isSet)) report("externalIPs", externalIPs);
        const isExternalName = type.string === "ExternalName" || (object.isPatch && type.isUnset);
        const host = externalName.string ?? "";
        if (isExternalName && isLocalhost(host)) report("localhost", externalName, { host });
    },
});

/** Whether a DNS name or address means the asking machine itself. */
function isLocalhost(host: string): boolean {
    return /^((.+\.)?localhost|localhost\.localdomain|127(\.\d+){3}|::1)\.?$/i.test(host);
}
