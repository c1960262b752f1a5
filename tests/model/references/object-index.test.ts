import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Pod } from "../../../model/kubernetes/pod";
import { mapSelects } from "../../../model/kubernetes/selector";
import type { Resource, ResourceInit } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { indexOf, kindId, type Location, type Matches, ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN, Value } from "../../../model/value";
import { kubeResource } from "../../support/kube-resource";

const CLUSTER = "urn:provider";
const PROVIDER = { urn: CLUSTER, type: "pulumi:providers:kubernetes", name: "main", props: {} };

/** A resource with a manifest; `id` is its Pulumi name. */
function resource(id: string, apiVersion: string, kind: string, props: object, more: Partial<ResourceInit> = {}) {
    return kubeResource(id, apiVersion, kind, props, { provider: PROVIDER, ...more });
}

function configMap(id: string, name: unknown, namespace: unknown, more?: Partial<ResourceInit>) {
    return resource(id, "v1", "ConfigMap", { metadata: { name, namespace } }, more);
}

function deployment(id: string, namespace: unknown, labels: unknown) {
    return resource(id, "apps/v1", "Deployment", {
        metadata: { name: id, namespace },
        spec: { template: { metadata: { labels } } },
    });
}

function index(...resources: readonly Resource[]): ObjectIndex {
    return new ObjectIndex(new Stack(resources.map(one => ({ resource: one }))));
}

function place(namespace: string): Location {
    return { cluster: CLUSTER, namespace };
}

function namesOf(objects: readonly (KubeObject | Pod)[]): string[] {
    return objects.map(one => ("object" in one ? one.object : one).resource.name);
}

/** The Pulumi names of what was found. */
function names(matches: Matches<KubeObject | Pod>) {
    return { certain: namesOf(matches.certain), possible: namesOf(matches.possible) };
}

describe("an object by its name", () => {
    const objects = () =>
        index(
            configMap("here", "settings", "shop"),
            configMap("elsewhere", "settings", "bank"),
            configMap("homeless", "settings", UNKNOWN),
            configMap("nameless", UNKNOWN, "shop"),
            configMap("unnamed", undefined, "mall"),
            configMap("vague", UNKNOWN, UNKNOWN),
            resource(
                "patch",
                "v1",
                "ConfigMap",
                { metadata: { name: "patched", namespace: "shop" } },
                {
                    type: "kubernetes:core/v1:ConfigMapPatch",
                },
            ),
        );

    test.each<[string, string, string[], string[]]>([
        ["shop", "settings", ["here"], ["homeless", "nameless", "vague"]],
        ["bank", "settings", ["elsewhere"], ["homeless", "vague"]],
        ["mall", "settings", [], ["homeless", "vague"]],
        ["mall", "unnamed", [], ["vague"]],
        ["mall", "unnamed-1a2b3c4d", [], ["vague", "unnamed"]],
        [UNKNOWN, "unnamed-1a2b3c4d", [], ["nameless", "unnamed"]],
        ["shop", "other", [], ["nameless", "vague"]],
        ["shop", "patched", [], ["nameless", "vague"]],
        [UNKNOWN, "other", [], ["nameless"]],
    ])("in %s: %s", (namespace, name, certain, possible) => {
        expect(names(objects().find(place(namespace), "ConfigMap", name))).toEqual({ certain, possible });
    });

    test("in a namespace that is not known any object of the name may be meant, of which one is enough", () => {
        const { certain, possible } = names(objects().find(place(UNKNOWN), "ConfigMap", "settings"));
        expect(certain).toEqual([]);
        expect(possible).toHaveLength(2);
    });

    test("on another cluster, of another kind", () => {
        const nothing = { certain: [], possible: [] };
        expect(names(objects().find({ cluster: "other", namespace: "shop" }, "ConfigMap", "settings"))).toEqual(
            nothing,
        );
        expect(names(objects().find(place("shop"), "Secret", "settings"))).toEqual(nothing);
    });

    test("what Pulumi names is found by its resource's name, where it is called otherwise", () => {
        const annotations = { "pulumi.com/autonamed": "true" };
        const named = (id: string, name: string) =>
            resource(id, "v1", "ConfigMap", { metadata: { name, namespace: "shop", annotations } });
        const found = index(named("one", "one-1a2b3c4d"), named("verbatim", "verbatim"), configMap("new", "", "shop"));
        const from = (name: string, namespace = "shop") =>
            namesOf(found.autoNamedFrom(place(namespace), "ConfigMap", name));
        expect(from("one")).toEqual(["one"]);
        expect(from("new")).toEqual(["new"]);
        expect(from("verbatim")).toEqual([]);
        expect(from("one", "bank")).toEqual([]);
        expect(from("one", UNKNOWN)).toEqual([]);
    });

    test("patches are kept apart", () => {
        expect(namesOf(objects().patches)).toEqual(["patch"]);
        expect(namesOf(objects().objects)).not.toContain("patch");
    });
});

