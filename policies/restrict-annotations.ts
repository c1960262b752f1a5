import { definePolicy } from "../framework/define";
import { globs } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import type { Value } from "../model/value";

export const restrictAnnotations = definePolicy({
    name: "restrict-annotations",
    category: "metadata",
    description: "Restrict the annotations that objects and their pods may have.",
    why: "Controllers obey annotations: whoever may set any of them can switch off a sidecar, expose a Service or pause a rollout.",
    url: "https://kyverno.io/policies/other/restrict-annotations/restrict-annotations/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Remove the annotations that the message names.",
    whenNotToUse: "Clusters whose controllers read no annotations.",
    config: {
        forbidden: globs([], "Globs over the keys of forbidden annotations."),
    },
    messages: {
        forbidden: findings => ({
            what: `${findings.places} ${findings.are} forbidden`,
            fix: `Remove ${findings.word("the annotation", "these annotations")}`,
        }),
    },
    checkObject(object, { config, report }) {
        for (const metadata of metadataOf(object)) {
            for (const [key, annotation] of metadata.get("annotations").entries()) {
                if (!annotation.isUnset && config.forbidden.matches(key)) report("forbidden", annotation);
            }
        }
    },
});

/** Its own metadata, and that of all it makes: pods, jobs and claims. */
function metadataOf(object: KubeObject): Value[] {
    return [
        object.get("metadata"),
        ...(object.pod?.isTemplate ? [object.pod.metadata] : []),
        ...(object.is("CronJob") ? [object.get("spec", "jobTemplate", "metadata")] : []),
        ...(object.is("StatefulSet") ? object.root.select("spec.volumeClaimTemplates[].metadata") : []),
    ];
}
