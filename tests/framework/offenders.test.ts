import { expect, test } from "vitest";
import { Offenders } from "../../framework/define";
import { Value } from "../../model/value";

function offenders(count: number, detail?: (index: number) => string): Offenders {
    const list = new Value(Array.from({ length: count }, () => ({})));
    return new Offenders(list.items().map((at, index) => ({ at, detail: detail?.(index) })));
}

test.each([
    ["one", offenders(1), "[0]"],
    [
        "several, in natural order",
        offenders(11, index => `is ${10 - index}`),
        "[0] is 10, [1] is 9, [2] is 8, [3] is 7, [4] is 6, [5] is 5, [6] is 4, [7] is 3, [8] is 2, [9] is 1, [10] is 0",
    ],
    ["as many as are listed", offenders(100), Array.from({ length: 100 }, (_, index) => `[${index}]`).join(", ")],
    [
        "more than anybody reads",
        offenders(10_000),
        `${Array.from({ length: 100 }, (_, index) => `[${index}]`).join(", ")} and 9900 more`,
    ],
    [
        "few, but long",
        offenders(5, () => "x".repeat(1500)),
        `[0] ${"x".repeat(1500)}, [1] ${"x".repeat(1500)} and 3 more`,
    ],
    ["a single one that is too long", offenders(1, () => "x".repeat(100_000)), `[0] ${"x".repeat(3995)}…`],
])("places in a message: %s", (_, found, text) => {
    expect(found.toString()).toBe(text);
});
