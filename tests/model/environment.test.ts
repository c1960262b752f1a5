import { describe, expect, test } from "vitest";
import {
    agree,
    classOfWord,
    DEFAULT_ENVIRONMENT_SETTINGS,
    environmentOfName,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    isAllowedValue,
    known,
    VOCABULARY,
    vocabularyOf,
} from "../../policies/model/environment";
import { UNKNOWN, Value } from "../../policies/model/value";
import { graphOf } from "../support/environments";

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
        ["shop-pre--prod", N, "preprod"],
        ["shop non / prod", N, "nonprod"],
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
    const launch = vocabularyOf({ production: ["blue"], nonProduction: ["prelaunch", "nonblue"] });
    expect(["pre-launch", "Pre Launch", "non-launch", "launch"].map(word => classOfWord(word, launch))).toEqual([
        ...[N, N, NONE, NONE],
    ]);
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
    expect(["pre-launch", "non-launch", "launch"].map(word => isAllowedValue(word, ["prelaunch"]))).toEqual([
        ...[true, false, false],
    ]);
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

describe("the environment of an object", () => {
    const STACK = environmentOfValue("live", VOCABULARY, "the stack");
    const said = (found: FoundEnvironment) => (typeof found === "string" ? found : found.evidence);
    const objectsOf = (kind: string, metadata: unknown) =>
        graphOf([{ type: `kubernetes:core/v1:${kind}`, name: "a", props: { metadata } }]).flatMap(
            ({ resource }) => resource.objects,
        );
    const surroundingsOf = (namespace?: unknown) => {
        const found =
            namespace === "unknown" ? "unknown" : namespace ? objectsOf("Namespace", namespace)[0] : undefined;
        return { namespace: () => found, stack: () => STACK };
    };
    const of = (kind: string, metadata: unknown, namespace?: unknown, settings = DEFAULT_ENVIRONMENT_SETTINGS) =>
        objectsOf(kind, metadata).map(one => said(environmentOfObject(one, surroundingsOf(namespace), settings)));

    test.each([
        [{ labels: { env: "dev" }, annotations: { env: "prod" } }, "label env=dev"],
        [{ labels: { env: "", ENVIRONMENT: "dev" } }, "label ENVIRONMENT=dev"],
        [{ labels: { env: "", environment: null }, annotations: { env: "prod" } }, "annotation env=prod"],
        [{ labels: { env: 5 }, annotations: { env: "prod" } }, "annotation env=prod"],
        [{ labels: { env: "dev", environment: "prod" } }, "contradictory"],
        [{ labels: { env: "dev", environment: UNKNOWN } }, "unknown"],
        [{ labels: UNKNOWN, annotations: { env: "prod" } }, "unknown"],
        [{}, "the stack"],
    ])("by its own metadata: %j", (metadata, expected) => {
        expect(of("PersistentVolume", metadata)).toEqual([expected]);
    });

    test.each([
        ["test", { name: "test", labels: { env: "prod" } }, "label env=prod on Namespace test"],
        ["test", { name: "test" }, "name of Namespace test"],
        ["test", undefined, "name of Namespace test"],
        ["test", "unknown", "unknown"],
        ["shop", { name: "shop" }, "the stack"],
        [UNKNOWN, { name: UNKNOWN, labels: { env: "prod" } }, "label env=prod on Namespace"],
        [UNKNOWN, { name: UNKNOWN }, "unknown"],
        [UNKNOWN, { name: "test" }, "name of Namespace test"],
        [UNKNOWN, undefined, "unknown"],
    ])("in the namespace %j, with %j", (namespace, object, expected) => {
        expect(of("ConfigMap", { name: "a", namespace }, object)).toEqual([expected]);
    });

    test("that is a Namespace, by its name unless names are left out", () => {
        const settings = { ...DEFAULT_ENVIRONMENT_SETTINGS, inferFromNames: false };
        expect(of("Namespace", { name: "team-dev" })).toEqual(["name of Namespace team-dev"]);
        expect(of("Namespace", { name: UNKNOWN })).toEqual(["unknown"]);
        expect(of("Namespace", { name: "team-dev" }, undefined, settings)).toEqual(["the stack"]);
        const namespace = environmentOfNamespace(new Value("dev"), surroundingsOf(), settings);
        expect(namespace).toBe("none");
        expect(environmentOfNamespace(new Value(undefined), surroundingsOf("unknown"), settings)).toBe("none");
    });
});
