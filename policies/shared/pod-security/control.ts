import type { Message } from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import type { cis } from "../../../framework/frameworks";
import type { Pod } from "../../../model/kubernetes/pod";
import type { Value } from "../../../model/value";

/** How a place in a pod breaks a control. */
export interface Breach<R extends string = string> {
    /** Which of the control's wordings says it. */
    readonly rule: R;
    /** What is there instead of what is allowed, as a sentence says it; none where that does not matter. */
    readonly values: readonly string[];
    /** What a sentence tells together: the rule with these values. */
    readonly key: string;
}

/** Says that places in a pod break a control, all by the same values. */
export type ReportBreach<R extends string> = (
    at: Value | readonly Value[],
    rule: R,
    values?: readonly string[],
) => void;

/** Decides one Pod or pod template. */
export type Check<R extends string> = (pod: Pod, report: ReportBreach<R>) => void;

/** What a control decides from a version of Kubernetes on, until its next entry. */
export interface ControlVersion<R extends string> {
    /** The first minor version: 25 is v1.25. */
    readonly since: number;
    readonly check: Check<R>;
}

/** Words all places of a pod that break a control in one way, by the same values. */
export type BreachWording = (breaches: Findings<Breach>) => Message;

/**
 * One control of the Pod Security Standards. It decides as Pod Security Admission does, of which
 * https://pkg.go.dev/k8s.io/pod-security-admission/policy (v0.37.0) is the source of each control, its versions and
 * its id. A new version of Kubernetes appends an entry; entries are never edited.
 */
export interface Control<R extends string = string> {
    /** The id that Pod Security Admission gives it, which is that of its problems. */
    readonly id: string;
    /** Its name in https://kubernetes.io/docs/concepts/security/pod-security-standards/. */
    readonly title: string;
    /** The items of the CIS Kubernetes Benchmark that it decides, by number. */
    readonly cis: Parameters<typeof cis>;
    /** What is wrong and what to do, for each way to break it. */
    readonly wordings: Readonly<Record<R, BreachWording>>;
    /** Ascending; before the first there is no such control. */
    readonly versions: readonly ControlVersion<R>[];
}

/** What a control decides in a version of Kubernetes. */
export function checkOf(control: Control, minor: number): Check<string> | undefined {
    return control.versions.findLast(({ since }) => since <= minor)?.check;
}
