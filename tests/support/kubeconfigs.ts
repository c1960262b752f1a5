/** What is to be written: a scalar as it stands or to be quoted, a list, an object with its keys in order. */
type Tree =
    | { readonly kind: "raw"; readonly text: string }
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "list"; readonly items: readonly Tree[] }
    | { readonly kind: "map"; readonly pairs: readonly Pair[] };

type Pair = readonly [key: Tree, value: Tree];

/** Draws one of some values. */
interface Draw {
    <T>(values: readonly T[]): T;
    /** How many times as seldom what is seldom is in this text: one strange thing is enough to have it refused. */
    calm: number;
}

const NAMES = ["prod", "dev", "", "a b", "ü", "😀", "yes", "1", "0x1F", "~", "x: y", "#x", "a#b", "2001-01-01"];

const SERVERS = ["https://192.0.2.1", "https://prod.example.com:6443/", "HTTPS://DEV.example.com", ""];

/** Texts in which quoting, folding or typing is worth a look. */
const TEXTS = [
    ...NAMES,
    "'",
    '"',
    "\\",
    "a\nb",
    "a\n\nb\n",
    " a ",
    "a\tb",
    "\ta",
    "a: b",
    "- a",
    "? a",
    "[a]",
    "{a}",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "---",
    "...",
    "--- a",
    "<<",
    "=",
    "a,b",
    "a]",
    "\u0085",
    "a\u2028b",
    "\u00a0",
    "\ufeff",
    "Kelvin \u212a",
];

/** Scalars without quotes, of which some are no strings. */
const RAW = [
    ..."~ null Null NULL y Y yes Yes YES n N no true True on ON off Off false FALSE TrUe nUll".split(" "),
    ..."0 -0 +1 007 08 0o7 0O7 0x1f 0X1F 0b11 0b-11 0b+11 -0b11 0b 0x 1_000 1__0 _1 1_ 1:30 12e3 1e999 -1e999".split(
        " ",
    ),
    ..."9223372036854775807 9223372036854775808 18446744073709551616 -9223372036854775809 +9223372036854775808".split(
        " ",
    ),
    ..."1.5 .5 -.5 +.5 5. 1e3 1.e3 ._5 .1_0 .1e1_0 .5_e3 . + - .inf -.inf +.INF .nan .NaN .infinity 1.5e-7 -0.0 1234567.0".split(
        " ",
    ),
    ..."2001-01-01 2001-1-1 2001-02-29 2000-02-29 2001-01-01T00:00:00Z 2001-13-01 20010-01-01".split(" "),
    ..."!!str !!int !!null !!map !foo ! !<x> *none &x &x* a&b <<".split(" "),
    ..."a:b a: :a ::a ?a -a -- a#b a'b a\"b".split(" "),
    "2001-01-01 00:00:00",
    "2001-01-01 24:00:00",
    "a b",
    "a  #b",
    "",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "{a}",
    "[a: b]",
    "[? a : b, ? c]",
    "[a, ]",
    "[,]",
    "{a, b: }",
    "{? }",
    "{a: b,}",
    '{"a":b}',
    "{a:b}",
    "[a]]",
    "'a'",
    "'a''b'",
    '"a"',
    String.raw`"\/"`,
    String.raw`"\x41\u00e9\U0001F600"`,
    String.raw`"\ud83d\ude00"`,
    String.raw`"\q"`,
    String.raw`"a\nb\t\0\e\N\_\L\P"`,
    '"a\\\n  b"',
    '"a\n  b"',
    '"a\n---\nb"',
    "'a\n\n  b'",
    "a\n  b",
    "a\nb",
    "|\n  a\n   b\n",
    "|-\n  a\n",
    "|+\n  a\n\n",
    ">\n  a\n  b\n\n  c\n   d\n  e\n",
    "|2\n   a\n",
    "|0\n a\n",
    "|9\n a\n",
    ">-2\n   a\n",
    "|\n\ta\n",
    "| # c\n  a\n",
    "| c\n  a\n",
    "!!binary aGk=",
    "!!binary aGk",
    "!!binary |\n  aG\n  k=\n",
    "!!int '5'",
    "!!int 0b2",
    "!!float 5",
    "!!float '18446744073709551615'",
    "!!bool 'on'",
    "!!bool x",
    "!!null ''",
    "!!timestamp 2001-01-01",
    "!!timestamp x",
    "!!str [a]",
    "!!seq {a: b}",
    "!<tag:yaml.org,2002:int> 5",
    "!!s%74r 5",
    "!!s%ff 5",
    "!x!y 5",
    "!,a b",
    "!!str, b",
];

