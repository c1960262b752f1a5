import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { circles, derive, Reachability } from "../../model/graph";

/** How often edges are walked to find out which of many nodes a long chain leads to. */
function stepsInChain(length: number): number {
    let steps = 0;
    const next = (node: number): number[] => {
        steps++;
        return node === 0 ? [] : [node - 1];
    };
    const nodes = Array.from({ length }, (_, node) => node);
    const paths = new Reachability(nodes, next, nodes);
    for (const node of nodes) {
        expect(paths.leads(length - 1, node)).toBe(true);
        expect(paths.leads(0, node)).toBe(node === 0);
    }
    return steps;
}

describe("what leads where", () => {
    test("is found in steps that are in proportion to the edges, however long the ways are", () => {
        expect(stepsInChain(4000)).toBe(4 * stepsInChain(1000));
    });

    test("is found in graphs that join and part", () => {
        const edges: Record<string, string[]> = { a: ["b", "c"], b: ["d"], c: ["d"], d: [], e: ["c"] };
        const paths = new Reachability(Object.keys(edges), node => edges[node] ?? [], ["d", "b"]);
        const answers = Object.keys(edges).map(node => [paths.leads(node, "b"), paths.leads(node, "d")]);
        expect(answers).toEqual([
            [true, true],
            [true, true],
            [false, true],
            [false, true],
            [false, true],
        ]);
    });

    test("is found in graphs with cycles", () => {
        const edges: Record<string, string[]> = { a: ["b"], b: ["c"], c: ["a", "d"], d: [] };
        const paths = new Reachability(Object.keys(edges), node => edges[node] ?? [], ["a", "d"]);
        expect(Object.keys(edges).filter(node => paths.leads(node, "a"))).toEqual(["a", "b", "c"]);
        expect(Object.keys(edges).filter(node => paths.leads(node, "d"))).toEqual(["a", "b", "c", "d"]);
    });

    test("is what a search from each node finds, in graphs of more nodes than a machine word has bits", () => {
        const size = 70;
        const nodes = Array.from({ length: size }, (_, node) => node);
        const node = fc.nat(size - 1);
        fc.assert(
            fc.property(
                fc.array(fc.tuple(node, node), { maxLength: 2 * size, size: "max" }),
                fc.subarray(nodes),
                (edges, wanted) => {
                    const next = (from: number) => edges.flatMap(([one, other]) => (one === from ? [other] : []));
                    const paths = new Reachability(nodes, next, [...wanted, ...wanted]);
                    for (const from of nodes) {
                        const found = new Set([from]);
                        for (const one of found) for (const other of next(one)) found.add(other);
                        expect(wanted.filter(to => paths.leads(from, to))).toEqual(wanted.filter(to => found.has(to)));
                    }
                },
            ),
            { numRuns: 30, seed: 1 },
        );
    });

    test("is no for a node that nobody asked about", () => {
        expect(new Reachability(["a", "b"], () => [], ["a"]).leads("a", "b")).toBe(false);
        expect(new Reachability(["a"], () => [], []).leads("a", "a")).toBe(false);
    });
});

describe("what follows from rules", () => {
    test("needs all premises of one rule", () => {
        const facts = derive([
            { fact: "a", premises: [] },
            { fact: "b", premises: ["a", "a"] },
            { fact: "c", premises: ["b", "never"] },
            { fact: "d", premises: ["never"] },
            { fact: "d", premises: ["b"] },
            { fact: "e", premises: ["f"] },
            { fact: "f", premises: ["e"] },
        ]);
        expect([...facts].sort()).toEqual(["a", "b", "d"]);
    });

    test("holds once, however many rules say so", () => {
        const rules = [
            { fact: "a", premises: [] },
            { fact: "a", premises: [] },
            { fact: "b", premises: ["a", "c"] },
        ];
        expect([...derive(rules)]).toEqual(["a"]);
    });
});

describe("nodes that lead to each other", () => {
    test("lie on one circle, all others on none with anything else", () => {
        const edges: Record<string, string[]> = {
            a: ["b"],
            b: ["c", "d"],
            c: ["a"],
            d: ["e"],
            e: ["d"],
            f: ["a", "e"],
        };
        const circle = circles(Object.keys(edges), node => edges[node] ?? []);
        const together = Object.keys(edges).map(node =>
            Object.keys(edges)
                .filter(other => circle.get(other) === circle.get(node))
                .join(""),
        );
        expect(together).toEqual(["abc", "abc", "abc", "de", "de", "f"]);
    });
});
