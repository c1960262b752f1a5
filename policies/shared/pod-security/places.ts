import type { Pod } from "../../../model/kubernetes/pod";
import { quoteNames } from "../../../model/text";
import type { Answer, Value } from "../../../model/value";
import type { Check, ReportPlace } from "./control";

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
export function unless(isExcused: (pod: Pod) => Answer, check: Check): Check {
    return (pod, report) => {
        if (isExcused(pod) === "no") check(pod, report);
    };
}

/** Whether a value must be given and is not: what a Patch leaves out the object may have. */
export function isMissing(value: Value, pod: Pod): boolean {
    return value.isUnset && !pod.object.isPatch;
}

/** Reports a switch that is on. */
export function forbidTrue(value: Value, report: ReportPlace): void {
    if (value.boolean === true) report(value, "is true");
}

/** Reports a text that is not one of these. */
export function forbidOthers(value: Value, allowed: readonly string[], report: ReportPlace): void {
    if (value.string !== undefined && !allowed.includes(value.string))
        report(value, `is ${quoteNames([value.string])}`);
}

/** Reports the capabilities that a container adds but those allowed. */
export function forbidAdding(context: Value, allowed: readonly string[], report: ReportPlace): void {
    const added = context.get("capabilities", "add");
    const forbidden = added
        .items()
        .flatMap(({ string }) => (string === undefined || allowed.includes(string) ? [] : string));
    if (forbidden.length > 0) report(added, `has ${quoteNames([...new Set(forbidden)].sort())}`);
}

/**
 * Reports a seccomp or AppArmor profile that is none of those of the container runtime or of the node. A profile
 * without a type is as wrong as another type.
 */
export function forbidOtherProfiles(profile: Value, pod: Pod, report: ReportPlace): void {
    const type = profile.get("type");
    if (profile.isSet && isMissing(type, pod)) report(type, "is not set");
    forbidOthers(type, ["RuntimeDefault", "Localhost"], report);
}
