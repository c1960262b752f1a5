import { describe, expect, test } from "vitest";
import type { NameRule } from "../../../model/kubernetes/kinds";
import { annotationKeyError, labelKeyError, labelValueError, nameError } from "../../../model/kubernetes/names";

// What the API server takes and refuses: kubernetes/apimachinery v0.34.1, pkg/util/validation/validation.go and
// pkg/api/validation/path/name.go.

const CHARACTERS = "contains characters that are not allowed";
const ENDS = "begins or ends with a character that is not allowed there";

function a(length: number): string {
    return "a".repeat(length);
}

describe("names", () => {
    test.each<[NameRule, string, string | undefined]>([
        ["label", "a", undefined],
        ["label", "0", undefined],
        ["label", "a--1--b", undefined],
        ["label", a(63), undefined],
        ["label", a(64), "has 64 characters instead of at most 63"],
        ["label", "", "is empty"],
        ["label", "-", ENDS],
        ["label", "a-", ENDS],
        ["label", "-1", ENDS],
        ["label", "aBc", CHARACTERS],
        ["label", "a_b", CHARACTERS],
        ["label", "a.b", CHARACTERS],
        ["label", "a b", CHARACTERS],
        ["label", "a\n", CHARACTERS],
        ["label", "ä", CHARACTERS],
        ["subdomain", "1.2.3", undefined],
        ["subdomain", "a-1.a--b", undefined],
        ["subdomain", a(253), undefined],
        ["subdomain", a(254), "has 254 characters instead of at most 253"],
        ["subdomain", "", "is empty"],
        ["subdomain", ".a", ENDS],
        ["subdomain", "a.", ENDS],
        ["subdomain", "a..b", ENDS],
        ["subdomain", "a.-b", ENDS],
        ["subdomain", "a.B", CHARACTERS],
        ["subdomain", "a_b", CHARACTERS],
        ["subdomain", "a@b", CHARACTERS],
        ["subdomain", "a:b", CHARACTERS],
        ["path-segment", "system:Admin of all, ünd so weiter", undefined],
        ["path-segment", "...", undefined],
        ["path-segment", a(300), undefined],
        ["path-segment", ".", CHARACTERS],
        ["path-segment", "..", CHARACTERS],
        ["path-segment", "a/b", CHARACTERS],
        ["path-segment", "a%b", CHARACTERS],
    ])("%s %j: %s", (rule, name, error) => {
        expect(nameError(name, rule, false)).toBe(error);
    });

    test.each<[NameRule, string, string | undefined]>([
        ["label", "a-", undefined],
        ["label", "a1-", undefined],
        ["label", "-", ENDS],
        ["label", "-a-", ENDS],
        ["label", "a_", CHARACTERS],
        ["label", "cart_web-", CHARACTERS],
        ["label", `${a(62)}-`, undefined],
        ["subdomain", "a.b-", undefined],
        ["subdomain", "a.", ENDS],
        ["path-segment", "..", undefined],
        ["path-segment", "a/", CHARACTERS],
    ])("generateName of a %s %j: %s", (rule, prefix, error) => {
        expect(nameError(prefix, rule, true)).toBe(error);
    });
});

describe("keys of labels", () => {
    test.each([
        ["simple", undefined],
        ["1-num.2-num/3-num", undefined],
        ["1.2.3.4/5678", undefined],
        ["Upper_Case.Is-OK", undefined],
        ["example.com/Upper_Case", undefined],
        [`${a(253)}/${a(63)}`, undefined],
        ["", "is empty"],
        [a(64), "has 64 characters instead of at most 63"],
        [`${a(254)}/a`, 'has 254 characters instead of at most 253 before the "/"'],
        ["/a", 'is empty before the "/"'],
        ["a/", "is empty"],
        ["a/b/c", 'contains more than one "/"'],
        ["Example.com/a", `${CHARACTERS} before the "/"`],
        ["example_com/a", `${CHARACTERS} before the "/"`],
        ["a-", ENDS],
        ["_a", ENDS],
        ["a%b", CHARACTERS],
        ["a b", CHARACTERS],
    ])("%j: %s", (key, error) => {
        expect(labelKeyError(key)).toBe(error);
    });
});

test.each([
    ["Example.COM/a", undefined],
    ["Upper", undefined],
    ["a b", CHARACTERS],
    ["a/b/c", 'contains more than one "/"'],
])("the key of an annotation %j: %s", (key, error) => {
    expect(annotationKeyError(key)).toBe(error);
});

test.each([
    ["", undefined],
    ["1234", undefined],
    ["A.b_c-d", undefined],
    [a(63), undefined],
    [a(64), "has 64 characters instead of at most 63"],
    [".a", ENDS],
    ["a-", ENDS],
    ["_", ENDS],
    ["a@b", CHARACTERS],
    ["Māori", CHARACTERS],
    ["a\\b", CHARACTERS],
    [" ", CHARACTERS],
    ["a\n", CHARACTERS],
])("the value of a label %j: %s", (value, error) => {
    expect(labelValueError(value)).toBe(error);
});
