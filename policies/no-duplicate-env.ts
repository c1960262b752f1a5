import { definePolicy } from "../framework/define";

export const noDuplicateEnv = definePolicy({
    name: "no-duplicate-env",
    category: "workloads",
    description: "Forbid the same environment variable twice in one container.",
    why: "The last entry silently wins, and a server-side apply that changes one of them drops or keeps the wrong one.",
    url: "https://docs.kubelinter.io/#/generated/checks?id=duplicate-env-var",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Keep one entry of each name in env.",
    whenNotToUse: "Never: no container needs it.",
    config: {},
    messages: {
        duplicate: offenders => ({
            what: `${offenders}`,
            fix: "keep one entry for each name",
        }),
    },
    checkPod(pod, { report }) {
        for (const container of pod.containers) {
            const entries = container.get("env").items();
            const counts = new Map<string, number>();
            for (const { string: name } of entries.map(entry => entry.get("name"))) {
                if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
            }
            for (const entry of entries) {
                const count = counts.get(entry.get("name").string ?? "") ?? 0;
                if (count > 1) report("duplicate", entry, `is set ${count === 2 ? "twice" : `${count} times`}`);
            }
        }
    },
});
