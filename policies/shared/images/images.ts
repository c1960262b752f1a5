import type { GroupedWording } from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import { ImageError, type ImageReference, parseImage } from "../../../model/kubernetes/image";
import { isReplacedByIstio } from "../../../model/kubernetes/istio";
import type { Pod } from "../../../model/kubernetes/pod";
import { shorten } from "../../../model/text";
import type { Answer, Value } from "../../../model/value";

/** Where a pod says which image it uses, and when to pull it. */
export interface ImagePlace {
    readonly reference: Value;
    readonly pullPolicy: Value;
    /** Whether something in the cluster replaces the image. */
    readonly isReplaced: Answer;
}

/** An image and where it is written. */
export interface PlacedImage {
    readonly at: Value;
    readonly image: ImageReference | ImageError;
    /** The image as messages show it. */
    readonly text: string;
}

/** An image that breaks a rule, as its wording needs it. */
export interface ShownImage {
    readonly text: string;
}

/**
 * Where containers and image volumes say their images.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/volumes/#image
 */
export function imagePlacesOf(pod: Pod): ImagePlace[] {
    const volumes = pod.spec.get("volumes").items();
    return [
        ...pod.containers.map(container => ({
            reference: container.get("image"),
            pullPolicy: container.get("imagePullPolicy"),
            isReplaced: isReplacedByIstio(container, pod),
        })),
        ...volumes
            .map(volume => volume.get("image"))
            .filter(image => image.isSet)
            .map(image => ({
                reference: image.get("reference"),
                pullPolicy: image.get("pullPolicy"),
                isReplaced: "no" as const,
            })),
    ];
}

/** The images of a pod, but those not known yet, those that a Patch leaves as they are, and those that are replaced. */
export function imagesOf(pod: Pod): PlacedImage[] {
    return imagePlacesOf(pod).flatMap(({ reference: at, isReplaced }) => {
        const isLeft = isReplaced !== "no" || (at.isUnset && pod.object.isPatch);
        const image = isLeft ? undefined : readImage(at);
        return image ? [{ at, image, text: JSON.stringify(shorten(at.string ?? "")) }] : [];
    });
}

/** What an image is; undefined where it is not known yet. */
export function readImage(value: Value): ImageReference | ImageError | undefined {
    if (value.isUnknown) return undefined;
    if (value.isUnset) return new ImageError("it is not set");
    return value.string === undefined ? new ImageError("it is not text") : parseImage(value.string);
}

/**
 * Says of images that they cannot be read, for each reason. The images themselves are not shown: they may be URLs with
 * passwords.
 */
export const malformedImages: GroupedWording<{ reason: string }, unknown> = {
    per: ({ data }) => data.reason,
    message: (findings: Findings<{ reason: string }>) => ({
        what: `${findings.places} ${findings.word("is not a valid image reference", "are not valid image references")}: ${findings.data.reason}`,
        fix: `Set ${findings.word("it", "each")} to [registry/]name:tag or [registry/]name@digest`,
    }),
};

/** A wording for all places that use one image. */
export function wordImages<D extends ShownImage, C>(
    word: (findings: Findings<D>, config: C, use: string) => { what: string; fix: string },
): GroupedWording<D, C> {
    return {
        per: ({ data }) => data.text,
        message: (findings, config) =>
            word(
                findings,
                config,
                `${findings.subjects} ${findings.subjectCount === 1 ? "uses" : "use"} ${findings.data.text}`,
            ),
    };
}
