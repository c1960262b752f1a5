import type { GroupedWording } from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import { ImageError, type ImageReference, parseImage } from "../../../model/kubernetes/image";
import type { Container, Pod } from "../../../model/kubernetes/pod";
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

/** The label of a pod, once an annotation, that switches Istio's injection on or off. */
const ISTIO_INJECT = "sidecar.istio.io/inject";

/** What Istio reads as yes. */
const ISTIO_YES: readonly unknown[] = ["y", "yes", "true", "on"];

/** The label that asks a revision of Istio to inject, and the annotation that says by which templates. */
const ISTIO_REVISION = "istio.io/rev";
const ISTIO_TEMPLATES = "inject.istio.io/templates";

/**
 * Whether Istio's webhook replaces the image of a container, which says `auto`, when it injects the pod. The label wins
 * over the annotation of the same name. The container of a gateway has a name of its own: there the namespace may be
 * what asks for the injection.
 *
 * Source: https://istio.io/latest/docs/setup/additional-setup/gateway/, istio/istio pkg/kube/inject/inject.go
 * (`injectRequired`, `ProxyContainerName`).
 */
function isReplacedByIstio(container: Container, pod: Pod): Answer {
    if (container.get("image").raw !== "auto") return "no";
    for (const inject of [pod.labels.get(ISTIO_INJECT), pod.annotations.get(ISTIO_INJECT)]) {
        if (inject.isUnknown) return "unknown";
        if (inject.isSet)
            return ISTIO_YES.includes(inject.raw === true ? "true" : inject.string?.toLowerCase()) ? "yes" : "no";
    }
    const others = [pod.labels.get(ISTIO_REVISION), pod.annotations.get(ISTIO_TEMPLATES)];
    if (others.some(value => value.isSet) || container.name === "istio-proxy") return "yes";
    return others.some(value => value.isUnknown) ? "unknown" : "no";
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
