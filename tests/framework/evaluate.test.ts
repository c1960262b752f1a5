import { describe, expect, test } from "vitest";
import {
    definePolicy,
    type Policy,
    type PolicyInfo,
    type ResourcePolicyDefinition,
    type StackPolicyDefinition,
} from "../../framework/define";
import {
    checkResource,
    checkStack,
    configure,
    messageOf,
    PolicySelector,
    pathsOf,
    type RunContext,
    remediate,
} from "../../framework/evaluate";
import type { Findings } from "../../framework/findings";
import { Inventory } from "../../model/environments/inventory";
import { Resource } from "../../model/pulumi/resource";
import { Stack } from "../../model/pulumi/stack";
import { UNKNOWN_VALUES } from "../support/wire";

const NOW = new Date("2026-06-15T12:00:00Z");
const METADATA = { name: "cart", namespace: "shop" };

const messages = {
    broken: (findings: Findings<string>) => ({
        what: findings.each(({ at, data }) => `${at} ${data}`.trim()),
        fix: "Mend it",
    }),
    other: (findings: Findings) => ({ what: `${findings.places} ${findings.are} odd`, fix: "Look, and mend it" }),
};

type None = Record<never, never>;
type Checks = Partial<ResourcePolicyDefinition<None, typeof messages>>;
type StackCheck = Pick<StackPolicyDefinition<None, typeof messages>, "checkStack">;

const INFO: PolicyInfo = {
    name: "no-trouble",
    category: "workloads",
    description: "Forbid trouble.",
    why: "It hurts.",
    url: "https://example.com",
    severity: "low",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Avoid it.",
    whenNotToUse: "Never.",
};

/** A policy that makes these checks. */
function policyWith(checks: Checks | StackCheck): Policy {
    return definePolicy({ ...INFO, config: {}, messages, ...(checks as Checks) });
}

function resource(props: Record<string, unknown> = {}, kind = "Pod", stack = "dev"): Resource {
    const type = `kubernetes:core/v1:${kind}`;
    const urn = `urn:pulumi:${stack}::shop::${type}::pulumi-name`;
    return new Resource({
        urn,
        type,
        name: "pulumi-name",
        props: { apiVersion: "v1", kind, metadata: METADATA, ...props },
    });
}

function runOf(...resources: readonly Resource[]): RunContext {
    const inventory = new Inventory();
    for (const one of resources) inventory.add(one);
    return { stackTags: new Map([["environment", "dev"]]), now: NOW, inventory };
}

/** What a policy says of a resource. */
function said(policy: Policy, of = resource(), config: Record<string, unknown> = {}, run = runOf(of)): string[] {
    return checkResource(configure(policy, config), of, run).map(messageOf);
}

function saidOfStack(policy: Policy, ...resources: readonly Resource[]): string[] {
    const stack = new Stack(resources.map(one => ({ resource: one })));
    return checkStack(configure(policy, {}), stack, runOf(...resources)).map(messageOf);
}

const reportSpec: NonNullable<Checks["checkObject"]> = (object, { report }) =>
    report("broken", object.get("spec"), "is bad");

const reportsAlways = policyWith({ checkObject: reportSpec });

