import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import { KUBERNETES_PROVIDER } from "../model/environments/clusters";
import { inlineCredentials } from "../model/environments/kubeconfig";
import { quoteNames } from "../model/text";

/**
 * Switches of the Kubernetes provider that take a safeguard away, with what each does.
 *
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#inputs
 */
const SWITCHES = {
    deleteUnreachable: "forgets objects of a cluster that it cannot reach",
    enablePatchForce: "takes fields over from other controllers",
    skipUpdateUnreachable: "skips updates of a cluster that it cannot reach",
    suppressDeprecationWarnings: "hides which API versions are about to be removed",
    upsertExistingObjects: "overwrites objects that something else has created",
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
        "Restrict options of the Kubernetes provider, and annotations for it, that take safeguards away or hold credentials.",
    why: "These options make an update pass by looking away: objects are forgotten, overwritten or left as they were. Client keys in a program give the cluster to all who can read it.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Remove the option from the provider, the annotation from the object. In a kubeconfig let a command fetch the credentials (exec), as the tools of all clouds do.",
    whenNotToUse:
        "Stacks whose cluster hands out a kubeconfig with client keys, which the policy cannot tell from a literal one: allow kubeconfig.",
    config: {
        allowed: texts(
            [],
            "Options that providers may have; enablePatchForce also allows the annotation pulumi.com/patchForce.",
            [...Object.keys(SWITCHES), KUBECONFIG],
        ),
    },
    messages: {
        switchedOn: offenders => ({
            what: `${offenders}`,
            fix: `remove ${offenders.word("the option", "the options")}`,
        }),
        forced: offenders => ({
            what: `${offenders} ${SWITCHES.enablePatchForce}`,
            fix: "remove the annotation, and the fields that another one manages",
        }),
        credentials: offenders => ({
            what: `${offenders}`,
            fix: "let a command fetch them (exec), as the tools of all clouds do",
        }),
    },
    checkResource(resource, { config, report }) {
        if (!config.allowed.includes("enablePatchForce")) {
            for (const { annotations } of resource.objects) {
                const forced = annotations.get(PATCH_FORCE);
                if (forced.raw === "true" || forced.raw === true) report("forced", forced);
            }
        }
        if (resource.type !== KUBERNETES_PROVIDER) return;
        for (const [option, effect] of Object.entries(SWITCHES)) {
            const value = resource.props.get(option);
            // The engine hands on provider options as JSON text.
            const isOn = value.raw === true || value.raw === "true";
            if (isOn && !config.allowed.includes(option)) report("switchedOn", value, `${effect}`);
        }
        const kubeconfig = resource.props.get(KUBECONFIG);
        if (config.allowed.includes(KUBECONFIG)) return;
        const fields = inlineCredentials(kubeconfig.raw);
        if (fields.length > 0)
            report("credentials", kubeconfig, `holds credentials in plain text (${quoteNames(fields)})`);
    },
});
