import { describe, expect, test, vi } from "vitest";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Pod } from "../../../model/kubernetes/pod";
import { selects } from "../../../model/kubernetes/selector";
import { Resource } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { ObjectIndex } from "../../../model/references/object-index";
import { podsOf, Selection } from "../../../model/references/selection";
import { UNKNOWN, type Value } from "../../../model/value";

function resource(type: string, name: string, props: object): Resource {
    return new Resource({ urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, props });
}

function deployment(name: string, namespace: unknown, labels: unknown): Resource {
    return resource("kubernetes:apps/v1:Deployment", name, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: { template: { metadata: { labels } } },
    });
}

function budget(name: string, namespace: unknown, selector: unknown = {}): Resource {
    return resource("kubernetes:policy/v1:PodDisruptionBudget", name, {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace },
        spec: { selector },
    });
}

function indexOf(resources: readonly Resource[]): ObjectIndex {
    return new ObjectIndex(new Stack(resources.map(one => ({ resource: one }))));
}

function namesOf(pods: readonly Pod[]): string[] {
    return pods.map(({ object }) => object.resource.name).sort();
}

const PODS = [
    deployment("cart", "shop", { app: "cart" }),
    deployment("cart-web", "shop", { app: "cart", tier: "web" }),
    deployment("basket", "shop", { app: "basket", tier: "web" }),
    deployment("number", "shop", { app: 1 }),
    deployment("null", "shop", { app: null }),
    deployment("empty", "shop", { app: "" }),
    deployment("word", "shop", { app: "object" }),
    deployment("object", "shop", { app: { a: "b" } }),
    deployment("later", "shop", { app: UNKNOWN }),
    deployment("open", "shop", UNKNOWN),
    deployment("bare", "shop", undefined),
    deployment("elsewhere", "bank", { app: "cart" }),
    deployment("anywhere", UNKNOWN, { app: "cart" }),
];

const expression = (key: unknown, operator: unknown, values?: unknown) => ({ key, operator, values });

const SELECTORS = [
    {},
    null,
    UNKNOWN,
    { matchLabels: {} },
    { matchLabels: UNKNOWN },
    { matchLabels: { app: "cart" } },
    { matchLabels: { app: "basket" } },
    { matchLabels: { tier: "cart" } },
    { matchLabels: { app: UNKNOWN } },
    { matchLabels: { app: null } },
    { matchLabels: { app: {} } },
    { matchLabels: { app: "object" } },
    { matchLabels: { app: "" } },
    { matchLabels: { app: "cart", tier: "web" } },
    { matchExpressions: UNKNOWN },
    { matchExpressions: [UNKNOWN] },
    { matchExpressions: [expression("app", "In", ["cart"])] },
    { matchExpressions: [expression("app", "In", ["basket"])] },
    { matchExpressions: [expression("app", "In", ["cart", "basket"])] },
    { matchExpressions: [expression("app", "In", [])] },
    { matchExpressions: [expression("app", "In", UNKNOWN)] },
    { matchExpressions: [expression("app", "In", [UNKNOWN])] },
    { matchExpressions: [expression("app", "NotIn", ["cart"])] },
    { matchExpressions: [expression("app", UNKNOWN, ["cart"])] },
    { matchExpressions: [expression(UNKNOWN, "In", ["cart"])] },
    { matchExpressions: [expression(undefined, "In", ["cart"])] },
    { matchExpressions: [expression("app", "Exists")] },
    { matchExpressions: [expression("tier", "Exists")] },
    { matchExpressions: [expression("tier", "DoesNotExist")] },
    { matchExpressions: [expression("app", "Exists"), expression("tier", "DoesNotExist")] },
    { matchLabels: { app: "cart" }, matchExpressions: [expression("tier", "Exists")] },
];

describe("the pods that a selector selects are those of its namespace that it selects one by one", () => {
    for (const namespace of ["shop", "bank", UNKNOWN]) {
        test(namespace === UNKNOWN ? "in a namespace that is not known" : `in ${namespace}`, () => {
            const budgets = SELECTORS.map((selector, number) => budget(`budget-${number}`, namespace, selector));
            const index = indexOf([...PODS, ...budgets]);
            // Where the namespace is not known, one of those with the same labels stands for all.
            const alike = ["cart", "elsewhere", "anywhere"];
            const isOther = (name: string) => namespace !== UNKNOWN || !alike.includes(name);
            const shown = (names: string[]) => (names.every(isOther) ? names : ["like cart", ...names.filter(isOther)]);
            for (const [{ objects }, selector] of budgets.map((one, number) => [one, SELECTORS[number]] as const)) {
                const [object] = objects as [KubeObject];
                const at = object.get("spec", "selector");
                const answers = PODS.map(one => {
                    const pod = one.objects[0]?.pod as Pod;
                    const own = one.objects[0]?.namespace.raw;
                    const answer = selects(at, { labels: pod.labels });
                    const isNear = own === namespace && own !== UNKNOWN;
                    const isFar = own !== namespace && own !== UNKNOWN && namespace !== UNKNOWN;
                    return [one.name, isFar ? "no" : isNear || answer === "no" ? answer : "unknown"] as const;
                });
                const named = (wanted: string) =>
                    answers.flatMap(([name, answer]) => (answer === wanted ? [name] : [])).sort();
                const { certain, possible } = podsOf(index, object, at);
                expect({ selector, certain: namesOf(certain), possible: shown(namesOf(possible)) }).toEqual({
                    selector,
                    certain: named("yes"),
                    possible: shown(named("unknown")),
                });
                expect(podsOf(index, object, at).certain).toBe(certain);
            }
        });
    }
});

