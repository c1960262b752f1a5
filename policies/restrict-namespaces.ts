import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import { WORKLOAD_KINDS } from "../model/kubernetes/kinds";
import { joinWords } from "../model/text";

export const restrictNamespaces = definePolicy({
    name: "restrict-namespaces",
    category: "namespaces",
    description: "Restrict the namespaces that workloads run in.",
    why: "Pods in kube-system can use the highest priority classes, often bypass quotas and admission webhooks, and can take down the components that the cluster runs on.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason:
        "In kube-system a pod escapes the limits of all others, and only parts of the cluster itself belong there.",
    since: "0.1.0",
    remediationSteps: "Move the workload to a namespace of its own.",
    whenNotToUse: "Stacks that set up the cluster itself, such as network plugins, storage drivers and node agents.",
    frameworks: cis("5.6.1"),
    config: {
        forbidden: globs(
            ["kube-system", "kube-public", "kube-node-lease"],
            "Globs of the namespaces that workloads may not run in, even where allowed matches them.",
        ),
        allowed: globs(
            [],
            "Globs of the namespaces that workloads may run in; when empty, every namespace that is not forbidden.",
        ),
    },
    messages: {
        forbidden: (findings: Findings<{ namespace: string }>) => ({
            what: `The workload runs in namespace ${JSON.stringify(findings.data.namespace)}, where workloads are forbidden`,
            fix: "Run it in a namespace of its own",
        }),
        notAllowed: (findings: Findings<{ namespace: string }>, { allowed }) => ({
            what: `The workload runs in namespace ${JSON.stringify(findings.data.namespace)}, which "allowed" does not match`,
            fix: `Use a namespace that matches ${joinWords(
                allowed.globs.map(({ source }) => JSON.stringify(source)),
                "or",
            )}`,
        }),
    },
    kinds: WORKLOAD_KINDS,
    checkObject(object, { config: { forbidden, allowed }, report }) {
        // A Patch starts no workload: what it changes was there before, put there by the cluster as often as not.
        if (!object.isWorkload || object.isPatch) return;
        const namespace = object.namespace.string;
        const own = object.get("metadata", "namespace");
        if (namespace === undefined) return;
        if (forbidden.matches(namespace)) report("forbidden", own, { namespace });
        else if (allowed.globs.length > 0 && !allowed.matches(namespace)) report("notAllowed", own, { namespace });
    },
});
