import { definePolicy } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { ALL_FIXED_IN, injection, isSnippet, isTrue } from "./shared/ingress/nginx";

export const noIngressSnippets = definePolicy({
    name: "no-ingress-snippets",
    category: "networking",
    description: "Forbid snippets and injected configuration for ingress controllers.",
    why: "With a snippet, anyone who can write an Ingress can change the configuration of the shared ingress controller and read every Secret that it can read, in all namespaces.",
    url: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason: "One Ingress opens the Secrets of all namespaces, and ingress-nginx refuses snippets by default.",
    since: "0.1.0",
    remediationSteps: `Use the annotations made for the purpose instead of snippets, keep allow-snippet-annotations off, and run ingress-nginx ${ALL_FIXED_IN} or newer.`,
    whenNotToUse: "Clusters where only the administrators of the ingress controller write Ingresses.",
    config: {},
    messages: {
        snippet: findings => ({
            what: `${findings.places} ${findings.word("adds its", "add their")} own text to the configuration of the ingress controller`,
            fix: `Remove ${findings.word("it", "them")} and use the annotation or the ConfigMap key made for the purpose`,
        }),
        injection: {
            per: ({ data }: Finding<{ found: string }>) => data.found,
            message: (findings: Findings<{ found: string }>) => ({
                what: `${findings.places} ${findings.word("contains", "contain")} ${findings.data.found} and can inject configuration into the ingress controller`,
                fix: "Reduce the value to the URL, path or name that is meant",
            }),
        },
        allowed: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} is "${findings.data.value}", so every Ingress can change the configuration of the ingress controller`,
            fix: 'Set it to "false"',
        }),
    },
    kinds: ["ConfigMap", "Ingress", "Service"],
    checkObject(object, { report }) {
        if (object.is("ConfigMap")) {
            const switchedOn = object.get("data", "allow-snippet-annotations");
            if (isTrue(switchedOn.raw)) report("allowed", switchedOn, { value: String(switchedOn.raw) });
            return;
        }
        const isService = object.is("Service");
        for (const [key, value] of object.annotations.entries()) {
            if (!value.isSet || value.raw === "") continue;
            const found = isService ? undefined : injection(key, value.string ?? "");
            if (isSnippet(key, isService)) report("snippet", value);
            else if (found) report("injection", value, { found });
        }
        if (isService) return;
        for (const rule of object.get("spec", "rules").items()) {
            for (const path of rule.get("http", "paths").items()) {
                const found = injection("path", path.get("path").string ?? "");
                if (found) report("injection", path.get("path"), { found });
            }
        }
    },
});
