/** What the policies say of the mistakes that several tests make: the description and, on a line of its own, what is wrong. */

/** @param pod the Pod as messages name it: `Pod shop/debug` */
export function nakedPod(pod: string, details = ""): string {
    return (
        "Forbid Pods that no controller owns.\n" +
        `${pod}: no controller owns this Pod, create a Deployment, StatefulSet, DaemonSet or Job instead, which ` +
        `replaces the Pod when its node fails${details}.`
    );
}

/** @param place where the label is missing: `Service shop/web: metadata.labels["team"]` */
export function missingLabel(place: string): string {
    return `Require labels on objects and on the pods they create.\n${place} is not set, add the label.`;
}

/** The same for several places in one object. */
export function missingLabels(...places: readonly string[]): string {
    return `Require labels on objects and on the pods they create.\n${places.join(", ")} are not set; add the labels.`;
}

/** @param place what asks in vain: `Deployment shop/web: spec.selector.matchLabels.tier` */
export function selectorMismatch(place: string): string {
    return (
        "Require a workload's selector to select the pods of its own template.\n" +
        `${place} does not match the labels of its own template, make the selector and the template's labels the same.`
    );
}
