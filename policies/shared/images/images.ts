import type { Message, Offenders } from "../../../framework/define";
import { ImageError, type ImageReference, parseImage } from "../../../model/kubernetes/image";
import type { Pod } from "../../../model/kubernetes/pod";
import { shorten } from "../../../model/text";
import type { Value } from "../../../model/value";

/** The image of a container and where it is written. */
export interface PlacedImage {
    readonly at: Value;
    readonly image: ImageReference | ImageError;
    /** The image as messages show it. */
    readonly text: string;
}

/** The images of all containers of a pod, but those not known yet, and those that a Patch leaves as they are. */
export function imagesOf(pod: Pod): PlacedImage[] {
    return pod.containers.flatMap(container => {
        const at = container.get("image");
        const image = at.isUnset && pod.object.isPatch ? undefined : readImage(at);
        return image ? [{ at, image, text: JSON.stringify(shorten(at.string ?? "")) }] : [];
    });
}

/** What the image of a container is; undefined where it is not known yet. */
export function readImage(value: Value): ImageReference | ImageError | undefined {
    if (value.isUnknown) return undefined;
    if (value.isUnset) return new ImageError("it is not set");
    return value.string === undefined ? new ImageError("it is not text") : parseImage(value.string);
}

/** Says of images that they cannot be read. The images themselves are not shown: they may be URLs with passwords. */
export function malformedImages(offenders: Offenders): Message {
    return {
        what: `${offenders} ${offenders.word("is not a valid image reference", "are not valid image references")}`,
        fix: "write [registry/]name:tag or [registry/]name@digest",
    };
}