const COMMENTS = ["# comment", "#", "# a: b", "#\u0085", "  # indented", "\t# tab", "#\ttab"];

const BREAKS = ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"];

/** What is inserted anywhere to break a text or bend it. */
const INSERTS = [
    ..."-?:,[]{}#&*!|>'\"%@`~<=./\\".split(""),
    ...["\n", "\r", "\t", " ", "  ", "\u0085", "\u2028", "\ufeff", "\u00a0", "\0", "\x7f", "\u009f", "\ud800", "😀"],
    ...[
        "<<",
        "<<: ",
        "&a ",
        "*a",
        "!!str ",
        "! ",
        "---\n",
        "\n---\n",
        "\n...\n",
        "%YAML 1.1\n",
        ": ",
        "- ",
        "? ",
        "a",
        "0",
    ],
];

const MERGE: Tree = { kind: "raw", text: "<<" };

/**
 * Kubeconfigs as people and attackers write them, and texts that are nearly some.
 *
 * @param seed what chance begins with
 */
export function* kubeconfigs(seed: number): Generator<string> {
    const next = random(seed);
    const draw: Draw = Object.assign(<T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T, {
        calm: 1,
    });
    while (true) {
        draw.calm = draw([1, 4, 20, 50]);
        yield bend(draw, frame(draw, new Writer(draw).write(config(draw))));
    }
}

