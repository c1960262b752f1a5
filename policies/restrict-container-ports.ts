import { definePolicy } from "../framework/define";
import { integer, integers } from "../framework/settings";

export const restrictContainerPorts = definePolicy({
    name: "restrict-container-ports",
    category: "pod-security",
    description: "Restrict the ports that containers listen on.",
    why: "Ports below 1024 need a root user or an extra capability, and a container that serves SSH is a way in that goes around the cluster's own access control.",
    url: "https://docs.kubelinter.io/#/generated/checks?id=privileged-ports",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Let the program listen on a port of at least 1024, and map the well-known port to it with targetPort of the Service. Remove SSH servers: kubectl exec and kubectl debug take their place.",
    whenNotToUse: "Ingress controllers and the like that run on the node's own network.",
    config: {
        forbidden: integers([22], 1, "Ports that no container may listen on."),
        minimum: integer(1024, 0, "The lowest port that containers may listen on; 0 for any."),
    },
    messages: {
        forbidden: offenders => ({
            what: `${offenders} ${offenders.word("is a forbidden port", "are forbidden ports")}`,
            fix: `do not serve ${offenders.word("it", "them")} from a container`,
        }),
        low: (offenders, { minimum }) => ({
            what: `${offenders} ${offenders.are} below ${minimum}`,
            fix: `listen on a port of at least ${minimum} and let the Service map the well-known port to it`,
        }),
    },
    checkPod(pod, { config, report }) {
        for (const container of pod.containers) {
            for (const entry of container.get("ports").items()) {
                const port = entry.get("containerPort");
                if (port.number === undefined) continue;
                if (config.forbidden.includes(port.number)) report("forbidden", port, String(port.number));
                else if (port.number < config.minimum) report("low", port, String(port.number));
            }
        }
    },
});