describe("what a check reports", () => {
    test("nothing", () => {
        expect(said(policyWith({ checkObject() {} }))).toEqual([]);
        expect(saidOfStack(policyWith({ checkStack() {} }), resource())).toEqual([]);
    });

    test("several problems are one message, in the order of the policy, each with all its places", () => {
        const policy = policyWith({
            checkObject(object, { report }) {
                report("other", object.get("status"));
                report("broken", object.get("spec"), "is bad");
                report("broken", object.get("metadata"), "is bad");
            },
        });
        expect(said(policy)).toEqual([
            "Pod shop/cart:\n- metadata is bad and spec is bad. Mend it.\n- status is odd. Look, and mend it.",
        ]);
    });

    test("in groups, of which each is a problem", () => {
        const policy = definePolicy({
            ...INFO,
            config: {},
            messages: {
                broken: {
                    per: ({ data }) => data,
                    message: (findings: Findings<string>) => ({
                        what: `${findings.places} ${findings.are} ${findings.data}`,
                        fix: "Mend it",
                    }),
                },
            },
            checkObject(object, { report }) {
                report("broken", object.get("status"), "red");
                report("broken", object.get("spec"), "blue");
                report("broken", object.get("kind"), "red");
            },
        });
        expect(said(policy)).toEqual(["Pod shop/cart:\n- spec is blue. Mend it.\n- kind and status are red. Mend it."]);
    });

    test("of more groups than anybody reads, the first", () => {
        const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
        const policy = definePolicy({
            ...INFO,
            config: {},
            messages: {
                broken: {
                    per: ({ data }) => data,
                    message: (findings: Findings<string>) => ({ what: `${findings.data} is bad`, fix: "Mend it" }),
                },
            },
            checkObject(object, { report }) {
                for (const name of names) report("broken", object, name);
            },
        });
        const [violation] = checkResource(configure(policy, {}), resource(), runOf());
        expect(violation?.problems.length).toBe(20);
        expect(violation?.problems.at(-1)?.what).toBe("n19 is bad, as are 30 more like it.");
    });

    test("about the object as a whole", () => {
        const policy = policyWith({ checkObject: (object, { report }) => report("broken", object, "it is bad") });
        const found = checkResource(configure(policy, {}), resource(), runOf());
        expect(found.map(violation => [messageOf(violation), pathsOf(violation)])).toEqual([
            ["Pod shop/cart: It is bad. Mend it.", []],
        ]);
    });

    test("problems of a lower level are a violation of their own, after the others", () => {
        const policy = definePolicy({
            ...INFO,
            config: {},
            messages: {
                broken: () => ({ what: "it is odd", fix: "Look", level: "advisory" }),
                other: () => ({ what: "metadata is bad", fix: "Mend it" }),
            },
            checkObject(object, { report }) {
                report("broken", object.get("kind"));
                report("other", object.get("metadata"));
            },
        });
        const found = checkResource(configure(policy, {}), resource(), runOf());
        expect(found.map(({ problems, level }) => ({ problems, level }))).toEqual([
            {
                problems: [
                    {
                        id: "other",
                        what: "metadata is bad.",
                        fix: "Mend it.",
                        paths: [["metadata"]],
                        fields: ["metadata"],
                    },
                ],
                level: undefined,
            },
            {
                problems: [{ id: "broken", what: "It is odd.", fix: "Look.", paths: [["kind"]], fields: ["kind"] }],
                level: "advisory",
            },
        ]);
        const exempt = { exempt: [{ resource: "*", reason: "r" }] };
        const states = checkResource(configure(policy, exempt), resource(), runOf()).map(one => one.exemption?.state);
        expect(states).toEqual(["holds", "holds"]);
    });

    test("the places are known as paths from the resource", () => {
        const [violation] = checkResource(configure(reportsAlways, {}), resource(), runOf());
        expect(violation && pathsOf(violation)).toEqual([["spec"]]);
    });

    test("a List is told object by object, those after a fine one too", () => {
        const items = ["one", "two", "three"].map(name => ({ metadata: { name }, spec: name === "two" ? null : {} }));
        const list = resource({ kind: "PodList", items }, "PodList");
        const policy = policyWith({
            checkObject(object, { report }) {
                if (object.get("spec").isSet) report("broken", object.get("spec"), "is bad");
            },
        });
        expect(said(policy, list)).toEqual([
            "Pod default/one: items[0].spec is bad. Mend it.",
            "Pod default/three: items[2].spec is bad. Mend it.",
        ]);
    });

    test("what a check is told besides the object", () => {
        const component = new Resource({
            urn: "urn:c",
            type: "eks:index:Cluster",
            name: "main",
            props: { version: "1" },
        });
        const provider = new Resource({ urn: "urn:p", type: "pulumi:providers:aws", name: "aws", props: {} });
        const { urn, type, name } = { urn: "urn:x", type: "aws:eks/cluster:Cluster", name: "inner" };
        const inner = new Resource({ urn, type, name, props: {}, parent: component.urn });
        const seen: unknown[] = [];
        const policy = policyWith({
            checkResource(_, { stackTags, component: made, providers }) {
                seen.push(
                    stackTags.get("environment"),
                    made?.urn,
                    providers("aws").map(one => one.urn),
                );
            },
        });
        said(policy, inner, {}, runOf(component, provider, inner));
        expect(seen).toEqual(["dev", "urn:c", ["urn:p"]]);
    });

    test("a stack policy tells of objects and of what is none, in the order of the stack", () => {
        const other = new Resource({ urn: "urn:o", type: "aws:s3/bucket:Bucket", name: "files", props: {} });
        const policy = policyWith({
            checkStack(stack, { report }) {
                for (const { resource: one } of [...stack.nodes].reverse()) {
                    report("broken", one.objects[0] ?? one, "it is bad");
                }
            },
        });
        expect(saidOfStack(policy, other, resource())).toEqual([
            'aws:s3/bucket:Bucket "files": It is bad. Mend it.',
            "Pod shop/cart: It is bad. Mend it.",
        ]);
    });
});

