import type { Control } from "./control";
import { containerContexts, forbidTrue } from "./places";
import { theyDo } from "./wordings";

/** Privileged containers disable most security mechanisms. */
export const privileged: Control<"privileged"> = {
    id: "privileged",
    title: "Privileged Containers",
    cis: ["5.2.2"],
    wordings: {
        privileged: breaches => ({
            what: theyDo(breaches, "is", "are", "privileged"),
            fix: `Remove securityContext.privileged from ${breaches.word("the container", "each")}`,
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of containerContexts(pod))
                    forbidTrue(context.get("privileged"), "privileged", report);
            },
        },
    ],
};
