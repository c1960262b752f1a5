import { describe, expect, test } from "vitest";
import { type Autoscaler, autoscalersOf } from "../../model/demand/autoscalers";
import { Resource } from "../../model/pulumi/resource";
import { Stack } from "../../model/pulumi/stack";
import { indexOf } from "../../model/references/object-index";
import { UNKNOWN, Value } from "../../model/value";
import { utilizationMetrics } from "../../policies/shared/autoscaling/metrics";
import { Requests } from "../../policies/shared/autoscaling/requests";
import { controlledResources } from "../../policies/shared/autoscaling/vertical";

type Json = Record<string, unknown>;

function stackOf(...manifests: readonly Json[]): Stack {
    return new Stack(
        manifests.map((props, number) => {
            const type = `kubernetes:${props.apiVersion}:${props.kind}`;
            const name = `resource-${number}`;
            return { resource: new Resource({ urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, props }) };
        }),
    );
}

function autoscaler(apiVersion: string, kind: string, spec: Json, annotations: Json = {}): Autoscaler {
    const metadata = { name: "cart", namespace: "shop", annotations };
    const [one] = autoscalersOf(stackOf({ apiVersion, kind, metadata, spec })).all;
    if (!one) throw new Error("no autoscaler");
    return one;
}

describe("the resources that an autoscaler measures by utilization", () => {
    const found = (one: Autoscaler) =>
        utilizationMetrics(one).map(({ resource, container }) => [resource, container.raw ?? "all"]);
    const all = (resource: string) => [[resource, "all"]];
    const utilization = { type: "Utilization", averageUtilization: 60 };
    const resource = (target: unknown, more: Json = {}) => [
        { type: "Resource", resource: { name: "cpu", target, ...more } },
    ];

    test.each<[string, Json, unknown[]]>([
        ["none said", {}, all("cpu")],
        ["an empty list", { metrics: [] }, all("cpu")],
        ["a list that is not known", { metrics: UNKNOWN }, []],
        ["a share", { metrics: resource(utilization) }, all("cpu")],
        ["a share without a type", { metrics: resource({ averageUtilization: 60 }) }, all("cpu")],
        ["a share whose number is not known", { metrics: resource({ averageUtilization: UNKNOWN }) }, all("cpu")],
        ["a type alone", { metrics: resource({ type: "Utilization" }) }, all("cpu")],
        ["an amount", { metrics: resource({ type: "AverageValue", averageValue: "1" }) }, []],
        ["a target that is not known", { metrics: resource(UNKNOWN) }, []],
        [
            "a target that is not known beside a share of the first beta",
            { metrics: resource(UNKNOWN, { targetAverageUtilization: 60 }) },
            [],
        ],
        ["a share of the first beta", { metrics: resource(undefined, { targetAverageUtilization: 60 }) }, all("cpu")],
        ["an amount of the first beta", { metrics: resource(undefined, { targetAverageValue: "1" }) }, []],
        ["no name", { metrics: [{ type: "Resource", resource: { target: utilization } }] }, []],
        ["something else", { metrics: [{ type: "Pods", pods: { metric: { name: "requests" } } }] }, []],
        [
            "a container and memory",
            {
                metrics: [
                    {
                        type: "ContainerResource",
                        containerResource: { name: "cpu", container: "web", target: utilization },
                    },
                    { type: "Resource", resource: { name: "memory", target: utilization } },
                ],
            },
            [
                ["cpu", "web"],
                ["memory", "all"],
            ],
        ],
    ])("%s", (_, spec, expected) => {
        expect(found(autoscaler("autoscaling/v2", "HorizontalPodAutoscaler", spec))).toEqual(expected);
    });

    test.each<[string, string, Json, Json, unknown[]]>([
        ["nothing said in version 1", "autoscaling/v1", {}, {}, all("cpu")],
        ["version 1", "autoscaling/v1", { targetCPUUtilizationPercentage: 60 }, {}, all("cpu")],
        ["others in an annotation", "autoscaling/v1", {}, { "autoscaling.alpha.kubernetes.io/metrics": "[]" }, []],
        [
            "others in an annotation that is not known",
            "autoscaling/v1",
            {},
            { "autoscaling.alpha.kubernetes.io/metrics": UNKNOWN },
            [],
        ],
        [
            "others besides",
            "autoscaling/v1",
            { targetCPUUtilizationPercentage: 60 },
            { "autoscaling.alpha.kubernetes.io/metrics": "[]" },
            all("cpu"),
        ],
        [
            "an annotation that version 2 does not read",
            "autoscaling/v2",
            {},
            { "autoscaling.alpha.kubernetes.io/metrics": "[]" },
            all("cpu"),
        ],
    ])("%s", (_, apiVersion, spec, annotations, expected) => {
        expect(found(autoscaler(apiVersion, "HorizontalPodAutoscaler", spec, annotations))).toEqual(expected);
    });

    test.each<[Json, unknown[]]>([
        [{ type: "cpu", metricType: "Utilization" }, all("cpu")],
        [{ type: "memory", metricType: "Utilization" }, all("memory")],
        [{ type: "cpu", metadata: { type: "Utilization" } }, all("cpu")],
        [{ type: "cpu", metricType: "Utilization", metadata: { containerName: "web" } }, [["cpu", "web"]]],
        [{ type: "cpu", metricType: "AverageValue" }, []],
        [{ type: "cpu" }, []],
        [{ type: "cron", metricType: "Utilization" }, []],
        [{ type: UNKNOWN, metricType: "Utilization" }, []],
    ])("of a trigger %j", (trigger, expected) => {
        expect(found(autoscaler("keda.sh/v1alpha1", "ScaledObject", { triggers: [trigger] }))).toEqual(expected);
    });

    test("none of one that changes requests", () => {
        expect(found(autoscaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {}))).toEqual([]);
    });
});

