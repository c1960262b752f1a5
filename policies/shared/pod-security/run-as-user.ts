import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import { hasUserNamespace, securityContexts, unless } from "./places";
import { inThem, theySet } from "./wordings";

/** User 0 is root, whatever the image says. */
export const runAsUser: Control<"root"> = {
    id: "runAsUser",
    title: "Running as Non-root user",
    cis: ["5.2.7"],
    wordings: {
        root: breaches => ({
            what: theySet(breaches, "runAsUser"),
            fix: `Set securityContext.runAsUser to a user other than 0 ${inThem(breaches)}, or remove it`,
        }),
    },
    versions: [
        { since: 23, check: forbidRoot },
        { since: 35, check: unless(hasUserNamespace, forbidRoot) },
    ],
};

function forbidRoot(pod: Pod, report: ReportBreach<"root">): void {
    for (const context of securityContexts(pod)) {
        if (context.get("runAsUser").number === 0) report(context.get("runAsUser"), "root", ["0"]);
    }
}
