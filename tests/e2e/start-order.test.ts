import { readFileSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect } from "vitest";
import { CloudResource, exampleProgram, onCluster, PACK, type Run, test } from "./support/engine";

const POLICIES = { all: "disabled", "no-dangling-references": "mandatory", "require-start-order": "mandatory" };

type Options = pulumi.CustomResourceOptions;
type PodSpec = Partial<k8s.types.input.core.v1.PodSpec>;
type Container = Partial<k8s.types.input.core.v1.Container>;

const labels = (app: string) => ({ app });

function namespace(options: Options) {
    return new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, options);
}

function settings(options: Options, data = { CURRENCY: "EUR" }, inNamespace: pulumi.Input<string> = "tools") {
    const metadata = { name: "settings", namespace: inNamespace };
    return new k8s.core.v1.ConfigMap("settings", { metadata, data }, options);
}

function deployment(app: string, options: Options, container: Container = {}, pod: PodSpec = {}, metadata = {}) {
    const containers = [{ name: "web", image: `registry.example.com/shop/${app}:1.4.2`, ...container }];
    return new k8s.apps.v1.Deployment(
        app,
        {
            metadata: { name: app, namespace: "tools", ...metadata },
            spec: {
                selector: { matchLabels: labels(app) },
                template: { metadata: { labels: labels(app) }, spec: { containers, ...pod } },
            },
        },
        options,
    );
}

function service(app: string, options: Options, spec: object = {}) {
    return new k8s.core.v1.Service(
        `${app}-service`,
        {
            metadata: { name: app, namespace: "tools" },
            spec: { selector: labels(app), ports: [{ name: "http", port: 80 }], ...spec },
        },
        options,
    );
}

/** What the policies say, by resource, without their descriptions. */
function said({ reported }: Run): Record<string, string> {
    return Object.fromEntries(reported.map(({ resource, message }) => [resource, message]));
}

/** Programs that crash, hang or fail on a cluster, what the preview says, and how they are written right. */
const MISTAKES: Record<
    string,
    { broken: (options: Options) => void; says: Record<string, string>; corrected: (options: Options) => void }
