import { expect, test } from "vitest";
import { ANY_STEP, parsePropertyPath, stepsMeet } from "../../../model/pulumi/property-path";

// The examples of pulumi/pulumi sdk/go/common/resource/property_path.go.
test.each([
    ["root", ["root"]],
    ["root.nested", ["root", "nested"]],
    ['root["nested"]', ["root", "nested"]],
    ['root["double"].nest', ["root", "double", "nest"]],
    ["root.array[0]", ["root", "array", 0]],
    ["root.array[100].nested", ["root", "array", 100, "nested"]],
    ["root.array[0][1].nested", ["root", "array", 0, 1, "nested"]],
    ['root["key with \\"escaped\\" quotes"].nested', ["root", 'key with "escaped" quotes', "nested"]],
    ['["root key with a ."][100]', ["root key with a .", 100]],
    ["root.array[*].field", ["root", "array", ANY_STEP, "field"]],
    ["*", [ANY_STEP]],
    ["root.*", ["root", ANY_STEP]],
    ['metadata.annotations["a.b/c"]', ["metadata", "annotations", "a.b/c"]],
])("%s", (text, steps) => {
    expect(parsePropertyPath(text)).toEqual(steps);
});

test.each(["", "root[", "root[a]", "root[0", "root..nested", 'root["open', "root]", "root."])("%j is none", text => {
    expect(parsePropertyPath(text)).toBeUndefined();
});

test("any step meets every step, others only themselves", () => {
    expect([stepsMeet("a", "a"), stepsMeet(ANY_STEP, 0), stepsMeet("a", ANY_STEP)]).toEqual([true, true, true]);
    expect([stepsMeet("a", "b"), stepsMeet("0", 0)]).toEqual([false, false]);
});
