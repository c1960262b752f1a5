import { definePolicy } from "../framework/define";
import { isOnCluster, namesCluster, rendersOnly } from "../model/environments/clusters";

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
        "Create a kubernetes.Provider with the cluster's kubeconfig, or with a context, and pass it in the resource's options; or set kubernetes:context in the stack's configuration.",
    whenNotToUse: "Programs that are meant for whatever cluster their user is logged in to.",
    config: {},
    messages: {
        default: ({ details }) => ({
            what: `is on the default provider ${details}, for which nothing chooses the cluster`,
            fix: "pass a kubernetes.Provider with a kubeconfig to all that is on it, or set kubernetes:context in the stack's configuration",
        }),
        ambient: ({ details }) => ({
            what: `is on provider ${details}, which names no cluster and uses whatever cluster is current`,
            fix: "give the provider a kubeconfig or a context",
        }),
    },
    checkResource(resource, { report, isFirst }) {
        const { provider } = resource;
        if (!provider || !isOnCluster(resource)) return;
        // The inputs of a default provider are what the stack's configuration says.
        if (rendersOnly(provider.props) || namesCluster(provider.props)) return;
        // The engine tells of a provider before anything is on it, and of one that only reads, too.
        if (isFirst(`require-explicit-provider ${provider.urn}`)) {
            report(provider.isDefault ? "default" : "ambient", undefined, JSON.stringify(provider.name));
        }
    },
});
