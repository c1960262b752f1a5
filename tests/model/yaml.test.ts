import { describe, expect, test } from "vitest";
import { compose, parseYaml, readYaml, YamlProblem } from "../../model/yaml";

/** Like JSON, which hides that objects have no prototype. */
function parsed(text: string): unknown {
    return JSON.parse(JSON.stringify(parseYaml(text) ?? null));
}

describe("YAML as Kubernetes reads it", () => {
    test.each([
        [
            "booleans of YAML 1.1",
            "[yes, No, on, OFF, y, N, true, TrUe]",
            [true, false, true, false, true, false, true, "TrUe"],
        ],
        ["nothing", "[~, null, NULL, nUll, ]", [null, null, null, "nUll"]],
        ["numbers", "[1_000, 0x1F, 0o17, 017, 08, 0b11, 0b-11, -0x1, +1]", [1000, 31, 15, 15, 8, 3, -3, -1, 1]],
        ["fractions", "[1.5, .5, 5., 1e3, .1_0, 1_0.5, 1:30, 1e999]", [1.5, 0.5, 5, 1000, 0.1, 10.5, "1:30", "1e999"]],
        ["dates as text", "[2001-01-01, 2001-01-01 10:00:00]", ["2001-01-01", "2001-01-01 10:00:00"]],
        ["tags", "[!!str 5, !!int '5', !!float 5, !mine 5, !!binary aGk=, ! yes]", ["5", 5, 5, "5", "hi", "yes"]],
        [
            "keys that are no text",
            "{1: a, 1.50: b, yes: c, 1e6: d, 1e-5: e}",
            { "1": "a", "1.5": "b", true: "c", "1e+06": "d", "1e-05": "e" },
        ],
        ["the last of equal keys", "{a: 1, b: 2, a: 3}", { a: 3, b: 2 }],
        ["keys of prototypes", "{__proto__: 1, constructor: 2}", JSON.parse('{"__proto__": 1, "constructor": 2}')],
        ["a merge key where it stands", "a: 1\n<<: {a: 2, b: 2}\nb: 3", { a: 2, b: 3 }],
        ["merge keys several times", "<<: {a: 1}\n<<: {a: 2}", { a: 2 }],
        ["of merged objects the first", "<<: [{a: 1}, {a: 2, b: 2}]", { a: 1, b: 2 }],
        ["merge keys with a tag", "{! '<<': {a: 1}, b: {!!merge <<: {c: 1}}}", { a: 1, b: { c: 1 } }],
        ["no merge key in quotes", "'<<': {a: 1}", { "<<": { a: 1 } }],
        ["anchors", "a: &x [1]\nb: *x\nc: &x 2\nd: *x", { a: [1], b: [1], c: 2, d: 2 }],
        ["a flow list closed at the parent's column", "a:\n  b: [\n    1\n]\nc: 2", { a: { b: [1] }, c: 2 }],
        ["a comment that U+0085 ends", "a: 1 # c\u0085b: 2", { a: 1, b: 2 }],
        ["line breaks of all kinds", "a: 1\rb: 2\u2028c: 3\u2029d: 4\r\ne: 5", { a: 1, b: 2, c: 3, d: 4, e: 5 }],
        ["lines folded", 'a: one\n  two\n\n  three\nb: "x\n  y\\\n  z"', { a: "one two\nthree", b: "x yz" }],
        [
            "block scalars",
            "a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |2+\n   x\n\n",
            { a: "x\n y\n", b: "x y\nz", c: " x\n\n" },
        ],
        ["escapes", String.raw`"\x41\u00e9\U0001F600\N\_\L\P\0\e\t"`, "Aé😀\u0085\u00a0\u2028\u2029\0\u001b\t"],
        ["a byte order mark at the beginning", "\ufeffa: 1", { a: 1 }],
        ["one elsewhere as text", "a: 1\n\ufeffb: 2", { a: 1, "\ufeffb": 2 }],
        ["characters outside the basic plane", "- 😀: 1\n  b: 2", [{ "😀": 1, b: 2 }]],
        ["half a character as no character", "a: \ud83d", { a: "\ufffd" }],
        ["the first of several documents", "a: 1\n---\nb: [\n", { a: 1 }],
        ["what is behind a document marker", "--- {a: 1}\n...\n]", { a: 1 }],
        ["directives", "%YAML 1.1\n%TAG !x! tag:yaml.org,2002:\n---\n!x!int '5'", 5],
        ["no document", "# comment", null],
        ["a list in the place of its parent", "a:\n- 1\n-\n  - 2\nb: 3", { a: [1, [2]], b: 3 }],
        ["pairs in a flow list", "[a: 1, ? b : 2, ? c]", [{ a: 1 }, { b: 2 }, { c: null }]],
        ["keys by themselves", "{a, b: , ? c}", { a: null, b: null, c: null }],
    ])("%s", (_, text, value) => {
        expect(parsed(text)).toEqual(value);
    });

    test.each([
        "a: b: c",
        "a: 'b",
        'a: "\\q"',
        'a: "\\/"',
        'a: "\\ud83d\\ude00"',
        "a: [1",
        "a: 1\n b: 2",
        "\ta: 1",
        "a: *x",
        "a: &x [*x]",
        "{a: .nan}",
        "a: !!int x",
        "a: !!binary ?",
        "a: !x!y 1",
        "? [a]\n: 1",
        "~: 1",
        "18446744073709551615: 1",
        "<<: 1",
        "%YAML 1.2\n---\na",
        "a: \u0001",
        "a: @b",
        `${"x".repeat(1025)}: 1`,
    ])("refuses %j", text => {
        expect(readYaml(text)).toBeUndefined();
        expect(() => parseYaml(text)).toThrow(YamlProblem);
    });

    test("control characters count as far as go-yaml has read", () => {
        expect(parsed(`a: 1\n---\n#${"x".repeat(600)}\n\0`)).toEqual({ a: 1 });
        expect(readYaml("a: 1\n---\n#\n\0")).toBeUndefined();
    });

    test("few lines of aliases do not expand to millions of values", () => {
        const lines = Array.from(
            { length: 9 },
            (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}]`,
        );
        expect(readYaml(`a0: &a0 [x]\n${lines.join("\n")}`)).toBeUndefined();
    });

    test("nodes say where they are", () => {
        const { root } = compose("\ufeffa: !x &y\n  - 'b'\nc: *y");
        const [key, list, , alias] = root?.kind === "mapping" ? root.children : [];
        expect([key?.at, list?.at, alias?.at]).toEqual([1, 12, 21]);
        expect(alias?.kind === "alias" && alias.target).toBe(list);
    });

    test("problems say where they are, in the text as it was given", () => {
        const problem = (text: string) => {
            try {
                return parseYaml(text);
            } catch (error) {
                return error instanceof YamlProblem ? [error.reason, error.offset] : error;
            }
        };
        expect(problem("\ufeffa: @b")).toEqual(["found character that cannot start any token", 4]);
        expect(problem("a: 1\nb: *c")).toEqual(["unknown anchor 'c' referenced", 8]);
    });
});
