import type { Pod } from "../../../model/kubernetes/pod";
import { any, type Value } from "../../../model/value";
import type { Control, ReportBreach } from "./control";
import { containerContexts, forbidAdding, isForWindows, isMissing, unless } from "./places";
import { byValues, inThem, theyDo, theyDoNot, valuesOf } from "./wordings";

type Rule = "added" | "notDropped";

/** Containers start with no capability, and may add the one to bind low ports. */
export const capabilitiesRestricted: Control<Rule> = {
    id: "capabilities_restricted",
    title: "Capabilities",
    cis: ["5.2.8", "5.2.9"],
    wordings: {
        notDropped: breaches => ({
            what: theyDoNot(breaches, "drop all capabilities"),
            fix: `Set securityContext.capabilities.drop: ["ALL"] ${inThem(breaches)}`,
        }),
        added: breaches => ({
            what: theyDo(
                breaches,
                "adds",
                "add",
                `the ${byValues(breaches, "capability", "capabilities")} ${valuesOf(breaches)}`,
            ),
            fix: `Remove ${byValues(breaches, "it", "them")} from securityContext.capabilities.add, where only NET_BIND_SERVICE is allowed`,
        }),
    },
    versions: [
        { since: 22, check: dropAll },
        { since: 25, check: unless(isForWindows, dropAll) },
    ],
};

function dropAll(pod: Pod, report: ReportBreach<Rule>): void {
    for (const context of containerContexts(pod)) {
        const dropped = context.get("capabilities", "drop");
        const lacksAll = dropped.isSet && includesAll(dropped) === "no";
        if (isMissing(dropped, pod) || lacksAll) report(dropped, "notDropped");
        forbidAdding(context, ["NET_BIND_SERVICE"], "added", report);
    }
}

function includesAll(dropped: Value) {
    return any(dropped.items().map(capability => capability.is("ALL")));
}
