import type { EngineResource } from "../support/engine";
import type { WireMap } from "../support/wire";
import { STACK } from "./seeds";

const metadata = { name: "guard-of-the-fuzz-tests", namespace: "guards-of-the-fuzz-tests" };

function guard(name: string, type: string, props: WireMap): EngineResource {
    return { urn: `urn:pulumi:${STACK.name}::${STACK.project}::${type}::${name}`, type, name, props };
}

/** Two resources for one object, of a host that is in both. */
const ingresses = ["guard-ingress", "guard-ingress-again"].map(name => {
    const backend = { service: { name: "guard", port: { number: 80 } } };
    const rule = { host: "guard.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } };
    const spec = { ingressClassName: "guards", rules: [rule] };
    const props = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec };
    return guard(name, "kubernetes:networking.k8s.io/v1:Ingress", props);
});

/**
 * Resources that no other resource has anything to do with. Whatever stands beside them, policies must say of them what
 * they say of them alone.
 */
export const GUARDS: readonly EngineResource[] = [
    guard("guard-pod", "kubernetes:core/v1:Pod", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, labels: { "not a label": "" } },
        spec: {
            hostNetwork: true,
            containers: [{ name: "guard", image: "guard", securityContext: { privileged: true } }],
        },
    }),
    ...ingresses,
];

/** Policies that see the whole stack and still cannot be led astray by others: two that are the same stay the same. */
export const GUARDED_STACK_POLICIES: readonly string[] = ["one-owner-per-object", "unique-routes"];
