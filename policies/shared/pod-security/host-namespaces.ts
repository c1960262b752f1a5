import type { Control } from "./control";
import { valuesOf } from "./wordings";

const FIELDS = ["hostNetwork", "hostPID", "hostIPC"];

/** In a namespace of the node, a pod sees other pods' processes and traffic. */
export const hostNamespaces: Control<"shared"> = {
    id: "hostNamespaces",
    title: "Host Namespaces",
    cis: ["5.2.3", "5.2.4", "5.2.5"],
    wordings: {
        shared: breaches => ({
            what: `The pod sets ${valuesOf(breaches)} to true`,
            fix: `Remove ${breaches.word("it", "them")} from the pod`,
        }),
    },
    versions: [
        {
            since: 0,
            check(pod, report) {
                const shared = FIELDS.filter(field => pod.spec.get(field).boolean === true);
                const places = shared.map(field => pod.spec.get(field));
                report(places, "shared", shared);
            },
        },
    ],
};
