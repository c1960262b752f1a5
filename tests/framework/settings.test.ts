import { describe, expect, test } from "vitest";
import {
    date,
    fields,
    flag,
    globMap,
    globs,
    listOf,
    mapOf,
    pattern,
    readConfig,
    schemasOf,
    text,
    texts,
} from "../../framework/settings";

// Made anew for each test: what is made while the file loads no mutant can change.
function settings() {
    return {
        on: flag(true, "A switch."),
        kinds: texts(["Pod"], "Some kinds.", ["Pod", "Job"]),
        names: texts([], "Any names."),
        images: globs(["docker.io/*"], "Some globs."),
        rules: listOf(fields({ name: text("A name."), until: date("A date.") }, ["name"]), "Some rules."),
        labels: mapOf(fields({ pattern: pattern("A pattern.") }), { team: {} }, "Some labels."),
        stacks: globMap("Some stacks."),
    };
}

function problems(raw: Record<string, unknown>): string[] {
    const { config, problems: found } = readConfig(settings(), raw);
    expect(config === undefined).toBe(found.length > 0);
    return found.map(({ key, problem }) => `${key} ${problem}`);
}

test("what is not said is as by default", () => {
    const { config } = readConfig(settings(), {});
    expect(config).toMatchObject({ on: true, kinds: ["Pod"], names: [], rules: [] });
    expect(config?.images.matches("docker.io/nginx")).toBe(true);
    expect([...(config?.labels.keys() ?? [])]).toEqual(["team"]);
});

test("what is said counts, empty lists and maps too", () => {
    const { config } = readConfig(settings(), {
        on: false,
        kinds: [],
        names: ["a"],
        images: [],
        rules: [{ name: "a", until: "2028-02-29" }],
        labels: {},
    });
    expect(config).toMatchObject({ on: false, kinds: [], names: ["a"], rules: [{ name: "a", until: "2028-02-29" }] });
    expect(config?.images.matches("docker.io/nginx")).toBe(false);
    expect(config?.labels.size).toBe(0);
});

describe("what is wrong is told, with key and value", () => {
    test.each<[string, Record<string, unknown>, string[]]>([
        [
            "an unknown key",
            { no: 1 },
            ["no is not a key of this policy; the keys are images, kinds, labels, names, on, rules, stacks"],
        ],
        ["an unknown key below", { rules: [{ name: "a", no: 1 }] }, ["rules[0].no is not a key of this policy"]],
        [
            "a key of JavaScript's own",
            { constructor: 1 },
            ["constructor is not a key of this policy; the keys are images, kinds, labels, names, on, rules, stacks"],
        ],
        [
            "a missing key",
            { rules: [{ until: "2030-01-01" }] },
            ['rules[0] is {"until":"2030-01-01"}: does not have required property "name"'],
        ],
        ["a type", { on: "yes" }, ['on is "yes": type "string" is invalid. Expected "boolean"']],
        ["null", { names: null }, ['names is null: type "null" is invalid. Expected "array"']],
        ["a type below", { names: ["a", 1] }, ['names[1] is 1: type "number" is invalid. Expected "string"']],
        ["an empty text", { names: [""] }, ['names[0] is "": String is too short (0 < 1)']],
        ["an empty text of a glob", { stacks: { "*": "" } }, ['stacks.* is "": String is too short (0 < 1)']],
        [
            "a value outside the list",
            { kinds: ["Service"] },
            ['kinds[0] is "Service": does not match any of ["Pod","Job"]'],
        ],
        [
            "a day that does not exist",
            { rules: [{ name: "a", until: "2027-02-29" }] },
            ['rules[0].until is "2027-02-29": String does not match format "date"'],
        ],
        [
            "a date with a time",
            { rules: [{ name: "a", until: "2027-02-28T00:00:00Z" }] },
            ['rules[0].until is "2027-02-28T00:00:00Z": String does not match format "date"'],
        ],
        [
            "a pattern",
            { labels: { team: { pattern: "a(" } } },
            ['labels.team.pattern is not a regular expression (missing closing ): `a(`): "a("'],
        ],
        [
            "two patterns",
            { labels: { a: { pattern: "*" }, b: { pattern: "[" } } },
            [
                'labels.a.pattern is not a regular expression (missing argument to repetition operator: `*`): "*"',
                'labels.b.pattern is not a regular expression (missing closing ]: `[`): "["',
            ],
        ],
        [
            "a value far down a list",
            { names: [..."abcdefghij", 1] },
            ['names[10] is 1: type "number" is invalid. Expected "string"'],
        ],
        [
            "below keys with all that paths are made of",
            { labels: { "a/b~c%/1": { pattern: 1 }, a1: { pattern: 2 }, "1a": { pattern: 3 } } },
            [
                'labels.a/b~c%/1.pattern is 1: type "number" is invalid. Expected "string"',
                'labels.a1.pattern is 2: type "number" is invalid. Expected "string"',
                'labels.1a.pattern is 3: type "number" is invalid. Expected "string"',
            ],
        ],
    ])("%s", (_, raw, expected) => {
        expect(problems(raw)).toEqual(expected);
    });

    test("a pattern in a list", () => {
        const found = readConfig({ all: listOf(pattern("A pattern."), "Patterns.") }, { all: ["a", "("] }).problems;
        expect(found.map(({ key }) => key)).toEqual(["all[1]"]);
    });
});

