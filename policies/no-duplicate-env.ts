import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { shorten } from "../model/text";

interface Duplicate {
    readonly name: string;
    /** How often the container sets it. */
    readonly times: number;
}

export const noDuplicateEnv = definePolicy({
    name: "no-duplicate-env",
    category: "workloads",
    description: "Forbid containers that set an environment variable more than once.",
    why: "The last entry silently wins, and a server-side apply that changes one entry may drop or keep the wrong one.",
    url: "https://docs.kubelinter.io/#/generated/checks?id=duplicate-env-var",
    severity: "medium",
    enforcementLevel: "mandatory",
    levelReason: "The container runs with a value that its author did not mean, and no container needs the other one.",
    since: "0.1.0",
    remediationSteps: "Keep one entry for each name in env.",
    whenNotToUse: "Never: no container needs it.",
    config: {},
    messages: {
        duplicate: {
            per: ({ data: { name, times } }) => `${name} ${times}`,
            message: (findings: Findings<Duplicate>) => {
                const { subjects, subjectCount } = findings;
                const { name, times } = findings.data;
                const isOne = subjectCount === 1;
                return {
                    what: `${subjects} ${isOne ? "sets" : "set"} the environment variable ${JSON.stringify(shorten(name))} ${times === 2 ? "twice" : `${times} times`}`,
                    fix: `Keep one of its entries in env${isOne ? "" : " of each"}`,
                };
            },
        },
    },
    checkPod(pod, { report }) {
        for (const container of pod.containers) {
            const entries = container.get("env").items();
            const counts = new Map<string, number>();
            for (const { string: name } of entries.map(entry => entry.get("name"))) {
                if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
            }
            for (const entry of entries) {
                const name = entry.get("name").string ?? "";
                const times = counts.get(name) ?? 0;
                if (times > 1) report("duplicate", entry, { name, times });
            }
        }
    },
});
