import { definePolicy } from "../framework/define";
import { globs } from "../framework/settings";
import { isInternal } from "../model/kubernetes/load-balancers";

export const noPublicServices = definePolicy({
    name: "no-public-services",
    category: "networking",
    description: "Forbid Services that can be reached from outside the cluster's network.",
    why: "Each load balancer, node port or external address is a door of its own, without the TLS, authentication and logs that one ingress controller gives all applications.",
    url: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Make the Service a ClusterIP and publish it by an Ingress or a Gateway; or give its load balancer the internal annotation of the cloud, such as service.beta.kubernetes.io/aws-load-balancer-scheme: internal.",
    whenNotToUse:
        "Clusters without an ingress controller. Name the Services of the controllers themselves in the key allowed.",
    config: {
        allowed: globs([], "Globs over namespace/name of Services that may be public."),
    },
    messages: {
        loadBalancer: offenders => ({
            what: `${offenders} without an annotation that makes the load balancer internal`,
            fix: "add the annotation of your cloud, or use a ClusterIP behind an Ingress or a Gateway",
        }),
        nodePort: offenders => ({
            what: `${offenders} opens a port on every node`,
            fix: "use a ClusterIP behind an Ingress or a Gateway",
        }),
        externalIPs: offenders => ({
            what: `${offenders} takes addresses that nobody checks`,
            fix: "remove them: whoever sets them can catch other traffic to these addresses",
        }),
        localhost: offenders => ({
            what: `${offenders} leads to the machine of whoever asks`,
            fix: "name a host outside the cluster",
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
            if (internal === "no" && !object.isPatch) report("loadBalancer", type, "is LoadBalancer");
        }
        if (type.string === "NodePort") report("nodePort", type, "NodePort");
        if (externalIPs.items().some(address => address.isSet)) report("externalIPs", externalIPs);
        const isExternalName = type.string === "ExternalName" || (object.isPatch && type.isUnset);
        if (isExternalName && isLocalhost(externalName.string ?? "")) report("localhost", externalName);
    },
});

/** Whether a DNS name or address means the asking machine itself. */
function isLocalhost(host: string): boolean {
    return /^((.+\.)?localhost|localhost\.localdomain|127(\.\d+){3}|::1)\.?$/i.test(host);
}
