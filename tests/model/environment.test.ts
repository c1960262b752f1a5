import { describe, expect, test } from "vitest";
import {
    agree,
    classOfWord,
    environmentOfName,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    isAllowedValue,
    known,
    VOCABULARY,
    vocabularyOf,
} from "../../policies/model/environment";

const P = "production";
const N = "non-production";
const NONE = undefined;

describe("a whole value", () => {
    test.each([
        ...VOCABULARY.production.map(word => [word, P] as const),
        ...VOCABULARY.nonProduction.map(word => [word, N] as const),
        ["PROD", P],
        ["Production", P],
        ["pre-prod", N],
        ["Pre-Production", N],
        ["pre_prd", N],
        ["preproduction", N],
        ["prelive", N],
        ["pre-live", N],
        ["non-prod", N],
        ["non production", N],
        ["nonproduction", N],
        ["not-prod", N],
        ["pre-staging", N],
        ["non-dev", NONE],
        ["nondev", NONE],
        ["prod-eu", NONE],
        ["blue", NONE],
        ["present", NONE],
        ["nonsense", NONE],
        ["pre", NONE],
        ["", NONE],
        [" prod", NONE],
    ] as const)("%j", (value, side) => {
        expect(classOfWord(value, VOCABULARY)).toBe(side);
    });
});

describe("a name", () => {
    test.each([
        ["shop-prod", P, "production"],
        ["PROD_eu", P, "production"],
        ["eu.live.shop", P, "production"],
        ["prd/1", P, "production"],
        ["arn:aws:eks:eu-west-1:111122223333:cluster/prod", P, "production"],
        ["shop-dev-2", N, "development"],
        ["team stage", N, "staging"],
        ["shop-pre-prod", N, "preprod"],
        ["non-production-eu", N, "nonproduction"],
        ["shop-preprod", N, "preprod"],
        ["pre-dev", N, "predev"],
        ["qa-dev", N, "qa"],
        ["prod-prd", P, "production"],
        ["prod-test", NONE, ""],
        ["dev.production", NONE, ""],
        ["pre-prod-live", NONE, ""],
        ["shop", NONE, ""],
        ["products", NONE, ""],
        ["prod1", NONE, ""],
        ["latest", NONE, ""],
        ["prodüction-x", NONE, ""],
        ["", NONE, ""],
        ["-", NONE, ""],
        ["constructor", NONE, ""],
        ["__proto__", NONE, ""],
    ] as const)("%j", (name, side, word) => {
        const found = known(environmentOfName(name, VOCABULARY, "name"));
        expect([found?.class, found?.canonicalName ?? ""]).toEqual([side, word]);
    });
});

test("own words are compared ignoring case", () => {
    const own = vocabularyOf({ production: ["BLUE"], nonProduction: ["Green"] });
    expect(["Blue", "GREEN", "pre-blue", "prod"].map(word => classOfWord(word, own))).toEqual([P, N, N, NONE]);
    expect(known(environmentOfName("shop-Blue", own, ""))?.class).toBe(P);
});

test("allowed values may be spelled in other ways, but stay those", () => {
    const allowed = ["Prod", "preprod", "dev"];
    const words = [
        "PROD",
        "prod",
        "pre-prod",
        "pre-production",
        "PreLive",
        "dev",
        "non-prod",
        "production",
        "develop",
        "",
    ];
    expect(words.filter(word => isAllowedValue(word, allowed))).toEqual(words.slice(0, 6));
});

describe("evidence", () => {
    const [prod, live, dev, blue] = ["prod", "live", "dev", "blue"].map(value =>
        environmentOfValue(value, VOCABULARY, value),
    ) as [FoundEnvironment, FoundEnvironment, FoundEnvironment, FoundEnvironment];

    test("of equal weight must agree", () => {
        expect(agree([prod, live])).toBe(prod);
        expect(agree(["none", dev])).toBe(dev);
        expect(agree([prod, dev])).toBe("contradictory");
        expect(agree([prod, blue])).toBe("contradictory");
        expect(agree([prod, "unknown", dev])).toBe("unknown");
        expect(agree(["contradictory", prod])).toBe("contradictory");
        expect(agree([])).toBe("none");
    });

    test("of more weight comes first, also when it is not known or says nothing certain", () => {
        expect(firstOf([() => "none", () => dev, () => prod])).toBe(dev);
        expect(firstOf([() => "unknown", () => prod])).toBe("unknown");
        expect(firstOf([() => "contradictory", () => prod])).toBe("contradictory");
        expect(firstOf([() => blue, () => prod])).toBe(blue);
        expect(firstOf([])).toBe("none");
        expect([known(blue), known("none"), known("unknown")]).toEqual([undefined, undefined, undefined]);
    });
});

test("of a stack: the tag before the name, in any case; an empty tag is none", () => {
    const settings = { tagKeys: ["Environment", "env"], vocabulary: VOCABULARY, inferFromNames: true };
    const of = (name: string, tags: Record<string, string>) => {
        const found = environmentOfStack(name, new Map(Object.entries(tags)), settings);
        return typeof found === "string" ? found : `${found.canonicalName} (${found.evidence})`;
    };
    expect(of("prod", {})).toBe("production (name of stack prod)");
    expect(of("prod", { environment: "dev" })).toBe("development (stack tag environment=dev)");
    expect(of("prod", { ENV: "" })).toBe("production (name of stack prod)");
    expect(of("prod", { env: "blue" })).toBe("blue (stack tag env=blue)");
    expect(of("prod", { env: "dev", environment: "prod" })).toBe("contradictory");
    expect(of("main", { team: "dev" })).toBe("none");
});
