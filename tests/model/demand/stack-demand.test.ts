import { describe, expect, test } from "vitest";
import { type Demand, demandsOf } from "../../../model/demand/stack-demand";
import { DEFAULT_ENVIRONMENT_SETTINGS } from "../../../model/environments/environment";
import { StackEnvironments } from "../../../model/environments/stack-environments";
import { Resource } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { graphOf, type TestResource } from "../../support/environments";
import { tokenOf } from "../../support/kube-resource";
import { UNKNOWN_VALUES } from "../../support/wire";

const NUMBER = UNKNOWN_VALUES.number;
const TEXT = UNKNOWN_VALUES.string;
const MAP = UNKNOWN_VALUES.map;
const BOOL = UNKNOWN_VALUES.bool;

function demands(resources: readonly TestResource[], tags: Readonly<Record<string, string>> = {}): Demand[] {
    const stack = new Stack(graphOf(resources));
    const settings = { ...DEFAULT_ENVIRONMENT_SETTINGS, clusters: [], stacks: [] };
    return demandsOf(stack, new StackEnvironments(stack, settings, new Map(Object.entries(tags)), undefined));
}

/** The name of the resource that asks. */
function nameOf({ target }: Demand): string {
    return target instanceof Resource ? target.name : target.resource.name;
}

/** What each resource of a stack asks for: `{ cart: { pods: "at least 2" } }`. */
function amounts(...resources: readonly TestResource[]): Record<string, Record<string, string>> {
    return Object.fromEntries(
        demands(resources).map(demand => [
            nameOf(demand),
            Object.fromEntries(
                Object.entries(demand.amounts)
                    .map(([measure, { value, isExact }]) => [
                        measure,
                        `${isExact ? "" : "at least "}${value.toNumber()}`,
                    ])
                    .filter(([, amount]) => amount !== "0"),
            ),
        ]),
    );
}

/** A manifest as a resource, its name that of the resource. */
function manifest(apiVersion: string, kind: string, name: string, spec: unknown, metadata: object = {}): TestResource {
    const type = tokenOf(apiVersion, kind);
    return { type, name, props: { apiVersion, kind, metadata: { name, namespace: "shop", ...metadata }, spec } };
}

function deployment(replicas: unknown, podSpec: object = {}): TestResource {
    return manifest("apps/v1", "Deployment", "cart", { replicas, template: { spec: podSpec } });
}

function autoscaler(name: string, maxReplicas: unknown, target: unknown = "cart"): TestResource {
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target };
    return manifest("autoscaling/v2", "HorizontalPodAutoscaler", name, { scaleTargetRef, maxReplicas });
}

/** What one resource asks for, beside others. */
function of(one: TestResource, ...others: readonly TestResource[]): Record<string, string> | undefined {
    return amounts(one, ...others)[one.name];
}

