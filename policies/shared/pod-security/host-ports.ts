import type { Control } from "./control";

/** A host port opens the node's own port, which network policies do not cover. */
export const hostPorts: Control = {
    id: "hostPorts",
    title: "Host Ports",
    cis: ["5.2.12"],
    fix: "remove hostPort and reach the pod by a Service",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const port of pod.containers.flatMap(container => container.get("ports").items())) {
                    const hostPort = port.get("hostPort");
                    if (hostPort.number) report(hostPort, `is ${hostPort.number}`);
                }
            },
        },
    ],
};
