import { compareText } from "../../../model/text";
import type { Control } from "./control";
import { byValues, theyDo, valuesOf } from "./wordings";

/** A host port opens the node's own port, which network policies do not cover. */
export const hostPorts: Control<"opened"> = {
    id: "hostPorts",
    title: "Host Ports",
    cis: ["5.2.12"],
    wordings: {
        opened: breaches => ({
            what: theyDo(
                breaches,
                "uses",
                "use",
                `the host ${byValues(breaches, "port", "ports")} ${valuesOf(breaches)}`,
            ),
            fix: "Remove hostPort, and expose the pod through a Service",
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const container of pod.containers) {
                    const ports = container.get("ports").items();
                    const hostPorts = ports.map(port => port.get("hostPort")).filter(({ number }) => number);
                    report(
                        hostPorts,
                        "opened",
                        [...new Set(hostPorts.map(({ number }) => String(number)))].sort(compareText),
                    );
                }
            },
        },
    ],
};
