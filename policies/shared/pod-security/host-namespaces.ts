import type { Control } from "./control";
import { forbidTrue } from "./places";

/** In a namespace of the node, a pod sees other pods' processes and traffic. */
export const hostNamespaces: Control = {
    id: "hostNamespaces",
    title: "Host Namespaces",
    cis: ["5.2.3", "5.2.4", "5.2.5"],
    fix: "use the pod's own namespaces",
    versions: [
        {
            since: 0,
            check(pod, report) {
                for (const field of ["hostNetwork", "hostPID", "hostIPC"]) forbidTrue(pod.spec.get(field), report);
            },
        },
    ],
};
