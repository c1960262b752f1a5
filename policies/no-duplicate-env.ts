import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { shorten } from "../model/text";

export const noDuplicateEnv = definePolicy({
    name: "no-duplicate-env",
    category: "workloads",
    description: "Forbid containers that set an environment variable more than once.",
    why: "The last entry silently wins, and a server-side apply that changes one entry may drop or keep the wrong one.",
    url: "https://docs.kubelinter.io/#/generated/checks?id=duplicate-env-var",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Keep one entry for each name in env.",
    whenNotToUse: "Never: no container needs it.",
    config: {},
    messages: {
        duplicate: {
            per: ({ at, data }) => JSON.stringify([...at.path.slice(0, -2), data.name]),
            message: (findings: Findings<{ name: string }>) => ({
                what: `${findings.subjects} sets the environment variable ${JSON.stringify(shorten(findings.data.name))} ${findings.count === 2 ? "twice" : `${findings.count} times`}`,
                fix: "Keep one of its entries in env",
            }),
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
                if ((counts.get(name) ?? 0) > 1) report("duplicate", entry, { name });
            }
        }
    },
});