describe("the pods of a workload", () => {
    const job = (spec: object) => manifest("batch/v1", "Job", "import", spec);
    const cronJob = (spec: object, run: object) =>
        manifest("batch/v1", "CronJob", "import", { ...spec, jobTemplate: { spec: { ...run, template: {} } } });

    test.each<[string, TestResource, string | undefined]>([
        ["one by default", deployment(undefined), "1"],
        ["its replicas", deployment(3), "3"],
        ["none where it is scaled down", deployment(0), undefined],
        ["at least none while that is not known", deployment(NUMBER), "at least 0"],
        ["at least none where it says no number", deployment("3"), "at least 0"],
        ["at least none where the number is negative", deployment(-1), "at least 0"],
        ["at least none where the number has a fraction", deployment(1.5), "at least 0"],
        ["one of a Pod", manifest("v1", "Pod", "cart", {}), "1"],
        ["at least one of a DaemonSet", manifest("apps/v1", "DaemonSet", "cart", { template: {} }), "at least 1"],
        ["one of a Job by default", job({ template: {} }), "1"],
        ["as many as a Job runs at once", job({ parallelism: 4, template: {} }), "4"],
        ["no more than a Job completes", job({ parallelism: 4, completions: 3, template: {} }), "3"],
        ["no more than a Job runs at once", job({ parallelism: 2, completions: 3, template: {} }), "2"],
        ["one of a Job that completes several", job({ completions: 3, template: {} }), "1"],
        ["at least none while completions are unknown", job({ completions: NUMBER, template: {} }), "at least 0"],
        [
            "at least none while it is unknown how many run at once",
            job({ parallelism: NUMBER, completions: 3, template: {} }),
            "at least 0",
        ],
        ["none of a suspended Job", job({ suspend: true, template: {} }), undefined],
        ["at least none of a Job that may be suspended", job({ suspend: BOOL, template: {} }), "at least 0"],
        ["one run of a CronJob", cronJob({}, { parallelism: 2 }), "2"],
        ["none of a suspended CronJob", cronJob({ suspend: true }, { parallelism: 2 }), undefined],
        ["none of a CronJob of suspended Jobs", cronJob({}, { suspend: true }), undefined],
        ["at least none of a CronJob that may be suspended", cronJob({ suspend: BOOL }, {}), "at least 0"],
    ])("are %s", (_, workload, pods) => {
        expect(of(workload)).toEqual(pods === undefined ? {} : { pods });
    });

    const twin = (maxReplicas: unknown) => autoscaler("twin", maxReplicas);
    const perhaps = autoscaler("perhaps", 9, TEXT);

    test.each<[string, unknown, TestResource[], string | undefined]>([
        ["up to its autoscaler's maximum", 2, [autoscaler("one", 7)], "7"],
        ["no more than that, even if it says so", 9, [autoscaler("one", 7)], "7"],
        ["none where it is scaled down", 0, [autoscaler("one", 7)], undefined],
        ["up to the maximum, whatever it says itself", NUMBER, [autoscaler("one", 7)], "7"],
        ["at least none while the maximum is not known", 2, [autoscaler("one", NUMBER)], "at least 0"],
        ["at least none where the maximum is missing", 2, [autoscaler("one", undefined)], "at least 0"],
        ["up to the larger maximum, the first", 2, [autoscaler("one", 7), twin(5)], "7"],
        ["up to the larger maximum, the last", 2, [autoscaler("one", 5), twin(7)], "7"],
        ["at least up to the maximum that is known", 2, [autoscaler("one", 5), twin(NUMBER)], "at least 5"],
        ["its own while an autoscaler may be another's", 2, [perhaps], "at least 2"],
        ["the maximum while another may be larger", 2, [autoscaler("one", 5), perhaps], "at least 5"],
        ["its own where the autoscaler is another's", 2, [autoscaler("one", 7, "basket")], "2"],
    ])("are %s: replicas %j", (_, replicas, autoscalers, pods) => {
        expect(of(deployment(replicas), ...autoscalers)).toEqual(pods === undefined ? {} : { pods });
    });
});

