import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { joinWords } from "../model/text";

export const noInteractiveContainers = definePolicy({
    name: "no-interactive-containers",
    category: "workloads",
    description: "Forbid containers with a terminal or an open standard input.",
    why: "Both are meant for debugging: anyone who may attach to the container can take over its process.",
    url: "https://open-policy-agent.github.io/gatekeeper-library/website/validation/disallowinteractive/",
    severity: "low",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Remove tty and stdin from the container, and use kubectl debug to look into a running pod.",
    whenNotToUse: "Workloads whose programs cannot run without a terminal, such as development shells.",
    config: {},
    messages: {
        interactive: {
            per: ({ data }) => data.fields,
            message: (findings: Findings<{ fields: string }>) => ({
                what: `${findings.subjects} ${findings.subjectCount === 1 ? "sets" : "set"} ${findings.data.fields} to true`,
                fix: `Remove ${findings.data.fields}, and use kubectl debug where you need a terminal`,
            }),
        },
    },
    checkPod(pod, { report }) {
        for (const container of pod.containers) {
            const settings = ["tty", "stdin"].filter(field => container.get(field).is(true) === "yes");
            for (const field of settings) report("interactive", container.get(field), { fields: joinWords(settings) });
        }
    },
});
