import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportPlace } from "./control";
import { containerContexts, forbidOthers, hasUserNamespace, unless } from "./places";

/** Without the masks over /proc, a container sees and changes settings of the node's kernel. */
export const procMount: Control = {
    id: "procMount",
    title: "/proc Mount Type",
    cis: [],
    fix: "remove procMount",
    versions: [
        { since: 0, check: requireDefault },
        { since: 35, check: unless(hasUserNamespace, requireDefault) },
    ],
};

/** Also in a user namespace, for which the baseline profile has made an exception. */
export const procMountRestricted: Control = {
    id: "procMount_restricted",
    title: "/proc Mount Type",
    cis: [],
    fix: "remove procMount",
    versions: [{ since: 35, check: requireDefault }],
};

function requireDefault(pod: Pod, report: ReportPlace): void {
    for (const context of containerContexts(pod)) forbidOthers(context.get("procMount"), ["Default"], report);
}
