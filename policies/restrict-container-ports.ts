import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { integer, integers } from "../framework/settings";
import { joinSome } from "../model/text";

export const restrictContainerPorts = definePolicy({
    name: "restrict-container-ports",
    category: "pod-security",
    description: "Restrict the ports that containers listen on.",
    why: "Listening below port 1024 takes root or an extra capability, and a container that serves SSH lets users in past the cluster's own access control.",
    url: "https://docs.kubelinter.io/#/generated/checks?id=privileged-ports",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Let the program listen on a port of at least 1024, and map the well-known port to it with targetPort of the Service. Replace SSH servers by kubectl exec and kubectl debug.",
    whenNotToUse: "Ingress controllers and other programs that run on the node's own network.",
    config: {
        forbidden: integers([22], 1, "Ports that no container may listen on."),
        minimum: integer(1024, 0, "The lowest port that containers may listen on; 0 for any."),
    },
    messages: {
        forbidden: (findings: Findings<{ port: number }>) => ({
            what: `${listenOn(findings)}, which ${ports(findings).length === 1 ? "is" : "are"} forbidden`,
            fix: `Remove the server that listens on ${ports(findings).length === 1 ? "it" : "them"}, or let it listen on another port`,
        }),
        low: (findings: Findings<{ port: number }>, { minimum }) => ({
            what: `${listenOn(findings)}, but the lowest allowed port is ${minimum}`,
            fix: `Let the program listen on a port of at least ${minimum}, and map the well-known port to it with targetPort of the Service`,
        }),
    },
    checkPod(pod, { config, report }) {
        for (const container of pod.containers) {
            for (const entry of container.get("ports").items()) {
                const port = entry.get("containerPort");
                if (port.number === undefined) continue;
                if (config.forbidden.includes(port.number)) report("forbidden", port, { port: port.number });
                else if (port.number < config.minimum) report("low", port, { port: port.number });
            }
        }
    },
});

function listenOn(findings: Findings<{ port: number }>): string {
    const numbers = ports(findings).map(String);
    const verb = findings.subjectCount === 1 ? "listens" : "listen";
    return `${findings.subjects} ${verb} on ${numbers.length === 1 ? "port" : "ports"} ${joinSome(numbers)}`;
}

/** The ports, each once and ascending. */
function ports(findings: Findings<{ port: number }>): number[] {
    return [...new Set(findings.list.map(({ data }) => data.port))].sort((a, b) => a - b);
}
