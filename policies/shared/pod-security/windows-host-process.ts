import type { Control } from "./control";
import { forbidTrue, securityContexts } from "./places";
import { theyDo } from "./wordings";

/** A HostProcess container runs on the Windows node itself. */
export const windowsHostProcess: Control<"hostProcess"> = {
    id: "windowsHostProcess",
    title: "HostProcess",
    cis: ["5.2.10"],
    wordings: {
        hostProcess: breaches => ({
            what: theyDo(breaches, "sets", "set", "windowsOptions.hostProcess to true"),
            fix: "Remove securityContext.windowsOptions.hostProcess",
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of securityContexts(pod)) {
                    forbidTrue(context.get("windowsOptions", "hostProcess"), "hostProcess", report);
                }
            },
        },
    ],
};
