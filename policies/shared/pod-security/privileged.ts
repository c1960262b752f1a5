import type { Control } from "./control";
import { containerContexts, forbidTrue } from "./places";

/** Privileged containers disable most security mechanisms. */
export const privileged: Control = {
    id: "privileged",
    title: "Privileged Containers",
    cis: ["5.2.2"],
    fix: "remove privileged",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of containerContexts(pod)) forbidTrue(context.get("privileged"), report);
            },
        },
    ],
};
