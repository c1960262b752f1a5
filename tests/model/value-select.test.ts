import { describe, expect, it } from "vitest";
import { UNKNOWN, Value } from "../../model/value";

function select(raw: unknown, path: string): unknown[] {
    return new Value(raw).select(path).map(value => value.raw);
}

describe("Value.select", () => {
    it("follows keys", () => {
        expect(select({ a: { b: 1 } }, "a.b")).toEqual([1]);
    });

    it("selects the value itself by the empty path", () => {
        expect(select({ a: 1 }, "")).toEqual([{ a: 1 }]);
    });

    it("selects nothing where something is unset, null or of another type", () => {
        expect(select({ a: {} }, "a.b")).toEqual([]);
        expect(select({ a: null }, "a")).toEqual([]);
        expect(select({ a: "text" }, "a.b")).toEqual([]);
        expect(select({}, "a[]")).toEqual([]);
        expect(select(undefined, "")).toEqual([]);
    });

    it.each(["pools[].name", "pools.name"])("enters lists on the way: %s", path => {
        expect(select({ pools: [{ name: "a" }, {}, { name: "b" }] }, path)).toEqual(["a", "b"]);
    });

    it("enters a list at the end only where the path says so", () => {
        expect(select({ ids: ["a", "b"] }, "ids")).toEqual([["a", "b"]]);
        expect(select({ ids: ["a", null, "b"] }, "ids[]")).toEqual(["a", "b"]);
        expect(select({ ids: [] }, "ids[]")).toEqual([]);
    });

    it("takes what is no list for its only element", () => {
        expect(select({ pool: { name: "a" } }, "pool[].name")).toEqual(["a"]);
        expect(select({ ids: "a" }, "ids[]")).toEqual(["a"]);
    });

    it("enters a list that it starts from", () => {
        expect(select([{ name: "a" }, { name: "b" }], "name")).toEqual(["a", "b"]);
        expect(select(["a", "b"], "[]")).toEqual(["a", "b"]);
    });

    it("gives one unknown value for an unknown one on the way", () => {
        expect(select({ a: UNKNOWN }, "a.b.c[]")).toEqual([UNKNOWN]);
        expect(select({ pools: [{ name: "a" }, UNKNOWN] }, "pools[].name")).toEqual(["a", UNKNOWN]);
        expect(select({ ids: ["a", UNKNOWN] }, "ids[]")).toEqual(["a", UNKNOWN]);
    });

    it("keeps the place of each value, that of the unknown one for what is below it", () => {
        const value = new Value({ pools: [{ name: "web", labels: { env: "dev" } }, UNKNOWN] });
        expect(value.select("pools[].labels").map(String)).toEqual(['pools["web"].labels', "pools[1]"]);
    });

    it("ends on lists that contain themselves", () => {
        const list: unknown[] = [];
        list.push(list);
        expect(select({ list }, "list[].a.b")).toEqual([]);
    });
});
