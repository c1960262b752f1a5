import { definePolicy } from "../framework/define";
import { choice } from "../framework/settings";
import { ImageError, type ImageReference } from "../model/kubernetes/image";
import { readImage } from "./shared/images/images";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"] as const;

export const imagePullPolicy = definePolicy({
    name: "image-pull-policy",
    category: "images",
    description: "Require one pull policy for all containers, the defaults of Kubernetes applied.",
    why: "With Always the registry decides each time whether the pod may have the image; else any pod on the node can use what another one has pulled.",
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Set imagePullPolicy on the containers that the message names.",
    whenNotToUse: "Clusters that must start pods while the registry is away, or that preload their images.",
    config: {
        policy: choice(PULL_POLICIES, "Always", "The pull policy that every container must have."),
    },
    messages: {
        different: (offenders, { policy }) => ({
            what: `${offenders} ${offenders.are} not ${policy}`,
            fix: `set ${offenders.word("it", "them")} to ${policy}`,
        }),
    },
    checkPod(pod, { config, report }) {
        for (const container of pod.containers) {
            const at = container.get("imagePullPolicy");
            const image = readImage(container.get("image"));
            const isUnset = at.isUnset || at.raw === "";
            if (at.isSet && !isUnset && at.raw !== config.policy) report("different", at, at.string);
            // A Patch leaves the pull policy as it is.
            if (!isUnset || pod.object.isPatch || !image) continue;
            const byDefault = defaultPolicy(image);
            if (byDefault !== config.policy) report("different", at, `(${byDefault} by default)`);
        }
    },
});

/**
 * What the API server sets where nothing is said: only a tag that is, or means, latest is always pulled.
 *
 * Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`SetDefaults_Container`).
 */
function defaultPolicy(image: ImageReference | ImageError): (typeof PULL_POLICIES)[number] {
    return !(image instanceof ImageError) && image.effectiveTag === "latest" ? "Always" : "IfNotPresent";
}
