import type { Control } from "./control";
import { containerContexts, forbidAdding } from "./places";
import { byValues, theyDo, valuesOf } from "./wordings";

/** What container runtimes grant anyway, but NET_RAW. */
const DEFAULT_CAPABILITIES = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/** Each further capability is a part of what root may do on the node. */
export const capabilitiesBaseline: Control<"added"> = {
    id: "capabilities_baseline",
    title: "Capabilities",
    cis: ["5.2.8", "5.2.9"],
    wordings: {
        added: breaches => ({
            what: theyDo(
                breaches,
                "adds",
                "add",
                `the ${byValues(breaches, "capability", "capabilities")} ${valuesOf(breaches)}`,
            ),
            fix: `Remove ${byValues(breaches, "it", "them")} from securityContext.capabilities.add`,
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const context of containerContexts(pod))
                    forbidAdding(context, DEFAULT_CAPABILITIES, "added", report);
            },
        },
    ],
};
