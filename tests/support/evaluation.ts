import { type ActivePolicy, evaluate, type LeveledViolation } from "../../hosts/in-process";
import { Resource } from "../../policies/model/resource";
import type { EngineResource } from "./engine";
import { unwrap } from "./wire";

/** The model of a resource, as the engine would tell of it. */
export function modelOf({ urn, type, name, props, provider, parent, options }: EngineResource): Resource {
    const { protect = false, ignoreChanges = [], customTimeouts = {} } = options ?? {};
    return new Resource({
        urn,
        type,
        name,
        props: unwrap(props),
        provider: provider && { ...provider, props: unwrap(provider.props) },
        options: { protect, ignoreChanges, customTimeouts: { create: 0, update: 0, delete: 0, ...customTimeouts } },
        parent,
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
    const models = resources.map(modelOf);
    const graph = models.map((resource, index) => ({
        resource,
        outputs: resource.props.raw,
        dependencies: resources[index]?.dependencies ?? [],
        propertyDependencies: resources[index]?.propertyDependencies ?? {},
    }));
    const context = { stackTags: new Map(Object.entries(tags)), now: new Date() };
    return evaluate(policies, models, context, graph).filter(({ exemption }) => !exemption);
}
