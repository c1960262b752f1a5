import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { flag, globs } from "../framework/settings";
import { ImageError } from "../model/kubernetes/image";
import { imagesOf, malformedImages } from "./shared/images/images";

export const noMutableImageTags = definePolicy({
    name: "no-mutable-image-tags",
    category: "images",
    description: "Require images to be named by a digest, or by a tag that stays with one version.",
    why: "A tag such as latest means another image tomorrow: pods of one workload run different programs, and a rollback brings nothing back.",
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Name the version in the tag (cart:1.4.2), or better the digest (cart:1.4.2@sha256:...).",
    whenNotToUse:
        "Development clusters that always run the newest build, and images that something replaces in the cluster, such as Istio's auto.",
    frameworks: cis("5.5.1"),
    config: {
        forbidden: globs(
            ["latest"],
            "Globs over tags that may mean another image later. With a digest any tag is good.",
        ),
        requireDigest: flag(false, "Whether a digest is demanded, since a registry may change what any tag means."),
    },
    messages: {
        malformed: malformedImages,
        undigested: offenders => ({
            what: `${offenders} ${offenders.have} no digest`,
            fix: "add the digest of the image (name:tag@sha256:...)",
        }),
        untagged: offenders => ({
            what: `${offenders} ${offenders.have} neither tag nor digest and ${offenders.word("means", "mean")} latest`,
            fix: "add the tag of a version, or a digest",
        }),
        forbidden: offenders => ({
            what: `${offenders} ${offenders.have} a tag that may mean another image later`,
            fix: "use the tag of a version, or a digest",
        }),
    },
    checkPod(pod, { config, report }) {
        for (const { at, image, text } of imagesOf(pod)) {
            if (image instanceof ImageError) report("malformed", at, `(${image.reason})`);
            else if (image.digest !== undefined) continue;
            else if (config.requireDigest) report("undigested", at, text);
            else if (image.tag === undefined) report("untagged", at, text);
            else if (config.forbidden.matches(image.tag)) report("forbidden", at, text);
        }
    },
});
