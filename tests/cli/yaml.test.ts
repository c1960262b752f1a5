import { describe, expect, test } from "vitest";
import {
    DocumentSplitter,
    firstLine,
    Locator,
    parseTogether,
    parseYaml,
    type YamlDocument,
} from "../../cli/input/yaml";
import { SyntaxProblem } from "../../cli/problem";

function parseOne(text: string): unknown {
    const [value, ...others] = parseYaml(text);
    expect(others).toEqual([]);
    return value;
}

function problemOf(text: string): string {
    try {
        parseYaml(text);
    } catch (error) {
        if (error instanceof SyntaxProblem) return `${error.line}:${error.column}: ${error.reason}`;
        throw error;
    }
    return "no problem";
}

/** Text of YAML and the value that kubectl sends for it. */
const SCALARS: Readonly<Record<string, unknown>> = {
    yes: true,
    Yes: true,
    y: true,
    on: true,
    ON: true,
    no: false,
    n: false,
    off: false,
    true: true,
    TRUE: true,
    yEs: "yEs",
    '"yes"': "yes",
    "'no'": "no",
    "!!str yes": "yes",
    "~": null,
    null: null,
    "": null,
    nil: "nil",
    "0": 0,
    "-0": -0,
    "12": 12,
    "+12": 12,
    "-12": -12,
    "1_000": 1000,
    "0644": 0o644,
    "-0644": -0o644,
    "0o644": 0o644,
    "0O7": 7,
    "0x1F": 31,
    "-0x1f": -31,
    "0b101": 5,
    "08": 8,
    "0o8": "0o8",
    "22:22": "22:22",
    "12:30:45": "12:30:45",
    "1.5": 1.5,
    ".5": 0.5,
    "5.": 5,
    "1e3": 1000,
    "1E-2": 0.01,
    "-.5": -0.5,
    "._5": "._5",
    "1.2.3": "1.2.3",
    "500m": "500m",
    ".inf": Number.POSITIVE_INFINITY,
    "-.INF": Number.NEGATIVE_INFINITY,
    ".nan": Number.NaN,
    _1: "_1",
    "2001-12-14": "2001-12-14",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14t21:59:43.10-05:00",
    "!!timestamp 2001-12-14": "2001-12-14",
    "!!int '7'": 7,
    "!!float 3": 3,
    "!!binary aGVsbG8=": "hello",
    "!Ref name": "name",
    "!custom [a, b]": ["a", "b"],
    "!custom {a: b}": { a: "b" },
    "!!set {a, b}": { a: null, b: null },
    "<<": "<<",
};

describe("values as Kubernetes reads them", () => {
    test.each(Object.entries(SCALARS))("%s", (text, value) => {
        expect(parseOne(`value: ${text}\n`)).toEqual({ value });
    });

    test("keys are texts, whatever they look like", () => {
        expect(parseOne("1: a\nyes: b\n1.5: c\n")).toEqual({ "1": "a", true: "b", "1.5": "c" });
    });

    test("a key of an object's prototype is a key like any other", () => {
        const value = parseOne("__proto__: {kind: Pod}\n") as object;
        expect(Object.keys(value)).toEqual(["__proto__"]);
        expect("kind" in value).toBe(false);
    });

    test("anchors, aliases and merge keys", () => {
        const text = "base: &base {a: 1, b: 2}\nmerged:\n  <<: *base\n  b: 3\nlist: [*base]\n";
        expect(parseOne(text)).toEqual({ base: { a: 1, b: 2 }, merged: { a: 1, b: 3 }, list: [{ a: 1, b: 2 }] });
    });

    test("many merge keys", () => {
        const objects = Array.from({ length: 6000 }, (_, index) => `k${index}: {<<: *base}\n`).join("");
        expect(Object.keys(parseOne(`base: &base {a: 1, b: 2}\n${objects}`) as object)).toHaveLength(6001);
    });

    test("Windows line breaks", () => {
        expect(parseOne("a:\r\n  b: |\r\n    one\r\n    two\r\n")).toEqual({ a: { b: "one\ntwo\n" } });
    });

    test("three hundred levels", () => {
        expect(JSON.stringify(parseOne(`a: ${"[".repeat(300)}${"]".repeat(300)}`))).toHaveLength(606);
    });
});

