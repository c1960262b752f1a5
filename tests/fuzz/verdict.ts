import { configure, messageOf } from "../../framework/evaluate";
import { evaluate } from "../../hosts/in-process";
import { Resource } from "../../model/pulumi/resource";
import type { EngineResource } from "../support/engine";
import type { Fixture } from "../support/fixtures";
import { unwrap } from "../support/wire";

/** What a policy says of a resource. */
export type Verdict = readonly (readonly [urn: string, text: string])[];

/** What a policy says of some resources: resource and message, sorted. */
export function verdict(
    { policy, config, stack }: Pick<Fixture, "policy" | "config" | "stack">,
    resources: readonly EngineResource[],
): Verdict {
    const models = resources.map(
        ({ urn, type, name, props, provider, parent, options }) =>
            new Resource({
                urn,
                type,
                name,
                props: unwrap(props),
                provider: provider && { ...provider, props: unwrap(provider.props) },
                options: {
                    protect: options?.protect ?? false,
                    ignoreChanges: options?.ignoreChanges ?? [],
                    customTimeouts: { create: 0, update: 0, delete: 0, ...options?.customTimeouts },
                },
                parent,
            }),
    );
    const graph = models.map((resource, index) => ({
        resource,
        outputs: resource.props.raw,
        dependencies: resources[index]?.dependencies ?? [],
        propertyDependencies: resources[index]?.propertyDependencies ?? {},
    }));
    const context = { stackTags: new Map(Object.entries(stack.tags ?? {})), now: new Date() };
    return evaluate([{ ...configure(policy, config), level: "mandatory" }], models, context, graph)
        .filter(({ exemption }) => !exemption)
        .map((violation): [string, string] => [violation.urn, messageOf(violation)])
        .sort();
}
