import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { Globs } from "../model/glob";
import { ImageError, type ImageReference } from "../model/kubernetes/image";
import { imagesOf, malformedImages } from "./shared/images/images";

export const restrictImageRegistries = definePolicy({
    name: "restrict-image-registries",
    category: "images",
    description: "Restrict the registries and repositories that images come from.",
    why: "An image from a registry that nobody watches may be anything, and may be gone or changed on the day it is needed.",
    url: "https://open-policy-agent.github.io/gatekeeper-library/website/validation/allowedrepos/",
    severity: "high",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Copy the image to a registry that is allowed, and name it there.",
    whenNotToUse: "Clusters whose container runtime is already restricted to certain registries.",
    frameworks: cis("5.5.1"),
    config: {
        allowed: globs(
            [],
            "Globs of the images that may be used, all when empty. They are compared with the full name (docker.io/library/nginx for nginx), with and without its tag and digest.",
        ),
        forbidden: globs([], "Globs of the images that may not be used, even where they are allowed."),
    },
    messages: {
        malformed: malformedImages,
        forbidden: offenders => ({
            what: `${offenders} ${offenders.word("is a forbidden image", "are forbidden images")}`,
            fix: "use an image from another registry or repository",
        }),
        notAllowed: (offenders, { allowed }) => ({
            what: `${offenders} ${offenders.word("is not an allowed image", "are not allowed images")}`,
            fix: `use one whose full name matches ${allowed.globs.map(({ source }) => source).join(" or ")}`,
        }),
    },
    checkPod(pod, { config: { allowed, forbidden }, report }) {
        if (allowed.globs.length + forbidden.globs.length === 0) return;
        for (const { at, image, text } of imagesOf(pod)) {
            if (image instanceof ImageError) report("malformed", at, `(${image.reason})`);
            else if (matches(forbidden, image)) report("forbidden", at, text);
            else if (allowed.globs.length > 0 && !matches(allowed, image)) report("notAllowed", at, text);
        }
    },
});

/** Whether a glob means the image: by its name, or with the tag, the digest or both. Hosts have no upper case. */
function matches(globs: Globs, { registry, repository, effectiveTag, digest }: ImageReference): boolean {
    const name = `${registry.toLowerCase()}/${repository}`;
    const tags = effectiveTag === undefined ? [""] : ["", `:${effectiveTag}`];
    const digests = digest === undefined ? [""] : ["", `@${digest}`];
    return tags.some(tag => digests.some(end => globs.matches(name + tag + end)));
}
