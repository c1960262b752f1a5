import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { containerContexts, isForWindows, isMissing, unless } from "./places";

/** A process must not gain more rights than its parent, as set-user-ID programs do. */
export const allowPrivilegeEscalation: Control = {
    id: "allowPrivilegeEscalation",
    title: "Privilege Escalation",
    cis: ["5.2.6"],
    fix: "set allowPrivilegeEscalation to false in the securityContext of each container",
    versions: [
        { since: 8, check: requireFalse },
        { since: 25, check: unless(isForWindows, requireFalse) },
    ],
};

function requireFalse(pod: Pod, report: ReportPlace): void {
    for (const context of containerContexts(pod)) {
        const escalation = context.get("allowPrivilegeEscalation");
        if (isMissing(escalation, pod)) report(escalation, "is not set");
        if (escalation.isSet && escalation.boolean !== false) report(escalation, "is not false");
    }
}
