import { describe, expect, test } from "vitest";
import { type NodeInit, nearest, Stack } from "../../../model/pulumi/stack";
import { graphOf, type TestResource } from "../../support/environments";

function stackOf(...resources: TestResource[]): Stack {
    return new Stack(graphOf(resources));
}

const one = (name: string, extra: Partial<TestResource> = {}): TestResource => ({ type: "a:b:C", name, ...extra });

function find(stack: Stack, name: string) {
    const node = stack.nodes.find(({ resource }) => resource.name === name);
    if (!node) throw new Error(name);
    return node;
}

describe("a stack", () => {
    const resources = [
        one("c", { dependsOn: ["a"], uses: { z: ["b"], y: ["b", "a"] } }),
        one("a", { parent: "b" }),
        one("b"),
    ];

    test("has its nodes and edges in one order, however they come", () => {
        for (const order of [resources, [...resources].reverse()]) {
            const stack = stackOf(...order);
            expect(stack.nodes.map(({ resource }) => resource.name)).toEqual(["a", "b", "c"]);
            const node = find(stack, "c");
            expect(
                [...node.propertyDependencies].map(([key, nodes]) => [key, nodes.map(to => to.resource.name)]),
            ).toEqual([
                ["y", ["a", "b"]],
                ["z", ["b"]],
            ]);
            expect(node.dependenciesOf("z", "none").map(({ resource }) => resource.name)).toEqual(["b"]);
            expect(find(stack, "a").parent).toBe(find(stack, "b"));
            expect(find(stack, "b").children).toEqual([find(stack, "a")]);
        }
    });

    test("leaves out edges to what is not in it", () => {
        const [init] = graphOf([one("a")]);
        const lost = "urn:pulumi:main::test::a:b:C::lost";
        const inits: NodeInit[] = init
            ? [{ ...init, parent: lost, dependencies: [lost], propertyDependencies: { x: [lost] } }]
            : [];
        const [node] = new Stack(inits).nodes;
        expect(node).toMatchObject({ dependencies: [], parent: undefined, provider: undefined });
        expect(node?.dependenciesOf("x")).toEqual([]);
    });

    test("has a resource once whose URN comes twice", () => {
        const stack = new Stack([...graphOf(resources), ...graphOf(resources)]);
        expect(stack.nodes).toHaveLength(3);
        expect(find(stack, "b").children).toHaveLength(1);
    });

    test("takes the last of those with one URN, with its edges", () => {
        const twice = (extra: object) => graphOf([one("a"), one("b"), one("c", extra)])[2] as NodeInit;
        const first = twice({ props: { at: "first" }, parent: "a", dependsOn: ["a"] });
        const last = twice({ props: { at: "last" }, parent: "b", dependsOn: ["b"] });
        for (const [order, at, to] of [
            [[first, last], "last", "b"],
            [[last, first], "first", "a"],
        ] as const) {
            const stack = new Stack([...graphOf([one("a"), one("b")]), ...order]);
            const { resource, parent, dependencies } = find(stack, "c");
            expect(resource.props.get("at").raw).toBe(at);
            expect([parent, ...dependencies]).toEqual([find(stack, to), find(stack, to)]);
            expect(stack.nodes.flatMap(({ children }) => children)).toHaveLength(1);
        }
    });
});

describe("parents that a damaged state has in a circle", () => {
    /** Parents and children of a stack whose resources have these parents. */
    function family(parents: Readonly<Record<string, string | undefined>>) {
        const stack = stackOf(...Object.entries(parents).map(([name, parent]) => one(name, parent ? { parent } : {})));
        return Object.fromEntries(
            stack.nodes.map(({ resource, parent, children }) => [
                resource.name,
                [parent?.resource.name, children.map(child => child.resource.name)],
            ]),
        );
    }

    test("are cut once, so that who walks up arrives", () => {
        expect(family({ a: "a" })).toEqual({ a: [undefined, []] });
        expect(family({ a: "b", b: "a" })).toEqual({ a: ["b", []], b: [undefined, ["a"]] });
        expect(family({ a: "b", b: "c", c: "a", d: "a", e: undefined })).toEqual({
            a: ["b", ["d"]],
            b: ["c", ["a"]],
            c: [undefined, ["b"]],
            d: ["a", []],
            e: [undefined, []],
        });
        expect(family({ a: "c", b: "c", c: "d", d: "c" })).toEqual({
            a: ["c", []],
            b: ["c", []],
            c: ["d", ["a", "b"]],
            d: [undefined, ["c"]],
        });
    });

    test("are kept where they are none", () => {
        expect(family({ a: "b", b: "c", c: undefined, d: "b" })).toEqual({
            a: ["b", []],
            b: ["c", ["a", "d"]],
            c: [undefined, ["b"]],
            d: ["b", []],
        });
    });
});

describe("the nearest", () => {
    const stack = stackOf(
        one("start", { dependsOn: ["near", "way"] }),
        one("near", { dependsOn: ["wanted-behind"] }),
        one("way", { dependsOn: ["wanted-one", "wanted-two", "way-on"] }),
        one("way-on", { dependsOn: ["wanted-far"] }),
        ...["wanted-behind", "wanted-one", "wanted-two", "wanted-far"].map(name => one(name)),
    );
    const search = (wanted: RegExp, ...from: string[]) =>
        nearest(
            from.map(name => find(stack, name)),
            ({ resource }) => wanted.test(resource.name),
        )
            .map(({ resource }) => resource.name)
            .sort();

    test("are all of one distance, not beyond", () => {
        expect(search(/^wanted/, "start")).toEqual(["wanted-behind", "wanted-one", "wanted-two"]);
        expect(search(/far$/, "start")).toEqual(["wanted-far"]);
        expect(search(/^start/, "start")).toEqual(["start"]);
        expect(search(/^none/, "start")).toEqual([]);
        expect(search(/^wanted/)).toEqual([]);
    });

    test("are found in a circle", () => {
        const circle = stackOf(one("a", { dependsOn: ["b"] }), one("b", { dependsOn: ["a"] }));
        expect(nearest(circle.nodes, () => false)).toEqual([]);
    });
});
