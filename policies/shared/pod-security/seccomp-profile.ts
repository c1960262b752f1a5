import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { containerContexts, forbidOtherProfiles, isForWindows, isMissing, securityContexts, unless } from "./places";

/** How pods and containers named their profile before v1.19. The container's name follows the prefix. */
const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";

/** Without a seccomp profile, a container may use every system call of the node's kernel. */
export const seccompProfileBaseline: Control = {
    id: "seccompProfile_baseline",
    title: "Seccomp",
    cis: [],
    fix: "remove the profile, or use RuntimeDefault or Localhost",
    versions: [
        { since: 0, check: checkAnnotations },
        {
            since: 19,
            check(pod, report) {
                for (const context of securityContexts(pod)) {
                    forbidOtherProfiles(context.get("seccompProfile"), pod, report);
                }
            },
        },
    ],
};

/** Every container must have a profile: Kubernetes itself sets none. */
export const seccompProfileRestricted: Control = {
    id: "seccompProfile_restricted",
    title: "Seccomp",
    cis: ["5.6.2"],
    fix: "set seccompProfile.type to RuntimeDefault or Localhost in the securityContext of the pod or of each container",
    versions: [
        { since: 19, check: requireProfiles },
        { since: 25, check: unless(isForWindows, requireProfiles) },
    ],
};

function checkAnnotations(pod: Pod, report: ReportPlace): void {
    const names = pod.containers.flatMap(container => container.get("name").string ?? []);
    for (const key of [POD_ANNOTATION, ...names.map(name => CONTAINER_ANNOTATION_PREFIX + name)]) {
        const annotation = pod.annotations.get(key);
        if (annotation.string !== undefined && !isAllowed(annotation.string))
            report(annotation, "is neither runtime/default nor localhost/<profile>");
    }
}

function isAllowed(profile: string): boolean {
    return profile === "runtime/default" || profile === "docker/default" || profile.startsWith("localhost/");
}

function requireProfiles(pod: Pod, report: ReportPlace): void {
    const ofPod = pod.spec.get("securityContext", "seccompProfile");
    forbidOtherProfiles(ofPod, pod, report);
    for (const context of containerContexts(pod)) {
        const profile = context.get("seccompProfile");
        forbidOtherProfiles(profile, pod, report);
        // What the pod's own profile does wrong has been said.
        if (isMissing(profile, pod) && ofPod.isUnset) report(profile, "is not set");
    }
}