describe("mistakes", () => {
    test.each([
        ["a key twice", "a: 1\nb: 2\na: 3\n", '3:1: the key "a" is there twice in one object'],
        ["a quoted key twice", '"a": 1\n"a": 2\n', '2:2: the key "a" is there twice in one object'],
        ["a tab as indentation", "a:\n\tb: 1\n", "2:1: tab characters must not be used in indentation"],
        ["a value after a value", "a: b: c\n", "1:5: bad indentation of a mapping entry"],
        ["an unknown alias", "a: *b\n", '1:5: unidentified alias "b"'],
        ["an open list", "a: [b\n", "2:1: deficient indentation"],
        ["a null character", "a: b\0\n", "1:5: null byte is not allowed in input"],
        ["a template", "a: 1\nb: {{ .Values.b }}\n", "2:4: an object cannot be a key"],
        ["an anchor in itself", "a: &a\n  b: *a\n", "2:6: an anchor contains itself"],
        ["too many levels", `a: ${"[".repeat(600)}${"]".repeat(600)}`, "1:503: nesting exceeded maxDepth (500)"],
    ])("%s", (_, text, problem) => {
        expect(problemOf(text)).toBe(problem);
    });

    test("aliases that expand to billions of values", () => {
        const lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"];
        for (let level = 1; level <= 9; level++) {
            lines.push(
                `a${level}: &a${level} [${Array(10)
                    .fill(`*a${level - 1}`)
                    .join(", ")}]`,
            );
        }
        expect(problemOf(lines.join("\n"))).toBe("2:10: aliases expand to more than 400000 values");
    });

    test("merge keys that repeat a large object", () => {
        const base = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(", ");
        const merged = Array.from({ length: 500 }, (_, index) => `m${index}: {<<: *base}`);
        expect(problemOf(`base: &base {${base}}\n${merged.join("\n")}\n`)).toMatch(
            /^\d+:\d+: merge keys expand to more than 400000 values$/,
        );
    });
});

function documentsIn(...pieces: readonly string[]): YamlDocument[] {
    const splitter = new DocumentSplitter();
    return [...pieces.flatMap(piece => splitter.read(piece)), ...splitter.end()];
}

/** The documents of a text as `line of the first key: text`. */
function split(...pieces: readonly string[]): string[] {
    return documentsIn(...pieces).map(document => `${firstLine(document)}: ${document.text}`);
}

describe("documents", () => {
    test.each<[string, string, string[]]>([
        ["one without a marker", "a: 1\n", ["1: a: 1\n"]],
        ["two", "a: 1\n---\nb: 2\n", ["1: a: 1\n", "3: ---\nb: 2\n"]],
        ["no line break at the end", "a: 1\n---\nb: 2", ["1: a: 1\n", "3: ---\nb: 2"]],
        ["comments before the first key", "# one\n\n---\n# two\n\na: 1\n", ["1: # one\n\n", "6: ---\n# two\n\na: 1\n"]],
        [
            "a comment behind the marker",
            "--- # first\na: 1\n--- # second\nb: 2\n",
            ["2: --- # first\na: 1\n", "4: --- # second\nb: 2\n"],
        ],
        ["an object behind the marker", "--- {a: 1}\n", ["1: --- {a: 1}\n"]],
        ["dashes in a block text", "a: |\n  ---\n  b\nc: 1\n", ["1: a: |\n  ---\n  b\nc: 1\n"]],
        ["dashes that go on", "a: 1\n---b: 1\n", ["1: a: 1\n---b: 1\n"]],
        ["Windows line breaks", "# x\r\n---\r\n# y\r\na: 1\r\n", ["1: # x\r\n", "4: ---\r\n# y\r\na: 1\r\n"]],
        ["directives", "%YAML 1.2\n# x\n---\na: 1\n", ["4: %YAML 1.2\n# x\n---\na: 1\n"]],
        ["an end marker", "a: 1\n...\n# x\nb: 2\n", ["1: a: 1\n...\n", "4: # x\nb: 2\n"]],
        ["nothing", "", []],
    ])("%s", (_, text, documents) => {
        expect(split(text)).toEqual(documents);
        const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        expect(split(...lines)).toEqual(documents);
        for (const at of lines.keys()) {
            expect(split(lines.slice(0, at).join(""), lines.slice(at).join(""))).toEqual(documents);
        }
    });

    test("a document that comes in many pieces is not gone through once for each of them", () => {
        const splitter = new DocumentSplitter();
        const line = `- ${"a".repeat(1000)}\n`;
        const pieces = Array.from({ length: 20_000 }, () => splitter.read(line));
        expect(pieces.flat()).toEqual([]);
        expect(splitter.end().map(({ text }) => text.length)).toEqual([20_000 * line.length]);
    });

    test.each([
        ["only comments", "# one\n# two\n"],
        ["only a marker", "---\n"],
        ["only blank lines", "\n\n"],
    ])("%s: no value", (_, text) => {
        expect(
            documentsIn(text)
                .flatMap(document => parseYaml(document.text))
                .filter(Boolean),
        ).toEqual([]);
    });

    test("all that are split off can be parsed", () => {
        const text = "%YAML 1.2\n---\na: |\n  ---\n--- # x\nb: 2\n...\n---\nc: 3\n";
        expect(documentsIn(text).flatMap(document => parseYaml(document.text))).toEqual([
            { a: "---\n" },
            { b: 2 },
            { c: 3 },
        ]);
    });

    test("a marker that old Mac line breaks hide", () => {
        expect(documentsIn("a: 1\r---\rb: 2\r").flatMap(document => parseYaml(document.text))).toEqual([
            { a: 1 },
            { b: 2 },
        ]);
    });

    test("a hundred thousand in one file", () => {
        const documents = documentsIn("a: 1\n---\n".repeat(100_000));
        expect(documents).toHaveLength(100_001);
        expect(documents.at(-1)?.line).toBe(200_000);
    });
});

