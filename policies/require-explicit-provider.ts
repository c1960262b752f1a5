import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { isOnCluster, namesCluster, rendersOnly } from "../model/environments/clusters";
import { isOfKubernetes } from "../model/pulumi/resource";

export const requireExplicitProvider = definePolicy({
    name: "require-explicit-provider",
    category: "environments",
    description: "Require providers to name their cluster explicitly.",
    why: "Otherwise Pulumi uses the current kubeconfig context of whoever runs it: the wrong cluster is one `kubectl config use-context` away.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create a kubernetes.Provider with the kubeconfig or context of the cluster, and pass it in the options of every resource. Or set kubernetes:context in the stack's configuration.",
    whenNotToUse: "For programs that are meant for whatever cluster their user is logged in to.",
    config: {},
    messages: {
        default: ({ data }: Findings<{ provider: string }>) => ({
            what: `The default provider ${JSON.stringify(data.provider)} names no cluster, so the current kubeconfig context decides`,
            fix: "Pass a kubernetes.Provider with a kubeconfig to every resource that uses it, or set kubernetes:context in the stack's configuration",
        }),
        ambient: ({ data }: Findings<{ provider: string }>) => ({
            what: `Provider ${JSON.stringify(data.provider)} names no cluster, so the current kubeconfig context decides`,
            fix: "Set kubeconfig or context in the provider",
        }),
    },
    resources: { what: "resources on clusters", includes: isOfKubernetes },
    checkResource(resource, { report, isFirst }) {
        const { provider } = resource;
        if (!provider || !isOnCluster(resource)) return;
        // The inputs of a default provider are what the stack's configuration says.
        if (rendersOnly(provider.props) || namesCluster(provider.props)) return;
        // The engine tells of a provider before anything is on it, and of one that only reads, too.
        if (isFirst(`require-explicit-provider ${provider.urn}`)) {
            report(provider.isDefault ? "default" : "ambient", resource, { provider: provider.name });
        }
    },
});