/** Numbers from 0 to 1: mulberry32. */
function random(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Seldom true: once in some times. */
function chance(draw: Draw, of: number): boolean {
    return draw(odds(of * draw.calm));
}

const ODDS = new Map<number, readonly boolean[]>();

function odds(of: number): readonly boolean[] {
    const known = ODDS.get(of) ?? Array.from({ length: of }, (_, index) => index === 0);
    ODDS.set(of, known);
    return known;
}

function text(value: string): Tree {
    return { kind: "text", text: value };
}

function raw(value: string): Tree {
    return { kind: "raw", text: value };
}

function map(draw: Draw, pairs: Record<string, Tree>): Tree {
    const entries: Pair[] = Object.entries(pairs).map(([key, value]) => [text(key), value]);
    if (chance(draw, 6)) entries.reverse();
    // The same key once more, with the same value or another, before or behind.
    if (chance(draw, 15) && entries.length > 0) {
        const [key] = draw(entries);
        const again: Pair = [key, draw([chance(draw, 4) ? anything(draw, 1) : text(draw(NAMES)), draw(entries)[1]])];
        if (draw([false, true])) entries.push(again);
        else entries.unshift(again);
    }
    if (chance(draw, 50)) entries.splice(draw([0, entries.length]), 0, [strangeKey(draw), anything(draw, 2)]);
    if (chance(draw, 30)) entries.splice(draw([0, entries.length]), 0, [MERGE, merged(draw)]);
    return { kind: "map", pairs: entries };
}

function merged(draw: Draw): Tree {
    const one = (): Tree => ({
        kind: "map",
        pairs: [[text(draw(["name", "server", "cluster", "user", "current-context"])), text(draw(NAMES))]],
    });
    return draw([one(), one(), { kind: "list", items: [one(), one()] }, chance(draw, 5) ? anything(draw, 1) : one()]);
}

function strangeKey(draw: Draw): Tree {
    return draw([
        ...["Name", "SERVER", "server ", "Kind", "kind", "apiVersion", "APIVERSION", "\u212aind", "__proto__"].map(
            text,
        ),
        ...["constructor", "toString", "extensions", "token", "certificate-authority-data"].map(text),
        ...["5", "1.5", "true", "~", ".inf", ".nan", "18446744073709551615", "[a]", "{a: b}", "! '<<'"].map(raw),
        ...["'<<'", "!!merge <<", "!!str <<", "*a"].map(raw),
    ]);
}

function anything(draw: Draw, depth: number): Tree {
    const kind = draw(depth > 0 ? ["raw", "text", "list", "map"] : ["raw", "text"]);
    if (kind === "raw") return raw(draw(RAW));
    if (kind === "text") return text(draw(TEXTS));
    const count = draw([0, 1, 2]);
    if (kind === "list") return { kind, items: Array.from({ length: count }, () => anything(draw, depth - 1)) };
    return {
        kind: "map",
        pairs: Array.from({ length: count }, () => [text(draw(TEXTS)), anything(draw, depth - 1)]),
    };
}

/** A value as it should be, seldom another. */
function likely(draw: Draw, value: Tree): Tree {
    return chance(draw, 150) ? anything(draw, 2) : value;
}

function named(draw: Draw, what: string, value: () => Tree): Tree {
    const usual = NAMES.slice(0, 2);
    const names: readonly string[] = draw([
        ...Array(12).fill(usual),
        usual.slice(1),
        [],
        NAMES.slice(0, 3),
        [draw(NAMES), draw(NAMES)],
    ]);
    const items = names.map(name => map(draw, { name: likely(draw, text(name)), [what]: likely(draw, value()) }));
    if (chance(draw, 30)) items.push(raw(draw(["", "~", "{}", "a"])));
    return { kind: "list", items };
}

function config(draw: Draw): Tree {
    if (chance(draw, 60)) return anything(draw, 3);
    const name = () => text(draw(chance(draw, 12) ? NAMES : NAMES.slice(0, 2)));
    const pairs: Record<string, Tree> = {
        apiVersion: text(draw([...Array(50).fill("v1"), "", "/", "/v1", "v1/", "v2", "a/v1", "V1", "client/v1/x"])),
        kind: text(draw([...Array(50).fill("Config"), "", "config", "Pod"])),
        "current-context": likely(draw, name()),
        contexts: named(draw, "context", () =>
            map(draw, { cluster: likely(draw, name()), user: likely(draw, name()) }),
        ),
        clusters: named(draw, "cluster", () =>
            map(draw, { server: likely(draw, text(draw(SERVERS))), ...clusterExtras(draw) }),
        ),
        users: named(draw, "user", () => user(draw)),
    };
    for (const key of Object.keys(pairs)) if (chance(draw, 30)) delete pairs[key];
    if (chance(draw, 10)) pairs.preferences = draw([map(draw, { colors: raw("yes") }), raw("{}"), anything(draw, 1)]);
    if (chance(draw, 10)) pairs.extensions = extensions(draw);
    return likely(draw, map(draw, pairs));
}

function clusterExtras(draw: Draw): Record<string, Tree> {
    if (!chance(draw, 2)) return {};
    return draw<Record<string, Tree>>([
        {},
        { "certificate-authority-data": raw("QUFB") },
        {
            "certificate-authority-data": raw(
                draw(["QUF", "QUE=", "QU E=", "REDACTED", "[1, 255, ~]", "[256]", "[-0.0]", "5"]),
            ),
        },
        { "insecure-skip-tls-verify": raw(draw(["true", "on", "'true'", "1"])) },
        { "proxy-url": anything(draw, 0) },
        { extensions: extensions(draw) },
    ]);
}

function extensions(draw: Draw): Tree {
    return named(draw, "extension", () => anything(draw, 2));
}

function user(draw: Draw): Tree {
    const args = draw([["--cluster-name", "prod"], ["token", "-i", "dev"], ["--cluster=prod", draw(TEXTS)], []]);
    const exec = map(draw, {
        command: text("aws"),
        args: likely(draw, { kind: "list", items: args.map(arg => likely(draw, text(arg))) }),
    });
    const usual = { exec: likely(draw, exec) };
    if (!chance(draw, 2)) return map(draw, usual);
    return map(
        draw,
        draw<Record<string, Tree>>([
            usual,
            { token: likely(draw, text("secret")) },
            { username: text("a"), password: likely(draw, text("b")) },
            { "client-key-data": raw(draw(["QUE=", "''", "QU"])) },
            { "auth-provider": map(draw, { name: text("gcp"), config: anything(draw, 1) }) },
            { "as-groups": anything(draw, 1), "as-user-extra": anything(draw, 2) },
            {},
        ]),
    );
}

/** Writes a tree in one of the many ways that YAML has. */
class Writer {
    private anchors: string[] = [];

    constructor(private readonly draw: Draw) {}

    write(tree: Tree): string {
        const style = this.draw(["block", "block", "flow", "json"]);
        if (style === "json") return this.json(tree, this.draw(["", "\n", " "]));
        return style === "flow" ? this.flow(tree) : this.block(tree, 0).replace(/^\n/, "");
    }

    private properties(): string {
        const { draw } = this;
        const parts: string[] = [];
        if (chance(draw, 60)) {
            const name = draw(["a", "b", "1"]);
            this.anchors.push(name);
            parts.push(`&${name} `);
        }
        if (chance(draw, 100)) parts.push(draw(["!!str ", "!!map ", "!!seq ", "! ", "!foo ", "!<a> "]));
        return parts.join("");
    }

    private alias(): string | undefined {
        if (this.anchors.length === 0 && !chance(this.draw, 20)) return undefined;
        if (!chance(this.draw, 200)) return undefined;
        return `*${this.draw([...this.anchors, ...this.anchors, "none"])}`;
    }

    private scalar(tree: Tree & { kind: "raw" | "text" }): string {
        const { text: value } = tree;
        if (tree.kind === "raw") return value;
        const isPlain = /^[\w./-][\w./: -]*$/.test(value) && !/: |:$| $|^---|^\.\.\.|^-( |$)/.test(value);
        const style = this.draw([isPlain ? "plain" : "double", "double", "single", "block"]);
        if (style === "plain") return value;
        if (style === "single" && !/[\n\u0085\u2028]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
        return JSON.stringify(value);
    }

    private block(tree: Tree, indent: number): string {
        const { draw } = this;
        const alias = this.alias();
        if (alias) return alias;
        const properties = this.properties();
        if (tree.kind === "raw" || tree.kind === "text") {
            const scalar = properties + this.scalar(tree);
            return scalar.replaceAll("\n", `\n${" ".repeat(indent)}`);
        }
        const isEmpty = tree.kind === "list" ? tree.items.length === 0 : tree.pairs.length === 0;
        if (isEmpty || chance(draw, 8)) return properties + draw([this.flow(tree), this.json(tree, "")]);
        const space = " ".repeat(indent);
        const lines: string[] = [];
        if (tree.kind === "list") {
            for (const item of tree.items) {
                const content = this.block(item, indent + 2);
                // An object may begin in the line of the dash.
                const compact = content.startsWith("\n") ? content.replace(/^\n */, " ") : ` ${content}`;
                lines.push(`${space}-${content.startsWith("\n") && chance(draw, 8) ? content : compact}`);
                this.comment(lines, space);
            }
        } else {
            for (const [key, value] of tree.pairs) {
                const step = draw([2, 2, 4, 1]);
                const isDeep = value.kind === "list" && draw([true, false]);
                const content = this.block(value, value.kind === "list" && !isDeep ? indent : indent + step);
                const written = key.kind === "raw" || key.kind === "text" ? this.scalar(key) : this.flow(key);
                const between = content.startsWith("\n") ? draw(["", "", " ", " # c"]) : draw([" ", " ", "  ", "\t"]);
                lines.push(
                    chance(draw, 40)
                        ? `${space}? ${written}\n${space}:${between}${content}`
                        : `${space}${written}${chance(draw, 40) ? " " : ""}:${between}${content}`,
                );
                this.comment(lines, space);
            }
        }
        return `${properties}\n${lines.join("\n")}`;
    }

    private comment(lines: string[], space: string): void {
        if (chance(this.draw, 15)) lines.push(this.draw(["", `${space}${this.draw(COMMENTS)}`, this.draw(COMMENTS)]));
    }

    private flow(tree: Tree): string {
        const { draw } = this;
        const alias = this.alias();
        if (alias) return alias;
        if (tree.kind === "raw" || tree.kind === "text") return this.properties() + this.scalar(tree);
        const separator = draw([", ", ",", ",\n ", " , ", ",\t"]);
        const tail = draw(["", "", ",", "\n", " "]);
        if (tree.kind === "list") {
            return `${this.properties()}[${tree.items.map(item => this.flow(item)).join(separator)}${tail}]`;
        }
        const pairs = tree.pairs.map(([key, value]) => {
            const colon = draw([": ", ": ", ":", " : ", ":\n  "]);
            return `${chance(draw, 40) ? "? " : ""}${this.flow(key)}${colon}${this.flow(value)}`;
        });
        return `${this.properties()}{${pairs.join(separator)}${tail}}`;
    }

    private json(tree: Tree, gap: string): string {
        if (tree.kind === "raw") return tree.text;
        if (tree.kind === "text") return JSON.stringify(tree.text);
        if (tree.kind === "list")
            return `[${gap}${tree.items.map(item => this.json(item, gap)).join(`,${gap}`)}${gap}]`;
        const pairs = tree.pairs.map(
            ([key, value]) => `${this.json(key, "")}:${key.kind === "raw" ? " " : gap}${this.json(value, gap)}`,
        );
        return `{${gap}${pairs.join(`,${gap}`)}${gap}}`;
    }
}

/** Puts a document where documents stand: behind a mark, directives and comments, before others. */
function frame(draw: Draw, document: string): string {
    if (!chance(draw, 1)) return `${document}\n`;
    const before = draw([
        ...Array(80).fill(""),
        "---\n",
        "--- ",
        "\ufeff",
        "\ufeff\ufeff",
        "\ufeff---\n",
        "# comment\n",
        "\n\n",
        "\t\n",
        "%YAML 1.1\n---\n",
        "%YAML 1.2\n---\n",
        "%YAML 1.1 # c\n%TAG !x! tag:yaml.org,2002:\n---\n",
        "%TAG ! tag:yaml.org,2002:\n---\n",
        "%TAG !! !\n---\n",
        "%FOO\n---\n",
        "---\n---\n",
        "...\n",
        "# padding ".padEnd(505, "x").concat("\n"),
    ]);
    const after = draw([
        ...Array(60).fill("\n"),
        "",
        "\n---\ncurrent-context: other\n",
        "\n--- [\n",
        "\n---\n\0",
        `\n---\n#${"x".repeat(600)}\n\0`,
        "\n...\n",
        "\n...\ncurrent-context: other\n",
        "\n...\n]",
        "\n# comment",
        "\n\ufeff---\na: b\n",
        "\n%YAML 1.1\n---\n",
        "\n%a: b\n",
        "\n ",
        "\n\t",
        "\n\0",
    ]);
    return before + document + after;
}

/** Changes a text in some places. */
function bend(draw: Draw, document: string): string {
    if (!chance(draw, 1)) return document;
    let bent = document;
    if (chance(draw, 6)) {
        const lineBreak = draw(BREAKS);
        bent = draw([false, true])
            ? bent.replaceAll("\n", lineBreak)
            : bent.replaceAll("\n", () => draw(["\n", lineBreak]));
    }
    for (let count = draw([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3]); count > 0; count--) {
        const at = draw([...`${bent}.`].map((_, index) => index));
        const length = draw([0, 0, 1, 1, 2, 8]);
        bent = bent.slice(0, at) + draw(["", draw(INSERTS), draw(INSERTS), draw(RAW)]) + bent.slice(at + length);
    }
    return bent;
}
