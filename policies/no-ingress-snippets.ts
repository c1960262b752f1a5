import { definePolicy } from "../framework/define";
import { FIXED_IN, injection, isNginxAnnotation, isSnippet } from "./shared/ingress/nginx";

export const noIngressSnippets = definePolicy({
    name: "no-ingress-snippets",
    category: "networking",
    description: "Forbid snippets and injected configuration for ingress-nginx.",
    why: "Whoever can write an Ingress can put a snippet into the configuration of the shared ingress controller and read all Secrets that it can read, of all namespaces.",
    url: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: `Use the annotations made for the purpose instead of snippets, keep allow-snippet-annotations off, and run ingress-nginx ${FIXED_IN} or newer.`,
    whenNotToUse: "Clusters whose Ingresses are all written by the administrators of the ingress controller.",
    config: {},
    messages: {
        snippet: offenders => ({
            what: `${offenders} ${offenders.word("puts", "put")} text of its own into the configuration of the ingress controller`,
            fix: "remove it, and use the annotation or the ConfigMap key made for the purpose",
        }),
        injection: offenders => ({
            what: `${offenders}, which would end up in the configuration of the ingress controller`,
            fix: "write only the plain value that is meant",
        }),
        allowed: offenders => ({
            what: `${offenders} lets every Ingress change the configuration of the ingress controller`,
            fix: 'set it to "false"',
        }),
    },
    kinds: ["ConfigMap", "Ingress"],
    checkObject(object, { report }) {
        if (object.is("ConfigMap")) {
            const switchedOn = object.get("data", "allow-snippet-annotations");
            if (String(switchedOn.raw).toLowerCase() === "true") report("allowed", switchedOn);
        }
        if (!object.is("Ingress")) return;
        for (const [key, value] of object.annotations.entries()) {
            if (!value.isSet || value.raw === "" || !isNginxAnnotation(key)) continue;
            const found = isSnippet(key) ? undefined : injection(key, value.string ?? "");
            if (isSnippet(key)) report("snippet", value);
            else if (found) report("injection", value, found);
        }
        for (const rule of object.get("spec", "rules").items()) {
            for (const path of rule.get("http", "paths").items()) {
                const found = injection("path", path.get("path").string ?? "");
                if (found) report("injection", path.get("path"), found);
            }
        }
    },
});
