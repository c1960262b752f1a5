import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import { containerContexts, forbidBut, isForWindows, isMissing, unless } from "./places";
import { inThem, theyDoNot, theySet } from "./wordings";

type Rule = "unset" | "wrong";

/** A process must not gain more rights than its parent, as set-user-ID programs do. */
export const allowPrivilegeEscalation: Control<Rule> = {
    id: "allowPrivilegeEscalation",
    title: "Privilege Escalation",
    cis: ["5.2.6"],
    wordings: {
        unset: breaches => ({
            what: theyDoNot(breaches, "set allowPrivilegeEscalation to false"),
            fix: `Set securityContext.allowPrivilegeEscalation: false ${inThem(breaches)}`,
        }),
        wrong: breaches => ({
            what: theySet(breaches, "allowPrivilegeEscalation"),
            fix: `Set securityContext.allowPrivilegeEscalation: false ${inThem(breaches)}`,
        }),
    },
    versions: [
        { since: 8, check: requireFalse },
        { since: 25, check: unless(isForWindows, requireFalse) },
    ],
};

function requireFalse(pod: Pod, report: ReportBreach<Rule>): void {
    for (const context of containerContexts(pod)) {
        const escalation = context.get("allowPrivilegeEscalation");
        if (isMissing(escalation, pod)) report(escalation, "unset");
        forbidBut(escalation, false, "wrong", report);
    }
}
