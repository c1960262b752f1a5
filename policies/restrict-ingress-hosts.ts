import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { globs } from "../framework/settings";
import { joinWords, shorten } from "../model/text";

export const restrictIngressHosts = definePolicy({
    name: "restrict-ingress-hosts",
    category: "networking",
    description: "Restrict the hosts of an Ingress to full names, without wildcards or a default backend.",
    why: "A rule for every host receives requests that are meant for other applications behind the same ingress controller, with their cookies and tokens.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Give every rule the full name of one host, and replace the default backend with such rules.",
    whenNotToUse: "Clusters in which one application serves all hosts.",
    config: {
        allowed: globs(
            [],
            "Globs of the hosts that may be used, wildcards included; when empty, every host but wildcards.",
        ),
    },
    messages: {
        missing: findings => ({
            what: `${findings.places} ${findings.are} not set, so the ${findings.word("rule matches", "rules match")} requests for every host`,
            fix: `Set ${findings.word("it", "each")} to the full name of one host`,
        }),
        wildcard: (findings: Findings<{ host: string }>) => ({
            what: hosts(findings, "is the wildcard"),
            fix: "Add a rule for each host and remove the wildcard",
        }),
        notAllowed: (findings: Findings<{ host: string }>, { allowed }) => ({
            what: `${hosts(findings, "is")}, which "allowed" does not match`,
            fix: `Use a host that matches ${joinWords(
                allowed.globs.map(({ source }) => JSON.stringify(source)),
                "or",
            )}`,
        }),
        defaultBackend: findings => ({
            what: `${findings.places} receives every request that no rule matches`,
            fix: "Remove it and add a rule for each host",
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
            else if (name.includes("*")) report("wildcard", host, { host: name });
            else if (allowed.globs.length > 0) report("notAllowed", host, { host: name });
        }
        // The first versions of the API call it backend.
        for (const field of ["defaultBackend", "backend"]) {
            const backend = object.get("spec", field);
            if (backend.isSet) report("defaultBackend", backend);
        }
    },
});

function hosts(findings: Findings<{ host: string }>, verb: string): string {
    return findings.each(({ at, data }) => `${at} ${verb} ${JSON.stringify(shorten(data.host))}`);
}
