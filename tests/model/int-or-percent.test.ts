import { expect, test } from "vitest";
import { intOrPercent, roundedUp } from "../../model/int-or-percent";
import { Value } from "../../model/value";
import { UNKNOWN_VALUES } from "../support/wire";

test.each<[unknown, ReturnType<typeof intOrPercent>]>([
    [0, { amount: 0, isPercent: false }],
    [2, { amount: 2, isPercent: false }],
    [200, { amount: 200, isPercent: false }],
    ["0%", { amount: 0, isPercent: true }],
    ["50%", { amount: 50, isPercent: true }],
    ["100%", { amount: 100, isPercent: true }],
    [undefined, "unset"],
    [null, "unset"],
    [UNKNOWN_VALUES.string, "unknown"],
    [UNKNOWN_VALUES.number, "unknown"],
    ["101%", "invalid"],
    ["2", "invalid"],
    ["", "invalid"],
    ["%", "invalid"],
    ["-1%", "invalid"],
    ["+1%", "invalid"],
    ["1.5%", "invalid"],
    ["50%%", "invalid"],
    ["50% of them", "invalid"],
    ["at most 50%", "invalid"],
    [-1, "invalid"],
    [1.5, "invalid"],
    [true, "invalid"],
    [[1], "invalid"],
    [{}, "invalid"],
])("%j is read as %j", (raw, expected) => {
    expect(intOrPercent(new Value(raw))).toEqual(expected);
});

test.each<[string | number, number, number]>([
    [3, 10, 3],
    [3, 2, 3],
    ["50%", 4, 2],
    ["50%", 5, 3],
    ["1%", 1, 1],
    ["0%", 7, 0],
    ["100%", 7, 7],
])("%j of %j pods are %j", (raw, total, expected) => {
    const read = intOrPercent(new Value(raw));
    expect(typeof read === "object" ? roundedUp(read, total) : read).toBe(expected);
});
