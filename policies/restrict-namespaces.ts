import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";

export const restrictNamespaces = definePolicy({
    name: "restrict-namespaces",
    category: "namespaces",
    description: "Restrict the namespaces that workloads run in.",
    why: "Pods in kube-system can take the most important priority, often pass by quotas and admission webhooks, and share their fate with the parts that the cluster runs on.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Run the workload in a namespace of its own.",
    whenNotToUse: "Stacks that set up the cluster itself: network plugins, storage drivers, node agents.",
    frameworks: cis("5.6.1"),
    config: {
        forbidden: globs(
            ["kube-system", "kube-public", "kube-node-lease"],
            "Globs of the namespaces without workloads, even where they are allowed.",
        ),
        allowed: globs([], "Globs of the namespaces that workloads may run in, all others when empty."),
    },
    messages: {
        forbidden: offenders => ({
            what: `runs in the namespace ${offenders.details}, which is not for workloads`,
            fix: "run it in a namespace of its own",
        }),
        notAllowed: (offenders, { allowed }) => ({
            what: `runs in the namespace ${offenders.details}, which is not an allowed one`,
            fix: `use one that matches ${allowed.globs.map(({ source }) => source).join(" or ")}`,
        }),
    },
    checkObject(object, { config: { forbidden, allowed }, report }) {
        // A Patch starts no workload: what it changes was there before, put there by the cluster as often as not.
        if (!object.isWorkload || object.isPatch) return;
        const namespace = object.namespace.string;
        const own = object.get("metadata", "namespace");
        if (namespace === undefined) return;
        if (forbidden.matches(namespace)) report("forbidden", own, namespace);
        else if (allowed.globs.length > 0 && !allowed.matches(namespace)) report("notAllowed", own, namespace);
    },
});
