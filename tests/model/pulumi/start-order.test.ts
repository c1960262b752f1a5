import { describe, expect, test } from "vitest";
import type { Resource } from "../../../model/pulumi/resource";
import { type NodeInit, Stack } from "../../../model/pulumi/stack";
import { beforeStart, partsOf, renderedBy, StartOrder, waitsUnseen } from "../../../model/pulumi/start-order";
import { graphOf, type TestResource } from "../../support/environments";

const ROOT: TestResource = { type: "pulumi:pulumi:Stack", name: "stack" };

function configMap(name: string, more: Partial<TestResource> = {}): TestResource {
    const props = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
    return { type: "kubernetes:core/v1:ConfigMap", name, props, ...more };
}

function component(name: string, more: Partial<TestResource> = {}): TestResource {
    return { type: "example:Component", name, ...more };
}

/** The nodes of a stack by name. */
function nodesOf(graph: readonly NodeInit[]) {
    const stack = new Stack(graph);
    return (name: string) => {
        const node = stack.nodes.find(({ resource }) => resource.name === name);
        if (!node) throw new Error(`no resource is called ${name}`);
        return node;
    };
}

function namesOf(nodes: readonly { resource: Resource }[]): string[] {
    return nodes.map(({ resource }) => resource.name).sort();
}

describe("before a resource starts comes", () => {
    test.each<[string, Partial<TestResource>, string[]]>([
        ["nothing", {}, []],
        ["what it depends on", { dependsOn: ["one", "two"] }, ["one", "two"]],
        ["what its properties use, once", { uses: { a: ["one"], b: ["one", "two"] } }, ["one", "two"]],
        ["its provider", { provider: "provider" }, ["provider"]],
        ["its parent, where that is made first", { parent: "one" }, ["one"]],
        ["not the stack", { parent: "stack", dependsOn: ["stack"] }, []],
        ["not itself", { dependsOn: ["late", "one"] }, ["one"]],
        ["not a component around it, but what that depends on", { parent: "inner" }, ["one", "two"]],
        ["a parent that a component is in", { parent: "part" }, ["two"]],
    ])("%s", (_, more, expected) => {
        const node = nodesOf(
            graphOf([
                ROOT,
                { type: "pulumi:providers:kubernetes", name: "provider" },
                configMap("one"),
                configMap("two"),
                component("outer", { dependsOn: ["two"], parent: "stack" }),
                component("inner", { dependsOn: ["one"], parent: "outer" }),
                component("part", { parent: "two" }),
                configMap("late", more),
            ]),
        );
        expect(namesOf(beforeStart(node("late")))).toEqual(expected);
    });

    test("what only properties say", () => {
        const graph = graphOf([configMap("one"), configMap("late", { uses: { data: ["one"] } })]);
        const node = nodesOf(graph.map(init => ({ ...init, dependencies: [] })));
        expect(namesOf(beforeStart(node("late")))).toEqual(["one"]);
    });
});

test("parts has what is made of others only", () => {
    const node = nodesOf(
        graphOf([
            ROOT,
            { type: "pulumi:providers:kubernetes", name: "provider" },
            component("component", { parent: "stack" }),
            component("remote", { parent: "stack", provider: "provider" }),
            configMap("object", { parent: "component" }),
            configMap("child of a component with a provider", { parent: "remote" }),
            configMap("child of an object", { parent: "object" }),
            { ...component("not Pulumi's own"), type: "example:pulumi:" },
            configMap("child of not Pulumi's own", { parent: "not Pulumi's own" }),
        ]),
    );
    expect(namesOf(partsOf(node("component")))).toEqual(["object"]);
    expect(namesOf(partsOf(node("remote")))).toEqual([]);
    expect(namesOf(partsOf(node("object")))).toEqual([]);
    expect(namesOf(partsOf(node("stack")))).toEqual([]);
    expect(namesOf(partsOf(node("not Pulumi's own")))).toEqual(["child of not Pulumi's own"]);
});

test("before another is what it depends on, and what that depends on or consists of", () => {
    const graph = graphOf([
        configMap("first"),
        component("component", { dependsOn: ["first"] }),
        configMap("part", { parent: "component" }),
        configMap("last", { dependsOn: ["component"] }),
        configMap("apart"),
    ]);
    const { nodes } = new Stack(graph);
    const order = new StartOrder(nodes, nodes);
    const before = (name: string) => {
        const node = nodes.find(({ resource }) => resource.name === name);
        return namesOf(nodes.filter(one => node && order.isBefore(one, node)));
    };
    expect(before("last")).toEqual(["component", "first", "part"]);
    expect(before("part")).toEqual(["first"]);
    expect(before("first")).toEqual([]);
    expect(before("apart")).toEqual([]);
    const [first, ...others] = nodes;
    expect(others.map(other => first && new StartOrder([], []).isBefore(first, other))).toEqual([
        false,
        false,
        false,
        false,
    ]);
});

describe("whether a resource waits although it depends on nothing", () => {
    test.each<[string, Partial<NodeInit>, Partial<NodeInit>, Partial<NodeInit>, string | undefined]>([
        ["nothing is known", {}, {}, {}, undefined],
        ["it was made in an apply", { isMadeInApply: true }, {}, {}, "yes"],
        ["the component around it was", {}, { isMadeInApply: true }, {}, "yes"],
        ["the other one was", {}, {}, { isMadeInApply: true }, undefined],
        ["it was registered first", { arrival: 3 }, {}, { arrival: 4 }, "no"],
        ["it was registered later", { arrival: 4 }, {}, { arrival: 3 }, "unknown"],
        ["it was registered later, in an apply", { arrival: 4, isMadeInApply: true }, {}, { arrival: 3 }, "yes"],
        ["only its own place is known", { arrival: 3 }, {}, {}, undefined],
        ["only the other's place is known", {}, {}, { arrival: 0 }, undefined],
    ])("%s: %s", (_, it, around, other, expected) => {
        const [outer = {}, inner = {}, wanted = {}] = graphOf([
            component("component"),
            configMap("it", { parent: "component" }),
            configMap("other"),
        ]);
        const node = nodesOf([
            { ...outer, ...around },
            { ...inner, ...it },
            { ...wanted, ...other },
        ] as NodeInit[]);
        expect(waitsUnseen(node("it"), node("other"))).toBe(expected);
    });
});

test.each([
    ["kubernetes:yaml:ConfigFile", true],
    ["kubernetes:yaml/v2:ConfigGroup", true],
    ["kubernetes:kustomize:Directory", true],
    ["kubernetes:helm.sh/v3:Chart", true],
    ["kubernetes:yamlish:ConfigFile", false],
    ["kubernetes:apps/v1:Deployment", false],
    ["example:kubernetes:yaml:ConfigFile", false],
])("what %s renders: %s", (type, renders) => {
    const node = nodesOf(
        graphOf([
            { type, name: "source" },
            component("between", { parent: "source" }),
            configMap("object", { parent: "between" }),
        ]),
    );
    expect(renderedBy(node("object"))?.resource.name).toBe(renders ? "source" : undefined);
    expect(renderedBy(node("source"))).toBeUndefined();
});