describe("places of values: the key's, or in a list the item's own", () => {
    const text = "kind: List\nitems:\n  - a: &x 1\n    b: {c: [2, *x]}\n  -\n    d:\n'quoted key': 3\n";
    test.each<[(string | number)[], string]>([
        [["kind"], "1:1"],
        [["items"], "2:1"],
        [["items", 0], "3:5"],
        [["items", 0, "a"], "3:5"],
        [["items", 0, "b"], "4:5"],
        [["items", 0, "b", "c"], "4:9"],
        [["items", 0, "b", "c", 0], "4:13"],
        [["items", 0, "b", "c", 1], "4:16"],
        [["items", 1], "6:5"],
        [["items", 1, "d"], "6:5"],
        [["quoted key"], "7:2"],
        [["items", 0, "missing", "too"], "3:5"],
        [["kind", "below a text"], "1:1"],
        [["missing"], "nowhere"],
        [[], "nowhere"],
    ])("%j", (path, place) => {
        const position = new Locator(text).positionOf(path);
        expect(position ? `${position.line}:${position.column}` : "nowhere").toBe(place);
    });

    test("in what is not YAML", () => {
        expect(new Locator("a: b: c").positionOf(["a"])).toBeUndefined();
    });
});

describe("documents parsed together", () => {
    test.each<[string, string]>([
        ["objects", "a: 1\n---\nb: {c: [1, 0o7, yes]}\n---\n- d\n"],
        ["Windows line breaks", "a: 1\r\n---\r\nb: |\r\n  c\r\n"],
        ["directives and end markers", "%YAML 1.2\n---\na: 1\n...\n---\nb: 2\n"],
        ["an explicit document without a value", "a: 1\n---\n---\nb: 2\n"],
        ["one", "a: 1\n"],
    ])("are what they are one by one: %s", (_, text) => {
        const texts = documentsIn(text).map(document => document.text);
        expect(parseTogether(texts)).toEqual(texts.flatMap(one => parseYaml(one)));
    });

    test.each<[string, string]>([
        ["a mistake", "a: 1\n---\nb: [\n---\nc: 3\n"],
        ["an alias", "a: &a 1\n---\nb: &b 2\nc: *b\n"],
        ["nothing but comments", "# a\n---\nb: 2\n"],
        ["a marker that old Mac line breaks hide", "a: 1\r---\rb: 2\r\n---\nc: 3\n"],
    ])("are left to be parsed one by one: %s", (_, text) => {
        expect(parseTogether(documentsIn(text).map(document => document.text))).toBeUndefined();
    });
});
