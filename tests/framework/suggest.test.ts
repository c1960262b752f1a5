import { expect, test } from "vitest";
import { levelError } from "../../framework/levels";
import { suggest } from "../../framework/suggest";

const NAMES = ["require-labels", "require-replicas", "all", "min"];

test.each<[string, string | undefined]>([
    ["require-lables", "require-labels"],
    ["require-label", "require-labels"],
    ["replicas", undefined],
    ["requiredlabel", "require-labels"],
    ["mni", "min"],
    ["mi", "min"],
    ["wholly", undefined],
    ["min", "min"],
])("%s may mean %s", (name, expected) => {
    expect(suggest(name, NAMES)).toBe(expected);
});

test("a third of the letters may be wrong, two in any case", () => {
    expect([suggest("abcdefgxxx", ["abcdefghij"]), suggest("abcdefxxxx", ["abcdefghij"])]).toEqual([
        "abcdefghij",
        undefined,
    ]);
    expect([suggest("axx", ["abc"]), suggest("xxx", ["abc"])]).toEqual(["abc", undefined]);
    expect(suggest("abc", [])).toBeUndefined();
});

test.each<[unknown, string]>([
    [undefined, "missing"],
    ["warn", '"warn"'],
    [true, "true"],
    [null, "null"],
])("a level that is %j is named", (value, given) => {
    expect(levelError("no-naked-pods", value)).toBe(
        `Configuration of no-naked-pods: "enforcementLevel" is ${given}, it must be "advisory", "mandatory", "remediate" or "disabled".`,
    );
});