describe("which objects a policy is shown", () => {
    test.each<[string, Checks, readonly string[]]>([
        [
            "all, without kinds",
            { checkObject: (object, { report }) => report("broken", object, "o") },
            ["Pod", "Secret"],
        ],
        [
            "its kinds",
            { kinds: ["Secret"], checkObject: (object, { report }) => report("broken", object, "o") },
            ["Secret"],
        ],
        ["pods", { checkPod: (pod, { report }) => report("broken", pod, "p") }, ["Pod"]],
        [
            "its kinds, pods of which are none",
            {
                kinds: ["Secret"],
                checkObject: (object, { report }) => report("broken", object, "o"),
                checkPod: (pod, { report }) => report("broken", pod, "p"),
            },
            ["Secret"],
        ],
    ])("%s", (_, checks, expected) => {
        const kinds = ["Pod", "Secret"].filter(kind => said(policyWith(checks), resource({}, kind)).length > 0);
        expect(kinds).toEqual(expected);
    });

    test("a custom resource is of no built-in kind, whatever it is called", () => {
        const policy = policyWith({ kinds: ["Secret"], checkObject: reportSpec });
        expect(said(policy, resource({ apiVersion: "example.com/v1" }, "Secret"))).toEqual([]);
    });

    test("none when the configuration is wrong", () => {
        expect(said(reportsAlways, resource(), { unheard: 1 })).toEqual([]);
        const policy = policyWith({
            checkStack: (stack, { report }) => stack.nodes.map(one => report("broken", one.resource, "it is bad")),
        });
        const stack = new Stack([{ resource: resource() }]);
        expect(checkStack(configure(policy, { unheard: 1 }), stack, runOf())).toEqual([]);
        const repairs = policyWith({ remediate: (object, { set }) => set(object.get("spec"), "x") });
        expect(remediate(configure(repairs, { unheard: 1 }), resource(), runOf())).toEqual([]);
    });
});

describe("which policies have anything to check in a resource", () => {
    const nothing = () => {};
    const BUCKET = "aws:s3/bucket:Bucket";
    const selector = new PolicySelector(
        [
            policyWith({ name: "resources", checkResource: nothing }),
            policyWith({ name: "objects", checkObject: nothing }),
            policyWith({ name: "secrets", kinds: ["Secret"], checkObject: nothing }),
            policyWith({ name: "pods", checkPod: nothing }),
            policyWith({
                name: "buckets",
                resources: { what: "buckets", includes: type => type === BUCKET },
                checkResource: nothing,
            }),
        ].map(policy => configure(policy, {})),
    );
    const all = ["resources", "objects", "secrets", "pods", "buckets"];

    test.each<[string, Resource, readonly string[]]>([
        [
            "what is no object, of a type that a policy is for",
            new Resource({ urn: "urn:b", type: BUCKET, name: "b", props: {} }),
            ["resources", "buckets"],
        ],
        [
            "what is no object, of another type",
            new Resource({ urn: "urn:q", type: "aws:sqs/queue:Queue", name: "q", props: {} }),
            ["resources"],
        ],
        ["a Secret", resource({}, "Secret"), ["resources", "objects", "secrets"]],
        ["a Pod", resource(), ["resources", "objects", "pods"]],
        ["any other kind", resource({}, "ConfigMap"), ["resources", "objects"]],
        [
            "a custom resource of a built-in kind's name",
            resource({ apiVersion: "example.com/v1" }, "Secret"),
            ["resources", "objects"],
        ],
        ["a List, whose items may be of all kinds", resource({ kind: "List", items: [{}, {}] }, "List"), all],
        [
            "what asks for an exemption, for each to answer",
            resource({ metadata: { annotations: { "kubernetes-guardrails/exempt.pods": "" } } }, "ConfigMap"),
            all,
        ],
    ])("%s", (_, of, expected) => {
        // The answer is kept by kind, and must not be that for another resource.
        for (const before of [resource({}, "Secret"), resource(), of]) selector.of(before);
        expect(selector.of(of).map(({ policy }) => policy.name)).toEqual(expected);
    });
});