> = {
    "a Deployment may start before the ConfigMap that it names": {
        broken: options => {
            settings(options);
            deployment("cart", options, { envFrom: [{ configMapRef: { name: "settings" } }] });
        },
        says: {
            cart: 'Deployment tools/cart: The Deployment can start before ConfigMap tools/settings, which envFrom[0].configMapRef.name of container "web" names: containers stay in CreateContainerConfigError until it exists, and up to a minute longer. Use the output metadata.name of resource "settings" as the name, or add the resource to the option dependsOn of resource "cart".',
        },
        corrected: options => {
            const { metadata } = settings(options);
            deployment("cart", options, { envFrom: [{ configMapRef: { name: metadata.name } }] });
        },
    },
    "an object may be created before its namespace": {
        broken: options => {
            namespace(options);
            settings(options, undefined, "shop");
        },
        says: {
            settings:
                'ConfigMap shop/settings: The ConfigMap can be created before Namespace shop, which metadata.namespace names: creation fails with "namespace not found" until it exists, and Pulumi gives up after 5 tries. Use the output metadata.name of resource "shop" as the name, or add the resource to the option dependsOn of resource "settings".',
        },
        corrected: options => {
            settings(options, undefined, namespace(options).metadata.name);
        },
    },
    "a custom resource may be created before its definition": {
        broken: options => {
            definition(options);
            cart("first", options);
        },
        says: {
            first: 'Cart tools/first: The Cart can be created before CustomResourceDefinition carts.shop.example.com, which defines its kind: creation fails with "no matches for kind" until it exists, and Pulumi gives up after 5 tries. Add resource "carts" to the option dependsOn of resource "first".',
        },
        corrected: options => {
            cart("first", { ...options, dependsOn: [definition(options)] });
        },
    },
    "a Deployment waits for the Service that waits for its pods": {
        broken: options => {
            const { metadata } = service("cart", options);
            deployment("cart", options, { env: [{ name: "OWN_NAME", value: metadata.name }] });
        },
        says: {
            cart: 'Deployment tools/cart: The Deployment waits for Service tools/cart (complete once the pods behind it are ready), which waits for the Deployment, so the update hangs while a pod behind the Service is not ready. Use literal values instead of outputs of resource "cart-service" in spec of resource "cart", and leave that resource out of its option dependsOn.',
        },
        corrected: options => {
            service("cart", options);
            deployment("cart", options, { env: [{ name: "OWN_NAME", value: "cart" }] });
        },
    },
    "a ConfigMap waits for the Deployment that cannot start without it": {
        broken: options => {
            const cart = deployment("cart", options, {}, { volumes: [{ name: "a", configMap: { name: "settings" } }] });
            settings({ ...options, dependsOn: [cart] });
        },
        says: {
            cart: 'Deployment tools/cart: The Deployment can start before ConfigMap tools/settings, which configMap.name of volume "a" names: pods stay in ContainerCreating with FailedMount until it exists, and up to 2 minutes longer. Remove resource "cart" from what resource "settings" depends on, then add resource "settings" to the option dependsOn of resource "cart".',
            settings:
                'ConfigMap tools/settings: The ConfigMap waits for Deployment tools/cart (complete once its pods are ready), which waits for the ConfigMap, so the update can hang until it times out. Remove resource "cart" from the option dependsOn of resource "settings", and use literal values instead of its outputs.',
        },
        corrected: options => {
            const { metadata } = settings(options);
            deployment("cart", options, {}, { volumes: [{ name: "a", configMap: { name: metadata.name } }] });
        },
    },
    "others depend on a Deployment that nobody waits for": {
        broken: options => {
            const annotations = { "pulumi.com/skipAwait": "true" };
            const orders = deployment("orders", options, {}, {}, { annotations });
            deployment("cart", { ...options, dependsOn: [orders] });
        },
        says: {
            orders: 'Deployment tools/orders: Deployment tools/cart depends on the Deployment but can start before its pods are ready, because the annotation pulumi.com/skipAwait is "true". Remove the annotation pulumi.com/skipAwait.',
        },
        corrected: options => {
            deployment("cart", { ...options, dependsOn: [deployment("orders", options)] });
        },
    },
    "a key is not in its ConfigMap": {
        broken: options => {
            const { metadata } = settings(options);
            const configMapKeyRef = { name: metadata.name, key: "curency" };
            deployment("cart", options, { env: [{ name: "CURRENCY", valueFrom: { configMapKeyRef } }] });
        },
        says: {
            cart: 'Deployment tools/cart: env["CURRENCY"].valueFrom.configMapKeyRef.key of container "web" names key "curency", which ConfigMap tools/settings does not have: containers stay in CreateContainerConfigError. Change the key to "CURRENCY".',
        },
        corrected: options => {
            const { metadata } = settings(options);
            const configMapKeyRef = { name: metadata.name, key: "CURRENCY" };
            deployment("cart", options, { env: [{ name: "CURRENCY", valueFrom: { configMapKeyRef } }] });
        },
    },
    "a Service selects nothing": {
        broken: options => {
            deployment("cart", options);
            service("cart", options, { selector: labels("basket") });
        },
        says: {
            "cart-service":
                'Service tools/cart: spec.selector (app=basket) selects no pod, but the pods of Deployment tools/cart have app=cart. Set app to "cart" to select the pods of Deployment tools/cart, or list the workload in "external" if it exists elsewhere.',
        },
        corrected: options => {
            deployment("cart", options);
            service("cart", options);
        },
    },
};

