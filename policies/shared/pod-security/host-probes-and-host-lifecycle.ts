import type { Container } from "../../../model/kubernetes/pod";
import type { Value } from "../../../model/value";
import type { Control } from "./control";

/** A probe or hook with a host makes the node send requests anywhere in the name of the pod. */
export const hostProbesAndHostLifecycle: Control = {
    id: "hostProbesAndHostLifecycle",
    title: "Host Probes / Lifecycle Hooks",
    cis: [],
    fix: "remove host, so that the request goes to the pod itself",
    versions: [
        {
            since: 34,
            check(pod, report) {
                for (const host of pod.containers.flatMap(hosts)) if (host.string) report(host, "is set");
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