describe("exemptions", () => {
    const annotated = (value: unknown, spec: unknown = {}) =>
        resource({
            metadata: { ...METADATA, annotations: { "kubernetes-guardrails/exempt.no-trouble": value } },
            spec,
        });

    test("that hold are told as such", () => {
        const [violation] = checkResource(configure(reportsAlways, {}), annotated("a test"), runOf());
        expect(violation?.exemption).toEqual({ state: "holds", inObject: true, reason: "a test" });
    });

    test("that have ended are told with the violation", () => {
        expect(said(reportsAlways, annotated("a test; until=2026-06-14"))).toEqual([
            "Pod shop/cart:\n- spec is bad. Mend it.\n- The exemption ended on 2026-06-14 (a test). Correct the object or extend the exemption.",
        ]);
    });

    const NO_REASON =
        "The annotation kubernetes-guardrails/exempt.no-trouble gives no reason. Write as its value why the object may violate the policy";

    test("without a reason are a problem, with a violation or without", () => {
        expect(said(reportsAlways, annotated(" "))).toEqual([
            `Pod shop/cart:\n- spec is bad. Mend it.\n- ${NO_REASON}.`,
        ]);
        expect(said(policyWith({ checkObject() {} }), annotated(" "))).toEqual([`Pod shop/cart: ${NO_REASON}.`]);
        expect(said(policyWith({ kinds: ["Secret"], checkObject: reportSpec }), annotated(" "))).toEqual([
            `Pod shop/cart: ${NO_REASON}.`,
        ]);
        expect(said(policyWith({ checkObject() {} }), annotated("a test"))).toEqual([]);
    });

    test("of the object count for nothing where the configuration says so", () => {
        const off = { annotationExemptions: false };
        expect(said(reportsAlways, annotated("a test"), off)).toEqual(["Pod shop/cart: spec is bad. Mend it."]);
        expect(said(policyWith({ checkObject() {} }), annotated(" "), off)).toEqual([]);
    });

    test("by annotation are not for policies on resources", () => {
        const policy = policyWith({ checkResource: (one, { report }) => report("broken", one, "it is bad") });
        expect(said(policy, annotated("a test"))).toEqual(["Pod shop/cart: It is bad. Mend it."]);
        expect(said(policyWith({ checkResource() {} }), annotated(" "))).toEqual([]);
    });
});

describe("environments of a policy", () => {
    test.each<[readonly string[], string, boolean]>([
        [[], "prod", true],
        [["production"], "prod", true],
        [["prod"], "prod", true],
        [["Production"], "live", true],
        [["non-production"], "prod", false],
        [["non-production"], "staging", true],
        [["staging"], "staging", true],
        [["staging"], "test", false],
        [["staging", "test"], "test", true],
        [["production", "non-production"], "main", false],
    ])("%j, in the stack %s: %s", (environments, stack, expected) => {
        const of = resource({}, "Pod", stack);
        const run = { ...runOf(of), stackTags: new Map<string, string>() };
        expect(said(reportsAlways, of, { environments }, run).length > 0).toBe(expected);
    });

    test("as the user of the command says", () => {
        const of = resource({}, "Pod", "prod");
        const run = { ...runOf(of), stackTags: new Map<string, string>(), environment: "test" };
        expect(said(reportsAlways, of, { environments: ["production"] }, run)).toEqual([]);
        expect(said(reportsAlways, of, { environments: ["test"] }, run)).toHaveLength(1);
    });

    test("as the namespace says, unless its name is not known", () => {
        const namespace = (name: string) =>
            resource({ metadata: { name, labels: { environment: "production" } } }, "Namespace");
        const of = resource();
        const decided = (name: string) =>
            said(reportsAlways, of, { environments: ["production"] }, runOf(namespace(name), of)).length;
        expect(decided("shop")).toBe(1);
        expect(decided("other")).toBe(0);
        expect(decided(UNKNOWN_VALUES.string as string)).toBe(0);
    });

    test("nothing is repaired in others", () => {
        const policy = policyWith({ remediate: (object, { set }) => set(object.get("spec"), "x") });
        const repaired = (environments: string[]) =>
            remediate(configure(policy, { environments }), resource(), runOf());
        expect(repaired(["production"])).toEqual([]);
        expect(repaired(["dev"])).toEqual([{ path: ["spec"], value: "x" }]);
    });
});

