import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { flag, globs } from "../framework/settings";
import { ImageError } from "../model/kubernetes/image";
import { imagesOf, malformedImages, type ShownImage, wordImages } from "./shared/images/images";

export const noMutableImageTags = definePolicy({
    name: "no-mutable-image-tags",
    category: "images",
    description: "Require every image to have a digest, or a tag that stays with one version.",
    why: "A tag such as latest may mean another image tomorrow: pods of one workload then run different programs, and a rollback changes nothing.",
    url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "What runs is not what was tested, and a rollback does not bring the former image back.",
    since: "0.1.0",
    remediationSteps: "Use the tag of a version (cart:1.4.2) or, better, add the digest (cart:1.4.2@sha256:…).",
    whenNotToUse:
        "Development clusters that always run the newest build, and images that a webhook replaces in the cluster. The policy knows Istio's auto.",
    frameworks: cis("5.5.1"),
    config: {
        forbidden: globs(
            ["latest"],
            "Globs of tags that may mean another image later. With a digest, any tag is allowed.",
        ),
        requireDigest: flag(
            false,
            "Whether every image must have a digest, since a registry may change what a tag means.",
        ),
    },
    messages: {
        malformed: malformedImages,
        undigested: wordImages((_: Findings<ShownImage>, __, use) => ({
            what: `${use} without a digest`,
            fix: "Add the digest of the image (name:tag@sha256:…)",
        })),
        untagged: wordImages((_: Findings<ShownImage>, __, use) => ({
            what: `${use} without a tag or digest, which means latest`,
            fix: "Add the tag of a version, or a digest",
        })),
        forbidden: wordImages((_: Findings<ShownImage>, __, use) => ({
            what: `${use}, whose tag may mean another image later`,
            fix: "Use the tag of a version, or a digest",
        })),
    },
    checkPod(pod, { config, report }) {
        for (const { at, image, text } of imagesOf(pod)) {
            if (image instanceof ImageError) report("malformed", at, { reason: image.reason });
            else if (image.digest !== undefined) continue;
            else if (config.requireDigest) report("undigested", at, { text });
            else if (image.tag === undefined) report("untagged", at, { text });
            else if (config.forbidden.matches(image.tag)) report("forbidden", at, { text });
        }
    },
});
