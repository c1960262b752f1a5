import { createReadStream } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { type Engine, test } from "./support/engine";
import { Recorder } from "./support/recorder";

const POLICIES = { all: "disabled", "require-start-order": "mandatory" };
/** How long the API server keeps the client waiting that creates what others need, in milliseconds. */
const SLOWED = 4_000;

type Options = pulumi.CustomResourceOptions;

/** A program whose resources need one that takes long. */
interface Program {
    /** What they need, as the recorder calls it: the API server is slow to create it. */
    readonly needed: string;
    /** Where it is complete only later: what completes it then, as a patch of the object at a URL. */
    readonly completedBy?: { readonly url: string; readonly patch: object };
    /** @param repo where Helm gets charts */
    readonly define: (options: Options, repo: string) => void;
    /** What is sent to the API server first for the resources that need it, by Pulumi name. */
    readonly objects: Readonly<Record<string, string>>;
    /** Those of them that are too early. */
    readonly early: readonly string[];
}

function namespace(name: string, options: Options) {
    return new k8s.core.v1.Namespace(name, { metadata: { name } }, options);
}

function settings(name: string, inNamespace: pulumi.Input<string>, options: Options) {
    const metadata = { name, namespace: inNamespace };
    return new k8s.core.v1.ConfigMap(name, { metadata, data: { CURRENCY: "EUR" } }, options);
}

/** Nothing runs on the cluster, so nothing becomes ready. */
function deployment(name: string, inNamespace: pulumi.Input<string>, options: Options, uses?: pulumi.Input<string>) {
    const labels = { app: name };
    const envFrom = uses === undefined ? [] : [{ configMapRef: { name: uses } }];
    const containers = [{ name: "web", image: `registry.example.com/shop/${name}:1.4.2`, envFrom }];
    const metadata = { name, namespace: inNamespace, annotations: { "pulumi.com/skipAwait": "true" } };
    const template = { metadata: { labels }, spec: { containers } };
    return new k8s.apps.v1.Deployment(
        name,
        { metadata, spec: { selector: { matchLabels: labels }, template } },
        options,
    );
}

/** A component whose parts name the namespace by a text. */
class Shop extends pulumi.ComponentResource {
    constructor(name: string, inNamespace: string, options: pulumi.ComponentResourceOptions) {
        super("shop:index:Shop", name, {}, options);
        settings(`${name}-settings`, inNamespace, { parent: this });
    }
}

const PROGRAMS: Readonly<Record<string, Program>> = {
    "a Namespace": {
        needed: "namespaces slow",
        define: options => {
            const slow = namespace("slow", options);
            settings("by-text", "slow", options);
            deployment("deployment-by-text", "slow", options);
            settings("by-output", slow.metadata.name, options);
            settings("depends-on", "slow", { ...options, dependsOn: [slow] });
            settings("depends-on-what-waits", "slow", {
                ...options,
                dependsOn: [settings("waits", slow.metadata.name, options)],
            });
            const providers = options.provider ? [options.provider] : [];
            new Shop("component", "slow", { providers });
            new Shop("component-that-waits", "slow", { providers, dependsOn: [slow] });
        },
        objects: {
            "by-text": "configmaps slow/by-text",
            "deployment-by-text": "deployments slow/deployment-by-text",
            "by-output": "configmaps slow/by-output",
            "depends-on": "configmaps slow/depends-on",
            "depends-on-what-waits": "configmaps slow/depends-on-what-waits",
            "component-settings": "configmaps slow/component-settings",
            "component-that-waits-settings": "configmaps slow/component-that-waits-settings",
        },
        early: ["by-text", "component-settings", "deployment-by-text"],
    },
    "a CustomResourceDefinition": {
        needed: "customresourcedefinitions carts.shop.example.com",
        define: options => {
            const carts = new k8s.apiextensions.v1.CustomResourceDefinition(
                "carts",
                definitionOf("shop.example.com", "Cart", "carts", "Namespaced"),
                options,
            );
            cart("early", options);
            cart("waits", { ...options, dependsOn: [carts] });
        },
        objects: { early: "carts default/early", waits: "carts default/waits" },
        early: ["early"],
    },
    "the Namespace of a Release": {
        needed: "namespaces monitoring",
        define: (options, repo) => {
            const monitoring = namespace("monitoring", options);
            release("by-text", { repo, namespace: "monitoring" }, options);
            release("by-output", { repo, namespace: monitoring.metadata.name }, options);
            release("depends-on", { repo, namespace: "monitoring" }, { ...options, dependsOn: [monitoring] });
        },
        objects: {
            "by-text": "secrets monitoring/sh.helm.release.v1.by-text.v1",
            "by-output": "secrets monitoring/sh.helm.release.v1.by-output.v1",
            "depends-on": "secrets monitoring/sh.helm.release.v1.depends-on.v1",
        },
        early: ["by-text"],
    },
    "a Namespace that a Release makes": {
        needed: "namespaces made",
        define: (options, repo) => {
            const maker = release("maker", { repo, namespace: "made", createNamespace: true }, options);
            settings("early", "made", options);
            settings("waits", "made", { ...options, dependsOn: [maker] });
        },
        objects: { early: "configmaps made/early", waits: "configmaps made/waits" },
        early: ["early"],
    },
    "definitions that a Release brings": {
        needed: "customresourcedefinitions clusterissuers.cert-manager.io",
        define: (options, repo) => {
            const certManager = release(
                "cert-manager",
                { repo, namespace: "default", chart: "cert-manager", values: { installCRDs: true } },
                options,
            );
            issuer("early", options);
            issuer("waits", { ...options, dependsOn: [certManager] });
        },
        objects: { early: "clusterissuers early", waits: "clusterissuers waits" },
        early: ["early"],
    },
    "what is complete once a condition of waitFor is": {
        needed: "configmaps default/gate",
        completedBy: { url: "/api/v1/namespaces/default/configmaps/gate", patch: { data: { open: "yes" } } },
        define: options => {
            const annotations = { "pulumi.com/waitFor": "jsonpath={.data.open}=yes" };
            const metadata = { name: "gate", namespace: "default", annotations };
            const gate = new k8s.core.v1.ConfigMap("gate", { metadata, data: { CURRENCY: "EUR" } }, options);
            deployment("gate-by-text", "default", options, "gate");
            deployment("gate-by-output", "default", options, gate.metadata.name);
            deployment("gate-depends-on", "default", { ...options, dependsOn: [gate] }, "gate");
        },
        objects: {
            "gate-by-text": "deployments default/gate-by-text",
            "gate-by-output": "deployments default/gate-by-output",
            "gate-depends-on": "deployments default/gate-depends-on",
        },
        early: ["gate-by-text"],
    },
};

