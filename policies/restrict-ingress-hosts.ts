import { definePolicy } from "../framework/define";
import { globs } from "../framework/settings";

export const restrictIngressHosts = definePolicy({
    name: "restrict-ingress-hosts",
    category: "networking",
    description: "Restrict the hosts of an Ingress: none without a name, no wildcards, no default backend.",
    why: "A rule for all hosts takes requests that are meant for other applications of the same ingress controller, and gets their cookies and tokens.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Give every rule the full name of one host, and replace the default backend by such rules.",
    whenNotToUse: "Clusters in which one application answers for all hosts.",
    config: {
        allowed: globs(
            [],
            "Globs of the hosts that may be used, wildcards among them; when empty all but wildcards may.",
        ),
    },
    messages: {
        missing: offenders => ({
            what: `${offenders} is not set, so that the rule takes the requests of all hosts`,
            fix: "name the host",
        }),
        wildcard: offenders => ({
            what: `${offenders} ${offenders.word("is a wildcard", "are wildcards")}`,
            fix: "name each host in a rule of its own",
        }),
        notAllowed: (offenders, { allowed }) => ({
            what: `${offenders} ${offenders.word("is not an allowed host", "are not allowed hosts")}`,
            fix: `use one that matches ${allowed.globs.map(({ source }) => source).join(" or ")}`,
        }),
        defaultBackend: offenders => ({
            what: `${offenders} takes the requests that no rule matches`,
            fix: "remove it and name the hosts in rules",
        }),
    },
    kinds: ["Ingress"],
    checkObject(object, { config: { allowed }, report }) {
        for (const rule of object.get("spec", "rules").items()) {
            const host = rule.get("host");
            const name = host.string?.toLowerCase();
            if (rule.isUnknown || host.isUnknown) continue;
            if (!name) report("missing", host);
            else if (allowed.matches(name)) continue;
            else if (name.includes("*")) report("wildcard", host, JSON.stringify(name));
            else if (allowed.globs.length > 0) report("notAllowed", host, JSON.stringify(name));
        }
        // The first versions of the API call it backend.
        for (const field of ["defaultBackend", "backend"]) {
            const backend = object.get("spec", field);
            if (backend.isSet) report("defaultBackend", backend);
        }
    },
});