describe("the resources whose requests a vertical autoscaler changes", () => {
    const policies = (...containerPolicies: readonly unknown[]) => ({ resourcePolicy: { containerPolicies } });
    test.each<[string, Json, string[]]>([
        ["unless told otherwise", {}, ["cpu", "memory"]],
        ["automatically", { updatePolicy: { updateMode: "Auto" } }, ["cpu", "memory"]],
        ["when it only recommends", { updatePolicy: { updateMode: "Off" } }, []],
        ["in a mode that is not known", { updatePolicy: { updateMode: UNKNOWN } }, []],
        ["for containers that are not known", { resourcePolicy: { containerPolicies: UNKNOWN } }, []],
        ["for no containers in particular", policies(), ["cpu", "memory"]],
        ["for some containers", policies({ containerName: "*" }), ["cpu", "memory"]],
        ["for containers that are left alone", policies({ containerName: "*", mode: "Off" }), []],
        ["of one kind", policies({ controlledResources: ["memory"] }), ["memory"]],
        ["of kinds that are not known", policies({ controlledResources: [UNKNOWN, "cpu"] }), ["cpu"]],
        ["by container", policies({ mode: "Off" }, { mode: "Auto", controlledResources: ["cpu"] }), ["cpu"]],
        ["in a mode of a container that is not known", policies({ mode: UNKNOWN }), []],
    ])("%s", (_, spec, expected) => {
        expect(controlledResources(autoscaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", spec))).toEqual(
            expected,
        );
    });
});

describe("the requests that a metric needs", () => {
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "cart", namespace: "shop" },
        spec: {
            initContainers: [{ name: "first" }, { name: "sidecar", restartPolicy: "Always" }],
            containers: [{ name: "web" }, { name: "limited", resources: { limits: { cpu: "1" } } }],
        },
    };
    const range = (limits: unknown, namespace = "shop") => ({
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "defaults", namespace },
        spec: { limits },
    });
    const BOTH = [
        'spec.initContainers["sidecar"].resources.requests.cpu',
        'spec.containers["web"].resources.requests.cpu',
    ];

    test.each<[string, unknown, Json[], string[]]>([
        ["of all containers that keep running", undefined, [], BOTH],
        ["of one container", "web", [], BOTH.slice(1)],
        ["of a container that is not known", UNKNOWN, [], []],
        ["of a container that is not there", "other", [], []],
        [
            "but for those of a default request",
            undefined,
            [range([{ type: "Container", defaultRequest: { cpu: 1 } }])],
            [],
        ],
        ["but for those of a default limit", undefined, [range([{ type: "Container", default: { cpu: 1 } }])], []],
        [
            "but for those of one of several",
            undefined,
            [range([{ type: "Pod" }, { type: "Container", default: { cpu: 1 } }])],
            [],
        ],
        ["but for those of limits that are not known", undefined, [range(UNKNOWN)], []],
        ["but for those of a type that is not known", undefined, [range([{ type: UNKNOWN, default: { cpu: 1 } }])], []],
        [
            "but for those of a default that is not known",
            undefined,
            [range([{ type: "Container", default: UNKNOWN }])],
            [],
        ],
        [
            "but for those of a namespace that is not known",
            undefined,
            [range([{ type: "Container", default: { cpu: 1 } }], UNKNOWN)],
            [],
        ],
        ["with no limits in a namespace that is not known", undefined, [range([], UNKNOWN)], BOTH],
        [
            "with a default of another resource",
            undefined,
            [range([{ type: "Container", default: { memory: 1 } }])],
            BOTH,
        ],
        ["with a default of something else", undefined, [range([{ type: "Pod", default: { cpu: 1 } }])], BOTH],
        [
            "with a default of another namespace",
            undefined,
            [range([{ type: "Container", default: { cpu: 1 } }], "bank")],
            BOTH,
        ],
        ["with no limits", undefined, [range([])], BOTH],
    ])("%s", (_, container, others, expected) => {
        const index = indexOf(stackOf(pod, ...others));
        const object = index.objects.find(one => one.is("Pod"));
        const metric = { resource: "cpu", container: new Value(container) };
        expect(object && new Requests(index).missing(object, metric).map(String)).toEqual(expected);
    });
});