describe("patches", () => {
    const patch = (id: string, kind: string, name: unknown, namespace: unknown) => {
        const [apiVersion, type] = kind === "Deployment" ? ["apps/v1", "apps/v1"] : ["v1", "core/v1"];
        return resource(
            id,
            apiVersion,
            kind,
            { metadata: { name, namespace } },
            { type: `kubernetes:${type}:${kind}Patch` },
        );
    };
    const objects = () =>
        index(
            configMap("object", "settings", "shop"),
            patch("here", "ConfigMap", "settings", "shop"),
            patch("elsewhere", "ConfigMap", "settings", "bank"),
            patch("homeless", "ConfigMap", "settings", UNKNOWN),
            patch("nameless", "ConfigMap", UNKNOWN, "shop"),
            patch("workload", "Deployment", "cart", "mall"),
        );

    test.each<[string, string, string, string[]]>([
        ["shop", "ConfigMap", "settings", ["here", "homeless", "nameless"]],
        ["bank", "ConfigMap", "settings", ["elsewhere", "homeless"]],
        ["mall", "ConfigMap", "settings", ["homeless"]],
        ["shop", "ConfigMap", "other", ["nameless"]],
        ["bank", "ConfigMap", "other", []],
        ["shop", "Secret", "settings", []],
        [UNKNOWN, "ConfigMap", "settings", ["elsewhere", "here", "homeless", "nameless"]],
        [UNKNOWN, "ConfigMap", "other", ["nameless"]],
    ])("in %s of the %s %s", (namespace, kind, name, expected) => {
        expect(namesOf(objects().patchesOf(place(namespace), kind, name)).sort()).toEqual(expected);
        expect(objects().patchesOf({ cluster: "other", namespace }, kind, name)).toEqual([]);
    });

    test("of workloads, by namespace", () => {
        const has = (namespace: string) => objects().hasWorkloadPatch(place(namespace));
        expect([has("mall"), has("shop"), has(UNKNOWN)]).toEqual([true, false, true]);
        expect(objects().hasWorkloadPatch({ cluster: "other", namespace: "mall" })).toBe(false);
        const vague = index(patch("vague", "Deployment", "cart", UNKNOWN));
        expect(vague.hasWorkloadPatch(place("shop"))).toBe(true);
    });
});

test("kinds are told apart by group, and not by version", () => {
    const objects = index(
        resource("old", "extensions/v1beta1", "Ingress", { metadata: { name: "web", namespace: "shop" } }),
        resource("new", "networking.k8s.io/v1", "Ingress", { metadata: { name: "web", namespace: "shop" } }),
        resource("knative", "networking.internal.knative.dev/v1alpha1", "Ingress", {
            metadata: { name: "web", namespace: "shop" },
        }),
    );
    expect(names(objects.find(place("shop"), "Ingress", "web")).certain.sort()).toEqual(["new", "old"]);
    const knative = objects.objects.find(object => object.isCustom);
    expect(knative && kindId(knative)).toBe("networking.internal.knative.dev/Ingress");
});

test("objects in no namespace have the empty one", () => {
    const objects = index(resource("shop", "v1", "Namespace", { metadata: { name: "shop", namespace: "ignored" } }));
    expect(names(objects.find(place(""), "Namespace", "shop")).certain).toEqual(["shop"]);
});

test("a well-known custom kind is in the provider's namespace, another without a namespace in none", () => {
    const provider = { ...PROVIDER, props: { namespace: "shop" } };
    const objects = index(
        resource("route", "gateway.networking.k8s.io/v1", "HTTPRoute", { metadata: { name: "web" } }, { provider }),
        resource("dog", "example.com/v1", "Dog", { metadata: { name: "rex" } }, { provider }),
    );
    expect(names(objects.find(place("shop"), "gateway.networking.k8s.io/HTTPRoute", "web")).certain).toEqual(["route"]);
    expect(names(objects.find(place(""), "example.com/Dog", "rex")).certain).toEqual(["dog"]);
});

