import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { KubeObject } from "../model/kubernetes/object";
import { shorten } from "../model/text";
import { type Answer, any, type Value } from "../model/value";
import { covers, isBelowWildcard, listCovers } from "./shared/ingress/hosts";
import { hasTlsAnnotation } from "./shared/ingress/tls-annotations";

export const ingressTls = definePolicy({
    name: "ingress-tls",
    category: "networking",
    description: "Require TLS for every host of an Ingress and every HTTP listener of a Gateway.",
    why: "Without TLS, anyone on the network path can read and change what users send, passwords and session cookies included.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "In an Ingress, name the host and the Secret of its certificate in spec.tls. In a Gateway, make the listener an HTTPS listener with certificateRefs.",
    whenNotToUse: "Clusters behind a load balancer that terminates TLS.",
    config: {},
    messages: {
        missing: () => ({
            what: "The Ingress has no entry in spec.tls and serves its hosts over plain HTTP",
            fix: "Add an entry to spec.tls with the hosts and the Secret of their certificate",
        }),
        uncovered: (findings: Findings<{ host: string; isBelowWildcard: boolean }>) => ({
            what: `No entry of spec.tls covers ${findings.word("host", "hosts")} ${findings.each(({ data }) => JSON.stringify(shorten(data.host)))}${
                findings.list.some(({ data }) => data.isBelowWildcard) ? " (a wildcard stands for one label only)" : ""
            }`,
            fix: `Add ${findings.word("it", "them")} to the hosts of an entry whose certificate is valid for ${findings.word("it", "them")}`,
        }),
        plainListener: (findings: Findings<{ name: string }>) => ({
            what: `${listeners(findings)} ${findings.word("serves", "serve")} plain HTTP, and no HTTPS listener covers the same hostname`,
            fix: "Add an HTTPS listener with the same hostname and a certificate, and use the HTTP listener for redirects only",
        }),
        listenerWithoutTls: (findings: Findings<{ name: string }>) => ({
            what: `${listeners(findings)} ${findings.have} protocol HTTPS or TLS but ${findings.word("does", "do")} not set tls`,
            fix: "Set tls.certificateRefs to the Secret of the certificate",
        }),
    },
    checkObject(object, { report }) {
        if (object.is("Ingress")) {
            const tls = object.get("spec", "tls");
            // A Patch leaves what it does not name as it is.
            const isMissing = !tls.isUnknown && tls.items().length === 0 && !object.isPatch;
            if (hasTlsAnnotation(object) !== "no") return;
            if (isMissing) report("missing", tls);
            for (const { at, ...data } of uncoveredHosts(object)) report("uncovered", at, data);
        }
        if (object.group !== "gateway.networking.k8s.io" || object.kind !== "Gateway") return;
        const all = object.get("spec", "listeners").items();
        for (const listener of all) {
            const name = listener.get("name").string ?? listener.toString();
            if (isPlain(listener, all)) report("plainListener", listener, { name });
            const tls = listener.get("tls");
            if (isTls(listener.get("protocol")) === "yes" && tls.isUnset) report("listenerWithoutTls", tls, { name });
        }
    },
});

function listeners(findings: Findings<{ name: string }>): string {
    return `${findings.word("Listener", "Listeners")} ${findings.each(({ data }) => JSON.stringify(shorten(data.name)))}`;
}

/** The hosts of rules that no entry of `spec.tls` is for, where there are entries. */
function uncoveredHosts(ingress: KubeObject) {
    const entries = ingress.get("spec", "tls").items();
    if (entries.length === 0) return [];
    const certified = entries.flatMap(entry => entry.get("hosts").items());
    return ingress
        .get("spec", "rules")
        .items()
        .flatMap(rule => {
            const at = rule.get("host");
            const host = at.string;
            if (!host || any(entries.map(entry => listCovers(entry.get("hosts"), host))) !== "no") return [];
            return [{ at, host, isBelowWildcard: certified.some(({ string }) => isBelowWildcard(host, string ?? "")) }];
        });
}

/** Whether an HTTP listener has none for TLS beside it. One that has is needed for redirects, which its routes tell. */
function isPlain(listener: Value, all: readonly Value[]): boolean {
    return (
        listener.get("protocol").string === "HTTP" &&
        any(all.map(other => hasTlsFor(other, listener.get("hostname")))) === "no"
    );
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
