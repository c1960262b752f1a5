import type { Control } from "./control";
import { forbidTrue, securityContexts } from "./places";

/** A HostProcess container runs on the Windows node itself. */
export const windowsHostProcess: Control = {
    id: "windowsHostProcess",
    title: "HostProcess",
    cis: ["5.2.10"],
    fix: "remove hostProcess",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of securityContexts(pod)) {
                    forbidTrue(context.get("windowsOptions", "hostProcess"), report);
                }
            },
        },
    ],
};
