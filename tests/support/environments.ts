import type { Policy } from "../../framework/define";
import { configure, messageOf } from "../../framework/evaluate";
import { evaluate } from "../../hosts/in-process";
import { Resource, type ResourceInit } from "../../model/pulumi/resource";
import type { NodeInit } from "../../model/pulumi/stack";

/** A resource of a test's stack: type and name, and what matters of the rest. References are names. */
export interface TestResource extends Partial<Pick<ResourceInit, "props" | "options">> {
    readonly type: string;
    readonly name: string;
    readonly provider?: string;
    readonly parent?: string;
    readonly dependsOn?: readonly string[];
    readonly uses?: Readonly<Record<string, readonly string[]>>;
}

/** The stack of some resources, in their order. */
export function graphOf(resources: readonly TestResource[], stack = "main"): NodeInit[] {
    const byName = new Map(resources.map(resource => [resource.name, resource]));
    const find = (name: string): TestResource => {
        const found = byName.get(name);
        if (!found) throw new Error(`no resource is called ${name}`);
        return found;
    };
    const urnOf = (name: string) => `urn:pulumi:${stack}::test::${find(name).type}::${name}`;
    return resources.map(({ type, name, props = {}, provider, parent, dependsOn = [], uses = {} }) => {
        const propertyDependencies = Object.fromEntries(
            Object.entries(uses).map(([property, names]) => [property, names.map(urnOf)]),
        );
        const resource = new Resource({
            urn: urnOf(name),
            type,
            name,
            props,
            provider: provider
                ? { urn: urnOf(provider), type: find(provider).type, name: provider, props: find(provider).props ?? {} }
                : undefined,
            parent: parent && urnOf(parent),
        });
        const dependencies = [...dependsOn.map(urnOf), ...Object.values(propertyDependencies).flat()];
        return { resource, dependencies, propertyDependencies };
    });
}

/** What a policy says of a stack: the messages, sorted. */
export function messagesOf(
    policy: Policy,
    graph: readonly NodeInit[],
    config: Readonly<Record<string, unknown>> = {},
): string[] {
    const configured = configure(policy, config);
    if (!configured.config) throw new Error(JSON.stringify(configured.problems));
    const resources = graph.map(({ resource }) => resource);
    const context = { stackTags: new Map<string, string>(), now: new Date() };
    return evaluate([{ ...configured, level: "mandatory" }], resources, context, graph)
        .map(messageOf)
        .sort();
}

/** A Kubernetes provider whose kubeconfig a preview does not know, made from resources. */
export function providerOf(name: string, ...sources: readonly string[]): TestResource {
    return { type: "pulumi:providers:kubernetes", name, props: {}, uses: { kubeconfig: sources } };
}

/** An object on a provider's cluster. */
export function objectOn(provider: string, name: string, namespace: string): TestResource {
    const props = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } };
    return { type: "kubernetes:core/v1:ConfigMap", name, provider, props };
}