/** A repository of charts on this machine: one of a ConfigMap, and a small one by the name of a well-known one. */
class ChartRepository {
    private constructor(private readonly server: Server) {}

    static async of(engine: Engine): Promise<ChartRepository> {
        const issuers = definitionOf("cert-manager.io", "ClusterIssuer", "clusterissuers", "Cluster");
        const charts = {
            settings: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-settings }\n",
            "cert-manager": `{{ if .Values.installCRDs }}\n${JSON.stringify(issuers)}\n{{ end }}\n`,
        };
        const entries: Record<string, object[]> = {};
        const folder = path.join(engine.folder, "charts");
        for (const [name, template] of Object.entries(charts)) {
            const chart = { apiVersion: "v2", name, version: "1.0.0" };
            engine.write(`charts/${name}/Chart.yaml`, JSON.stringify(chart));
            engine.write(`charts/${name}/templates/all.yaml`, template);
            const packed = await engine.run("tar", ["-czf", `${name}.tgz`, name], folder);
            expect(packed).toMatchObject({ exitCode: 0 });
            entries[name] = [{ ...chart, urls: [`${name}.tgz`] }];
        }
        engine.write("charts/index.yaml", JSON.stringify({ apiVersion: "v1", entries }));
        const server = createServer(({ url = "" }, response) =>
            createReadStream(path.join(folder, path.basename(url)))
                .on("error", () => response.writeHead(404).end())
                .pipe(response),
        );
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
        return new ChartRepository(server);
    }

    get url(): string {
        const address = this.server.address();
        return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    }

    stop(): void {
        this.server.close();
        this.server.closeAllConnections();
    }
}

function release(
    name: string,
    { repo, ...args }: Partial<k8s.helm.v3.ReleaseArgs> & { readonly repo: string },
    options: Options,
) {
    return new k8s.helm.v3.Release(name, { name, chart: "settings", repositoryOpts: { repo }, ...args }, options);
}

function issuer(name: string, options: Options) {
    return new k8s.apiextensions.CustomResource(
        name,
        { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name } },
        options,
    );
}

function definitionOf(group: string, kind: string, plural: string, scope: "Cluster" | "Namespaced") {
    return {
        apiVersion: "apiextensions.k8s.io/v1" as const,
        kind: "CustomResourceDefinition" as const,
        metadata: { name: `${plural}.${group}` },
        spec: {
            group,
            names: { kind, plural },
            scope,
            versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
        },
    };
}

function cart(name: string, options: Options) {
    const metadata = { name, namespace: "default" };
    return new k8s.apiextensions.CustomResource(
        name,
        { apiVersion: "shop.example.com/v1", kind: "Cart", metadata },
        options,
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

    /** When what is needed was complete. */
    async function completion({ needed, completedBy }: Program): Promise<() => number> {
        if (!completedBy) return () => recorder.created(needed) ?? Number.POSITIVE_INFINITY;
        while (recorder.created(needed) === undefined) await sleep(100);
        await sleep(SLOWED);
        const at = performance.now();
        const { url, patch } = completedBy;
        expect((await cluster.request("PATCH", url, patch, "application/merge-patch+json")).status).toBe(200);
        return () => at;
    }

    test.for(Object.entries(PROGRAMS))(
        "exactly those arrive too early that the preview names: %s",
        async ([, program], { engine, onTestFinished }) => {
            const charts = await ChartRepository.of(engine);
            onTestFinished(() => charts.stop());
            const stack = await engine.inlineStack(async () =>
                program.define(
                    { provider: new k8s.Provider("cluster", { kubeconfig: recorder.kubeconfig }) },
                    charts.url,
                ),
            );

            const preview = await stack.preview({ policyConfig: POLICIES });
            recorder.slowDown(program.needed, SLOWED);
            const [update, completed] = await Promise.all([
                stack.up({ policyPacks: [], continueOnError: true }),
                completion(program),
            ]);

            const arrivedEarly = Object.entries(program.objects).flatMap(([name, object]) => {
                const { at } = recorder.first(object) ?? {};
                const hasFailed = /creation failed|not found/.test(update.diagnostics.get(name) ?? "");
                if (!hasFailed && at === undefined) throw new Error(`${name} has not arrived:\n${update.output}`);
                return hasFailed || (at ?? 0) < completed() ? [name] : [];
            });
            expect(arrivedEarly.sort(), `arrived: ${recorder.describe()}\n${update.output}`).toEqual(program.early);
            expect(preview.reported.map(({ resource }) => resource)).toEqual(program.early);
        },
    );
});
