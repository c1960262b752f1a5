import { messageOf, type Violation } from "../../../framework/evaluate";
import { policies } from "../../../policies";

/**
 * What the policies say of the mistakes that several tests make. Objects and places are given as messages name them.
 */

/** A message as the SDK's server words it: the policy's description and, on a line of its own, what is wrong. */
export function bySdk(policyName: string, message: string): string {
    const policy = policies.find(({ name }) => name === policyName);
    if (!policy) throw new Error(`there is no policy ${policyName}`);
    return `${policy.description}\n${message}`;
}

/** The violations in a JSON report of the check command, worded as the pack words them. */
export function violationsIn(report: string): { level: string; message: string }[] {
    const { violations } = JSON.parse(report) as {
        violations: readonly { level: string; object: string; problems: Violation["problems"] }[];
    };
    return violations.map(({ level, object, problems }) => ({
        level,
        message: messageOf({ label: object, problems }),
    }));
}

/**
 * @param pod `Pod shop/debug`
 * @param more the pod's other problem, in whole sentences.
 */
export function nakedPod(pod: string, more?: string): string {
    const naked =
        "No controller owns this Pod, so nothing replaces it when its node fails. " +
        "Create a Deployment, StatefulSet, DaemonSet or Job with this pod as its template.";
    return more === undefined ? `${pod}: ${naked}` : `${pod}:\n- ${naked}\n- ${more}`;
}

/** @param place `Service shop/web: metadata.labels["team"]` */
export function missingLabel(place: string): string {
    return `${place} is not set. Add the label.`;
}

/** The same for several places in one object. */
export function missingLabels(...places: readonly string[]): string {
    return `${places.join(" and ")} are not set. Add the labels.`;
}

/** @param place `Deployment shop/web: spec.selector.matchLabels.tier` */
export function selectorMismatch(place: string, wanted: string, has: string): string {
    return `${place} is "${wanted}", but the pod template has "${has}". Use the same value in both.`;
}

/**
 * @param object `Deployment shop/web`
 * @param label `metadata.labels.tier`
 * @param error `contains characters that are not allowed`
 */
export function invalidLabelValue(object: string, label: string, error: string): string {
    return (
        `${object}: The value of ${label} ${error}. Use at most 63 letters, digits, "-", "_" and ".", with a ` +
        "letter or digit at both ends."
    );
}

/**
 * @param object `Deployment shop/web`
 * @param label `metadata.labels.tier`
 * @param error `contains characters that are not allowed`
 */
export function invalidLabelKey(object: string, label: string, error: string): string {
    return (
        `${object}: The key ${label} ${error}. Use at most 63 letters, digits, "-", "_" and ".", with a letter or ` +
        'digit at both ends, optionally after a DNS name and "/".'
    );
}

/** @param place `NetworkPolicy shop/web: spec.podSelector (app=web)` */
export function selectsNoPod(place: string): string {
    return (
        `${place} selects no pod. Correct the selector, give the pods these labels, or list the workload in ` +
        '"external" if it exists elsewhere.'
    );
}

/** All that is wrong in the broken shop, sorted. */
export const BROKEN_SHOP = [
    nakedPod("Pod shop/migrate-orders"),
    invalidLabelValue(
        "StatefulSet shop/orders-queue",
        'metadata.labels["app.kubernetes.io/version"]',
        "contains characters that are not allowed",
    ),
    missingLabel('CronJob shop/sales-report: spec.jobTemplate.spec.template.metadata.labels["app.kubernetes.io/name"]'),
    missingLabel('Service shop/storefront: metadata.labels["app.kubernetes.io/name"]'),
    selectorMismatch(
        'Deployment shop/storefront: spec.selector.matchLabels["app.kubernetes.io/name"]',
        "shopfront",
        "storefront",
    ),
    // The report's pods lack the label by which these find them.
    selectsNoPod(
        "NetworkPolicy shop/orders-queue: spec.ingress[0].from[1].podSelector (app.kubernetes.io/name=sales-report)",
    ),
    selectsNoPod("NetworkPolicy shop/sales-report: spec.podSelector (app.kubernetes.io/name=sales-report)"),
].sort();
