import type { Pod } from "../../../model/kubernetes/pod";
import type { Control, ReportBreach } from "./control";
import { containerContexts, forbidOthers, hasUserNamespace, unless } from "./places";
import { theySet } from "./wordings";

type Rule = "unmasked";

const WORDINGS: Control<Rule>["wordings"] = {
    unmasked: breaches => ({
        what: theySet(breaches, "procMount"),
        fix: `Remove securityContext.procMount from ${breaches.word("the container", "each")}`,
    }),
};

/** Without the masks over /proc, a container sees and changes settings of the node's kernel. */
export const procMount: Control<Rule> = {
    id: "procMount",
    title: "/proc Mount Type",
    cis: [],
    wordings: WORDINGS,
    versions: [
        { since: 0, check: requireDefault },
        { since: 35, check: unless(hasUserNamespace, requireDefault) },
    ],
};

/** Also in a user namespace, for which the baseline profile has made an exception. */
export const procMountRestricted: Control<Rule> = {
    id: "procMount_restricted",
    title: "/proc Mount Type",
    cis: [],
    wordings: WORDINGS,
    versions: [{ since: 35, check: requireDefault }],
};

function requireDefault(pod: Pod, report: ReportBreach<Rule>): void {
    for (const context of containerContexts(pod))
        forbidOthers(context.get("procMount"), ["Default"], "unmasked", report);
}