describe("a selector", () => {
    test.each<[unknown, object]>([
        [{ matchLabels: { app: "cart", tier: "web" } }, { app: "cart", tier: "web" }],
        [{ matchExpressions: [expression("app", "In", ["cart"])] }, { app: "cart" }],
        [{ matchExpressions: [expression("app", "In", ["cart", "basket"])] }, {}],
        [{ matchExpressions: [expression("app", "In", [])] }, {}],
        [{ matchExpressions: [expression("app", "NotIn", ["cart"])] }, {}],
        [{ matchExpressions: [expression("app", UNKNOWN, ["cart"])] }, {}],
        [{ matchExpressions: [expression(UNKNOWN, "In", ["cart"])] }, {}],
        [
            { matchLabels: { app: "cart" }, matchExpressions: [expression("tier", "In", ["web"])] },
            { app: "cart", tier: "web" },
        ],
    ])("%j narrows the search to pods with %j", (selector, labels) => {
        const asking = budget("budget", "shop", selector);
        const index = indexOf([...PODS, asking]);
        const selected = vi.spyOn(index, "selected");
        const [object] = asking.objects as [KubeObject];
        podsOf(index, object, object.get("spec", "selector"));
        const [, equalities] = selected.mock.calls[0] as [unknown, Iterable<readonly [string, Value]>, unknown];
        expect([...equalities].map(([key, { raw }]) => [key, raw])).toEqual(Object.entries(labels));
    });

    test("may contain itself, as aliases of YAML can make it", () => {
        const labels: Record<string, unknown> = {};
        labels.app = labels;
        const asking = budget("budget", "shop", { matchLabels: labels });
        const index = indexOf([deployment("cart", "shop", { app: "cart" }), asking]);
        const [object] = asking.objects as [KubeObject];
        const nothing = { certain: [], possible: [], beside: [] };
        expect(podsOf(index, object, object.get("spec", "selector"))).toEqual(nothing);
    });
});

describe("whether anything selects a pod", () => {
    const pods = [
        deployment("one", "shop", { app: "one" }),
        deployment("two", "shop", { app: "two" }),
        deployment("like-two", "shop", { app: "two" }),
        deployment("two-elsewhere", "bank", { app: "two" }),
        deployment("lost", UNKNOWN, { app: "two" }),
    ];

    /** What is said of each pod when one budget's matches, by pods' names, are added, or a budget that may be any. */
    function answers(namespace: unknown, certain: readonly string[], possible: readonly string[], open = false) {
        const added = budget("budget", namespace);
        const index = indexOf([...pods, added]);
        const selection = new Selection(index);
        const podNamed = (name: string) =>
            index.objects.find(({ resource: { name: own } }) => own === name)?.pod as Pod;
        const [object] = added.objects as [KubeObject];
        if (open) selection.addOpen(object);
        selection.add(object, { certain: certain.map(podNamed), possible: possible.map(podNamed), beside: [] });
        return pods.map(({ name }) => selection.isSelected(podNamed(name)));
    }

    test.each<[string, string, string[], string[], boolean, string[]]>([
        ["nothing does", "shop", [], [], false, ["no", "no", "no", "no", "no"]],
        ["one for sure", "shop", ["one"], [], false, ["yes", "no", "no", "no", "no"]],
        ["one perhaps, so all like it", "shop", [], ["two"], false, ["no", "unknown", "unknown", "no", "no"]],
        ["for sure and perhaps", "shop", ["two"], ["two"], false, ["no", "yes", "unknown", "no", "no"]],
        ["from anywhere", UNKNOWN, [], ["two"], false, ["no", "unknown", "unknown", "unknown", "unknown"]],
        ["any of a namespace", "shop", [], [], true, ["unknown", "unknown", "unknown", "no", "unknown"]],
        ["any of the cluster", UNKNOWN, [], [], true, ["unknown", "unknown", "unknown", "unknown", "unknown"]],
    ])("%s", (_, namespace, certain, possible, open, expected) => {
        expect(answers(namespace, certain, possible, open)).toEqual(expected);
    });

    test("what is open in a namespace is not so on another cluster, whatever their names are together", () => {
        const on = (id: string, added: Resource) =>
            new Resource({
                urn: added.urn,
                type: added.type,
                name: added.name,
                props: added.props.raw as object,
                provider: { urn: id, type: "pulumi:providers:kubernetes", name: id, props: { context: id } },
            });
        const added = on("main", budget("budget", "1shop"));
        const here = on("main", deployment("here", "1shop", {}));
        const there = on("main1", deployment("there", "shop", {}));
        const index = indexOf([added, here, there]);
        const selection = new Selection(index);
        selection.addOpen(added.objects[0] as KubeObject);
        expect([here, there].map(({ objects }) => selection.isSelected(objects[0]?.pod as Pod))).toEqual([
            "unknown",
            "no",
        ]);
    });

    test("several objects, by pod", () => {
        const [one, other] = [budget("one-budget", "shop"), budget("other-budget", "shop")];
        const index = indexOf([...pods, one, other]);
        const selection = new Selection(index);
        const podNamed = (name: string) =>
            index.objects.find(({ resource: { name: own } }) => own === name)?.pod as Pod;
        const [first, second] = [one.objects[0] as KubeObject, other.objects[0] as KubeObject];
        const matches = (...names: string[]) => ({ certain: names.map(podNamed), possible: [], beside: [] });
        selection.add(first, matches("one", "two"));
        selection.add(second, matches("two"));
        expect(selection.of(podNamed("one"))).toEqual([first]);
        expect(selection.of(podNamed("two"))).toEqual([first, second]);
        expect(selection.of(podNamed("lost"))).toEqual([]);
        expect(selection.several).toEqual([[podNamed("two"), [first, second]]]);
    });
});
