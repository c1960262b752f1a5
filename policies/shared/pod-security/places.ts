import type { Pod } from "../../../model/kubernetes/pod";
import { shorten } from "../../../model/text";
import type { Answer, Value } from "../../../model/value";
import type { Check, ReportBreach } from "./control";

/** The security contexts of the pod and of all its containers. */
export function securityContexts(pod: Pod): Value[] {
    return [pod.spec.get("securityContext"), ...containerContexts(pod)];
}

/** The security contexts of all containers. */
export function containerContexts(pod: Pod): Value[] {
    return pod.containers.map(container => container.get("securityContext"));
}

/** Whether the pod says that it is for Windows, where the fields of Linux do not exist. */
export function isForWindows(pod: Pod): Answer {
    return pod.spec.get("os", "name").is("windows");
}

/** Whether the pod has a user namespace of its own, in which root is nobody on the node. */
export function hasUserNamespace(pod: Pod): Answer {
    return pod.spec.get("hostUsers").is(false);
}

/** A check that some pods need not pass. Where that is not known yet, nothing is proven. */
export function unless<R extends string>(isExcused: (pod: Pod) => Answer, check: Check<R>): Check<R> {
    return (pod, report) => {
        if (isExcused(pod) === "no") check(pod, report);
    };
}

/** Whether a value must be given and is not: what a Patch leaves out the object may have. */
export function isMissing(value: Value, pod: Pod): boolean {
    return value.isUnset && !pod.object.isPatch;
}

/** Reports a switch that is on. */
export function forbidTrue<R extends string>(value: Value, rule: R, report: ReportBreach<R>): void {
    if (value.boolean === true) report(value, rule);
}

/** Reports a switch that is set to anything but what it must be. */
export function forbidBut<R extends string>(value: Value, expected: boolean, rule: R, report: ReportBreach<R>): void {
    if (!value.isSet || value.boolean === expected) return;
    report(value, rule, [value.boolean === undefined ? "a value that is not a boolean" : String(value.boolean)]);
}

/** Reports a text that is not one of these. */
export function forbidOthers<R extends string>(
    value: Value,
    allowed: readonly string[],
    rule: R,
    report: ReportBreach<R>,
): void {
    if (value.string !== undefined && !allowed.includes(value.string)) report(value, rule, [quote(value.string)]);
}

/** Reports the capabilities that a container adds but those allowed. */
export function forbidAdding<R extends string>(
    context: Value,
    allowed: readonly string[],
    rule: R,
    report: ReportBreach<R>,
): void {
    const added = context.get("capabilities", "add");
    const forbidden = added
        .items()
        .flatMap(({ string }) => (string === undefined || allowed.includes(string) ? [] : quote(string)));
    if (forbidden.length > 0) report(added, rule, [...new Set(forbidden)].sort());
}

/**
 * Reports a seccomp or AppArmor profile that is none of those of the container runtime or of the node. A profile
 * without a type is as wrong as another type.
 */
export function forbidOtherProfiles(profile: Value, pod: Pod, report: ReportBreach<"type" | "noType">): void {
    const type = profile.get("type");
    if (profile.isSet && isMissing(type, pod)) report(type, "noType");
    forbidOthers(type, ["RuntimeDefault", "Localhost"], "type", report);
}

/** A text as messages show it. */
export function quote(text: string): string {
    return JSON.stringify(shorten(text));
}
