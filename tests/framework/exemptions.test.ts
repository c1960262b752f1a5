import { describe, expect, test } from "vitest";
import { configure } from "../../framework/evaluate";
import { dateOf, type Exemption, findExemption } from "../../framework/exemptions";
import { Resource } from "../../model/pulumi/resource";
import { noNakedPods } from "../../policies/no-naked-pods";
import { UNKNOWN_VALUES } from "../support/wire";

const UNKNOWN = UNKNOWN_VALUES.string;
const TODAY = "2026-06-15";

function resource(metadata: unknown, kind = "Pod", apiVersion = "v1"): Resource {
    const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
    return new Resource({
        urn: `urn:pulumi:dev::shop::${type}::pulumi-name`,
        type,
        name: "pulumi-name",
        props: { apiVersion, kind, metadata },
    });
}

type Config = Parameters<typeof findExemption>[1];

/** A policy's configuration with these exemptions; without the second argument as of a policy that lacks the key. */
function config(exempt: object[], annotationExemptions?: boolean): Config {
    const { config: all, problems } = configure(noNakedPods, { exempt });
    if (!all) throw new Error(JSON.stringify(problems));
    const { annotationExemptions: _, ...common } = all;
    return { ...common, ...(annotationExemptions !== undefined && { annotationExemptions }) };
}

function find(of: Resource, common: Config): Exemption {
    return findExemption("no-naked-pods", common, of, of.objects[0], TODAY);
}

/** Whether the configuration's glob exempts the resource. */
function isExempt(of: Resource, glob: string): boolean {
    return find(of, config([{ resource: glob, reason: "a test" }])).state === "holds";
}

describe("in the configuration", () => {
    const cart = resource({ name: "cart", namespace: "shop" });

    test.each([
        ["Pod/shop/cart", true],
        ["Pod/shop/*", true],
        ["Pod/*", true],
        ["*", true],
        ["P?d/shop/car?", true],
        ["*/shop/cart", true],
        ["pod/shop/cart", false],
        ["Pod/cart", false],
        ["shop/cart", false],
        ["Pod/shop/car", false],
        ["Pod/shop/pulumi-name", false],
        ["Deployment/shop/cart", false],
        ["urn:pulumi:dev::shop::kubernetes:core/v1:Pod::pulumi-name", true],
        ["urn:pulumi:*::pulumi-name", true],
        ["urn:pulumi:prod::*", false],
    ])("%s over URN and Kind/namespace/name: %s", (glob, expected) => {
        expect(isExempt(cart, glob)).toBe(expected);
    });

    test.each([
        ["Namespace/shop", true],
        ["Namespace/*/shop", false],
    ])("%s over a cluster-scoped object: %s", (glob, expected) => {
        expect(isExempt(resource({ name: "shop" }, "Namespace"), glob)).toBe(expected);
    });

    test("an object without a namespace is in default", () => {
        expect(isExempt(resource({ name: "cart" }), "Pod/default/cart")).toBe(true);
    });

    test("an object without a name has its Pulumi name", () => {
        expect(isExempt(resource({ namespace: "shop" }), "Pod/shop/pulumi-name")).toBe(true);
    });

    test("a resource that is no object has the last part of its type and its Pulumi name", () => {
        const cluster = new Resource({
            urn: "urn:pulumi:dev::shop::aws:eks/cluster:Cluster::main",
            type: "aws:eks/cluster:Cluster",
            name: "main",
            props: {},
        });
        const common = config([{ resource: "Cluster/main", reason: "a test" }]);
        expect(findExemption("p", common, cluster, undefined, TODAY)).toEqual({ state: "holds", reason: "a test" });
        const other = config([{ resource: "Cluster/other", reason: "a test" }]);
        expect(findExemption("p", other, cluster, undefined, TODAY)).toEqual({ state: "none" });
    });

    test.each([
        ["2026-06-16", { state: "holds", reason: "a test", until: "2026-06-16" }],
        [TODAY, { state: "holds", reason: "a test", until: TODAY }],
        ["2026-06-14", { state: "expired", reason: "a test", until: "2026-06-14" }],
    ])("until %s, on its last day still", (until, expected) => {
        expect(find(cart, config([{ resource: "*", reason: "a test", until }]))).toEqual(expected);
    });

    test("one that holds counts more than one that has expired", () => {
        const exempt = [
            { resource: "*", reason: "old", until: "2020-01-01" },
            { resource: "Pod/*", reason: "new" },
        ];
        expect(find(cart, config(exempt))).toEqual({ state: "holds", reason: "new" });
    });

    test.each([
        ["namespace", { name: "cart", namespace: UNKNOWN }, "Pod/shop/cart", true],
        ["namespace", { name: "cart", namespace: UNKNOWN }, "Pod/*", true],
        ["namespace", { name: "cart", namespace: UNKNOWN }, "Pod/shop/basket", false],
        ["namespace", { name: "cart", namespace: UNKNOWN }, "Deployment/*", false],
        ["name", { name: UNKNOWN, namespace: "shop" }, "Pod/shop/cart", true],
        ["name", { name: UNKNOWN, namespace: "shop" }, "Pod/tools/*", false],
        ["metadata", UNKNOWN, "Pod/shop/cart", true],
        ["metadata", UNKNOWN, "Deployment/shop/cart", false],
    ])("unknown %s: what may be exempt is (%j, %s)", (_, metadata, glob, expected) => {
        expect(isExempt(resource(metadata), glob)).toBe(expected);
    });
});

