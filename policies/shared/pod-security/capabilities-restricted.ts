import type { Pod } from "../../../model/kubernetes/pod";
import { any, type Value } from "../../../model/value";
import type { Control, ReportPlace } from "./control";
import { containerContexts, forbidAdding, isForWindows, isMissing, unless } from "./places";

/** Containers start with no capability, and may add the one to bind low ports. */
export const capabilitiesRestricted: Control = {
    id: "capabilities_restricted",
    title: "Capabilities",
    cis: ["5.2.8", "5.2.9"],
    fix: 'drop ["ALL"] and add at most NET_BIND_SERVICE',
    versions: [
        { since: 22, check: dropAll },
        { since: 25, check: unless(isForWindows, dropAll) },
    ],
};

function dropAll(pod: Pod, report: ReportPlace): void {
    for (const context of containerContexts(pod)) {
        const dropped = context.get("capabilities", "drop");
        if (isMissing(dropped, pod)) report(dropped, "is not set");
        if (dropped.isSet && includesAll(dropped) === "no") report(dropped, 'lacks "ALL"');
        forbidAdding(context, ["NET_BIND_SERVICE"], report);
    }
}

function includesAll(dropped: Value) {
    return any(dropped.items().map(capability => capability.is("ALL")));
}
