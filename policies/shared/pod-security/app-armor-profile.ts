import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import { forbidOtherProfiles, quote, securityContexts } from "./places";
import { inThem, theyDo, theySet, valuesOf } from "./wordings";

/** How containers named their profile before v1.30, which still counts. The container's name follows. */
const ANNOTATION_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

/** Without the runtime's AppArmor profile, or with none, a container may do more on the node. */
export const appArmorProfile: Control<"annotation" | "noType" | "type"> = {
    id: "appArmorProfile",
    title: "AppArmor",
    cis: [],
    wordings: {
        noType: breaches => ({
            what: theyDo(breaches, "sets", "set", "appArmorProfile without a type"),
            fix: `Set securityContext.appArmorProfile.type: RuntimeDefault ${inThem(breaches)}`,
        }),
        type: breaches => ({
            what: theySet(breaches, "appArmorProfile.type"),
            fix: `Set securityContext.appArmorProfile.type to RuntimeDefault or Localhost ${inThem(breaches)}`,
        }),
        annotation: breaches => ({
            what: `${breaches.places} ${breaches.are} ${valuesOf(breaches)}`,
            fix: `Set ${breaches.word("it", "each")} to runtime/default or localhost/<profile>, or remove ${breaches.word("it", "them")}`,
        }),
    },
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

function checkAnnotations(pod: Pod, report: ReportBreach<"annotation">): void {
    for (const [key, annotation] of pod.annotations.entries()) {
        if (key.startsWith(ANNOTATION_PREFIX) && annotation.string && !isAllowed(annotation.string)) {
            report(annotation, "annotation", [quote(annotation.string)]);
        }
    }
}

function isAllowed(profile: string): boolean {
    return profile === "runtime/default" || profile.startsWith("localhost/");
}
