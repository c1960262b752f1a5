import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { choice } from "../framework/settings";
import { ImageError, type ImageReference } from "../model/kubernetes/image";
import { shorten } from "../model/text";
import { imagePlacesOf, readImage } from "./shared/images/images";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"] as const;

export const imagePullPolicy = definePolicy({
    name: "image-pull-policy",
    category: "images",
    description: "Require one pull policy for all images, with the defaults of Kubernetes applied.",
    why: "With Always, the registry decides each time whether the pod may have the image; otherwise any pod can use what another pod on its node has pulled.",
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps:
        "Set imagePullPolicy on the containers, or pullPolicy on the image volumes, that the violation names.",
    whenNotToUse: "Clusters that must start pods while the registry is down, or that preload their images.",
    config: {
        policy: choice(PULL_POLICIES, "Always", "The pull policy that every image must have."),
    },
    messages: {
        different: {
            per: ({ data }) => JSON.stringify(data),
            message: (findings: Findings<PullPolicy>, { policy }) => ({
                what: `${findings.subjects} ${findings.subjectCount === 1 ? "sets" : "set"} ${findings.data.field} to ${findings.data.value} instead of ${policy}`,
                fix: `Set ${findings.data.field} to ${policy}`,
            }),
        },
        byDefault: {
            per: ({ data }) => JSON.stringify(data),
            message: (findings: Findings<PullPolicy>, { policy }) => ({
                what: `${findings.subjects} ${findings.subjectCount === 1 ? "does" : "do"} not set ${findings.data.field}, which defaults to ${findings.data.value} for this image`,
                fix: `Set ${findings.data.field} to ${policy}`,
            }),
        },
    },
    checkPod(pod, { config, report }) {
        for (const { reference, pullPolicy: at } of imagePlacesOf(pod)) {
            const field = String(at.path.at(-1));
            const isUnset = at.isUnset || at.raw === "";
            if (at.isSet && !isUnset && at.raw !== config.policy) {
                const value = at.string === undefined ? "a value that is not text" : shorten(at.string);
                report("different", at, { field, value });
            }
            // A Patch leaves the pull policy as it is.
            const image = isUnset && !pod.object.isPatch ? readImage(reference) : undefined;
            if (!image) continue;
            const value = defaultPolicy(image);
            if (value !== config.policy) report("byDefault", at, { field, value });
        }
    },
});

/** The pull policy of an image: which field says it, and what. */
interface PullPolicy {
    readonly field: string;
    readonly value: string;
}

/**
 * What the API server sets where nothing is said: only a tag that is, or means, latest is always pulled.
 *
 * Istio, which replaces the image `auto`, keeps what was set for it.
 *
 * Sources: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`SetDefaults_Container`, `SetDefaults_Volume`),
 * istio/istio pkg/kube/inject/webhook.go (`reapplyOverwrittenContainers`).
 */
function defaultPolicy(image: ImageReference | ImageError): (typeof PULL_POLICIES)[number] {
    return !(image instanceof ImageError) && image.effectiveTag === "latest" ? "Always" : "IfNotPresent";
}