describe("what an object asks for", () => {
    const cpu = (request: unknown) => ({ containers: [{ resources: { requests: { cpu: request } } }] });
    const claim = (storage: unknown) => ({ spec: { resources: { requests: { storage } } } });
    const set = (replicas: unknown, templates: unknown, volumes: unknown) =>
        manifest("apps/v1", "StatefulSet", "orders", {
            replicas,
            template: { spec: { volumes } },
            volumeClaimTemplates: templates,
        });
    const ephemeral = (storage: unknown) => ({ ephemeral: { volumeClaimTemplate: claim(storage) } });
    const service = (type: unknown) => manifest("v1", "Service", "cart", { type });
    const owner = (controller: unknown) => ({ ownerReferences: [{ controller: false }, { controller }] });
    const pod = (metadata: object) => manifest("v1", "Pod", "cart", {}, metadata);

    test.each<[string, TestResource, Record<string, string>]>([
        ["is counted for each pod", deployment(3, cpu("500m")), { cpu: "1.5", pods: "3" }],
        ["is nothing while there are no pods", deployment(0, cpu(TEXT)), {}],
        ["is at least that of known pods", deployment(3, cpu(TEXT)), { cpu: "at least 0", pods: "3" }],
        [
            "is storage of claims",
            { ...manifest("v1", "PersistentVolumeClaim", "data", claim("2").spec) },
            { storage: "2" },
        ],
        ["is storage for each pod", set(2, [claim("3"), claim("1")], [ephemeral("5")]), { storage: "18", pods: "2" }],
        ["is at least the known storage", set(2, [claim("3"), claim(TEXT)], []), { storage: "at least 6", pods: "2" }],
        [
            "is storage of ephemeral volumes without a set",
            deployment(2, { volumes: [ephemeral("5"), { emptyDir: {} }] }),
            { storage: "10", pods: "2" },
        ],
        ["is a load balancer", service("LoadBalancer"), { loadBalancers: "1" }],
        ["may be a load balancer", service(TEXT), { loadBalancers: "at least 0" }],
        ["is a pod that nothing owns for sure", pod(owner(false)), { pods: "1" }],
        ["is a pod whose owner may control it", pod(owner(BOOL)), { pods: "1" }],
    ])("%s", (_, one, expected) => {
        expect(amounts(one)).toEqual({ [one.name]: expected });
    });

    test.each<[string, TestResource]>([
        ["a Service within the cluster", service("ClusterIP")],
        ["a Service that does not say its type", service(undefined)],
        ["a pod that its controller counts", pod(owner(true))],
        ["an object without pods", manifest("v1", "ConfigMap", "cart", {})],
        ["a patch", { ...deployment(3), type: "kubernetes:apps/v1:DeploymentPatch" }],
    ])("is not said of %s", (_, one) => {
        expect(demands([one])).toEqual([]);
    });
});

describe("the nodes of a resource", () => {
    const group = (scalingConfig: unknown, more: Partial<TestResource> = {}): TestResource => ({
        type: "aws:eks/nodeGroup:NodeGroup",
        name: "workers",
        props: { clusterName: "shop", scalingConfig },
        ...more,
    });
    const profiles = (...agentPoolProfiles: unknown[]): TestResource => ({
        type: "azure-native:containerservice:ManagedCluster",
        name: "shop",
        props: { agentPoolProfiles },
    });
    const component: TestResource = { type: "eks:index:ManagedNodeGroup", name: "component", props: {} };
    const sized = { ...component, props: { scalingConfig: { maxSize: 5 } } };
    const template: TestResource = {
        type: "rancher2:index/machineConfigV2:MachineConfigV2",
        name: "machines",
        props: { amazonec2Config: { instanceType: "m5.large" } },
    };

    test.each<[string, TestResource, string]>([
        ["its count", group({ desiredSize: 3 }), "3"],
        ["its maximum", group({ desiredSize: 3, maxSize: 8 }), "8"],
        ["its count, if that is larger", group({ desiredSize: 9, maxSize: 8 }), "9"],
        ["a count as text", group({ maxSize: "8" }), "8"],
        ["none", group({ maxSize: 0 }), "0"],
        ["at least its count", group({ desiredSize: 3, maxSize: NUMBER }), "at least 3"],
        ["at least none where nothing is said", group(undefined), "at least 0"],
        ["at least none where nothing is known", group(MAP), "at least 0"],
        ["at least none where the number is negative", group({ maxSize: -1 }), "at least 0"],
        ["at least none where the number has no end", group({ maxSize: Number.POSITIVE_INFINITY }), "at least 0"],
        ["those of all pools inside a cluster", profiles({ count: 3 }, { count: 1, maxCount: 4 }), "7"],
        ["at least those of known pools", profiles({ count: 3 }, { vmSize: "Standard_D2" }), "at least 3"],
    ])("are %s", (_, one, nodes) => {
        const { value, isExact } = demands([one]).map(demand => demand.amounts.nodes)[0] ?? {};
        expect(`${isExact ? "" : "at least "}${value?.toNumber()}`).toBe(nodes);
    });

    test.each<[string, TestResource[], string[]]>([
        ["a pool in a component, as such", [sized, group({ maxSize: 5 }, { parent: "component" })], ["workers"]],
        [
            "a pool deep in a component, as such",
            [sized, { type: "a:b:C", name: "inner", parent: "component" }, group({ maxSize: 5 }, { parent: "inner" })],
            ["workers"],
        ],
        [
            "one of several parts of a component, as such",
            [
                sized,
                { type: "a:b:C", name: "inner", parent: "component" },
                { type: "a:b:D", name: "leaf", parent: "inner" },
                group({ maxSize: 5 }, { parent: "inner" }),
            ],
            ["workers"],
        ],
        [
            "a component whose pool says nothing",
            [sized, { ...group(undefined), props: {}, parent: "component" }],
            ["component", "workers"],
        ],
        ["a component without pools", [sized, { type: "a:b:C", name: "role", parent: "component" }], ["component"]],
        ["a component around a template", [sized, { ...template, parent: "component" }], ["component"]],
        ["no template", [template], []],
        ["no cluster whose pools are elsewhere", [profiles()], []],
        ["nothing else", [{ type: "a:b:C", name: "other", props: { scalingConfig: { maxSize: 5 } } }], []],
    ])("are counted of %s", (_, resources, expected) => {
        const found = demands(resources);
        expect(found.map(nameOf).sort()).toEqual(expected);
    });
});

