import type { EngineResource } from "../tests/support/engine";
import type { WireMap } from "../tests/support/wire";
import { deployment } from "./resources";

/** Resources of one application: a Deployment of two containers and what goes with it. */
export const RESOURCES_OF_APPLICATION = 5;

/** The resources of some applications, each object after those that it names. They violate little. */
export function applications(resources: number): EngineResource[] {
    return Array.from({ length: resources / RESOURCES_OF_APPLICATION }, (_, index) => application(index)).flat();
}

function application(index: number): EngineResource[] {
    const model = deployment(index);
    const { metadata, spec } = model.props as { metadata: WireMap; spec: { selector: WireMap } };
    const first = urnOf("core/v1:ConfigMap", model.name);
    const make = (type: string, apiVersion: string, fields: WireMap, dependencies: string[]): EngineResource => ({
        urn: urnOf(type, model.name),
        type: `kubernetes:${type}`,
        name: model.name,
        ...(model.provider && { provider: model.provider }),
        dependencies,
        props: { apiVersion, kind: type.split(":")[1] ?? "", metadata, ...fields },
    });
    return [
        make("core/v1:ConfigMap", "v1", { data: { currency: "EUR", language: "en" } }, []),
        make("core/v1:ServiceAccount", "v1", { automountServiceAccountToken: false }, [first]),
        { ...model, dependencies: [first, urnOf("core/v1:ServiceAccount", model.name)] },
        make(
            "core/v1:Service",
            "v1",
            {
                spec: {
                    selector: spec.selector.matchLabels ?? {},
                    ports: [{ name: "http", port: 80, targetPort: "http" }],
                },
            },
            [model.urn],
        ),
        make("policy/v1:PodDisruptionBudget", "policy/v1", { spec: { maxUnavailable: 1, selector: spec.selector } }, [
            model.urn,
        ]),
    ];
}

function urnOf(type: string, name: string): string {
    return `urn:pulumi:dev::bench::kubernetes:${type}::${name}`;
}