describe("by annotation", () => {
    const ON = config([], true);
    const KEY = "kubernetes-guardrails/exempt.no-naked-pods";

    function annotated(value: unknown): Resource {
        return resource({ name: "cart", annotations: { [KEY]: value } });
    }

    test.each([
        ["Only for debugging", { state: "holds", inObject: true, reason: "Only for debugging" }],
        ["  spaces around  ", { state: "holds", inObject: true, reason: "spaces around" }],
        ["a; b; c", { state: "holds", inObject: true, reason: "a; b; c" }],
        ["Two\nlines", { state: "holds", inObject: true, reason: "Two\nlines" }],
        ["a test; until=2026-06-15", { state: "holds", inObject: true, reason: "a test", until: "2026-06-15" }],
        ["a test;until = 2026-06-15 ", { state: "holds", inObject: true, reason: "a test", until: "2026-06-15" }],
        ["a; b; until=2026-06-15", { state: "holds", inObject: true, reason: "a; b", until: "2026-06-15" }],
        ["a test; until=2026-06-14", { state: "expired", reason: "a test", until: "2026-06-14" }],
    ])("%j", (value, expected) => {
        expect(find(annotated(value), ON)).toEqual(expected);
    });

    test.each(["", "   ", "\u200b", "\u2800\u3164 \u00ad", "\u{e0041}", "; until=2030-01-01", 5, true, ["x"]])(
        "%j gives no reason",
        value => {
            expect(find(annotated(value), ON)).toEqual({
                state: "invalid",
                problem: `The annotation ${KEY} gives no reason`,
                fix: "Write as its value why the object may violate the policy",
            });
        },
    );

    test.each(["2026-02-30", "2026-6-1", "tomorrow", "", "26-06-15", "2026-06-15T00:00:00Z"])(
        "until=%s is no date",
        until => {
            expect(find(annotated(`a test; until=${until}`), ON)).toEqual({
                state: "invalid",
                problem:
                    until === "2026-02-30"
                        ? `The annotation ${KEY} ends on a date that does not exist`
                        : `The annotation ${KEY} seems to name an end date in a form that cannot be read`,
                fix: 'Write the end date as "; until=YYYY-MM-DD", or give a reason without a date',
            });
        },
    );

    test.each([
        "debug, until 2020-01-01",
        "debug until=2020-01-01",
        "debug; Until=2030-01-01",
        "debug; until 2030-01-01",
        "Until: next week",
        "debug\uff1b until\uff1d2030-01-01",
        "debug; un\u200btil=2030-01-01",
        "debug; expires: 2030-01-01",
        "ends on 31.12.2030",
        "needed until the end of June",
        "till Q3",
        "debug; 2020-01-01",
    ])("%j seems to end", value => {
        expect(find(annotated(value), ON)).toMatchObject({ state: "invalid" });
    });

    test.each([
        "until the migration is done",
        "runs as root, until the chart can do without",
        "until Kubernetes 1.25",
        "waits until 2 pods are left",
        "known since 2020-01-01",
        "until version 2.10.30 is out",
        "the frontend ends here",
    ])("%j says nothing of an end", value => {
        expect(find(annotated(value), ON)).toEqual({ state: "holds", inObject: true, reason: value });
    });

    test("a long text takes no longer than its length", () => {
        expect(find(annotated("until ".repeat(40_000)), ON)).toMatchObject({ state: "holds" });
    });

    test("null is no annotation", () => {
        expect(find(annotated(null), ON)).toEqual({ state: "none" });
    });

    test("of another policy does not count", () => {
        const annotations = { "kubernetes-guardrails/exempt.valid-labels": "a test" };
        expect(find(resource({ name: "cart", annotations }), ON)).toEqual({ state: "none" });
    });

    test("a value that is not known yet may be a reason", () => {
        expect(find(annotated(UNKNOWN), ON)).toEqual({ state: "holds", inObject: true });
    });

    test("annotations that are not known yet exempt from nothing", () => {
        expect(find(resource({ name: "cart", annotations: UNKNOWN }), ON)).toEqual({ state: "none" });
    });

    test.each([
        ["switched off", config([], false)],
        ["of a policy that lacks the key", config([])],
    ])("%s does nothing", (_, common) => {
        expect(find(annotated("a test"), common)).toEqual({ state: "none" });
    });

    test("an invalid one matters less than an exemption of the organization", () => {
        const common = config([{ resource: "Pod/*", reason: "a test" }], true);
        expect(find(annotated(""), common)).toEqual({ state: "holds", reason: "a test" });
    });

    test("an invalid one matters more than an exemption that has expired", () => {
        const common = config([{ resource: "Pod/*", reason: "a test", until: "2020-01-01" }], true);
        expect(find(annotated(""), common).state).toBe("invalid");
    });
});

test("the day changes at midnight UTC", () => {
    expect(dateOf(new Date("2026-06-15T23:59:59Z"))).toBe("2026-06-15");
    expect(dateOf(new Date("2026-06-15T23:59:59-02:00"))).toBe("2026-06-16");
});
