import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { texts } from "../framework/settings";
import { KUBERNETES_PROVIDER } from "../model/environments/clusters";
import { inlineCredentials } from "../model/environments/kubeconfig";
import { isOfKubernetes } from "../model/pulumi/resource";
import { quoteNames } from "../model/text";

/**
 * Switches of the Kubernetes provider that take a safeguard away, with what each does.
 *
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#inputs
 */
const SWITCHES = {
    deleteUnreachable: "drops the objects of an unreachable cluster from its state",
    enablePatchForce: "takes over fields that other managers own",
    skipUpdateUnreachable: "silently skips updates of an unreachable cluster",
    suppressDeprecationWarnings: "hides which API versions will be removed",
    upsertExistingObjects: "overwrites objects that already exist",
} as const;

const KUBECONFIG = "kubeconfig";

/**
 * The annotation that does for one object what `enablePatchForce` does for all of a provider.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/await.go (`patchForce`)
 */
const PATCH_FORCE = "pulumi.com/patchForce";

export const restrictProviderOptions = definePolicy({
    name: "restrict-provider-options",
    category: "pulumi",
    description:
        "Restrict options and annotations of the Kubernetes provider that disable safeguards or hold credentials.",
    why: "With these options an update succeeds by looking away: objects are forgotten, overwritten or left unchanged. Whoever can read client keys in a program controls the cluster.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Remove the option from the provider or the annotation from the object. In a kubeconfig, use an exec credential plugin: every cloud has one.",
    whenNotToUse:
        "For stacks whose cluster issues a kubeconfig with client keys, which the policy cannot tell from one written by hand: allow kubeconfig.",
    config: {
        allowed: texts(
            [],
            "Options that providers may set; enablePatchForce also allows the annotation pulumi.com/patchForce.",
            [...Object.keys(SWITCHES), KUBECONFIG],
        ),
    },
    messages: {
        switchedOn: {
            per: ({ at }) => at.toString(),
            message: ({ data }: Findings<{ option: keyof typeof SWITCHES }>) => ({
                what: `With ${data.option} the provider ${SWITCHES[data.option]}`,
                fix: `Remove ${data.option}`,
            }),
        },
        forced: ({ places }) => ({
            what: `With ${places} the provider ${SWITCHES.enablePatchForce}`,
            fix: "Remove the annotation and the fields that other managers own",
        }),
        credentials: ({ places, data }: Findings<{ fields: readonly string[] }>) => ({
            what: `${places} holds credentials in plain text: ${quoteNames(data.fields)}`,
            fix: "Use an exec credential plugin instead, such as the one of the cluster's cloud",
        }),
    },
    resources: {
        what: "Kubernetes objects and providers",
        includes: type => isOfKubernetes(type) || type === KUBERNETES_PROVIDER,
    },
    checkResource(resource, { config, report }) {
        if (!config.allowed.includes("enablePatchForce")) {
            for (const { annotations } of resource.objects) {
                const forced = annotations.get(PATCH_FORCE);
                if (forced.raw === "true" || forced.raw === true) report("forced", forced);
            }
        }
        if (resource.type !== KUBERNETES_PROVIDER) return;
        for (const option of Object.keys(SWITCHES) as (keyof typeof SWITCHES)[]) {
            const value = resource.props.get(option);
            // The engine hands on provider options as JSON text.
            const isOn = value.raw === true || value.raw === "true";
            if (isOn && !config.allowed.includes(option)) report("switchedOn", value, { option });
        }
        const kubeconfig = resource.props.get(KUBECONFIG);
        if (config.allowed.includes(KUBECONFIG)) return;
        const fields = inlineCredentials(kubeconfig.raw);
        if (fields.length > 0) report("credentials", kubeconfig, { fields });
    },
});