function definition(options: Options) {
    return new k8s.apiextensions.v1.CustomResourceDefinition(
        "carts",
        {
            metadata: { name: "carts.shop.example.com" },
            spec: {
                group: "shop.example.com",
                names: { kind: "Cart", plural: "carts" },
                scope: "Namespaced",
                versions: [
                    { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
                ],
            },
        },
        options,
    );
}

function cart(name: string, options: Options) {
    const metadata = { name, namespace: "tools" };
    return new k8s.apiextensions.CustomResource(
        name,
        { apiVersion: "shop.example.com/v1", kind: "Cart", metadata },
        options,
    );
}

describe.each(Object.entries(MISTAKES))("%s", (_, { broken, says, corrected }) => {
    test("is found by the preview", async ({ engine }) => {
        const stack = await engine.inlineStack(onCluster(broken));
        const preview = await stack.preview({ policyConfig: POLICIES });
        expect(said(preview)).toEqual(says);
        expect(preview.exitCode).toBe(1);
    });

    test("is not said of the corrected program", async ({ engine }) => {
        const stack = await engine.inlineStack(onCluster(corrected));
        const preview = await stack.preview({ policyConfig: POLICIES });
        expect(said(preview)).toEqual({});
        expect(preview.exitCode).toBe(0);
    });
});

/** A cluster, its nodes and a Deployment on it, all in one new stack. */
function newCluster(dependsOn: (nodes: pulumi.Resource) => pulumi.Resource[]) {
    return async () => {
        const main = new CloudResource("aws:eks/cluster:Cluster", "main", { name: "main" });
        const workers = new CloudResource("aws:eks/nodeGroup:NodeGroup", "workers", { clusterName: main.output });
        const provider = new k8s.Provider("on-main", { kubeconfig: main.output }, { dependsOn: dependsOn(workers) });
        deployment("cart", { provider });
    };
}

test("pods are not started on a cluster that has no nodes yet", async ({ engine }) => {
    const stack = await engine.inlineStack(newCluster(() => []));
    const preview = await stack.preview({ policyConfig: POLICIES });
    expect(said(preview)).toEqual({
        cart: 'Deployment tools/cart: The Deployment can start on aws:eks/cluster:Cluster "main" before its node pool exists: pods stay Pending until there are nodes. Add resource "workers" to the option dependsOn of resource "cart", or better of provider "on-main".',
    });
});

test("a provider that waits for the nodes is fine", async ({ engine }) => {
    const stack = await engine.inlineStack(newCluster(nodes => [nodes]));
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual({});
});

/** A component that names what another one makes by texts. */
class Shop extends pulumi.ComponentResource {
    constructor(name: string, options: pulumi.ComponentResourceOptions) {
        super("shop:index:Shop", name, {}, options);
        const inShop = { parent: this };
        deployment("cart", inShop, { envFrom: [{ configMapRef: { name: "settings" } }] }, {}, { namespace: "shop" });
    }
}

class Platform extends pulumi.ComponentResource {
    constructor(name: string, options: pulumi.ComponentResourceOptions) {
        super("shop:index:Platform", name, {}, options);
        const { metadata } = namespace({ parent: this });
        settings({ parent: this }, undefined, metadata.name);
    }
}

const MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: { name: rates, namespace: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: rates, namespace: shop }
spec:
    selector: { matchLabels: { app: rates } }
    template:
        metadata: { labels: { app: rates } }
        spec:
            containers:
                - { name: web, image: "registry.example.com/shop/rates:1.0.0", envFrom: [{ configMapRef: { name: rates } }] }
`;

test("components, files of manifests and StatefulSets with their Services are fine as they are usually written", async ({
    engine,
}) => {
    const stack = await engine.inlineStack(
        onCluster(({ provider }) => {
            const platform = new Platform("platform", { providers: [provider] });
            new Shop("shop-web", { providers: [provider], dependsOn: [platform] });
            new k8s.yaml.ConfigGroup("rates", { yaml: MANIFESTS }, { provider, dependsOn: [platform] });
            const headless = service("orders", { provider }, { clusterIP: "None" });
            new k8s.apps.v1.StatefulSet(
                "orders",
                {
                    metadata: { name: "orders", namespace: "tools" },
                    spec: {
                        serviceName: headless.metadata.name,
                        selector: { matchLabels: labels("orders") },
                        template: {
                            metadata: { labels: labels("orders") },
                            spec: { containers: [{ name: "db", image: "registry.example.com/shop/orders:2.0.1" }] },
                        },
                        volumeClaimTemplates: [
                            {
                                metadata: { name: "data" },
                                spec: {
                                    storageClassName: "gp3",
                                    accessModes: ["ReadWriteOnce"],
                                    resources: { requests: { storage: "1Gi" } },
                                },
                            },
                        ],
                    },
                },
                { provider },
            );
        }),
    );
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual({});
});

const CHART = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: rates, namespace: "{{ .Release.Namespace }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: rates-of-chart, namespace: "{{ .Release.Namespace }}" }
spec:
    selector: { matchLabels: { app: rates } }
    template:
        metadata: { labels: { app: rates } }
        spec:
            serviceAccountName: rates
            containers:
                - { name: web, image: "registry.example.com/shop/rates:1.0.0", envFrom: [{ configMapRef: { name: settings } }] }
`;

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: carts.shop.example.com }
spec:
    group: shop.example.com
    names: { kind: Cart, plural: carts }
    scope: Namespaced
    versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;

