import { afterEach, describe, expect, test, vi } from "vitest";
import { policies } from "../../policies";
import { Value } from "../../policies/model/value";
import type { EngineResource } from "../support/engine";
import { isMap, type Wire, type WireMap } from "../support/wire";
import { at, changed, type Program, placesIn } from "./generators";
import { inProcess, LONGEST_MESSAGE } from "./invariants";
import { loadSeeds, STACK } from "./seeds";

function resourceOf(props: WireMap, name: string): EngineResource {
    const [version, kind] = [String(props.apiVersion), String(props.kind)];
    const type = `kubernetes:${version.includes("/") ? version : `core/${version}`}:${kind}`;
    return { urn: `urn:pulumi:${STACK.name}::${STACK.project}::${type}::${name}`, type, name, props };
}

function programOf(resources: readonly EngineResource[]): Program {
    return { resources, config: {}, tags: {}, order: 0.5 };
}

function many<T>(count: number, make: (index: number) => T): T[] {
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
function bad(count: number): EngineResource[] {
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

/** Workloads with what belongs to them, each of its own name. */
function shops(count: number): EngineResource[] {
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

/** How often policies look at a value of a program. */
function looks(program: Program): number {
    const get = vi.spyOn(Value.prototype, "get");
    const items = vi.spyOn(Value.prototype, "items");
    inProcess(program, policies);
    const count = get.mock.calls.length + items.mock.calls.length;
    vi.restoreAllMocks();
    return count;
}

afterEach(() => {
    vi.restoreAllMocks();
});

describe("size", () => {
    test("twice as many objects take twice as many looks", () => {
        const [once, twice] = [shops(20), shops(40)].map(resources => looks(programOf(resources)));
        expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.3);
    });

    test("twice as large objects take twice as many looks", () => {
        const [once, twice] = [bad(50), bad(100)].map(resources => looks(programOf(resources)));
        expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.3);
    });

    test(`a thousand offenders of each kind make no message of more than ${LONGEST_MESSAGE} characters`, () => {
        expect(inProcess(programOf(bad(1000)), policies).length).toBeGreaterThan(20);
    });

    test("texts of 100,000 characters, in places where seeds have texts, are read", { timeout: 300_000 }, () => {
        const units = ["a", "a-", "a.", "/", " ", "*", "=a", "%20", "(", "é", "a:", "1", "{", "@a"];
        const texts = units.map(unit => unit.repeat(100_000 / unit.length));
        let turn = 0;
        for (const resource of oneOfEachType()) {
            for (const path of placesIn(resource.props)) {
                if (typeof at(resource.props, path) !== "string") continue;
                turn += 1;
                // One of 97 places, each with another text: all of them would take minutes.
                if (turn % 97 !== 0) continue;
                const props = changed(resource.props, path, () => texts[(turn / 97) % texts.length]);
                if (isMap(props as Wire)) inProcess(programOf([{ ...resource, props: props as WireMap }]), policies);
            }
        }
        expect(turn).toBeGreaterThan(1000);
    });
});

/** The largest seed of each type. */
function oneOfEachType(): EngineResource[] {
    const byType = new Map<string, { resource: EngineResource; places: number }>();
    for (const resource of loadSeeds().stacks.flat()) {
        const places = placesIn(resource.props).length;
        if (places > (byType.get(resource.type)?.places ?? 0)) byType.set(resource.type, { resource, places });
    }
    return [...byType.values()].map(({ resource }) => resource);
}
