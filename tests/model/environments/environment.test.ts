import { describe, expect, test } from "vitest";
import {
    agree,
    classOfWord,
    DEFAULT_ENVIRONMENT_SETTINGS,
    describeEnvironment,
    type Environment,
    environmentOfName,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    isAllowedValue,
    isOneOf,
    known,
    VOCABULARY,
    vocabularyOf,
} from "../../../model/environments/environment";
import { UNKNOWN, Value } from "../../../model/value";
import { graphOf } from "../../support/environments";

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
    const of = (value: string): Environment => environmentOfValue(value, VOCABULARY, value);
    const [prod, live, dev, blue, shared] = [of("prod"), of("live"), of("dev"), of("blue"), of("shared")];

    test("of equal weight must agree", () => {
        expect(agree([prod, live])).toBe(prod);
        expect(agree(["none", dev])).toBe(dev);
        expect(agree([prod, dev])).toBe("contradictory");
        expect(agree([blue, prod])).toEqual({ ...prod, passedOver: [blue] });
        expect(agree([blue, shared])).toEqual({ ...shared, passedOver: [blue] });
        expect(agree([prod, "unknown"])).toBe("unknown");
        expect(agree([prod, "unknown", dev])).toBe("contradictory");
        expect(agree(["contradictory", prod])).toBe("contradictory");
        expect(agree([])).toBe("none");
    });

    test("of more weight comes first, also when it is not known; what names neither class does not end the search", () => {
        expect(firstOf([() => "none", () => dev, () => prod])).toBe(dev);
        expect(firstOf([() => "unknown", () => prod])).toBe("unknown");
        expect(firstOf([() => "contradictory", () => prod])).toBe(prod);
        expect(firstOf([() => "contradictory", () => blue])).toBe("contradictory");
        expect(firstOf([() => blue, () => prod])).toEqual({ ...prod, passedOver: [blue] });
        expect(firstOf([() => blue])).toEqual(blue);
        expect(firstOf([])).toBe("none");
        expect([known(blue), known("none"), known("unknown")]).toEqual([undefined, undefined, undefined]);
    });

    test("for all environments ends the search of a cluster, and is no word that says nothing", () => {
        const ofCluster = (...found: FoundEnvironment[]) =>
            firstOf(
                found.map(one => () => one),
                ({ isNeutral }) => isNeutral,
            );
        expect(ofCluster(shared, prod)).toBe(shared);
        expect(ofCluster(blue, shared, prod)).toEqual({ ...shared, passedOver: [blue] });
        expect(firstOf([() => shared, () => prod])).toBe(prod);
    });

    test("is shown with what was passed over", () => {
        const found = firstOf([() => environmentOfValue("banana", VOCABULARY, "label env=banana"), () => prod]);
        expect(typeof found === "object" && describeEnvironment(found)).toBe(
            "production (prod, since label env=banana is not a known environment)",
        );
    });

    test("is one of several by its name in any spelling, by its class, and by words that were passed over", () => {
        const found = { ...prod, passedOver: [of("Green")] };
        expect(["prd", "Production", "green", "dev", "non-production"].map(name => isOneOf(found, [name]))).toEqual([
            ...[true, true, true, false, false],
        ]);
        expect([["stg"], ["non-production"], []].map(names => isOneOf(of("stage"), names))).toEqual([
            true,
            true,
            false,
        ]);
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
    expect(of("prod", { env: "blue" })).toBe("production (name of stack prod)");
    expect(of("main", { env: "blue" })).toBe("blue (stack tag env=blue)");
    expect(of("prod", { env: "dev", environment: "prod" })).toBe("production (name of stack prod)");
    expect(of("main", { env: "dev", environment: "prod" })).toBe("contradictory");
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
        const found = namespace === "unknown" ? "unknown" : namespace ? objectsOf("Namespace", namespace) : [];
        return { home: { project: "team", stack: "main" }, namespace: () => found, stack: () => STACK } as const;
    };
    const of = (kind: string, metadata: unknown, namespace?: unknown, settings = DEFAULT_ENVIRONMENT_SETTINGS) =>
        objectsOf(kind, metadata).map(one => said(environmentOfObject(one, surroundingsOf(namespace), settings)));

    test.each([
        [{ labels: { env: "dev" }, annotations: { env: "prod" } }, "label env=dev"],
        [{ labels: { env: "", ENVIRONMENT: "dev" } }, "label ENVIRONMENT=dev"],
        [{ labels: { env: "", environment: null }, annotations: { env: "prod" } }, "annotation env=prod"],
        [{ labels: { env: 5 }, annotations: { env: "prod" } }, "annotation env=prod"],
        [{ labels: { env: "dev", environment: "prod" } }, "the stack"],
        [{ labels: { env: "banana" }, annotations: { env: "prod" } }, "annotation env=prod"],
        [{ labels: { env: "banana" } }, "the stack"],
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

describe("the name of a namespace", () => {
    const of = (name: string, project = "shop", stack = "main", vocabulary = VOCABULARY) => {
        const settings = { ...DEFAULT_ENVIRONMENT_SETTINGS, vocabulary };
        const surroundings = { home: { project, stack }, namespace: () => [] };
        return known(environmentOfNamespace(new Value(name), surroundings, settings))?.canonicalName;
    };

    test.each([
        ["dev", "development"],
        ["Production", "production"],
        ["pre-prod", "preprod"],
        ["shop-dev", "development"],
        ["prod-shop", "production"],
        ["dev-main", "development"],
        ["qa-testing", "qa"],
    ])("%j is nothing but an environment, beside the words of stack and project", (name, expected) => {
        expect(of(name)).toBe(expected);
    });

    test.each([
        ...["local-path-storage", "local-ai", "local", "ci", "gitlab-ci", "integration", "azure-integration", "live"],
        ...["live-chat", "demo", "demo-bookings", "sandbox", "kata-sandbox", "preview", "dev-portal", "qa-dashboards"],
        ...["test-runner", "prod-dev", "shop", "shop-live", "dev-2", "dev2", "latest", "ephemeral"],
    ])("%j says nothing: its words name tools and products too", name => {
        expect(of(name)).toBeUndefined();
    });

    test("says nothing where the project is called so", () => {
        expect(of("dev-portal", "dev-portal")).toBeUndefined();
        expect(of("portal-dev", "dev-portal")).toBeUndefined();
        expect(of("dev-portal-staging", "dev-portal")).toBe("staging");
        expect(of("dev", "dev-portal")).toBe("development");
        expect(of("qa-eu", "shop", "qa-eu")).toBe("qa");
    });

    test("is told by words that the configuration adds, not by those that it leaves out", () => {
        const vocabulary = { production: ["blue", "prod"], nonProduction: ["dev", "ci"] };
        expect(["blue", "shop-blue", "prod", "qa", "ci"].map(name => of(name, "shop", "main", vocabulary))).toEqual([
            ...["blue", "blue", "production", undefined, undefined],
        ]);
    });
});
