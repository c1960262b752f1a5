import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { type Run, StandIn, test } from "./support/engine";
import { Recorder } from "./support/recorder";

const POLICIES = {
    all: "disabled",
    ...Object.fromEntries(
        [
            "no-dangling-references",
            "no-plaintext-secrets",
            "one-owner-per-object",
            "require-start-order",
            "restrict-namespaces",
            "valid-labels",
        ].map(name => [name, "mandatory"]),
    ),
};

type Options = pulumi.CustomResourceOptions;

/** What the policies say, by resource, without their descriptions. */
function said({ reported }: Run): Record<string, string> {
    return Object.fromEntries(reported.map(({ resource, message }) => [resource, message]));
}

/** A program of objects on a cluster that exists. */
function on(kubeconfig: string, define: (options: Options) => void): PulumiFn {
    return async () => define({ provider: new k8s.Provider("cluster", { kubeconfig }) });
}

/** A program of objects on a cluster that the same update makes. */
function onNewCluster(define: (options: Options) => void): PulumiFn {
    return async () => {
        const { output: kubeconfig } = new StandIn("kubeconfig", "{}");
        define({ provider: new k8s.Provider("cluster", { kubeconfig }) });
    };
}

/** Nothing runs on the cluster, so nothing becomes ready. */
function deployment(name: string, metadata: object, options: Options, settings?: string) {
    const labels = { app: "cart" };
    const envFrom = settings === undefined ? [] : [{ configMapRef: { name: settings } }];
    const containers = [{ name: "web", image: "registry.example.com/shop/cart:1.4.2", envFrom }];
    return new k8s.apps.v1.Deployment(
        name,
        {
            metadata: { annotations: { "pulumi.com/skipAwait": "true" }, ...metadata },
            spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
        },
        options,
    );
}

/** The application says the name of the resource where it means the object's. */
function literalName(options: Options) {
    const shop = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, options);
    // As a text, since no output of the Namespace is known while there is no cluster.
    const inShop = { namespace: "shop" };
    const settings = new k8s.core.v1.ConfigMap(
        "settings",
        { metadata: inShop, data: { CURRENCY: "EUR" } },
        { ...options, dependsOn: [shop] },
    );
    deployment("cart", { name: "cart", ...inShop }, { ...options, dependsOn: [settings] }, "settings");
}

function dangling(name: string): string {
    return (
        'Deployment shop/cart: envFrom[0].configMapRef.name of container "web" names ConfigMap shop/settings, but the ' +
        `ConfigMap of resource "settings" is called ${name}. Use the output metadata.name of resource "settings" as the ` +
        "name, or set metadata.name in that resource."
    );
}

function badName(options: Options) {
    deployment("CartService_Deployment", { namespace: "default" }, options);
}

/** The Namespace starts after something else of the stack, the Patch at once. */
function patchBeforeNamespace(options: Options) {
    const metadata = { name: "runner" };
    new k8s.core.v1.NamespacePatch("labels", { metadata: { ...metadata, labels: { team: "shop" } } }, options);
    const first = new k8s.core.v1.ConfigMap("first", { metadata: { name: "first", namespace: "default" } }, options);
    new k8s.core.v1.Namespace(
        "runner",
        { metadata: { ...metadata, labels: { stage: "night" } } },
        { ...options, dependsOn: [first] },
    );
}

