import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { globs } from "../framework/settings";
import type { Glob, Globs } from "../model/glob";
import { ImageError, type ImageReference } from "../model/kubernetes/image";
import { canMatchImage, suggestImagePattern } from "../model/kubernetes/image-pattern";
import { joinWords, shorten } from "../model/text";
import type { Value } from "../model/value";
import { imagesOf, malformedImages, type ShownImage, wordImages } from "./shared/images/images";

/** An image with its full name, where that says more than the pod does. */
interface NamedImage extends ShownImage {
    readonly name: string;
}

export const restrictImageRegistries = definePolicy({
    name: "restrict-image-registries",
    category: "images",
    description: "Restrict the registries and repositories that images come from.",
    why: "Nobody vouches for an image from an unwatched registry, which may be changed or gone on the day you need it.",
    url: "https://open-policy-agent.github.io/gatekeeper-library/website/validation/allowedrepos/",
    severity: "high",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Copy the image to an allowed registry, and use it from there.",
    whenNotToUse: "Clusters whose container runtime already restricts registries.",
    frameworks: cis("5.5.1"),
    config: {
        allowed: globs(
            [],
            "Globs of the images that pods may use, all when empty. They are compared with the full name (docker.io/library/nginx for nginx), with and without its tag and digest.",
            problemOf,
        ),
        forbidden: globs([], "Globs of the images that pods may not use, even where they are allowed.", problemOf),
    },
    messages: {
        malformed: malformedImages,
        forbidden: wordImages((_: Findings<NamedImage>, __, use) => ({
            what: `${use}, which "forbidden" matches`,
            fix: "Use an image from another registry or repository",
        })),
        notAllowed: wordImages(({ data }: Findings<NamedImage>, { allowed }: { allowed: Globs }, use) => ({
            what: `${use}${data.name === "" ? "" : ` (${data.name})`}, which "allowed" does not match`,
            fix: `Use an image whose full name matches ${joinWords(
                allowed.globs.map(({ source }) => JSON.stringify(source)),
                "or",
            )}`,
        })),
    },
    checkPod(pod, { config: { allowed, forbidden }, report }) {
        if (allowed.globs.length + forbidden.globs.length === 0) return;
        for (const { at, image, text } of imagesOf(pod)) {
            if (image instanceof ImageError) report("malformed", at, { reason: image.reason });
            else if (matches(forbidden, image)) report("forbidden", at, { text, name: "" });
            else if (allowed.globs.length > 0 && !matches(allowed, image))
                report("notAllowed", at, { text, name: fullNameBeside(at, image) });
        }
    },
});

/** Why a glob cannot be meant. */
function problemOf(glob: Glob): string | undefined {
    if (canMatchImage(glob)) return undefined;
    const meant = suggestImagePattern(glob);
    const advice = meant === undefined ? "" : `. Use ${JSON.stringify(meant)} instead`;
    return `it can match no image, since it is compared with full names such as docker.io/library/nginx:1.27${advice}`;
}

/** The full name of an image, where it is written without its registry; else empty. */
function fullNameBeside(at: Value, { name }: ImageReference): string {
    return at.string?.startsWith(name) ? "" : shorten(name);
}

/** Whether a glob means the image: by its name, or with the tag, the digest or both. Hosts have no upper case. */
function matches(globs: Globs, { registry, repository, effectiveTag, digest }: ImageReference): boolean {
    const name = `${registry.toLowerCase()}/${repository}`;
    const tags = effectiveTag === undefined ? [""] : ["", `:${effectiveTag}`];
    const digests = digest === undefined ? [""] : ["", `@${digest}`];
    return tags.some(tag => digests.some(end => globs.matches(name + tag + end)));
}
