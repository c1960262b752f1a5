import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { version } from "@pulumi/kubernetes/package.json";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cluster } from "./support/cluster";
import { Engine, type Run } from "./support/engine";

/**
 * The children of a v4 chart and of yaml/v2 are registered by the provider's own code, without a version, and what the
 * program makes with that of its SDK: the engine makes two default providers for the one current cluster.
 */
const POLICIES = {
    all: "disabled",
    "no-dangling-references": "mandatory",
    "require-start-order": "mandatory",
    "one-owner-per-object": "mandatory",
    "require-headless-service": "advisory",
};

const CHART = {
    "Chart.yaml": "apiVersion: v2\nname: storefront\nversion: 1.0.0\n",
    "values.yaml": "{}\n",
    "templates/all.yaml": `
apiVersion: v1
kind: Service
metadata: { name: storefront, namespace: {{ .Release.Namespace }} }
spec: { selector: { app.kubernetes.io/name: storefront }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: storefront, namespace: {{ .Release.Namespace }}, labels: { app.kubernetes.io/name: storefront } }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: storefront } }
  template:
    metadata: { labels: { app.kubernetes.io/name: storefront } }
    spec: { containers: [{ name: web, image: registry.example.com/storefront:1.0.0, ports: [{ name: http, containerPort: 8080 }] }] }
`,
};

/** What is in the group of objects, which the provider registers. */
const GROUP = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { currency: EUR }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: cart, namespace: shop }
`;

/** The providers' Pulumi names; that of the program's resources has the version of the SDK in it. */
const BOTH = ["default", `default_${version.replaceAll(".", "_")}`];

let cluster: Cluster;
let folder: string;
let engine: Engine;

beforeAll(async () => {
    cluster = await Cluster.start();
    folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-kubeconfig-"));
    const kubeconfig = path.join(folder, "config");
    writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
    engine = await Engine.open({ KUBECONFIG: kubeconfig });
});
afterAll(async () => {
    engine.close();
    rmSync(folder, { recursive: true });
    await cluster.stop();
});

/** Which policy says what of which object, without details and advice. */
function said({ reported }: Run): string[] {
    return reported.map(({ policy, message }) => `${policy}: ${message.replace(/:\n- /, ": ").split(/,|\. /)[0]}`);
}

const shop = () => new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } });

function group(dependsOn: k8s.core.v1.Namespace): k8s.yaml.v2.ConfigGroup {
    return new k8s.yaml.v2.ConfigGroup("settings", { yaml: GROUP }, { dependsOn });
}

/** What refers to the objects of the group. Nothing waits for it, so that it need not be awaited without nodes. */
function cart(dependsOn: object[]): void {
    const name = { "app.kubernetes.io/name": "cart" };
    const container = {
        name: "cart",
        image: "registry.example.com/cart:1.0.0",
        envFrom: [{ configMapRef: { name: "settings" } }],
    };
    new k8s.apps.v1.Deployment(
        "cart",
        {
            metadata: {
                name: "cart",
                namespace: "shop",
                labels: name,
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                selector: { matchLabels: name },
                template: { metadata: { labels: name }, spec: { serviceAccountName: "cart", containers: [container] } },
            },
        },
        { dependsOn } as never,
    );
}

function chart(dependsOn: k8s.core.v1.Namespace): k8s.helm.v4.Chart {
    for (const [file, content] of Object.entries(CHART)) engine.write(path.join("storefront", file), content);
    return new k8s.helm.v4.Chart(
        "storefront",
        { chart: path.join(engine.folder, "storefront"), namespace: "shop" },
        { dependsOn },
    );
}

async function preview(program: PulumiFn, stackName: string): Promise<Run> {
    const run = await (await engine.inlineStack(program, {}, stackName)).preview({ policyConfig: POLICIES });
    expect(run.providers).toEqual(BOTH);
    return run;
}

test("a group of objects and what refers to it are on one cluster", async () => {
    const program: PulumiFn = async () => cart([group(shop())]);
    const stack = await engine.inlineStack(program, {}, "group");
    const first = await stack.preview({ policyConfig: POLICIES });
    expect(said(first)).toEqual([]);
    expect(first.exitCode, first.output).toBe(0);
    expect(first.providers).toEqual(BOTH);

    const update = await stack.up({ policyConfig: POLICIES });
    expect(said(update)).toEqual([]);
    expect(update.exitCode, update.output).toBe(0);
    const second = await stack.preview({ policyConfig: POLICIES });
    expect(said(second)).toEqual([]);
});

/** A chart, and what refers to its objects. */
function chartProgram(name: string, port: string): PulumiFn {
    return async () => {
        const dependsOn = [chart(shop())];
        const metadata = { name: "storefront", namespace: "shop" };
        const matchLabels = { "app.kubernetes.io/name": name };
        const service = { name: "storefront", port: { name: port } };
        const http = { paths: [{ path: "/", pathType: "Prefix", backend: { service } }] };
        const rules = [{ host: "shop.example.com", http }];
        new k8s.networking.v1.Ingress("ingress", { metadata, spec: { rules } }, { dependsOn });
        new k8s.networking.v1.NetworkPolicy(
            "policy",
            { metadata, spec: { podSelector: { matchLabels } } },
            { dependsOn },
        );
        const budget = { minAvailable: 1, selector: { matchLabels } };
        new k8s.policy.v1.PodDisruptionBudget("budget", { metadata, spec: budget }, { dependsOn });
    };
}

test("a chart and what refers to it are on one cluster", async () => {
    const run = await preview(chartProgram("storefront", "http"), "chart");
    expect([...run.inputs.keys()]).toContain("storefront:shop/storefront");
    expect(said(run)).toEqual([]);
    expect(run.exitCode, run.output).toBe(0);
});

test("what refers to nothing in a chart is found", async () => {
    const run = await preview(chartProgram("storefrnt", "https"), "chart-missing");
    expect(said(run)).toMatchInlineSnapshot(`
      [
        "no-dangling-references: PodDisruptionBudget shop/storefront: spec.selector (app.kubernetes.io/name=storefrnt) selects no pod",
        "no-dangling-references: Ingress shop/storefront: spec.rules[0].http.paths[0].backend.service.port.name is "https"",
        "no-dangling-references: NetworkPolicy shop/storefront: spec.podSelector (app.kubernetes.io/name=storefrnt) selects no pod",
      ]
    `);
    expect(run.exitCode).toBe(1);
});

test("what starts early and what has two owners is found across both default providers", async () => {
    const run = await preview(async () => {
        const namespace = shop();
        group(namespace);
        cart([namespace]);
        const metadata = { name: "settings", namespace: "shop" };
        new k8s.core.v1.ConfigMap("own-settings", { metadata, data: { currency: "USD" } }, { dependsOn: namespace });
    }, "early");
    expect(said(run)).toMatchInlineSnapshot(`
      [
        "require-start-order: Deployment shop/cart: The Deployment can start before ConfigMap shop/settings",
        "one-owner-per-object: ConfigMap shop/settings: This object is also managed by resource "settings:shop/settings"",
        "one-owner-per-object: ConfigMap shop/settings: This object is also managed by resource "own-settings"",
      ]
    `);
    expect(run.exitCode).toBe(1);
});