describe("a policy that fails stops nothing, is not passed over in silence, and quotes nothing", () => {
    const fail = () => {
        throw new TypeError("the password is hunter2");
    };
    const FAILED = "no-trouble could not check this (internal error: TypeError). Report it to the authors of the pack.";

    test.each<[string, Checks]>([
        ["checkObject", { checkObject: fail }],
        ["checkPod", { checkPod: fail }],
        ["checkResource", { checkResource: fail }],
        ["its wording", { messages: { broken: fail, other: fail }, checkObject: reportSpec }],
    ])("%s", (_, checks) => {
        const violations = checkResource(configure(policyWith(checks), {}), resource(), runOf());
        expect(violations.map(messageOf)).toEqual([`Pod shop/cart: ${FAILED}`]);
        expect(violations.map(violation => [violation.level, pathsOf(violation)])).toEqual([["advisory", []]]);
    });

    test("checkStack, which is told once", () => {
        expect(saidOfStack(policyWith({ checkStack: fail }), resource(), resource({}, "Secret"))).toEqual([
            `Pod shop/cart: ${FAILED}`,
        ]);
        expect(saidOfStack(policyWith({ checkStack: fail }))).toEqual([]);
    });

    test("what is thrown need not be an error", () => {
        const policy = policyWith({
            checkObject() {
                throw "the password is hunter2";
            },
        });
        expect(said(policy)).toEqual([`Pod shop/cart: ${FAILED.replace("TypeError", "string")}`]);
    });

    test("remediate, which repairs nothing then", () => {
        const policy = policyWith({
            remediate(object, { set }) {
                set(object.get("spec"), "x");
                fail();
            },
        });
        expect(remediate(configure(policy, {}), resource(), runOf())).toEqual([]);
    });
});

test("a policy's name in words", () => {
    expect(policyWith({ name: "no-trouble-at-all" }).displayName).toBe("No trouble at all");
});

test("a policy without a remediation repairs nothing", () => {
    expect(remediate(configure(reportsAlways, {}), resource(), runOf())).toEqual([]);
});

test("a violation that is about no object is its text", () => {
    expect(
        messageOf({ label: "", problems: [{ id: "bad", what: "It is bad.", fix: "Mend it.", paths: [], fields: [] }] }),
    ).toBe("It is bad. Mend it.");
});

test("the author of a policy is told of its errors", () => {
    const error = new Error("a mistake");
    const policy = policyWith({
        checkObject() {
            throw error;
        },
    });
    const told: unknown[] = [];
    said(policy, resource(), {}, { ...runOf(), onError: one => told.push(one) });
    expect(told).toEqual([error]);
});

describe("mistakes in a policy that do not compile", () => {
    test("checks of single resources and of the stack together", () => {
        // @ts-expect-error a policy decides resources or the stack.
        definePolicy({ ...INFO, config: {}, messages, checkObject() {}, checkStack() {} });
    });

    test("a kind that does not exist", () => {
        // @ts-expect-error misspelt.
        definePolicy({ ...INFO, config: {}, messages, kinds: ["Deploymnet"], checkObject() {} });
        // @ts-expect-error misspelt.
        expect(resource().objects[0]?.is("StatefullSet")).toBe(false);
    });

    test("a problem that has no words, or other data than these", () => {
        policyWith({
            checkObject(object, { report }) {
                report("broken", object, "bad");
                // @ts-expect-error no such problem.
                report("worse", object);
                // @ts-expect-error the words need to be told how.
                report("broken", object);
                // @ts-expect-error these words need nothing.
                report("other", object, "odd");
            },
        });
    });
});
