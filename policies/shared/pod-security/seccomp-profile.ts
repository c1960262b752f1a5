import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import {
    containerContexts,
    forbidOtherProfiles,
    isForWindows,
    isMissing,
    quote,
    securityContexts,
    unless,
} from "./places";
import { inThem, theyDo, theySet, valuesOf } from "./wordings";

/** How pods and containers named their profile before v1.19. The container's name follows the prefix. */
const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";

type ProfileRule = "noType" | "type";

type RestrictedRule = ProfileRule | "unset" | "unsetInSome";

const PROFILE_WORDINGS: Control<ProfileRule>["wordings"] = {
    noType: breaches => ({
        what: theyDo(breaches, "sets", "set", "seccompProfile without a type"),
        fix: `Set securityContext.seccompProfile.type: RuntimeDefault ${inThem(breaches)}`,
    }),
    type: breaches => ({
        what: theySet(breaches, "seccompProfile.type"),
        fix: `Set securityContext.seccompProfile.type to RuntimeDefault or Localhost ${inThem(breaches)}`,
    }),
};

/** Without a seccomp profile, a container may use every system call of the node's kernel. */
export const seccompProfileBaseline: Control<ProfileRule | "annotation"> = {
    id: "seccompProfile_baseline",
    title: "Seccomp",
    cis: [],
    wordings: {
        ...PROFILE_WORDINGS,
        annotation: breaches => ({
            what: `${breaches.places} ${breaches.are} ${valuesOf(breaches)}`,
            fix: `Set ${breaches.word("it", "each")} to runtime/default or localhost/<profile>, or remove ${breaches.word("it", "them")}`,
        }),
    },
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
export const seccompProfileRestricted: Control<RestrictedRule> = {
    id: "seccompProfile_restricted",
    title: "Seccomp",
    cis: ["5.6.2"],
    wordings: {
        ...PROFILE_WORDINGS,
        unset: breaches => ({
            what: theyDo(breaches, "sets no", "set no", "seccompProfile"),
            fix: "Set securityContext.seccompProfile.type: RuntimeDefault in the pod",
        }),
        unsetInSome: breaches => ({
            what: `${theyDo(breaches, "sets no", "set no", "seccompProfile")}, nor does the pod`,
            fix: `Set securityContext.seccompProfile.type: RuntimeDefault in the pod, or ${inThem(breaches)}`,
        }),
    },
    versions: [
        { since: 19, check: requireProfiles },
        { since: 25, check: unless(isForWindows, requireProfiles) },
    ],
};

function checkAnnotations(pod: Pod, report: ReportBreach<"annotation">): void {
    const names = pod.containers.flatMap(container => container.get("name").string ?? []);
    for (const key of [POD_ANNOTATION, ...names.map(name => CONTAINER_ANNOTATION_PREFIX + name)]) {
        const annotation = pod.annotations.get(key);
        if (annotation.string !== undefined && !isAllowed(annotation.string))
            report(annotation, "annotation", [quote(annotation.string)]);
    }
}

function isAllowed(profile: string): boolean {
    return profile === "runtime/default" || profile === "docker/default" || profile.startsWith("localhost/");
}

function requireProfiles(pod: Pod, report: ReportBreach<RestrictedRule>): void {
    const ofPod = pod.spec.get("securityContext", "seccompProfile");
    const ofContainers = containerContexts(pod).map(context => context.get("seccompProfile"));
    for (const profile of [ofPod, ...ofContainers]) forbidOtherProfiles(profile, pod, report);
    // What the pod's own profile does wrong has been said.
    if (!ofPod.isUnset) return;
    const missing = ofContainers.filter(profile => isMissing(profile, pod));
    if (missing.length > 0 && missing.length === ofContainers.length) report(ofPod, "unset");
    else for (const profile of missing) report(profile, "unsetInSome");
}