describe("on a real API server", () => {
    let cluster: Cluster;
    let recorder: Recorder;

    beforeAll(async () => {
        cluster = await Cluster.start();
        recorder = await Recorder.before(cluster);
    });
    afterAll(async () => {
        await recorder?.stop();
        await cluster?.stop();
    });

    test("an object without a name is not called as its resource", async ({ engine }) => {
        const first = await engine.inlineStack(onNewCluster(literalName));
        expect(said(await first.preview({ policyConfig: POLICIES }))).toEqual({
            cart: dangling("settings-<8 random characters>"),
        });

        const stack = await engine.inlineStack(on(cluster.kubeconfig, literalName), {}, "test");
        const preview = said(await stack.preview({ policyConfig: POLICIES }));
        expect(preview).toEqual({ cart: expect.stringMatching(/is called settings-[0-9a-f]{8}\. /) });

        expect((await stack.up({ policyPacks: [] })).exitCode).toBe(0);
        const { body } = await cluster.request("GET", "/api/v1/namespaces/shop/configmaps");
        const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
        expect(names).toEqual([expect.stringMatching(/^settings-[0-9a-f]{8}$/)]);
        const update = said(await stack.preview({ policyConfig: POLICIES }));
        expect(update).toEqual({ cart: dangling(names[0] ?? "") });
    });

    test("the API server refuses the name that Pulumi makes of CartService_Deployment", async ({ engine }) => {
        const first = await engine.inlineStack(onNewCluster(badName));
        expect(said(await first.preview({ policyConfig: POLICIES }))).toEqual({
            CartService_Deployment: expect.stringContaining(
                "Pulumi names it CartService_Deployment-<8 random characters>",
            ),
        });

        const stack = await engine.inlineStack(on(cluster.kubeconfig, badName), {}, "test");
        const { exitCode, diagnostics } = await stack.up({ policyPacks: [] });
        expect(diagnostics.get("CartService_Deployment")).toMatch(
            /metadata\.name: Invalid value: "CartService_Deployment-[0-9a-f]{8}"/,
        );
        expect(exitCode).not.toBe(0);
    });

    // The provider that the tests build (4.18) creates by an apply, which changes what exists. Since 4.29 it is refused.
    // Source: pulumi/pulumi-kubernetes CHANGELOG.md, 4.29.0.
    test("a Patch that comes before its Namespace creates it", async ({ engine }) => {
        const stack = await engine.inlineStack(on(recorder.kubeconfig, patchBeforeNamespace));
        expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual({
            labels: 'Namespace runner: The NamespacePatch can be applied before Namespace runner, which it patches: applied first, it creates the object itself or is refused, and since version 4.29 of the provider the creation of the object then fails with "already exists". Use the output metadata.name of resource "runner" as the name, or add the resource to the option dependsOn of resource "labels".',
        });

        recorder.slowDown("configmaps default/first", 3_000);
        const { output, exitCode } = await stack.up({ policyPacks: [] });
        expect(exitCode, output).toBe(0);
        expect(recorder.created("namespaces runner")).toBeLessThan(
            recorder.created("configmaps default/first") ?? Number.NEGATIVE_INFINITY,
        );
        const { body } = await cluster.request("GET", "/api/v1/namespaces/runner");
        expect(body.metadata).toMatchObject({ labels: { team: "shop", stage: "night" } });
    });
});

test("a stack's own rules for names decide instead", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onNewCluster(options => {
            literalName(options);
            badName(options);
        }),
    );
    expect(Object.keys(said(await stack.preview({ policyConfig: POLICIES })))).toEqual([
        "cart",
        "CartService_Deployment",
    ]);

    const rule = ["config", "set", "--stack", "dev", "--path", "pulumi:autonaming.mode", "verbatim"];
    expect(await engine.pulumi(rule, path.join(engine.folder, "inline"))).toMatchObject({ exitCode: 0 });
    const { reported, exitCode, output } = await stack.preview({ policyConfig: POLICIES });
    expect(reported).toEqual([]);
    expect(exitCode, output).toBe(0);
});

test("Patches of what the cluster runs are no workloads of the stack; what a Release is given is", async ({
    engine,
}) => {
    const metadata = (name: string) => ({ name, namespace: "kube-system" });
    const stack = await engine.inlineStack(
        onNewCluster(options => {
            const shop = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, options);
            new k8s.core.v1.NamespacePatch(
                "shop-labels",
                { metadata: { name: shop.metadata.name, labels: { team: "shop" } } },
                options,
            );
            new k8s.core.v1.ConfigMapPatch(
                "aws-auth",
                { metadata: metadata("aws-auth"), data: { mapUsers: "[]" } },
                options,
            );
            new k8s.apps.v1.DaemonSetPatch("aws-node", { metadata: metadata("aws-node") }, options);
            new k8s.apps.v1.DeploymentPatch(
                "coredns",
                { metadata: metadata("coredns"), spec: { replicas: 3 } },
                options,
            );
            new k8s.helm.v3.Release(
                "database",
                {
                    name: "database",
                    chart: "postgresql",
                    namespace: shop.metadata.name,
                    repositoryOpts: { repo: "https://charts.example.com" },
                    values: { auth: { username: "shop", password: "hunter2x" } },
                },
                options,
            );
        }),
    );
    const preview = await stack.preview({ policyConfig: POLICIES });
    expect(said(preview)).toEqual({
        database: `kubernetes:helm.sh/v3:Release "database": values.auth.password holds a credential in plain text. Make it a Pulumi secret (config.requireSecret, pulumi.secret), or refer to an existing Secret.`,
    });
});
