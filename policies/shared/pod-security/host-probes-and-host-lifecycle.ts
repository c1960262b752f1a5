import type { Container } from "../../../model/kubernetes/pod";
import type { Value } from "../../../model/value";
import type { Control } from "./control";
import { quote } from "./places";
import { valuesOf } from "./wordings";

/** A probe or hook with a host makes the node send requests anywhere in the name of the pod. */
export const hostProbesAndHostLifecycle: Control<"elsewhere"> = {
    id: "hostProbesAndHostLifecycle",
    title: "Host Probes / Lifecycle Hooks",
    cis: [],
    wordings: {
        elsewhere: breaches => ({
            what: `${breaches.places} ${breaches.are} ${valuesOf(breaches)}`,
            fix: `Remove ${breaches.word("it, so that the request goes", "them, so that the requests go")} to the pod itself`,
        }),
    },
    versions: [
        {
            since: 34,
            check(pod, report) {
                for (const host of pod.containers.flatMap(hosts)) {
                    if (host.string) report(host, "elsewhere", [quote(host.string)]);
                }
            },
        },
    ],
};

function hosts(container: Container): Value[] {
    const handlers = [
        ...["livenessProbe", "readinessProbe", "startupProbe"].map(probe => container.get(probe)),
        ...["postStart", "preStop"].map(hook => container.get("lifecycle", hook)),
    ];
    return handlers.flatMap(handler => [handler.get("httpGet", "host"), handler.get("tcpSocket", "host")]);
}
