import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { forbidOtherProfiles, securityContexts } from "./places";

/** How containers named their profile before v1.30, which still counts. The container's name follows. */
const ANNOTATION_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

/** Without the runtime's AppArmor profile, or with none, a container may do more on the node. */
export const appArmorProfile: Control = {
    id: "appArmorProfile",
    title: "AppArmor",
    cis: [],
    fix: "remove the profile, or use RuntimeDefault or Localhost",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of securityContexts(pod)) {
                    forbidOtherProfiles(context.get("appArmorProfile"), pod, report);
                }
                checkAnnotations(pod, report);
            },
        },
    ],
};

function checkAnnotations(pod: Pod, report: ReportPlace): void {
    for (const [key, annotation] of pod.annotations.entries()) {
        if (key.startsWith(ANNOTATION_PREFIX) && annotation.string && !isAllowed(annotation.string)) {
            report(annotation, "is neither runtime/default nor localhost/<profile>");
        }
    }
}

function isAllowed(profile: string): boolean {
    return profile === "runtime/default" || profile.startsWith("localhost/");
}
