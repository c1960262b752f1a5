import { describe, expect, test } from "vitest";
import { type Autoscaler, Autoscalers, bound } from "../../../model/demand/autoscalers";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Resource } from "../../../model/pulumi/resource";
import { Stack } from "../../../model/pulumi/stack";
import { ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN, Value } from "../../../model/value";
import { kubeResource } from "../../support/kube-resource";

function workload(kind: string, name: unknown, namespace: unknown = "shop"): Resource {
    const apiVersion = kind === "ReplicationController" ? "v1" : "apps/v1";
    return kubeResource("workload", apiVersion, kind, { metadata: { name, namespace } });
}

const TARGET = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };

function horizontal(id: string, target: object = {}, namespace: unknown = "shop"): Resource {
    return kubeResource(id, "autoscaling/v2", "HorizontalPodAutoscaler", {
        metadata: { name: id, namespace },
        spec: { scaleTargetRef: { ...TARGET, ...target } },
    });
}

function scaled(id: string, scaleTargetRef: object): Resource {
    return kubeResource(id, "keda.sh/v1alpha1", "ScaledObject", {
        metadata: { name: id, namespace: "shop" },
        spec: { scaleTargetRef },
    });
}

function vertical(id: string): Resource {
    return kubeResource(id, "autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
        metadata: { name: id, namespace: "shop" },
        spec: { targetRef: TARGET },
    });
}

function autoscalers(...resources: readonly Resource[]): Autoscalers {
    return new Autoscalers(new ObjectIndex(new Stack(resources.map(one => ({ resource: one })))));
}

function namesOf(found: readonly Autoscaler[]): string[] {
    return found.map(({ object }) => object.resource.name);
}

/** The names of the autoscalers of a workload. */
function of(target: Resource, ...resources: readonly Resource[]) {
    const { certain, possible } = autoscalers(target, ...resources).of(target.objects[0] as KubeObject, "replicas");
    return { certain: namesOf(certain), possible: namesOf(possible) };
}

const NOTHING = { certain: [], possible: [] };
const CERTAIN = { certain: ["scaler"], possible: [] };
const POSSIBLE = { certain: [], possible: ["scaler"] };

describe("what scales a workload", () => {
    test.each<[string, object, object]>([
        ["Deployment", {}, CERTAIN],
        ["Deployment", { apiVersion: undefined }, CERTAIN],
        ["Deployment", { apiVersion: "extensions/v1beta1" }, CERTAIN],
        ["Deployment", { apiVersion: "example.com/v1" }, NOTHING],
        ["Deployment", { apiVersion: "v1" }, NOTHING],
        ["Deployment", { name: "basket" }, NOTHING],
        ["Deployment", { name: undefined }, NOTHING],
        ["Deployment", { kind: undefined }, NOTHING],
        ["Deployment", { kind: "StatefulSet" }, NOTHING],
        ["Deployment", { kind: UNKNOWN }, POSSIBLE],
        ["Deployment", { apiVersion: UNKNOWN }, POSSIBLE],
        ["Deployment", { name: UNKNOWN }, POSSIBLE],
        ["Deployment", { kind: UNKNOWN, name: "basket" }, NOTHING],
        ["StatefulSet", { kind: "StatefulSet" }, CERTAIN],
        ["ReplicationController", { apiVersion: "v1", kind: "ReplicationController" }, CERTAIN],
        ["ReplicationController", { apiVersion: "apps/v1", kind: "ReplicationController" }, NOTHING],
    ])("a %s, when the target says %j", (kind, target, expected) => {
        expect(of(workload(kind, "cart"), horizontal("scaler", target))).toEqual(expected);
    });

    test.each<[string, object, object]>([
        ["Deployment", { name: "cart" }, CERTAIN],
        ["StatefulSet", { name: "cart" }, NOTHING],
        ["StatefulSet", { name: "cart", kind: "StatefulSet" }, CERTAIN],
        ["Deployment", { name: "cart", kind: "StatefulSet" }, NOTHING],
        ["Deployment", { name: "cart", kind: UNKNOWN }, POSSIBLE],
    ])("a %s, when the target of KEDA says %j", (kind, target, expected) => {
        expect(of(workload(kind, "cart"), scaled("scaler", target))).toEqual(expected);
    });

    test.each<[unknown, unknown, unknown, object]>([
        ["cart", "bank", "shop", NOTHING],
        ["cart", "shop", UNKNOWN, POSSIBLE],
        ["cart", UNKNOWN, "shop", POSSIBLE],
        ["basket", UNKNOWN, "shop", NOTHING],
        [UNKNOWN, "shop", "shop", POSSIBLE],
        [UNKNOWN, UNKNOWN, "shop", POSSIBLE],
        [UNKNOWN, "bank", "shop", NOTHING],
    ])("%s in %s, when the autoscaler is in %s", (name, namespace, own, expected) => {
        expect(of(workload("Deployment", name, namespace), horizontal("scaler", {}, own))).toEqual(expected);
    });

    test("all for sure, one of those that may be", () => {
        const target = workload("Deployment", "cart");
        const open = { name: UNKNOWN };
        expect(of(target, horizontal("a"), horizontal("b"), horizontal("c", open), horizontal("d", open))).toEqual({
            certain: ["a", "b"],
            possible: ["c"],
        });
        expect(of(target)).toEqual(NOTHING);
    });

    test("by what it scales", () => {
        const target = workload("Deployment", "cart");
        const all = autoscalers(target, horizontal("replicas"), vertical("requests"));
        const object = target.objects[0] as KubeObject;
        expect(namesOf(all.of(object, "replicas").certain)).toEqual(["replicas"]);
        expect(namesOf(all.of(object, "requests").certain)).toEqual(["requests"]);
        expect(namesOf(all.all).sort()).toEqual(["replicas", "requests"]);
    });
});

