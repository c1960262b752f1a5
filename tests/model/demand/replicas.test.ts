import { expect, test } from "vitest";
import { autoscalersOf } from "../../../model/demand/autoscalers";
import { replicasOf } from "../../../model/demand/replicas";
import { Stack } from "../../../model/pulumi/stack";
import { graphOf, type TestResource } from "../../support/environments";
import { UNKNOWN_VALUES } from "../../support/wire";

function deployment(replicas: unknown): TestResource {
    const type = "kubernetes:apps/v1:Deployment";
    const metadata = { name: "cart", namespace: "shop" };
    return { type, name: "cart", props: { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas } } };
}

/** An autoscaler that keeps `minReplicas`, of the Deployment, or whatever the target is called. */
function autoscaler(name: string, minReplicas: unknown, target: unknown = "cart"): TestResource {
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target };
    return {
        type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        name,
        props: {
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { name, namespace: "shop" },
            spec: { scaleTargetRef, minReplicas, maxReplicas: 9 },
        },
    };
}

/** What is said of the Deployment, with the name of the autoscaler that decides. */
function said(...resources: readonly TestResource[]): unknown[] {
    const stack = new Stack(graphOf(resources));
    const workload = stack.nodes.flatMap(({ resource }) => resource.objects).find(object => object.is("Deployment"));
    if (!workload) throw new Error("no Deployment");
    const { count, autoscaler: decides } = replicasOf(workload, autoscalersOf(stack));
    return decides ? [count, decides.object.resource.name] : [count];
}

test.each<[unknown, unknown]>([
    [3, 3],
    [0, 0],
    [undefined, 1],
    [UNKNOWN_VALUES.number, "unknown"],
    ["3", "invalid"],
    [1.5, "invalid"],
])("replicas: %j are %j pods", (replicas, count) => {
    expect(said(deployment(replicas))).toEqual([count]);
});

test.each<[string, TestResource[], unknown[]]>([
    ["decides, whatever the workload says", [autoscaler("one", 2)], [2, "one"]],
    ["keeps one pod by default", [autoscaler("one", undefined)], [1, "one"]],
    ["may keep any number", [autoscaler("one", UNKNOWN_VALUES.number)], ["unknown", "one"]],
    ["keeps no number", [autoscaler("one", "2")], ["invalid", "one"]],
    ["of something else says nothing", [autoscaler("one", 2, "basket")], [5]],
    ["may be of something else", [autoscaler("one", 2, UNKNOWN_VALUES.string)], ["unknown"]],
    ["may be one of two", [autoscaler("one", 2), autoscaler("two", 2, UNKNOWN_VALUES.string)], ["unknown"]],
    ["scales down further than the next", [autoscaler("one", 2), autoscaler("two", 3)], [2, "one"]],
    ["scales down further than the one before", [autoscaler("one", 3), autoscaler("two", 2)], [2, "two"]],
    ["is the first of two that say the same", [autoscaler("one", 2), autoscaler("two", 2)], [2, "one"]],
    [
        "scales down further than the next, perhaps",
        [autoscaler("one", UNKNOWN_VALUES.number), autoscaler("two", 2)],
        ["unknown", "one"],
    ],
    [
        "scales down further than the one before, perhaps",
        [autoscaler("one", 2), autoscaler("two", UNKNOWN_VALUES.number)],
        ["unknown", "two"],
    ],
    [
        "scales down further than both others",
        [autoscaler("one", 4), autoscaler("two", 2), autoscaler("three", 3)],
        [2, "two"],
    ],
])("an autoscaler %s", (_, autoscalers, expected) => {
    expect(said(deployment(5), ...autoscalers)).toEqual(expected);
});