test("of globs with texts the most specific comes first, then that which is first in the alphabet", () => {
    const raw = { "*": "any", "b*": "b", "*prod*": "prod", "a*": "a", prod: "just prod", "**a**": "a, too" };
    const { config } = readConfig({ all: globMap("Globs.") }, { all: raw });
    expect(config?.all.map(([{ source }, text]) => [source, text])).toEqual([
        ["*prod*", "prod"],
        ["prod", "just prod"],
        ["**a**", "a, too"],
        ["a*", "a"],
        ["b*", "b"],
        ["*", "any"],
    ]);
});

describe("a pattern", () => {
    function matches(source: string, value: string): boolean | undefined {
        const { config } = readConfig(settings(), { labels: { team: { pattern: source } } });
        return config?.labels.get("team")?.pattern?.matches(value);
    }

    test.each([
        ["[a-z]+", "abc", true],
        ["[a-z]+", "abc1", false],
        ["a|b", "b", true],
        ["a|b", "ab", false],
        ["^a$", "a", true],
        [".*", "", true],
        ["\\d{4}", "4711", true],
        ["(?i)shop", "SHOP", true],
        ["(a+)+", `${"a".repeat(5000)}b`, false],
    ])("%s of the whole of %j: %s", (source, value, expected) => {
        expect(matches(source, value)).toBe(expected);
    });

    test.each(["(a)\\1", "(?=a)", "(?<!a)b"])("%s, which could make others hang, is refused", source => {
        expect(problems({ labels: { team: { pattern: source } } })).toEqual([
            expect.stringMatching(/^labels\.team\.pattern is not a regular expression \(/),
        ]);
    });
});

test("each key has a schema with a description, a type and a default", () => {
    expect(schemasOf(settings())).toEqual({
        on: { type: "boolean", default: true, description: "A switch." },
        kinds: {
            type: "array",
            items: { type: "string", enum: ["Pod", "Job"] },
            default: ["Pod"],
            description: "Some kinds.",
        },
        names: { type: "array", items: { type: "string", minLength: 1 }, default: [], description: "Any names." },
        images: {
            type: "array",
            items: { type: "string", minLength: 1 },
            default: ["docker.io/*"],
            description: "Some globs.",
        },
        rules: {
            type: "array",
            items: {
                type: "object",
                properties: {
                    name: { type: "string", minLength: 1, description: "A name." },
                    until: { type: "string", format: "date", description: "A date." },
                },
                required: ["name"],
                additionalProperties: false,
            },
            default: [],
            description: "Some rules.",
        },
        labels: {
            type: "object",
            additionalProperties: {
                type: "object",
                properties: { pattern: { type: "string", format: "regex", description: "A pattern." } },
                additionalProperties: false,
            },
            default: { team: {} },
            description: "Some labels.",
        },
        stacks: {
            type: "object",
            additionalProperties: { type: "string", minLength: 1 },
            default: {},
            description: "Some stacks. Where several match, the most specific counts.",
        },
    });
});
