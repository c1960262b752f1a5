import { describe, expect, test } from "vitest";
import { type Answer, all, any, not, type State, UNKNOWN, Value } from "../../model/value";
import { UNKNOWN_VALUES } from "../support/wire";

const ANSWERS: readonly Answer[] = ["yes", "no", "unknown"];

const WEB = { name: "web", image: "nginx", ports: [{ containerPort: 80 }] };
const ROOT = new Value({
    spec: { containers: [WEB, null, { name: UNKNOWN }, UNKNOWN], replicas: 0, paused: false, empty: "", none: null },
    metadata: { labels: { "app.kubernetes.io/name": "web" }, annotations: UNKNOWN_VALUES.map },
});

describe("the state of a value", () => {
    test.each<[unknown, State]>([
        [undefined, "unset"],
        [null, "unset"],
        ["", "set"],
        [0, "set"],
        [false, "set"],
        [[], "set"],
        [{}, "set"],
        ...Object.values(UNKNOWN_VALUES).map((raw): [unknown, State] => [raw, "unknown"]),
        [`${UNKNOWN} `, "set"],
        [UNKNOWN.toUpperCase(), "set"],
        ["00000000-0000-0000-0000-000000000000", "set"],
        [[UNKNOWN], "set"],
    ])("%j is %s", (raw, state) => {
        const value = new Value(raw);
        expect(value.state).toBe(state);
        expect([value.isSet, value.isUnset, value.isUnknown]).toEqual([
            state === "set",
            state === "unset",
            state === "unknown",
        ]);
    });
});

describe("reading", () => {
    test.each([
        ["a text", "text", { string: "text" }],
        ["an empty text", "", { string: "" }],
        ["a number", 0, { number: 0 }],
        ["a boolean", false, { boolean: false }],
        ["a list", [1], {}],
        ["an object", { a: 1 }, {}],
        ["null", null, {}],
        ["unknown", UNKNOWN, {}],
    ])("%s as what it is, as nothing else", (_, raw, expected) => {
        const value = new Value(raw);
        const types = { string: value.string, number: value.number, boolean: value.boolean };
        expect(types).toEqual({ string: undefined, number: undefined, boolean: undefined, ...expected });
        expect([value.isList, value.isMap]).toEqual([Array.isArray(raw), raw !== null && raw?.constructor === Object]);
    });

    test.each<[unknown, string | number | boolean, Answer]>([
        [true, true, "yes"],
        [false, true, "no"],
        ["true", true, "no"],
        [1, 1, "yes"],
        [undefined, "x", "no"],
        [null, false, "no"],
        [UNKNOWN, "x", "unknown"],
        [UNKNOWN_VALUES.bool, true, "unknown"],
    ])("%j is %j: %s", (raw, wanted, answer) => {
        expect(new Value(raw).is(wanted)).toBe(answer);
    });

    test.each<[string, (string | number)[], State]>([
        ["below an object", ["spec", "containers", 0, "image"], "set"],
        ["below what is absent", ["status", "phase", "reason"], "unset"],
        ["below null", ["spec", "none", "x"], "unset"],
        ["below a text", ["spec", "empty", "length"], "unset"],
        ["below a number", ["spec", "replicas", "x"], "unset"],
        ["beyond a list", ["spec", "containers", 9], "unset"],
        ["a list's own properties", ["spec", "containers", "length"], "set"],
        ["inherited properties", ["spec", "constructor", "name"], "unset"],
        ["below an unknown value", ["metadata", "annotations", "a", "b"], "unknown"],
        ["below an unknown element", ["spec", "containers", 3, "image"], "unknown"],
    ])("%s", (_, steps, state) => {
        expect(ROOT.get(...steps).state).toBe(state);
    });

    test("elements, only of a list", () => {
        expect(
            ROOT.get("spec", "containers")
                .items()
                .map(item => item.state),
        ).toEqual(["set", "unset", "set", "unknown"]);
        for (const step of ["replicas", "none", "missing"]) expect(ROOT.get("spec", step).items()).toEqual([]);
        expect(new Value(UNKNOWN).items()).toEqual([]);
        expect(new Value({ 0: "a", length: 1 }).items()).toEqual([]);
    });

    test("entries sorted by key, only of an object", () => {
        const entries = new Value({ b: 1, a: null, B: UNKNOWN }).entries();
        expect(entries.map(([key, value]) => [key, value.state])).toEqual([
            ["B", "unknown"],
            ["a", "unset"],
            ["b", "set"],
        ]);
        for (const raw of [["a"], "ab", null, UNKNOWN]) expect(new Value(raw).entries()).toEqual([]);
    });
});

describe("the path", () => {
    test.each([
        ["", []],
        ["spec", ["spec"]],
        ["spec.replicas", ["spec", "replicas"]],
        ['spec.containers["web"].image', ["spec", "containers", 0, "image"]],
        ['spec.containers["web"].ports[0].containerPort', ["spec", "containers", 0, "ports", 0, "containerPort"]],
        ["spec.containers[1]", ["spec", "containers", 1]],
        ["spec.containers[2]", ["spec", "containers", 2]],
        ["spec.containers[3].image", ["spec", "containers", 3, "image"]],
        ['metadata.labels["app.kubernetes.io/name"]', ["metadata", "labels", "app.kubernetes.io/name"]],
        ['metadata.labels["a\\nb"]', ["metadata", "labels", "a\nb"]],
        ['metadata.labels[""]', ["metadata", "labels", ""]],
        ["metadata.labels.cost-center", ["metadata", "labels", "cost-center"]],
        [`metadata.labels["${"x y".repeat(40).slice(0, 119)}…"]`, ["metadata", "labels", "x y".repeat(50)]],
        [`metadata.labels.${"x".repeat(119)}…`, ["metadata", "labels", "x".repeat(200)]],
    ])("%s", (text, steps) => {
        const value = ROOT.get(...steps);
        expect(value.toString()).toBe(text);
        expect(value.path).toEqual(steps);
    });

    test("a long name of a list's element is cut", () => {
        const text = new Value([{ name: "x".repeat(200) }]).get(0, "image").toString();
        expect(text).toBe(`["${"x".repeat(119)}…"].image`);
    });
});

describe("three-valued logic", () => {
    test.each<[Answer[], Answer, Answer]>([
        [[], "yes", "no"],
        [["yes"], "yes", "yes"],
        [["no"], "no", "no"],
        [["unknown"], "unknown", "unknown"],
        [["yes", "unknown"], "unknown", "yes"],
        [["no", "unknown"], "no", "unknown"],
        [["unknown", "no"], "no", "unknown"],
        [["yes", "no"], "no", "yes"],
        [["unknown", "yes", "no"], "no", "yes"],
    ])("of %j: all %s, any %s", (answers, every, some) => {
        expect([all(answers), any(answers)]).toEqual([every, some]);
    });

    test("the opposite of an answer", () => {
        expect(ANSWERS.map(not)).toEqual(["no", "yes", "unknown"]);
    });
});
