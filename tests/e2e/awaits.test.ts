import { setTimeout as sleep } from "node:timers/promises";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { type Engine, type Run, type TestStack, test } from "./support/engine";

const POLICIES = { all: "disabled", "require-start-order": "mandatory" };
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const WAIT_FOR = "pulumi.com/waitFor";

type Options = pulumi.CustomResourceOptions;

function configMap(name: string, options: Options, annotations: Record<string, string> = {}) {
    return new k8s.core.v1.ConfigMap(name, { metadata: { name, annotations } }, options);
}

function deployment(name: string, options: Options, annotations: Record<string, string> = {}) {
    const labels = { app: name };
    const containers = [{ name: "web", image: "registry.example.com/shop/cart:1.4.2" }];
    const template = { metadata: { labels }, spec: { containers } };
    const metadata = { name, annotations };
    return new k8s.apps.v1.Deployment(
        name,
        { metadata, spec: { selector: { matchLabels: labels }, template } },
        options,
    );
}

/** What the provider waits for, asked of a real API server, on which the tests do what controllers would. */
describe("the provider", () => {
    let cluster: Cluster;
    beforeAll(async () => {
        cluster = await Cluster.start();
    }, 1_800_000);
    afterAll(() => cluster?.stop());

    /** A stack of what a program makes on the cluster. */
    function stackOf(engine: Engine, define: (options: Options) => void): Promise<TestStack> {
        return engine.inlineStack(async () => {
            define({ provider: new k8s.Provider("k8s", { kubeconfig: cluster.kubeconfig }) });
        });
    }

    /** Updates without the pack, which would refuse most of these programs. */
    async function update(stack: TestStack): Promise<Run & { seconds: number }> {
        const start = Date.now();
        const run = await stack.up({ policyPacks: [] });
        return { ...run, seconds: (Date.now() - start) / 1000 };
    }

    async function exists(url: string): Promise<boolean> {
        return (await cluster.request("GET", url)).status === 200;
    }

    async function appears(url: string): Promise<void> {
        while (!(await exists(url))) await sleep(100);
    }

    async function create(url: string, object: object): Promise<void> {
        const { status, body } = await cluster.request("POST", url, object);
        expect([status, body.message]).toEqual([201, undefined]);
    }

    async function change(url: string, patch: object): Promise<void> {
        const { status } = await cluster.request("PATCH", url, patch, "application/merge-patch+json");
        expect(status).toBe(200);
    }

    test("goes on after an object once what its annotation says holds", async ({ engine }) => {
        const stack = await stackOf(engine, options => {
            const gate = configMap("gate", options, { [WAIT_FOR]: "jsonpath={.data.open}=yes" });
            configMap("behind-the-gate", { ...options, dependsOn: [gate] });
        });
        const updated = update(stack);
        await appears(`${CONFIG_MAPS}/gate`);
        await sleep(2000);
        expect(await exists(`${CONFIG_MAPS}/behind-the-gate`)).toBe(false);
        await change(`${CONFIG_MAPS}/gate`, { data: { open: "yes" } });
        expect((await updated).exitCode).toBe(0);
        expect(await exists(`${CONFIG_MAPS}/behind-the-gate`)).toBe(true);
    });

    test("never creates an Issuer after the Certificate that is awaited and needs it", async ({ engine }) => {
        const group = "cert-manager.io";
        for (const [kind, plural] of [
            ["Certificate", "certificates"],
            ["Issuer", "issuers"],
        ] as const) {
            const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
            const versions = [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }];
            const definition = { group, names: { kind, plural }, scope: "Namespaced", versions };
            await create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
                apiVersion: "apiextensions.k8s.io/v1",
                kind: "CustomResourceDefinition",
                metadata: { name: `${plural}.${group}` },
                spec: definition,
            });
            while (!(await exists(`/apis/${group}/v1/namespaces/default/${plural}`))) await sleep(100);
        }
        const url = `/apis/${group}/v1/namespaces/default`;
        const stack = await stackOf(engine, options => {
            const custom = (
                kind: string,
                name: string,
                spec: object,
                annotations: Record<string, string>,
                own: Options,
            ) =>
                new k8s.apiextensions.CustomResource(
                    name,
                    { apiVersion: `${group}/v1`, kind, metadata: { name, annotations }, spec },
                    { ...options, ...own },
                );
            const spec = { secretName: "cart-tls", issuerRef: { name: "local" } };
            const certificate = custom(
                "Certificate",
                "cart",
                spec,
                { [WAIT_FOR]: "condition=Ready" },
                {
                    customTimeouts: { create: "8s" },
                },
            );
            custom("Issuer", "local", { selfSigned: {} }, {}, { dependsOn: [certificate] });
        });
        const preview = await stack.preview({ policyConfig: POLICIES });
        expect(preview.reported.map(({ resource, message }) => [resource, message])).toEqual([
            [
                "local",
                'Issuer default/local: The Issuer waits for Certificate default/cart (complete once its condition Ready is True), which waits for the Issuer, so the update can hang until it times out. Remove resource "cart" from the option dependsOn of resource "local", and use literal values instead of its outputs.',
            ],
        ]);
        const { exitCode, output } = await update(stack);
        expect(output).toContain("timed out waiting for the condition");
        expect(exitCode).not.toBe(0);
        expect([await exists(`${url}/certificates/cart`), await exists(`${url}/issuers/local`)]).toEqual([true, false]);
    });

    test("fails at once where an annotation leaves it no time", async ({ engine }) => {
        const stack = await stackOf(engine, options => {
            const cart = deployment("no-time", options, { "pulumi.com/timeoutSeconds": "0" });
            configMap("after-no-time", { ...options, dependsOn: [cart] });
            // Kinds that it does not wait for, and those with a time of their own, are created all the same.
            configMap("unawaited", options, { "pulumi.com/timeoutSeconds": "0" });
        });
        const preview = await stack.preview({ policyConfig: POLICIES });
        expect(preview.reported.map(({ resource }) => resource)).toEqual(["no-time"]);
        const { exitCode, seconds } = await update(stack);
        expect(exitCode).not.toBe(0);
        expect(seconds).toBeLessThan(60);
        expect(await exists("/apis/apps/v1/namespaces/default/deployments/no-time")).toBe(true);
        expect(await exists(`${CONFIG_MAPS}/after-no-time`)).toBe(false);
        expect(await exists(`${CONFIG_MAPS}/unawaited`)).toBe(true);
    });

    test("does not wait where an annotation says so", async ({ engine }) => {
        const stack = await stackOf(engine, options => {
            const cart = deployment("not-awaited", options, { "pulumi.com/skipAwait": "true" });
            configMap("after-not-awaited", { ...options, dependsOn: [cart] });
        });
        expect((await update(stack)).exitCode).toBe(0);
        expect(await exists(`${CONFIG_MAPS}/after-not-awaited`)).toBe(true);
    });

    test("goes on after a claim that is bound with its first pod", async ({ engine }) => {
        const stack = await stackOf(engine, options => {
            const late = new k8s.storage.v1.StorageClass(
                "late",
                {
                    metadata: { name: "late" },
                    provisioner: "example.com/disks",
                    volumeBindingMode: "WaitForFirstConsumer",
                },
                options,
            );
            const spec = {
                storageClassName: late.metadata.name,
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: "1Gi" } },
            };
            const data = new k8s.core.v1.PersistentVolumeClaim("data", { metadata: { name: "data" }, spec }, options);
            configMap("after-the-claim", { ...options, dependsOn: [data] });
        });
        expect((await stack.preview({ policyConfig: POLICIES })).reported).toEqual([]);
        expect((await update(stack)).exitCode).toBe(0);
        expect(await exists(`${CONFIG_MAPS}/after-the-claim`)).toBe(true);
    });

    test("goes on after a Service without pods, and not while one is unready", async ({ engine }) => {
        const stack = await stackOf(engine, options => {
            const spec = { selector: { app: "cart" }, ports: [{ port: 80 }] };
            const service = new k8s.core.v1.Service("cart", { metadata: { name: "cart" }, spec }, options);
            configMap("after-the-service", { ...options, dependsOn: [service] });
        });
        const updated = update(stack);
        await appears("/api/v1/namespaces/default/services/cart");
        const endpoints = "/api/v1/namespaces/default/endpoints";
        const unready = [{ notReadyAddresses: [{ ip: "10.1.0.1" }], ports: [{ port: 80 }] }];
        await create(endpoints, { apiVersion: "v1", kind: "Endpoints", metadata: { name: "cart" }, subsets: unready });
        await sleep(15_000);
        expect(await exists(`${CONFIG_MAPS}/after-the-service`)).toBe(false);
        await change(`${endpoints}/cart`, { subsets: null });
        expect((await updated).exitCode).toBe(0);
        expect(await exists(`${CONFIG_MAPS}/after-the-service`)).toBe(true);
    });
});