test("charts and kustomizations wait for what they depend on; who needs a chart's parts waits for all of them", async ({
    engine,
}) => {
    engine.write("chart/Chart.yaml", "apiVersion: v2\nname: rates\nversion: 1.0.0\n");
    engine.write("chart/templates/all.yaml", CHART);
    engine.write("chart/crds/carts.yaml", DEFINITION);
    engine.write("kustomization/kustomization.yaml", "resources: [all.yaml]\nnamespace: shop\n");
    engine.write("kustomization/all.yaml", MANIFESTS);
    const stack = await engine.inlineStack(
        onCluster(({ provider }) => {
            const shop = namespace({ provider });
            const inShop = settings({ provider }, undefined, shop.metadata.name);
            const chart = new k8s.helm.v3.Chart(
                "chart",
                {
                    path: `${engine.folder}/chart`,
                    namespace: shop.metadata.name,
                    transformations: [object => Object.assign(object.metadata, { labels: { tier: "backend" } })],
                },
                { provider, dependsOn: [inShop] },
            );
            new k8s.kustomize.Directory(
                "kustomization",
                { directory: `${engine.folder}/kustomization` },
                { provider, dependsOn: [shop] },
            );
            cart("waits", { provider, dependsOn: chart.ready });
            // A chart has no children yet when it is named so.
            cart("does-not", { provider, dependsOn: [chart] });
        }),
    );
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual({
        "does-not":
            'Cart tools/does-not: The Cart can be created before CustomResourceDefinition carts.shop.example.com, which defines its kind: creation fails with "no matches for kind" until it exists, and Pulumi gives up after 5 tries. Add the output ready of resource "chart" to the option dependsOn of resource "does-not", since Chart "chart" is complete before its children.',
    });
});

test("the example shows each mistake as a user sees it", async ({ engine }) => {
    const stack = await engine.inlineStack(exampleProgram("start-order-broken"));
    const file = path.join(PACK, "examples/start-order-broken/policies.json");
    const policyConfig = JSON.parse(readFileSync(file, "utf8"));
    const { output, exitCode } = await stack.preview({ policyConfig });

    const [, shown = ""] = /\nPolicies:\n(.*?)\n\n/s.exec(output) ?? [];
    await expect(shown.replace(PACK, "../..")).toMatchFileSnapshot("start-order-preview.txt");
    expect(exitCode).toBe(1);
});

test("the corrected example is deployed", async ({ engine }) => {
    const stack = await engine.inlineStack(exampleProgram("start-order"));
    const preview = await stack.preview({ policyConfig: POLICIES });
    expect(said(preview)).toEqual({});
    expect(preview.exitCode).toBe(0);

    // The provider installs no chart into a folder.
    const up = await stack.up({ policyConfig: POLICIES, exclude: ["**::mail"] });
    expect(said(up)).toEqual({});
    expect(up.exitCode).toBe(0);
    expect([...engine.rendered().keys()]).toContain("Mailbox receipts");
});
