import { kubeconfigs } from "./kubeconfigs";

/** What may stand between two documents, and what nearly may. */
const BETWEEN = [
    ...["---\n", "---\n", "---\n", "---\r\n", "--- # comment\n", "---#x\n", "--- \t\n", "---\n---\n", "---\n\n---\n"],
    ...[
        "\n---\n",
        "...\n",
        "...\n---\n",
        "--- a\n",
        "---a\n",
        "----\n",
        " ---\n",
        "\ufeff---\n",
        "---\u00a0\n",
        "---\ufeff\n",
    ],
    ...[
        "---\n\ufeff",
        "---\n%YAML 1.1\n",
        "---\n# comment\n",
        "\u2028---\n",
        "\r---\r",
        "",
        "\n",
        "# x\n",
        "--- |\n",
        "---",
    ],
];

/** JSON values, and what may follow them. */
const JSON_TEXTS = [
    ...[
        '{"a":1}',
        '{"a":{"b":[1,"}"]}}',
        "{}",
        '{"a":1,"a":2}',
        '{"a":"\\u0041\\""}',
        '{"a":1,}',
        "{a: 1}",
        '{"a":',
        "}",
    ],
    ...[
        "5",
        '"a"',
        "null",
        "[1]",
        "true",
        "x",
        ",",
        "# c\n",
        "\n# a comment\n",
        "---\n",
        "\n---\n",
        " \n",
        "\n",
        " ",
        "\t",
    ],
    ...["\u00a0", "\ufeff", "b: 1\n", "\nb: 1\n", "a", "\n- 1\n"],
];

/** Documents that are worth a look whatever is around them. */
const DOCUMENTS = [
    "kind: Pod\nspec:\n  a: [\n    1\n  ]\n",
    "kind: Pod\nspec:\n  a: [\n  1\n]\n",
    "a: # x\u0085b: 1\n",
    "a: 1 # x\u2028b: 2\n",
    "a: {b: 1, <<: {b: 2, c: 3}}\n",
    'a: {"<<": {b: 2}}\n',
    "a: {! '<<': {b: 2}}\n",
    "a: {!!merge x: {b: 2}}\n",
    "x: &x {b: 1}\ny: &y {b: 2, c: 3}\nz:\n  <<: *x\n  <<: *y\n  d: 1\n",
    "x: &x {b: 1}\ny: &y {b: 2, c: 3}\nz:\n  d: 1\n  b: 0\n  <<: [*x, *y]\n",
    "a: {b:,}\n",
    "a: {b:}\n",
    "a: .1_0\nb: 1_0.5\n",
    "a: 1\na: {b: 2}\nc: 3\n",
    "a: |\n  ---\n  b\n",
    "a: |\n---\nb\n",
    "a: |+\n  x",
    "a: 'b\n---\nc'\n",
    "%TAG ! tag:x,1:\n---\na: !b c\n",
    "a: 1\n...\nb: 2\n",
    "a: 1\rb: 2\r",
    "- a\n- b\n",
    "text\n",
    "~\n",
    "",
];

/**
 * Files as people and attackers write them: documents behind each other, in YAML and in JSON, and files that are nearly
 * some.
 *
 * @param seed what chance begins with
 */
export function* manifestTexts(seed: number): Generator<string> {
    const documents = kubeconfigs(seed);
    let state = seed;
    // Numbers from 0 to 1: a linear congruence will do for what is drawn here.
    const draw = <T>(values: readonly T[]): T => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        return values[Math.floor(((state >>> 8) / 2 ** 24) * values.length)] as T;
    };
    while (true) {
        if (draw([true, false, false])) {
            yield Array.from({ length: draw([1, 2, 2, 3, 4]) }, () => draw(JSON_TEXTS)).join("");
            continue;
        }
        const count = draw([1, 1, 2, 2, 3]);
        let text = draw(["", "", "", "---\n", "\ufeff", "# comment\n", "\n", "---\n---\n"]);
        for (let index = 0; index < count; index++) {
            if (index > 0) text += draw(BETWEEN);
            text += draw([false, true]) ? draw(DOCUMENTS) : (documents.next().value as string);
        }
        yield text;
    }
}
