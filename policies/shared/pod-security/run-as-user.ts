import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { hasUserNamespace, securityContexts, unless } from "./places";

/** User 0 is root, whatever the image says. */
export const runAsUser: Control = {
    id: "runAsUser",
    title: "Running as Non-root user",
    cis: ["5.2.7"],
    fix: "use a user other than 0, or leave it to the image",
    versions: [
        { since: 23, check: forbidRoot },
        { since: 35, check: unless(hasUserNamespace, forbidRoot) },
    ],
};

function forbidRoot(pod: Pod, report: ReportPlace): void {
    for (const context of securityContexts(pod)) {
        if (context.get("runAsUser").number === 0) report(context.get("runAsUser"), "is 0");
    }
}
