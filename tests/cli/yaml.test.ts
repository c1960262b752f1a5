import { describe, expect, test } from "vitest";
import { DocumentSplitter, firstLine, Locator, parseYaml, type YamlDocument } from "../../cli/input/yaml";
import { SyntaxProblem } from "../../cli/notice";

function parseOne(text: string): unknown {
    return parseYaml(text).value;
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
    "-0": 0,
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
        ["a tab as indentation", "a:\n\tb: 1\n", "2:1: a tab cannot indent. Use spaces"],
        ["a value that needs quotes", "a: @b\n", '1:4: "@" cannot begin a value, quote it'],
        ["a value after a value", "a: b: c\n", "1:5: a key and its value cannot begin here"],
        ["an unknown alias", "a: *b\n", "1:4: unknown anchor 'b' referenced"],
        ["an open list", "a: [b\n", "2:1: did not find expected ',' or ']'"],
        ["a null character", "a: b\0\n", "1:5: control characters are not allowed"],
        ["a number that JSON does not have", "a: .inf\n", "1:1: JSON has no such number"],
        ["a directive", "%YAML 1.1\n", "2:1: kubectl takes no directives (%YAML, %TAG). Remove them"],
        ["a template", "a: 1\nb: {{ .Values.b }}\n", "2:5: an object cannot be a key"],
        ["an anchor in itself", "a: &a\n  b: *a\n", "2:6: an anchor contains itself"],
        ["too many levels", `a: ${"[".repeat(11_000)}`, "1:10004: exceeded max depth of 10000"],
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
        expect(problemOf(lines.join("\n"))).toMatch(/document contains excessive aliasing$/);
    });

    test("merge keys that repeat a large object", () => {
        const base = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(", ");
        const merged = Array.from({ length: 500 }, (_, index) => `m${index}: {<<: *base}`);
        expect(problemOf(`base: &base {${base}}\n${merged.join("\n")}\n`)).toMatch(
            /document contains excessive aliasing$/,
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
        ["two", "a: 1\n---\nb: 2\n", ["1: a: 1\n", "3: b: 2\n"]],
        ["no line break at the end", "a: 1\n---\nb: 2", ["1: a: 1\n", "3: b: 2\n"]],
        ["comments before the first key", "# one\n\n---\n# two\n\na: 1\n", ["1: # one\n\n", "6: # two\n\na: 1\n"]],
        [
            "a comment behind the marker",
            "--- # first\na: 1\n--- # second\nb: 2\n",
            ["2: --- # first\na: 1\n", "4: b: 2\n"],
        ],
        ["an object behind the marker", "--- {a: 1}\n", ["1: --- {a: 1}\n"]],
        ["only markers", "---\n---\n---\n", ["1: ---\n", "3: ---\n"]],
        ["a marker behind a byte order mark", "a: 1\n\ufeff---\nb: 2\n", ["1: a: 1\n\ufeff---\nb: 2\n"]],
        ["dashes in a block text", "a: |\n  ---\n  b\nc: 1\n", ["1: a: |\n  ---\n  b\nc: 1\n"]],
        ["dashes that go on", "a: 1\n---b: 1\n", ["2: ---b: 1\n", "1: a: 1\n"]],
        ["Windows line breaks", "# x\r\n---\r\n# y\r\na: 1\r\n", ["1: # x\r\n", "4: # y\r\na: 1\r\n"]],
        ["directives", "%YAML 1.2\n# x\n---\na: 1\n", ["1: %YAML 1.2\n# x\n", "4: a: 1\n"]],
        ["an end marker", "a: 1\n...\n# x\nb: 2\n", ["1: a: 1\n...\n# x\nb: 2\n"]],
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
                .map(document => parseOne(document.text))
                .filter(Boolean),
        ).toEqual([]);
    });

    test("a hundred thousand in one file", () => {
        const documents = documentsIn("a: 1\n---\n".repeat(100_000));
        expect(documents).toHaveLength(100_000);
        expect(documents.at(-1)?.line).toBe(199_999);
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
        [["quoted key"], "7:1"],
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

describe("what is read otherwise than its author may think", () => {
    const warningsOf = (text: string) =>
        parseYaml(text).warnings.map(warning => `${warning.line}:${warning.column}: ${warning.text.split(":")[0]}`);

    test.each<[string, string, string[]]>([
        ["a key twice", "a: 1\nb: 2\na: 3\n", ['3:1: duplicate key "a"']],
        ["a quoted key twice", '"a": 1\n"a": 2\n', ['2:1: duplicate key "a"']],
        ["a key that replaces a merged one", "x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n", []],
        ["a key twice in what is merged", "x: &x {a: 1, a: 2}\ny: {<<: *x}\n", ['1:14: duplicate key "a"']],
        ["something behind the end", "a: 1\n...\nb: 2\n", ["3:1: the document ends here"]],
        ["an end marker", "a: 1\n...\n# x\n", []],
        ["a marker that old Mac line breaks hide", "a: 1\r---\rb: 2\r", ["1:6: the document ends here"]],
        ["a list in front of something", "[a] b\n", ["1:5: the document ends here"]],
    ])("%s", (_, text, warnings) => {
        expect(warningsOf(text)).toEqual(warnings);
    });

    test("a key a hundred thousand times takes a few warnings and no time", () => {
        const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join("");
        const warnings = warningsOf(keys + "k49999: 2\n".repeat(50_000));
        expect(warnings).toHaveLength(21);
        expect(warnings.at(-1)).toMatch(/49980 more duplicate keys$/);
    });
});
