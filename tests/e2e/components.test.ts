import { readFileSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { type Engine, type Run, test } from "./support/engine";
import { node } from "./support/setup";

const POLICIES = {
    all: "disabled",
    "production-cluster-isolation": "mandatory",
    "require-cluster-environment": "mandatory",
    "require-start-order": "mandatory",
    "no-dangling-references": "mandatory",
};

let cluster: Cluster;
let components: string;

beforeAll(async () => {
    cluster = await Cluster.start();
    components = (await node("tests/e2e/toolchain/build.mjs", "--components")).trim();
});
afterAll(() => cluster.stop());

beforeEach<{ engine: Engine }>(({ engine }) => {
    engine.setKubeconfig(cluster.kubeconfig);
    for (const name of ["aws", "eks"]) engine.providePackage(name, "eks-provider.mjs");
    engine.providePackage("acme", path.join(components, "pulumi-resource-acme"));
});

/** A component that a provider of its own makes, outside the program. */
class Component extends pulumi.ComponentResource {
    declare readonly kubeconfig: pulumi.Output<string>;
    declare readonly kubeconfigJson: pulumi.Output<string>;

    constructor(type: string, name: string, args: pulumi.Inputs, options: pulumi.ComponentResourceOptions = {}) {
        super(type, name, { ...args, kubeconfig: undefined, kubeconfigJson: undefined }, options, true);
    }
}

/** Which policy says what of which resource, without the fix. */
function said({ reported }: Run): string[] {
    return reported.map(({ policy, message }) => `${policy}: ${message.split(/\. (?=[A-Z])/)[0]}`);
}

/** A workload. In an update it must not be awaited: there are no nodes to run it. */
function workload(name: string, provider: k8s.Provider, options: pulumi.CustomResourceOptions = {}): void {
    const annotations = pulumi.runtime.isDryRun() ? {} : { "pulumi.com/skipAwait": "true" };
    const labels = { app: name };
    const containers = [{ name, image: "registry.example.com/web:1.0.0" }];
    new k8s.apps.v1.Deployment(
        name,
        {
            metadata: { name, namespace: "default", labels, annotations },
            spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
        },
        { provider, ...options },
    );
}

/** As pulumi-eks v4 is used: the cluster's own provider, groups of nodes that get the cluster, workloads. */
function eksProgram(environment: string, isEarly = true): PulumiFn {
    return async () => {
        const subnetIds = ["subnet-1", "subnet-2"];
        const eks = new Component("eks:index:Cluster", "main", {
            tags: { environment },
            subnetIds,
            skipDefaultNodeGroup: true,
        });
        const provider = new k8s.Provider("main-provider", { kubeconfig: eks.kubeconfigJson }, { parent: eks });
        const managed = new Component("eks:index:ManagedNodeGroup", "managed", { cluster: eks });
        new Component("eks:index:NodeGroupV2", "own", { cluster: eks });
        if (isEarly) workload("early", provider);
        workload("late", provider, { dependsOn: managed });
    };
}

function misplaced(name: string): string {
    return (
        `production-cluster-isolation: Deployment default/${name}: The environment is development (name of stack dev), but ` +
        'provider "main-provider" leads to eks:index:Cluster "main", which is production (tag environment=production)'
    );
}

test("a component in TypeScript, as pulumi-eks gives its outputs", async ({ engine }) => {
    const stack = await engine.inlineStack(eksProgram("production"));
    // The workload that waits for a group of nodes is only on the wrong cluster.
    const all = [
        misplaced("early"),
        'require-start-order: Deployment default/early: The Deployment can start on eks:index:Cluster "main" before any of its node pools exists: pods stay Pending until there are nodes',
        misplaced("late"),
        'production-cluster-isolation: eks:index:Cluster "main": The environment is production (tag environment=production), but stack dev is development (name of stack dev)',
    ];
    const first = await stack.preview({ policyConfig: POLICIES });
    expect(said(first)).toEqual(all);
    expect(first.exitCode, first.output).toBe(1);
    expect(said(await stack.up({ policyConfig: POLICIES }))).toEqual(all);
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual(all);
});

/** A platform team's own component, of whose outputs one is of interest. */
function acmeProgram(environment: string, detached = false): PulumiFn {
    return async () => {
        const platform = new Component("acme:platform:Kubernetes", "platform", { environment, detached });
        const provider = new k8s.Provider("platform-provider", { kubeconfig: platform.kubeconfig });
        workload("web", provider);
    };
}

const PLATFORM = 'gcp:container/cluster:Cluster "platform-cluster"';
const IS_PRODUCTION = "production (label environment=production)";
const IS_DEVELOPMENT = "development (name of stack dev)";

test.for([false, true])("a component in Go whose output depends on it alone: %s", async (detached, { engine }) => {
    const stack = await engine.inlineStack(acmeProgram("production", detached));
    const isolation = [
        `production-cluster-isolation: ${PLATFORM}: The environment is ${IS_PRODUCTION}, but stack dev is ${IS_DEVELOPMENT}`,
        `production-cluster-isolation: Deployment default/web: The environment is ${IS_DEVELOPMENT}, but provider "platform-provider" leads to ${PLATFORM}, which is ${IS_PRODUCTION}`,
    ];
    const first = await stack.preview({ policyConfig: POLICIES });
    expect(said(first)).toEqual(isolation);
    expect(first.exitCode, first.output).toBe(1);
    expect(said(await stack.up({ policyConfig: POLICIES }))).toEqual(isolation);
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual(isolation);

    const state = JSON.parse(readFileSync(await stack.exportState(), "utf8"));
    const provider = state.deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::platform-provider"));
    const dependencies = provider.propertyDependencies.kubeconfig.map((urn: string) => urn.split("::").at(-1));
    expect(dependencies.sort()).toEqual(detached ? ["platform"] : ["platform", "platform-cluster"]);
});

test("components of the stack's own environment are silent", async ({ engine }) => {
    const both: PulumiFn = async () => {
        await eksProgram("development", false)();
        await acmeProgram("development")();
    };
    const stack = await engine.inlineStack(both);
    expect(said(await stack.preview({ policyConfig: POLICIES }))).toEqual([]);
});