test("the objects of a kind, by namespace and everywhere", () => {
    const objects = index(
        configMap("a", "a", "shop"),
        configMap("b", UNKNOWN, "shop"),
        configMap("c", "c", "bank"),
        configMap("d", "d", UNKNOWN),
    );
    expect(names(objects.ofKind(place("shop"), "ConfigMap"))).toEqual({ certain: ["a", "b"], possible: ["d"] });
    expect(names(objects.ofKind(place(UNKNOWN), "ConfigMap"))).toEqual({
        certain: [],
        possible: ["a", "b", "c", "d"],
    });
    expect(namesOf(objects.everywhere(CLUSTER, "ConfigMap"))).toEqual(["a", "b", "c", "d"]);
    expect(objects.everywhere(CLUSTER, "Secret")).toEqual([]);
});

describe("pods by a selector", () => {
    const objects = () =>
        index(
            deployment("cart", "shop", { app: "cart", tier: "web" }),
            deployment("cart-of-bank", "bank", { app: "cart" }),
            deployment("homeless-cart", UNKNOWN, { app: "cart" }),
            deployment("homeless-orders", UNKNOWN, { app: "orders" }),
            deployment("half-known", "shop", { app: UNKNOWN, tier: "web" }),
            deployment("unlabelled", "shop", UNKNOWN),
            deployment("orders", "shop", { app: "orders" }),
        );

    function select(namespace: string, labels: unknown) {
        const selector = new Value(labels);
        const { certain, possible } = objects().selected(place(namespace), selector.entries(), pod =>
            mapSelects(selector, { labels: pod.labels }),
        );
        return { certain: namesOf(certain).sort(), possible: namesOf(possible).sort() };
    }

    test.each<[string, unknown, string[], string[]]>([
        ["shop", { app: "cart" }, ["cart"], ["half-known", "homeless-cart", "unlabelled"]],
        ["shop", { app: "cart", tier: "web" }, ["cart"], ["half-known", "unlabelled"]],
        ["shop", { app: "cart", tier: "db" }, [], ["unlabelled"]],
        ["bank", { app: "cart" }, ["cart-of-bank"], ["homeless-cart"]],
        ["bank", { app: "orders" }, [], ["homeless-orders"]],
        [
            "shop",
            { app: UNKNOWN },
            [],
            ["cart", "half-known", "homeless-cart", "homeless-orders", "orders", "unlabelled"],
        ],
        ["shop", { "pod-template-hash": "x", app: "cart" }, [], ["cart", "half-known", "homeless-cart", "unlabelled"]],
        ["shop", {}, ["cart", "half-known", "orders", "unlabelled"], ["homeless-cart", "homeless-orders"]],
        [UNKNOWN, { app: "cart" }, [], ["cart", "cart-of-bank", "half-known", "unlabelled"]],
    ])("in %s: %j", (namespace, selector, certain, possible) => {
        expect(select(namespace, selector)).toEqual({ certain, possible });
    });

    test("where the namespace is not known, one of those with the same labels stands for all", () => {
        const many = index(
            ...["a", "b", "c"].map(id => deployment(id, UNKNOWN, { app: "cart" })),
            ...["d", "e"].map(id => deployment(id, "shop", UNKNOWN)),
        );
        const selector = new Value({ app: "cart" });
        const found = many.selected(place("shop"), selector.entries(), pod =>
            mapSelects(selector, { labels: pod.labels }),
        );
        expect(names(found)).toEqual({ certain: [], possible: ["d", "a"] });
        const anywhere = many.selected(place(UNKNOWN), selector.entries(), pod =>
            mapSelects(selector, { labels: pod.labels }),
        );
        expect(names(anywhere)).toEqual({ certain: [], possible: ["a", "d"] });
        expect(namesOf(many.podsIn(place("shop")))).toEqual(["d", "e"]);
    });

    test("looks only at those that have the rarest label", () => {
        const seen: string[] = [];
        objects().selected(place("bank"), new Value({ app: "orders" }).entries(), pod => {
            seen.push(pod.object.resource.name);
            return "yes";
        });
        expect(seen).toEqual(["homeless-orders"]);
    });

    test("looks at the rarest label, wherever the selector names it", () => {
        const many = index(
            deployment("a", "shop", { app: "cart", tier: "web" }),
            deployment("b", "shop", { app: "cart", tier: "db" }),
            deployment("c", "shop", { app: "cart" }),
        );
        for (const labels of [
            { app: "cart", tier: "db" },
            { tier: "db", app: "cart" },
        ]) {
            const seen: string[] = [];
            many.selected(
                place("shop"),
                Object.entries(labels).map(([key, text]) => [key, new Value(text)]),
                pod => {
                    seen.push(pod.object.resource.name);
                    return "yes";
                },
            );
            expect(seen).toEqual(["b"]);
        }
    });

    test("a label that is null is an empty one, and not like one that is no text", () => {
        const selector = new Value({ app: "" });
        const some = index(
            deployment("a", "shop", { app: {} }),
            deployment("b", "shop", { app: null }),
            deployment("c", "shop", { app: "" }),
        );
        const find = (namespace: string) =>
            names(
                some.selected(place(namespace), selector.entries(), pod =>
                    mapSelects(selector, { labels: pod.labels }),
                ),
            );
        expect(find("shop")).toEqual({ certain: ["b", "c"], possible: [] });
        expect(find(UNKNOWN)).toEqual({ certain: [], possible: ["b", "c"] });
    });

    test("all pods that are in a namespace for sure", () => {
        expect(namesOf(objects().podsIn(place("shop"))).sort()).toEqual(["cart", "half-known", "orders", "unlabelled"]);
        expect(objects().podsIn(place(UNKNOWN))).toEqual([]);
    });
});

