import { definePolicy } from "./define";
import { isKubernetes, rendersOnly } from "./model/clusters";

export const requireExplicitProvider = definePolicy({
    name: "require-explicit-provider",
    category: "environments",
    description: "Require a provider that says which cluster it leads to.",
    why: "Without one Pulumi uses the current context of whoever runs it: the wrong cluster is one `kubectl config use-context` away.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create a kubernetes.Provider with the cluster's kubeconfig, or with a context, and pass it in the resource's options.",
    whenNotToUse: "Programs that are meant for whatever cluster their user is logged in to.",
    config: {},
    messages: {
        default: offenders => ({
            what: `is on the default provider (${offenders.details}), which uses whatever cluster is current`,
            fix: "pass a kubernetes.Provider with a kubeconfig in its options",
        }),
        ambient: offenders => ({
            what: `is on provider ${offenders.details}, which names no cluster and uses whatever cluster is current`,
            fix: "give the provider a kubeconfig or a context",
        }),
    },
    checkResource(resource, { report }) {
        const { provider } = resource;
        if (!provider || !isKubernetes(resource) || rendersOnly(provider.props)) return;
        const named = ["kubeconfig", "context", "cluster"].some(property => {
            const value = provider.props.get(property);
            return !value.isUnset && value.raw !== "";
        });
        if (provider.isDefault) report("default", undefined, provider.name);
        else if (!named) report("ambient", undefined, JSON.stringify(provider.name));
    },
});
