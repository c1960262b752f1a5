import { expect, test } from "vitest";
import { fingerprint } from "../../../model/kubernetes/fingerprint";
import { Value } from "../../../model/value";
import { UNKNOWN_VALUES } from "../../support/wire";

const UNKNOWN = UNKNOWN_VALUES.string;
const OPTIONS = { without: ["comment"], defaults: { scheme: "HTTP" } };

function isSame(one: unknown, other: unknown, options = {}): boolean {
    const [first, second] = [fingerprint(new Value(one), options), fingerprint(new Value(other), options)];
    expect([typeof first, typeof second]).toEqual(["string", "string"]);
    return first === second;
}

test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: 2, c: 3 }, { c: 3, a: 1, b: 2 }, true],
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, true],
    [{ a: 1, b: null, c: "" }, { a: 1 }, true],
    [null, undefined, true],
    [{ a: 1 }, { a: "1" }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: 0 }, false],
    [{ a: 1 }, { a: 1, b: false }, false],
    [["a", "b"], ["a", "b"], true],
    [["a", "b"], ["b", "a"], false],
    [["a"], "a", false],
    [{ a: {} }, {}, false],
])("%j and %j say the same: %j", (one, other, expected) => {
    expect(isSame(one, other)).toBe(expected);
    expect(isSame(other, one)).toBe(expected);
});

test("keys are left out and taken for granted, at the top only", () => {
    expect(isSame({ path: "/", comment: "a" }, { path: "/", comment: "b" }, OPTIONS)).toBe(true);
    expect(isSame({ path: "/", comment: UNKNOWN }, { path: "/" }, OPTIONS)).toBe(true);
    expect(isSame({ path: "/", scheme: "HTTP" }, { path: "/" }, OPTIONS)).toBe(true);
    expect(isSame({ path: "/", scheme: "HTTPS" }, { path: "/" }, OPTIONS)).toBe(false);
    expect(isSame({ get: { comment: "a" } }, { get: { comment: "b" } }, OPTIONS)).toBe(false);
    expect(isSame({ get: { scheme: "HTTP" } }, { get: {} }, OPTIONS)).toBe(false);
    expect(isSame({ a: 1, b: 2 }, { a: 1, b: 3 })).toBe(false);
});

test.each([UNKNOWN, { a: UNKNOWN }, [1, { a: [UNKNOWN] }]])("%j says nothing yet", value => {
    expect(fingerprint(new Value(value))).toBeUndefined();
});

test("what lies deeper than objects do is not looked at", () => {
    const deep = (levels: number): unknown => (levels === 0 ? "end" : { a: deep(levels - 1) });
    expect(isSame(deep(20), deep(20))).toBe(true);
    expect(isSame(deep(20), deep(19))).toBe(false);
    expect(fingerprint(new Value(deep(21)))).toBeUndefined();
});
