import { expect, test } from "vitest";
import { deadlocksOf } from "../../policies/model/deadlocks";
import { ObjectIndex } from "../../policies/model/object-index";
import { Resolver } from "../../policies/model/resolver";
import { Resource } from "../../policies/model/resource";
import { Stack } from "../../policies/model/stack";

/** Applications that wait for their own Services, and one that comes behind each. */
function deadlocked(count: number): { stack: Stack; reads: () => number } {
    let reads = 0;
    const urnOf = (kind: string, name: string) => `urn:pulumi:dev::shop::kubernetes:${kind}::${name}`;
    const init = (type: string, kind: string, name: string, spec: object, dependencies: string[]) => ({
        resource: new Resource({
            urn: urnOf(type, name),
            type: `kubernetes:${type}`,
            name,
            props: {
                apiVersion: kind === "Service" ? "v1" : "apps/v1",
                kind,
                metadata: { name, namespace: "a" },
                spec,
            },
        }),
        dependencies,
    });
    const deployment = (name: string, dependencies: string[]) =>
        init(
            "apps/v1:Deployment",
            "Deployment",
            name,
            { template: { metadata: { labels: { app: name } } } },
            dependencies,
        );
    const stack = new Stack(
        Array.from({ length: count }, (_, number) => [
            init("core/v1:Service", "Service", `app-${number}`, { selector: { app: `app-${number}` } }, []),
            deployment(`app-${number}`, [urnOf("core/v1:Service", `app-${number}`)]),
            deployment(`behind-${number}`, [urnOf("apps/v1:Deployment", `app-${number}`)]),
        ]).flat(),
    );
    for (const node of stack.nodes) {
        const { dependencies } = node;
        Object.defineProperty(node, "dependencies", {
            get: () => {
                reads++;
                return dependencies;
            },
        });
    }
    return { stack, reads: () => reads };
}

test("deadlocks are found in steps that are in proportion to the stack", () => {
    const steps = [100, 400].map(count => {
        const { stack, reads } = deadlocked(count);
        const index = new ObjectIndex(stack);
        const deadlocks = deadlocksOf(index, new Resolver(index, { world: "stack", external: [] }));
        expect(deadlocks.map(({ node }) => node.resource.label).sort()).toEqual(
            Array.from({ length: count }, (_, number) => `Deployment a/app-${number}`).sort(),
        );
        return reads();
    });
    expect(steps[1]).toBe(4 * (steps[0] ?? 0));
});
