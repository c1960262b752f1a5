import { expect, test } from "vitest";
import {
    compareText,
    joinSome,
    joinWords,
    printable,
    quoteNames,
    shorten,
    withArticle,
    withoutControls,
} from "../../model/text";

test.each<[string[], string, string, string]>([
    [[], "", "", ""],
    [["a"], "a", '"a"', "a"],
    [["a", "b"], "a and b", '"a" or "b"', "a and b"],
    [["a", "b", "c"], "a, b and c", '"a", "b" or "c"', "a, b and 1 more"],
    [["a", "b", "c", "d"], "a, b, c and d", '"a", "b", "c" or "d"', "a, b and 2 more"],
])("the words %j in a sentence", (words, joined, quoted, some) => {
    expect(joinWords(words)).toBe(joined);
    expect(quoteNames(words, "or")).toBe(quoted);
    expect(joinSome(words, words.length, 2)).toBe(some);
});

test("of many words the first ten are named, and those that are not given count too", () => {
    const words = Array.from({ length: 11 }, (_, number) => String(number));
    expect(joinSome(words.slice(0, 10))).toBe("0, 1, 2, 3, 4, 5, 6, 7, 8 and 9");
    expect(joinSome(words)).toBe("0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more");
    expect(joinSome(["a", "b"], 5)).toBe("a, b and 3 more");
});

test("names in quotes are cut", () => {
    expect(quoteNames(["a".repeat(121)])).toBe(`"${"a".repeat(119)}…"`);
});

test.each([
    ["production", "a production"],
    ["staging", "a staging"],
    ["acceptance", "an acceptance"],
    ["Integration", "an Integration"],
    ["pre-integration", "a pre-integration"],
    ["user acceptance test", "a user acceptance test"],
])("%s after its article", (phrase, expected) => {
    expect(withArticle(phrase)).toBe(expected);
});

test("texts are cut to their length", () => {
    expect(shorten("abcd", 4)).toBe("abcd");
    expect(shorten("abcde", 4)).toBe("abc…");
    expect(shorten("a".repeat(121))).toBe(`${"a".repeat(119)}…`);
});

test("control characters are replaced, one by one", () => {
    expect(withoutControls("a\u001b[31mb\r\n\u0085c\u00a0ü")).toBe("a\ufffd[31mb\ufffd\ufffd\ufffdc\u00a0ü");
    expect(withoutControls("a\u202eb\u2066c\u200bd\u2028e\ufefff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf");
    expect(printable(`\t${"a".repeat(600)}`)).toBe(`\ufffd${"a".repeat(598)}…`);
});

test("texts have one order, in which digits are numbers", () => {
    const sorted = ["", "[9]", "[10]", "a", "A", "ä", "a01", "a1", "a2", "a10", "b", "é", "e\u0301f"];
    for (const order of [sorted, [...sorted].reverse()]) expect([...order].sort(compareText)).toEqual(sorted);
    expect(compareText("a", "a")).toBe(0);
    // What a reader takes for the same has an order, too: of the two ways to write é, and of 1 and 01.
    expect([compareText("e\u0301", "é"), compareText("é", "e\u0301")]).toEqual([-1, 1]);
    expect([compareText("a01", "a1"), compareText("a1", "a01")]).toEqual([-1, 1]);
});
