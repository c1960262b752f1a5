import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Glob, Globs } from "../../model/glob";
import { type Answer, UNKNOWN } from "../../model/value";

/** What a glob means, in the words of a regular expression. */
function naive(glob: string): RegExp {
    const escaped = [...glob].map(char => (char === "*" ? ".*" : char === "?" ? "." : char.replace(/\W/u, "\\$&")));
    return new RegExp(`^${escaped.join("")}$`, "su");
}

test.each([
    ["", "", true],
    ["", "a", false],
    ["a", "a", true],
    ["a", "A", false],
    ["a", "ab", false],
    ["*", "", true],
    ["*", "any/thing\nat all", true],
    ["a*", "a", true],
    ["*a", "ba", true],
    ["*a", "ab", false],
    ["?", "", false],
    ["?", "ü", true],
    ["?", "😀", true],
    ["??", "😀", false],
    ["a?c", "a/c", true],
    ["a**c", "abc", true],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["[ab]", "[ab]", true],
    ["(a|b)+$", "(a|b)+$", true],
    ["a\\*", "a*", false],
    ["a\\*", "a\\b", true],
])("%j against %j: %s", (glob, value, expected) => {
    expect(new Glob(glob).matches(value)).toBe(expected);
});

test("one of several must match", () => {
    expect(new Globs(["a*", "*z"]).matches("xyz")).toBe(true);
    expect(new Globs(["a*", "*z"]).matches("xy")).toBe(false);
    expect(new Globs([]).matches("")).toBe(false);
});

/** Few characters, so that random globs match now and then. */
const globs = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "?"), maxLength: 8 });
const values = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "\n"), maxLength: 8 });

test("agrees with a regular expression on small inputs", () => {
    fc.assert(
        fc.property(globs, values, (glob, value) => {
            expect(new Glob(glob).matches(value)).toBe(naive(glob).test(value));
        }),
        { numRuns: 3000 },
    );
});

describe("parts that are not known yet", () => {
    test.each<[string, string[], Answer]>([
        ["Pod/shop/cart", ["Pod", UNKNOWN, "cart"], "unknown"],
        ["Pod/*/cart", ["Pod", UNKNOWN, "cart"], "yes"],
        ["*", [UNKNOWN], "yes"],
        ["*", [UNKNOWN, UNKNOWN], "yes"],
        ["?", [UNKNOWN], "unknown"],
        ["Pod/shop/*", ["Pod", "shop", UNKNOWN], "yes"],
        ["Pod/shop/a*", ["Pod", "shop", UNKNOWN], "unknown"],
        ["Pod/shop/cart", ["Service", UNKNOWN, "cart"], "no"],
        ["Pod/shop/cart", ["Pod", UNKNOWN, "basket"], "no"],
        ["Pod/shop/cart", ["Pod", "shop", "cart"], "yes"],
        ["Pod/shop/cart", ["Pod", "shop", "carts"], "no"],
    ])("%s against %j: %s", (glob, parts, answer) => {
        expect(new Glob(glob).matchesParts(parts)).toBe(answer);
    });

    test("are never guessed where all is known, whatever characters it has", () => {
        expect(new Glob("Pod").matches("\0")).toBe(false);
        expect(new Glob("*").matches("\0")).toBe(true);
    });

    test("whatever an unknown part turns out to be, the answer was right", () => {
        fc.assert(
            fc.property(globs, values, values, values, (glob, before, part, after) => {
                const answer = new Glob(glob).matchesParts([before, UNKNOWN, after]);
                const real = new Glob(glob).matches([before, part, after].join("/"));
                if (answer !== "unknown") expect(answer).toBe(real ? "yes" : "no");
            }),
            { numRuns: 3000 },
        );
    });
});

/** How often a match reads a character of its glob. */
function reads(source: string, value: string): number {
    const glob = new Glob(source);
    let count = 0;
    const chars = new Proxy([...source], {
        get(target, key, receiver) {
            if (typeof key === "string" && /^\d+$/.test(key)) count++;
            return Reflect.get(target, key, receiver);
        },
    });
    Object.defineProperty(glob, "chars", { value: chars });
    expect(glob.matches(value)).toBe(false);
    return count;
}

test("the work grows with the length of glob and value, not faster", () => {
    const glob = "*a".repeat(20);
    const [once, twice] = [reads(`${glob}b`, "a".repeat(200)), reads(`${glob}b`, "a".repeat(400))];
    const long = reads(`${glob}${glob}b`, "a".repeat(200));
    expect(once).toBeGreaterThan(0);
    expect(once).toBeLessThanOrEqual(3 * (2 * 20 + 1) * 201);
    expect(twice / once).toBeLessThan(2.1);
    expect(long / once).toBeLessThan(2.1);
});
