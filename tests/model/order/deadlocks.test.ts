import { describe, expect, test } from "vitest";
import { deadlocksOf } from "../../../model/order/deadlocks";
import { Resource } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { ObjectIndex } from "../../../model/references/object-index";
import { Resolver } from "../../../model/references/resolver";
import { graphOf, type TestResource } from "../../support/environments";
import { tokenOf } from "../../support/kube-resource";
import { UNKNOWN_VALUES } from "../../support/wire";

/** Applications that wait for their own Services, and one that comes behind each. */
function deadlocked(count: number): { stack: Stack; reads: () => number } {
    let reads = 0;
    const urnOf = (kind: string, name: string) => `urn:pulumi:dev::shop::kubernetes:${kind}::${name}`;
    const init = (type: string, kind: string, name: string, spec: object, dependencies: string[]) => ({
        resource: new Resource({
            urn: urnOf(type, name),
            type: `kubernetes:${type}`,
            name,
            props: {
                apiVersion: kind === "Service" ? "v1" : "apps/v1",
                kind,
                metadata: { name, namespace: "a" },
                spec,
            },
        }),
        dependencies,
    });
    const deployment = (name: string, dependencies: string[]) =>
        init(
            "apps/v1:Deployment",
            "Deployment",
            name,
            { template: { metadata: { labels: { app: name } } } },
            dependencies,
        );
    const stack = new Stack(
        Array.from({ length: count }, (_, number) => [
            init("core/v1:Service", "Service", `app-${number}`, { selector: { app: `app-${number}` } }, []),
            deployment(`app-${number}`, [urnOf("core/v1:Service", `app-${number}`)]),
            deployment(`behind-${number}`, [urnOf("apps/v1:Deployment", `app-${number}`)]),
        ]).flat(),
    );
    for (const node of stack.nodes) {
        const { dependencies } = node;
        Object.defineProperty(node, "dependencies", {
            get: () => {
                reads++;
                return dependencies;
            },
        });
    }
    return { stack, reads: () => reads };
}

test("deadlocks are found in steps that are in proportion to the stack", () => {
    const steps = [100, 400].map(count => {
        const { stack, reads } = deadlocked(count);
        const index = new ObjectIndex(stack);
        const deadlocks = deadlocksOf(index, new Resolver(index, { world: "stack", external: [] }));
        expect(deadlocks.map(({ node }) => node.resource.label).sort()).toEqual(
            Array.from({ length: count }, (_, number) => `Deployment a/app-${number}`).sort(),
        );
        return reads();
    });
    expect(steps[1]).toBe(4 * (steps[0] ?? 0));
});

function manifest(apiVersion: string, kind: string, name: string, more: object, ...dependsOn: string[]): TestResource {
    const type = tokenOf(apiVersion, kind);
    const props = { apiVersion, kind, metadata: { name, namespace: "shop" }, ...more };
    return { type, name, props, dependsOn };
}

function service(name: string, app: string, ...dependsOn: string[]): TestResource {
    return manifest("v1", "Service", name, { spec: { selector: { app } } }, ...dependsOn);
}

/** A Deployment that needs a ConfigMap, where that has a name. */
function deployment(name: string, app: string, needs: string, ...dependsOn: string[]): TestResource {
    const volumes = needs === "" ? [] : [{ configMap: { name: needs } }];
    const template = { metadata: { labels: { app } }, spec: { volumes } };
    return manifest("apps/v1", "Deployment", name, { spec: { template } }, ...dependsOn);
}

function configMap(name: string, ...dependsOn: string[]): TestResource {
    return manifest("v1", "ConfigMap", name, { data: {} }, ...dependsOn);
}

function ingress(name: string, backend: string, ...dependsOn: string[]): TestResource {
    const spec = { defaultBackend: { service: { name: backend, port: { number: 80 } } } };
    return manifest("networking.k8s.io/v1", "Ingress", name, { spec }, ...dependsOn);
}

/** The resources that wait for themselves, each with what it waits for. */
function deadlocks(...resources: readonly TestResource[]): string[][] {
    const index = new ObjectIndex(new Stack(graphOf(resources)));
    const found = deadlocksOf(index, new Resolver(index, { world: "namespace", external: [] }));
    return found.map(({ node, via }) => [node, ...via].map(({ resource }) => resource.name)).sort();
}