test("rivals scale the same of one target for sure", () => {
    const rivals = (...resources: Resource[]) => autoscalers(...resources).rivals.map(namesOf);
    expect(rivals(horizontal("a"), horizontal("b"), horizontal("c", { name: "basket" }))).toEqual([["a", "b"]]);
    expect(rivals(horizontal("a"), scaled("b", { name: "cart" }), vertical("c"))).toEqual([["a", "b"]]);
    expect(rivals(horizontal("a"), horizontal("b", {}, "bank"))).toEqual([]);
    for (const target of [{ name: UNKNOWN }, { name: undefined }, { kind: UNKNOWN }]) {
        expect(rivals(horizontal("a", target), horizontal("b", target))).toEqual([]);
    }
    expect(rivals(horizontal("a", {}, UNKNOWN), horizontal("b", {}, UNKNOWN))).toEqual([]);
});

describe("numbers of pods", () => {
    test.each([
        [3, 1, 3],
        [0, 1, 0],
        [undefined, 1, 1],
        [null, 1, 1],
        [undefined, undefined, "unset"],
        [UNKNOWN, 1, "unknown"],
        ["3", 1, "invalid"],
        [1.5, 1, "invalid"],
        [{}, 1, "invalid"],
    ])("%j, by default %j, is %j", (raw, byDefault, expected) => {
        expect(bound(new Value(raw), byDefault)).toBe(expected);
    });

    test("of each kind", () => {
        const spec = { minReplicas: 2, maxReplicas: 3, minReplicaCount: 4, maxReplicaCount: 5 };
        const object = (apiVersion: string, kind: string, given: object) =>
            kubeResource(kind, apiVersion, kind, { metadata: { name: kind }, spec: given });
        const bounds = (given: object) =>
            autoscalers(
                object("autoscaling/v2", "HorizontalPodAutoscaler", given),
                object("keda.sh/v1alpha1", "ScaledObject", given),
                object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", given),
            )
                .all.map(({ object: { kind }, min, max, minAt, maxAt }) => [kind, min, max, `${minAt} ${maxAt}`])
                .sort();
        const [ofHorizontal, ofScaled] = [
            "spec.minReplicas spec.maxReplicas",
            "spec.minReplicaCount spec.maxReplicaCount",
        ];
        expect(bounds(spec)).toEqual([
            ["HorizontalPodAutoscaler", 2, 3, ofHorizontal],
            ["ScaledObject", 4, 5, ofScaled],
            ["VerticalPodAutoscaler", "unset", "unset", expect.any(String)],
        ]);
        expect(bounds({})).toEqual([
            ["HorizontalPodAutoscaler", 1, "unset", ofHorizontal],
            ["ScaledObject", 0, 100, ofScaled],
            ["VerticalPodAutoscaler", "unset", "unset", expect.any(String)],
        ]);
    });
});
