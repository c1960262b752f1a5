import { definePolicy } from "../framework/define";
import type { KubeObject } from "../model/kubernetes/object";
import { type Answer, any, type Value } from "../model/value";
import { covers, listCovers } from "./shared/ingress/hosts";
import { hasTlsAnnotation } from "./shared/ingress/tls-annotations";

type Problem = "missing" | "uncovered" | "plainListener" | "listenerWithoutTls";
type Say = (problem: Problem, at: Value, detail?: string) => void;

export const ingressTls = definePolicy({
    name: "ingress-tls",
    category: "networking",
    description: "Require TLS for every host of an Ingress and every HTTP listener of a Gateway.",
    why: "Without TLS everybody on the way reads and changes what users send, passwords and sessions included.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Name the host and the Secret of its certificate in spec.tls of the Ingress; make the listener of a Gateway an HTTPS listener with certificateRefs.",
    whenNotToUse: "Clusters behind a load balancer that terminates TLS itself.",
    config: {},
    messages: {
        missing: offenders => ({
            what: `${offenders} is not set`,
            fix: "name the hosts and the Secret of their certificate in it",
        }),
        uncovered: offenders => ({
            what: `${offenders} ${offenders.are} in no entry of spec.tls`,
            fix: `add ${offenders.word("it", "them")} to the hosts of an entry with a certificate; a wildcard stands for one label only`,
        }),
        plainListener: offenders => ({
            what: `${offenders} ${offenders.word("serves", "serve")} plain HTTP and no HTTPS listener has ${offenders.word("its hostname", "their hostnames")}`,
            fix: "make it HTTPS with a certificate; for redirects keep it beside an HTTPS listener",
        }),
        listenerWithoutTls: offenders => ({
            what: `${offenders} ${offenders.are} not set`,
            fix: "name the certificate in certificateRefs",
        }),
    },
    checkObject(object, { report }) {
        if (object.is("Ingress")) checkIngress(object, report);
        if (object.group === "gateway.networking.k8s.io" && object.kind === "Gateway") {
            const listeners = object.get("spec", "listeners");
            for (const listener of listeners.items()) checkListener(listener, listeners.items(), report);
        }
    },
});

function checkIngress(object: KubeObject, report: Say): void {
    const tls = object.get("spec", "tls");
    if (tls.isUnknown || hasTlsAnnotation(object) !== "no") return;
    const entries = tls.items();
    if (entries.length === 0) {
        // A Patch leaves what it does not name as it is.
        if (!object.isPatch) report("missing", tls);
        return;
    }
    for (const rule of object.get("spec", "rules").items()) {
        const host = rule.get("host");
        if (!host.string) continue;
        const covered = any(entries.map(entry => listCovers(entry.get("hosts"), host.string ?? "")));
        if (covered === "no") report("uncovered", host, JSON.stringify(host.string));
    }
}

/** An HTTP listener beside an HTTPS listener of its hostname is needed for redirects, which its routes tell. */
function checkListener(listener: Value, all: readonly Value[], report: Say): void {
    const protocol = listener.get("protocol");
    if (protocol.string === "HTTP" && any(all.map(other => hasTlsFor(other, listener.get("hostname")))) === "no") {
        report("plainListener", listener);
    }
    const tls = listener.get("tls");
    if (isTls(protocol) === "yes" && tls.isUnset) report("listenerWithoutTls", tls);
}

function isTls(protocol: Value): Answer {
    return any([protocol.is("HTTPS"), protocol.is("TLS")]);
}

function hasTlsFor(other: Value, hostname: Value): Answer {
    const tls = isTls(other.get("protocol"));
    const hosts = other.get("hostname");
    if (tls !== "yes" || hosts.isUnset || hosts.raw === "") return tls;
    if (hostname.isUnknown) return "unknown";
    return covers(hosts, hostname.string ?? "");
}
