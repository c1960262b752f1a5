import type { cis } from "../../../framework/frameworks";
import type { Pod } from "../../../model/kubernetes/pod";
import type { Value } from "../../../model/value";

/** Says that a place in a pod breaks a control, and how: `is true`. */
export type ReportPlace = (at: Value, detail: string) => void;

/** Decides one Pod or pod template. */
export type Check = (pod: Pod, report: ReportPlace) => void;

/** What a control decides from a version of Kubernetes on, until its next entry. */
export interface ControlVersion {
    /** The first minor version: 25 is v1.25. */
    readonly since: number;
    readonly check: Check;
}

/**
 * One control of the Pod Security Standards. It decides as Pod Security Admission does, of which
 * https://pkg.go.dev/k8s.io/pod-security-admission/policy (v0.37.0) is the source of each control, its versions and
 * its id. A new version of Kubernetes appends an entry; entries are never edited.
 */
export interface Control {
    /** The id that Pod Security Admission gives it. */
    readonly id: string;
    /** Its name in https://kubernetes.io/docs/concepts/security/pod-security-standards/. */
    readonly title: string;
    /** The items of the CIS Kubernetes Benchmark that it decides, by number. */
    readonly cis: Parameters<typeof cis>;
    /** What to do about a violation. */
    readonly fix: string;
    /** Ascending; before the first there is no such control. */
    readonly versions: readonly ControlVersion[];
}

/** What a control decides in a version of Kubernetes. */
export function checkOf(control: Control, minor: number): Check | undefined {
    return control.versions.findLast(({ since }) => since <= minor)?.check;
}
