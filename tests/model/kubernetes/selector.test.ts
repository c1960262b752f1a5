import { describe, expect, test } from "vitest";
import { mapSelects, requirements, selects } from "../../../model/kubernetes/selector";
import { type Answer, UNKNOWN, Value } from "../../../model/value";

const LABELS = { app: "cart", tier: "web", later: UNKNOWN, nothing: null, empty: "" };

function answer(selector: unknown, labels: unknown = LABELS, open = false): Answer {
    return selects(new Value(selector), { labels: new Value(labels), open });
}

function expression(key: unknown, operator: unknown, values?: unknown) {
    return { matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }] };
}

describe("a selector", () => {
    test.each<[unknown, Answer]>([
        [{}, "yes"],
        [null, "yes"],
        [undefined, "yes"],
        [UNKNOWN, "unknown"],
        [{ matchLabels: { app: "cart" } }, "yes"],
        [{ matchLabels: { app: "cart", tier: "web" } }, "yes"],
        [{ matchLabels: { app: "cart", tier: "db" } }, "no"],
        [{ matchLabels: { other: "x" } }, "no"],
        [{ matchLabels: { app: UNKNOWN } }, "unknown"],
        [{ matchLabels: { other: UNKNOWN } }, "no"],
        [{ matchLabels: { later: "x" } }, "unknown"],
        [{ matchLabels: { later: "x", tier: "db" } }, "no"],
        [{ matchLabels: { nothing: "" } }, "yes"],
        [{ matchLabels: { nothing: null } }, "yes"],
        [{ matchLabels: { empty: "" } }, "yes"],
        [{ matchLabels: { empty: "x" } }, "no"],
        [{ matchLabels: UNKNOWN }, "unknown"],
        [{ matchLabels: UNKNOWN, matchExpressions: [{ key: "other", operator: "Exists" }] }, "no"],
        [{ matchLabels: { app: "cart" }, matchExpressions: UNKNOWN }, "unknown"],
        [{ matchLabels: { app: "basket" }, matchExpressions: UNKNOWN }, "no"],
        [{ matchLabels: { "pod-template-hash": "x" } }, "unknown"],
        [{ matchLabels: { "statefulset.kubernetes.io/pod-name": "x-0" } }, "unknown"],
    ])("%j: %s", (selector, expected) => {
        expect(answer(selector)).toBe(expected);
    });

    test.each<[unknown, unknown, unknown, Answer]>([
        ["app", "In", ["basket", "cart"], "yes"],
        ["app", "In", ["basket"], "no"],
        ["app", "In", [], "no"],
        ["app", "In", undefined, "no"],
        ["app", "In", [UNKNOWN], "unknown"],
        ["app", "In", [UNKNOWN, "cart"], "yes"],
        ["app", "In", UNKNOWN, "unknown"],
        ["other", "In", ["x"], "no"],
        ["other", "In", UNKNOWN, "no"],
        ["later", "In", ["x"], "unknown"],
        ["nothing", "In", [""], "yes"],
        ["app", "NotIn", ["cart"], "no"],
        ["app", "NotIn", ["basket"], "yes"],
        ["app", "NotIn", [UNKNOWN], "unknown"],
        ["app", "NotIn", [UNKNOWN, "cart"], "no"],
        ["other", "NotIn", ["x"], "yes"],
        ["later", "NotIn", ["x"], "unknown"],
        ["app", "Exists", undefined, "yes"],
        ["other", "Exists", undefined, "no"],
        ["later", "Exists", undefined, "yes"],
        ["nothing", "Exists", undefined, "yes"],
        ["app", "DoesNotExist", undefined, "no"],
        ["other", "DoesNotExist", undefined, "yes"],
        ["later", "DoesNotExist", undefined, "no"],
        ["job-name", "Exists", undefined, "unknown"],
        ["job-name", "DoesNotExist", undefined, "unknown"],
        [UNKNOWN, "In", ["x"], "unknown"],
        ["app", UNKNOWN, ["x"], "unknown"],
        ["app", "Equals", ["cart"], "no"],
        ["app", undefined, ["cart"], "no"],
        [undefined, "Exists", undefined, "no"],
        [undefined, "DoesNotExist", undefined, "no"],
        [undefined, "NotIn", ["x"], "no"],
        [7, "Exists", undefined, "no"],
        [7, "DoesNotExist", undefined, "no"],
    ])("%j %j %j: %s", (key, operator, values, expected) => {
        expect(answer(expression(key, operator, values))).toBe(expected);
    });

    test("an expression that is not known yet", () => {
        expect(answer({ matchExpressions: [UNKNOWN] })).toBe("unknown");
        expect(answer({ matchExpressions: [UNKNOWN, { key: "other", operator: "Exists" }] })).toBe("no");
    });

    test.each<[unknown, Answer]>([
        [undefined, "no"],
        [null, "no"],
        [{}, "no"],
        ["app=cart", "no"],
        [UNKNOWN, "unknown"],
    ])("of labels %j: %s", (labels, expected) => {
        // The default stands for an argument left out, not for the value undefined.
        const selector = new Value({ matchLabels: { app: "cart" } });
        expect(selects(selector, { labels: new Value(labels) })).toBe(expected);
    });

    test("of labels of which there may be more", () => {
        expect(answer({ matchLabels: { other: "x" } }, LABELS, true)).toBe("unknown");
        expect(answer({ matchLabels: { app: "basket" } }, LABELS, true)).toBe("no");
        expect(answer(expression("other", "DoesNotExist"), LABELS, true)).toBe("unknown");
    });
});

test.each<[unknown, Answer]>([
    [{ app: "cart" }, "yes"],
    [{ app: "cart", tier: "db" }, "no"],
    [{ app: "cart", later: "x" }, "unknown"],
    [{ app: UNKNOWN }, "unknown"],
    [{}, "yes"],
    [UNKNOWN, "unknown"],
])("a plain map %j: %s", (selector, expected) => {
    expect(mapSelects(new Value(selector), { labels: new Value(LABELS) })).toBe(expected);
});

test("each requirement says where it stands and what it is about", () => {
    const selector = new Value({
        spec: {
            selector: {
                matchLabels: { tier: "db", app: "cart" },
                matchExpressions: [{ key: "other", operator: "Exists" }, { operator: "In" }],
            },
        },
    }).get("spec", "selector");
    const found = requirements(selector, { labels: new Value(LABELS) });
    expect(found.map(({ at, key, answer: given }) => [at.toString(), key, given])).toEqual([
        ["spec.selector.matchLabels.app", "app", "yes"],
        ["spec.selector.matchLabels.tier", "tier", "no"],
        ["spec.selector.matchExpressions[0]", "other", "no"],
        ["spec.selector.matchExpressions[1]", "", "no"],
    ]);
});
