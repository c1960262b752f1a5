import { definePolicy } from "../framework/define";

export const noInteractiveContainers = definePolicy({
    name: "no-interactive-containers",
    category: "workloads",
    description: "Forbid containers that keep a terminal or their standard input open.",
    why: "They are meant for debugging: who may attach to one takes over the process, and nothing else needs them.",
    url: "https://open-policy-agent.github.io/gatekeeper-library/website/validation/disallowinteractive/",
    severity: "low",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Remove tty and stdin from the container; use kubectl debug to look into a running pod.",
    whenNotToUse: "Workloads whose programs cannot run without a terminal, such as development shells.",
    config: {},
    messages: {
        interactive: offenders => ({
            what: `${offenders} ${offenders.are} true`,
            fix: `remove ${offenders.word("it", "them")} and use kubectl debug where a terminal is needed`,
        }),
    },
    checkPod(pod, { report }) {
        for (const container of pod.containers) {
            for (const setting of [container.get("tty"), container.get("stdin")]) {
                if (setting.is(true) === "yes") report("interactive", setting);
            }
        }
    },
});
