import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { policies } from "../policies";
import { compareFacts, formatFacts, type JudgedFact, parseFacts } from "../scripts/charts/facts";

const LISTS = ["tests/data/chart-facts.tsv", "tests/data/charts/facts.tsv"];

describe.each(LISTS)("%s", name => {
    const text = readFileSync(name, "utf8");
    const facts = parseFacts(text, name);

    test("is as the command writes it, each fact once", () => {
        expect(formatFacts(facts)).toBe(text);
        const keys = facts.map(({ chart, object, policy, problem }) => [chart, object, policy, problem].join(" "));
        expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    });

    test("has a verdict for each, of a problem that a mandatory policy has", () => {
        expect(facts.filter(({ verdict }) => verdict === "unjudged")).toEqual([]);
        const known = policies
            .filter(({ enforcementLevel }) => enforcementLevel === "mandatory")
            .map(({ name: policy }) => policy);
        expect(facts.filter(({ policy }) => !known.includes(policy))).toEqual([]);
    });
});

test("the public charts are many enough to say something", () => {
    const facts = parseFacts(readFileSync("tests/data/chart-facts.tsv", "utf8"), "chart-facts.tsv");
    expect(new Set(facts.map(({ chart }) => chart)).size).toBeGreaterThanOrEqual(100);
});

const LISTED: JudgedFact = {
    chart: "web@1.0.0",
    object: "Deployment shop/web",
    policy: "no-mutable-image-tags",
    problem: "forbidden",
    verdict: "true",
    why: "The defaults name latest.",
};

describe("a comparison", () => {
    const { verdict: _, why: __, ...fact } = LISTED;
    const found = { ...fact, what: 'Container "web" uses "web:latest"' };

    test("says what is new once and what is the same", () => {
        const other = { ...found, object: "Deployment shop/cart" };
        const { added, gone, same } = compareFacts([found, other, other], [LISTED], new Set(["web@1.0.0"]));
        expect({ added, gone, same }).toEqual({ added: [other], gone: [], same: [LISTED] });
    });

    test("says what is gone of the charts that there are, and leaves others alone", () => {
        expect(compareFacts([], [LISTED], new Set(["web@1.0.0"])).gone).toEqual([LISTED]);
        const { gone, others } = compareFacts([], [LISTED], new Set(["web@2.0.0"]));
        expect({ gone, others }).toEqual({ gone: [], others: [LISTED] });
    });
});

test("a list that cannot be read says in which line", () => {
    const line = (...columns: string[]) => `chart\tobject\tpolicy\tproblem\tverdict\twhy\n${columns.join("\t")}\n`;
    expect(() => parseFacts("chart\n", "facts.tsv")).toThrow("facts.tsv:1: the columns must be chart, object, policy");
    expect(() => parseFacts(line("web@1", "x", "p", "q", "maybe", "Why."), "facts.tsv")).toThrow(
        "facts.tsv:2: the verdict must be one of true, noise, false, unjudged",
    );
    expect(() => parseFacts(line("web@1", "x", "p", "q", "true", "because"), "facts.tsv")).toThrow(
        "facts.tsv:2: the why must be a sentence",
    );
    expect(() => parseFacts(line("web@1", "x", "p", "q", "true", "Why.", "more"), "facts.tsv")).toThrow(
        "facts.tsv:2: more columns than 6",
    );
});
