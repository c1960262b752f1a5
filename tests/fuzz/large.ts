import type { EngineResource } from "../support/engine";
import { tokenOf } from "../support/kube-resource";
import type { WireMap } from "../support/wire";
import type { Program } from "./generators";
import { STACK } from "./seeds";

/** The resource that describes an object. */
export function resourceOf(props: WireMap, name: string): EngineResource {
    const type = tokenOf(String(props.apiVersion), String(props.kind));
    return { urn: `urn:pulumi:${STACK.name}::${STACK.project}::${type}::${name}`, type, name, props };
}

/** A stack without configuration. */
export function programOf(resources: readonly EngineResource[]): Program {
    return { resources, config: {}, tags: {}, order: 0.5, guarded: false };
}

/** A list of what a number makes. */
export function many<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
}

/** A pod spec that nearly every policy objects to, in each of its parts. */
function badPod(count: number): WireMap {
    return {
        hostPID: true,
        containers: many(count, index => ({
            name: `c${index}`,
            image: "nginx:latest",
            ports: [{ containerPort: 22, hostPort: 22 }],
            env: [{ name: "PASSWORD", value: "correct-horse" }, { name: "A" }, { name: "A" }],
            securityContext: { privileged: true, runAsUser: 0, capabilities: { add: ["ALL"] } },
            volumeMounts: [{ name: `v${index}`, mountPath: "/host" }],
            livenessProbe: { exec: { command: ["ps"] } },
        })),
        volumes: many(count, index => ({ name: `v${index}`, hostPath: { path: "/etc" } })),
    };
}

/** Objects of which each part violates something. */
export function bad(count: number): EngineResource[] {
    const labels = Object.fromEntries(many(count, index => [`bad key ${index}`, "bad value!"]));
    const metadata = { name: "cart", namespace: "shop", labels, annotations: labels };
    const rules = many(count, index => ({ host: `*.h${index}.example.com`, http: { paths: [{ path: "/a;{" }] } }));
    const objects: WireMap[] = [
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata,
            spec: { replicas: 3, template: { spec: badPod(count) } },
        },
        { apiVersion: "v1", kind: "Pod", metadata, spec: badPod(count) },
        { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec: { rules: [...rules, ...rules] } },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "all" },
            rules: many(count, () => ({ apiGroups: ["*"], resources: ["*", "secrets"], verbs: ["*", "escalate"] })),
        },
        {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata,
            data: Object.fromEntries(many(count, index => [`password-${index}`, "correct-horse"])),
        },
    ];
    return objects.map((props, index) => resourceOf(props, `bad-${index}`));
}

/**
 * Workloads with what belongs to them, those of one cluster called like those of all others. Of every other cluster
 * something is left out, and all providers come from the end of one chain.
 */
export function onClusters(count: number, props: (index: number) => WireMap): EngineResource[] {
    const urn = (type: string, name: string) => `urn:pulumi:${STACK.name}::${STACK.project}::${type}::${name}`;
    const link = (index: number) => urn("acme:index:Link", `link-${index}`);
    const chain = many(count, index => ({
        urn: link(index),
        type: "acme:index:Link",
        name: `link-${index}`,
        props: {},
        ...(index > 0 && { dependencies: [link(index - 1)] }),
    }));
    const own = many(count, index => {
        const type = "pulumi:providers:kubernetes";
        const name = `k8s-${index}`;
        const provider = { urn: urn(type, name), type, name, props: props(index) };
        // What the providers need in common, but for the last step, which is a different one for each.
        const last = {
            ...chain[0],
            urn: link(count + index),
            type: "acme:index:Link",
            name: `link-${count + index}`,
            props: {},
        };
        const kubeconfig = [last.urn];
        const objects = shops(1)
            .filter((_, part) => part === 0 || (index + part) % 2 === 0)
            .map(resource => ({ ...resource, urn: `${resource.urn}-${index}`, provider }));
        const others = [
            { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: OF_ALL, spec: { selector: {} } },
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
        ].map((object, part) => ({ ...resourceOf(object, `other-${part}-${index}`), provider }));
        return [
            { ...last, dependencies: [link(count - 1)] },
            { ...provider, dependencies: kubeconfig, propertyDependencies: { kubeconfig } },
            ...objects,
            ...others.filter((_, part) => (index + part) % 3 === 0),
        ];
    });
    return [...chain, ...own.flat()];
}

const OF_ALL = { name: "all", namespace: "shop" };

/** Workloads with what belongs to them, each of its own name. */
export function shops(count: number): EngineResource[] {
    return many(count, index => {
        const name = `cart-${index}`;
        const metadata = { name, namespace: "shop", labels: { app: name } };
        const envFrom = [{ configMapRef: { name } }, { secretRef: { name: `missing-${index}` } }];
        const containers = [{ name: "web", image: "nginx", envFrom, ports: [{ containerPort: 80 }] }];
        const objects: WireMap[] = [
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata,
                spec: {
                    replicas: 2,
                    selector: { matchLabels: { app: name } },
                    template: { metadata, spec: { containers } },
                },
            },
            { apiVersion: "v1", kind: "ConfigMap", metadata, data: { A: "b" } },
            { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: name }, ports: [{ port: 80 }] } },
            {
                apiVersion: "networking.k8s.io/v1",
                kind: "NetworkPolicy",
                metadata,
                spec: { podSelector: { matchLabels: { app: name } } },
            },
            {
                apiVersion: "networking.k8s.io/v1",
                kind: "Ingress",
                metadata,
                spec: {
                    rules: [
                        {
                            host: `${name}.example.com`,
                            http: { paths: [{ path: "/", backend: { service: { name, port: { number: 80 } } } }] },
                        },
                    ],
                },
            },
        ];
        return objects.map(props => resourceOf(props, name));
    }).flat();
}