describe("the environment of nodes is", () => {
    const cluster = (tags: unknown): TestResource => ({
        type: "aws:eks/cluster:Cluster",
        name: "blue",
        props: { tags },
    });
    const pool = (tags: unknown): TestResource => ({
        type: "aws:eks/nodeGroup:NodeGroup",
        name: "workers",
        props: { tags, scalingConfig: { maxSize: 5 } },
        uses: { clusterName: ["blue"] },
    });
    const inner: TestResource = {
        type: "azure-native:containerservice:ManagedCluster",
        name: "blue",
        props: { tags: { env: "prod" }, agentPoolProfiles: [{ count: 3 }] },
    };

    test.each<[string, TestResource[], Record<string, string>, string | undefined]>([
        ["what they say", [cluster({ env: "prod" }), pool({ env: "dev" })], { env: "staging" }, "development"],
        ["their cluster's", [cluster({ env: "prod" }), pool({})], { env: "staging" }, "production"],
        ["their own cluster's", [inner], { env: "staging" }, "production"],
        ["the stack's", [cluster({}), pool({})], { env: "staging" }, "staging"],
        ["the stack's without a cluster", [{ ...pool({}), uses: {} }], { env: "staging" }, "staging"],
        ["none where nothing says it", [cluster({}), pool({})], {}, undefined],
        ["none while what they say is not known", [cluster({ env: "prod" }), pool(MAP)], {}, undefined],
        ["none while what the cluster says is not known", [cluster(MAP), pool({})], { env: "prod" }, undefined],
    ])("%s", (_, resources, tags, expected) => {
        expect(demands(resources, tags).map(({ environment }) => environment?.canonicalName)).toEqual([expected]);
    });
});

test("only what runs on each node is counted for one of them", () => {
    const daemons = manifest("apps/v1", "DaemonSet", "metrics", { template: {} });
    const pool = { type: "aws:eks/nodeGroup:NodeGroup", name: "workers", props: { scalingConfig: { maxSize: 5 } } };
    expect(demands([deployment(2), daemons, pool]).map(({ target, isPerNode }) => [target.label, isPerNode])).toEqual([
        ["DaemonSet shop/metrics", true],
        ["Deployment shop/cart", false],
        ['aws:eks/nodeGroup:NodeGroup "workers"', false],
    ]);
});
