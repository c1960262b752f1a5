import { type ActivePolicy, evaluate, type LeveledViolation } from "../../hosts/in-process";
import { Resource } from "../../model/pulumi/resource";
import { SecretPaths } from "../../model/pulumi/secret-paths";
import type { NodeInit } from "../../model/pulumi/stack";
import type { EngineResource } from "./engine";
import { unwrap, type WireMap } from "./wire";

/**
 * The model of a resource, as the engine would tell of it.
 * @param read gives properties as policies see them.
 */
export function modelOf(resource: EngineResource, read: (props: WireMap) => unknown = unwrap): Resource {
    const { urn, type, name, props, provider, parent, options } = resource;
    const { protect = false, ignoreChanges = [], customTimeouts = {} } = options ?? {};
    return new Resource({
        urn,
        type,
        name,
        props: read(props),
        provider: provider && { ...provider, props: read(provider.props) },
        options: { protect, ignoreChanges, customTimeouts: { create: 0, update: 0, delete: 0, ...customTimeouts } },
        parent,
        secrets: SecretPaths.of(props),
    });
}

/**
 * Models of the resources of a stack, with their dependencies.
 * @param read gives properties as policies see them.
 */
export function graphOf(resources: readonly EngineResource[], read?: (props: WireMap) => unknown): NodeInit[] {
    return resources.map(resource => {
        const { dependencies = [], propertyDependencies = {} } = resource;
        const model = modelOf(resource, read);
        return { resource: model, outputs: model.props.raw, dependencies, propertyDependencies };
    });
}

/**
 * What policies say of a stack's resources, by the check command's code. What is exempt is left out.
 * @param tags of the stack.
 */
export function violationsOf(
    policies: readonly ActivePolicy[],
    resources: readonly EngineResource[],
    tags: Readonly<Record<string, string>> = {},
): LeveledViolation[] {
    const graph = graphOf(resources);
    const models = graph.map(({ resource }) => resource);
    const context = { stackTags: new Map(Object.entries(tags)), now: new Date() };
    return evaluate(policies, models, context, graph).filter(({ exemption }) => !exemption);
}