test("a Rollout's pods are found though pod rules do not see them, a PodTemplate's are not", () => {
    const template = { metadata: { labels: { app: "cart" } } };
    const objects = index(
        resource("rollout", "argoproj.io/v1alpha1", "Rollout", {
            metadata: { name: "cart", namespace: "shop" },
            spec: { template },
        }),
        resource("of-deployment", "argoproj.io/v1alpha1", "Rollout", {
            metadata: { name: "orders", namespace: "shop" },
            spec: { workloadRef: { kind: "Deployment", name: "orders" } },
        }),
        resource("template", "v1", "PodTemplate", { metadata: { name: "cart", namespace: "shop" }, template }),
    );
    expect(namesOf(objects.podsIn(place("shop")))).toEqual(["rollout"]);
    const rollout = objects.objects.find(({ resource: { name } }) => name === "rollout");
    expect(rollout?.pod).toBeUndefined();
    expect(rollout && objects.podOf(rollout)).toBe(objects.podsIn(place("shop"))[0]);
    expect(rollout && objects.podOf(rollout)?.isTemplate).toBe(true);
});

test("providers with one kubeconfig context lead to one cluster, others do not", () => {
    const provider = (name: string, context: string) => ({ ...PROVIDER, urn: `urn:${name}`, name, props: { context } });
    const objects = index(
        configMap("a", "a", "shop", { provider: provider("one", "main") }),
        configMap("b", "b", "shop", { provider: provider("two", "main") }),
        configMap("c", "c", "shop", { provider: provider("three", "other") }),
    );
    const clusters = objects.objects.map(object => objects.locationOf(object).cluster);
    expect([clusters[0] === clusters[1], clusters[0] === clusters[2]]).toEqual([true, false]);
});

test("the definition of a custom kind", () => {
    const spec = { group: "example.com", names: { kind: "Dog" } };
    const objects = index(
        resource("dogs", "apiextensions.k8s.io/v1", "CustomResourceDefinition", { metadata: { name: "dogs" }, spec }),
        resource("rex", "example.com/v1", "Dog", { metadata: { name: "rex" } }),
        resource("tom", "example.com/v1", "Cat", { metadata: { name: "tom" } }),
        // Crossplane makes a definition of it, which no resource shows.
        resource("cats", "apiextensions.crossplane.io/v1", "CompositeResourceDefinition", {
            metadata: { name: "cats" },
            spec: { group: "example.com", names: { kind: "Cat" } },
        }),
    );
    const definition = (id: string) => {
        const object = objects.objects.find(({ resource: { name } }) => name === id);
        return object && objects.definitionOf(object)?.resource.name;
    };
    expect([definition("rex"), definition("tom")]).toEqual(["dogs", undefined]);
});

test("a stack has one index", () => {
    const stack = new Stack([{ resource: configMap("a", "a", "shop") }]);
    expect(indexOf(stack)).toBe(indexOf(stack));
    expect(indexOf(stack)).not.toBe(indexOf(new Stack([])));
    const [object] = indexOf(stack).objects;
    expect(object && indexOf(stack).nodeOf(object)?.resource.name).toBe("a");
});