describe("a deadlock", () => {
    const cart = [service("cart-service", "cart"), deployment("cart", "cart", "", "cart-service")];

    test.each<[string, TestResource[], string[][]]>([
        ["is what waits for its own Service", cart, [["cart", "cart-service"]]],
        [
            "is none where the Service waits",
            [service("cart-service", "cart", "cart"), deployment("cart", "cart", "")],
            [],
        ],
        [
            "is both parts that need each other",
            [
                service("cart-service", "cart"),
                deployment("cart", "cart", "", "orders-service"),
                service("orders-service", "orders"),
                deployment("orders", "orders", "", "cart-service"),
            ],
            [
                ["cart", "orders-service", "orders", "cart-service"],
                ["orders", "cart-service", "cart", "orders-service"],
            ],
        ],
        [
            "is the shortest way of several",
            [
                service("cart-service", "cart"),
                configMap("first", "cart-service"),
                configMap("second", "first"),
                deployment("cart", "cart", "", "second", "first", "cart-service"),
            ],
            [["cart", "cart-service"]],
        ],
        [
            "is not what waits for one and is waited for by another",
            [
                ...cart,
                configMap("between", "cart"),
                service("orders-service", "orders"),
                deployment("orders", "orders", "between", "orders-service"),
            ],
            [
                ["cart", "cart-service"],
                ["orders", "orders-service"],
            ],
        ],
        [
            "is not what waits for one",
            [...cart, configMap("late", "cart"), deployment("orders", "orders", "late")],
            [["cart", "cart-service"]],
        ],
        [
            "goes through a component that is done when its parts are",
            [
                service("cart-service", "cart"),
                { type: "example:Component", name: "component" },
                { ...configMap("part", "cart-service"), parent: "component" },
                deployment("cart", "cart", "", "component"),
            ],
            [["cart", "component", "part", "cart-service"]],
        ],
        [
            "goes through an Ingress, its Service and the pods behind that",
            [
                ingress("cart-ingress", "cart"),
                service("cart", "cart"),
                deployment("cart-pods", "cart", "", "cart-ingress"),
            ],
            [["cart-pods", "cart-ingress"]],
        ],
    ])("%s", (_, resources, expected) => {
        expect(deadlocks(...resources)).toEqual(expected);
    });

    describe("has a part that is reported too where something needs it", () => {
        const alias = manifest("v1", "Service", "part", {}, "cart-service");
        const role = manifest("rbac.authorization.k8s.io/v1", "Role", "part", { rules: [] }, "cart-service");
        const binding = manifest("rbac.authorization.k8s.io/v1", "RoleBinding", "other", {
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "part" },
        });
        const patch = { ...ingress("other", "part"), type: "kubernetes:networking.k8s.io/v1:IngressPatch" };

        test.each<[string, TestResource, TestResource, boolean]>([
            ["for its pods", configMap("part", "cart-service"), deployment("other", "other", "part"), true],
            ["for an address", alias, ingress("other", "part"), true],
            ["not where it is only named", role, binding, false],
            ["not where a patch names it", alias, patch, false],
        ])("%s", (_, part, other, isNeeded) => {
            const cartBehind = deployment("cart", "cart", "", "part");
            const resources = [service("cart-service", "cart"), part, cartBehind, other];
            const ofPart = isNeeded ? [["part", "cart-service", "cart"]] : [];
            const expected = [["cart", "part", "cart-service"], ...ofPart];
            expect(deadlocks(...resources)).toEqual(expected);
            expect(deadlocks(...resources, configMap("late", "other"))).toEqual(expected);
        });
    });

    describe("is none where one of several pods starts, which", () => {
        const starts = (...resources: TestResource[]) => {
            const behind = deployment("cart-behind", "cart", "", "cart-service");
            return deadlocks(service("cart-service", "cart"), behind, ...resources);
        };
        const waits = [["cart-behind", "cart-service"]];

        test.each<[string, TestResource[], string[][]]>([
            ["is not there", [], waits],
            ["needs nothing", [deployment("cart", "cart", "")], []],
            ["waits, too", [deployment("cart", "cart", "", "cart-service")], [["cart", "cart-service"], ...waits]],
            [
                "needs what waits",
                [deployment("cart", "cart", "settings"), configMap("settings", "cart-service")],
                [...waits, ["settings", "cart-service", "cart"]],
            ],
            ["needs what is there", [deployment("cart", "cart", "settings"), configMap("settings")], []],
            ["needs what is elsewhere", [deployment("cart", "cart", "settings")], []],
            [
                "needs what comes after a Service of pods elsewhere",
                [
                    deployment("cart", "cart", "settings"),
                    configMap("settings", "orders-service"),
                    service("orders-service", "orders"),
                ],
                [],
            ],
            [
                "may be one whose labels are not known",
                [
                    manifest("apps/v1", "Deployment", "cart", {
                        spec: { template: { metadata: { labels: UNKNOWN_VALUES.map } } },
                    }),
                ],
                [],
            ],
        ])("%s", (_, resources, expected) => {
            expect(starts(...resources)).toEqual(expected);
            // Only beside a deadlock is everything looked at.
            const basket = [deployment("basket", "basket", "basket-settings"), configMap("basket-settings", "basket")];
            expect(starts(...resources, ...basket)).toEqual([["basket-settings", "basket"], ...expected]);
        });
    });

    test("goes through a List of which one item is waited for", () => {
        const item = (name: string, annotations: object) => ({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name, namespace: "shop", annotations },
            spec: { volumes: [{ configMap: { name: "settings" } }] },
        });
        const list = (...items: object[]): TestResource => ({
            type: "kubernetes:core/v1:PodList",
            name: "list",
            props: { apiVersion: "v1", kind: "PodList", items },
        });
        const skipped = item("one", { "pulumi.com/skipAwait": "true" });
        const settings = configMap("settings", "list");
        expect(deadlocks(list(skipped, item("two", {})), settings)).toEqual([["settings", "list"]]);
        expect(deadlocks(list(skipped, skipped), settings)).toEqual([]);
    });
});
