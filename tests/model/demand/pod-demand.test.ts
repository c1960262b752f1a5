import { describe, expect, test } from "vitest";
import { demandOf, gpuShare, type PodMeasure } from "../../../model/demand/pod-demand";
import { Resource } from "../../../model/pulumi/resource";
import { UNKNOWN_VALUES } from "../../support/wire";

const LIST = UNKNOWN_VALUES.list;
const MAP = UNKNOWN_VALUES.map;
const TEXT = UNKNOWN_VALUES.string;

/** What a pod of this spec requests: `2`, or `at least 2`. */
function demand(measure: PodMeasure, spec: unknown): string {
    const type = "kubernetes:core/v1:Pod";
    const props = { apiVersion: "v1", kind: "Pod", metadata: { name: "cart" }, spec };
    const [object] = new Resource({ urn: `urn:pulumi:dev::shop::${type}::cart`, type, name: "cart", props }).objects;
    if (!object?.pod) throw new Error("no pod");
    const { value, isExact } = demandOf(object.pod, measure);
    return isExact ? value.toNumber() : `at least ${value.toNumber()}`;
}

const requests = (cpu: unknown) => ({ resources: { requests: { cpu } } });
const sidecar = (cpu: unknown) => ({ restartPolicy: "Always", ...requests(cpu) });
const perhapsSidecar = (cpu: unknown) => ({ restartPolicy: TEXT, ...requests(cpu) });

test.each([
    ["nvidia.com/gpu", "1"],
    ["amd.com/gpu", "1"],
    ["gpu.intel.com/i915", "1"],
    ["gpu.intel.com/xe", "1"],
    ["nvidia.com/mig-1g.5gb", "0.15"],
    ["nvidia.com/mig-3g.20gb", "0.43"],
    ["nvidia.com/mig-7g.80gb", "1"],
    ["nvidia.com/mig-1g.10gb.me", "0.15"],
    ["nvidia.com/mig-1g.6gb", "0.25"],
    ["nvidia.com/mig-2g.12gb", "0.5"],
    ["nvidia.com/mig-4g.24gb", "1"],
])("%s is %s of a GPU", (resource, share) => {
    expect(gpuShare(resource)?.toNumber()).toBe(share);
});

test.each(["cpu", "gpu.intel.com/millicores", "gpu.intel.com/i915_monitoring", "example.com/gpu", "nvidia.com/gpu-x"])(
    "%s is none",
    resource => {
        expect(gpuShare(resource)).toBeUndefined();
    },
);

describe("of CPU a pod requests", () => {
    test.each<[string, unknown, string]>([
        ["nothing without containers", {}, "0"],
        ["nothing where nothing is said", { containers: [{}, { resources: {} }] }, "0"],
        ["what its containers do together", { containers: [requests(1), requests("500m")] }, "1.5"],
        ["no less than what is known of them", { containers: [requests(1), requests(TEXT)] }, "at least 1"],
        ["what the limit is, without a request", { containers: [{ resources: { limits: { cpu: 2 } } }] }, "2"],
        [
            "what it requests, whatever the limit",
            { containers: [{ resources: { requests: { cpu: 1 }, limits: { cpu: 2 } } }] },
            "1",
        ],
        [
            "something, whatever the limit",
            { containers: [{ resources: { requests: { cpu: TEXT }, limits: { cpu: 2 } } }] },
            "at least 0",
        ],
        ["nothing for ephemeral containers", { ephemeralContainers: [requests(4)] }, "0"],

        [
            "what one init container needs, if that is more",
            { containers: [requests(1)], initContainers: [requests(3)] },
            "3",
        ],
        ["not more for an init container of less", { containers: [requests(2)], initContainers: [requests(1)] }, "2"],
        ["the most of the init containers, not all", { initContainers: [requests(2), requests(3), requests(1)] }, "3"],
        ["what sidecars do beside the containers", { containers: [requests(1)], initContainers: [sidecar(2)] }, "3"],
        [
            "what an init container needs beside sidecars before it",
            { containers: [requests(1)], initContainers: [sidecar(2), requests(4), sidecar(1)] },
            "6",
        ],
        [
            "what containers need beside all sidecars",
            { containers: [requests(3)], initContainers: [sidecar(2), requests(1), sidecar(2)] },
            "7",
        ],
        [
            "more where an init container may be a sidecar",
            { containers: [requests(3)], initContainers: [perhapsSidecar(1)] },
            "at least 3",
        ],
        [
            "no less than it needs even then",
            { containers: [requests(1)], initContainers: [perhapsSidecar(2)] },
            "at least 2",
        ],
        [
            "no more where it is none",
            { containers: [requests(3)], initContainers: [{ restartPolicy: "Never", ...requests(1) }] },
            "3",
        ],

        ["at least what is known of a list", { containers: [requests(1), MAP] }, "at least 1"],
        ["at least nothing of an unknown list", { containers: LIST }, "at least 0"],
        [
            "at least what containers do beside unknown others",
            { containers: [requests(1)], initContainers: LIST },
            "at least 1",
        ],
        [
            "at least what containers do beside an unknown one",
            { containers: [requests(1)], initContainers: [MAP] },
            "at least 1",
        ],

        ["what the pod says", { containers: [requests(1)], ...requests(4) }, "4"],
        ["what the pod says, even if less", { containers: [requests(4)], ...requests(1) }, "1"],
        ["something that the pod says", { containers: [requests(4)], ...requests(TEXT) }, "at least 0"],
        ["not the pod's limit", { containers: [requests(1)], resources: { limits: { cpu: 4 } } }, "1"],
        [
            "the pod's limit where containers request nothing",
            { containers: [{}], resources: { limits: { cpu: 4 } } },
            "4",
        ],
        [
            "not the pod's limit where containers may request something",
            { containers: [requests(TEXT)], resources: { limits: { cpu: 4 } } },
            "at least 0",
        ],
        ["its overhead too", { containers: [requests(1)], overhead: { cpu: "250m" } }, "1.25"],
        ["its overhead too, of which nothing is known", { containers: [requests(1)], overhead: MAP }, "at least 1"],
    ])("%s", (_, spec, expected) => {
        expect(demand("cpu", spec)).toBe(expected);
    });
});

test("each resource is read by its own name", () => {
    const amounts = { cpu: 1, memory: 2, "ephemeral-storage": 3, "nvidia.com/gpu": 4, pods: 5 };
    const spec = { containers: [{ resources: { requests: amounts } }], overhead: { cpu: 10, memory: 20 } };
    expect((["cpu", "memory", "ephemeralStorage", "gpus"] as const).map(measure => demand(measure, spec))).toEqual([
        "11",
        "22",
        "3",
        "4",
    ]);
});

describe("of GPUs a pod requests", () => {
    const container = (resources: unknown) => ({ containers: [{ resources }] });

    test.each<[string, unknown, string]>([
        ["none where none is named", container({ requests: { cpu: 1 }, limits: { memory: 1 } }), "0"],
        ["what the limit is", container({ limits: { "nvidia.com/gpu": 2 } }), "2"],
        [
            "one amount where both are said",
            container({ requests: { "amd.com/gpu": 2 }, limits: { "amd.com/gpu": 2 } }),
            "2",
        ],
        ["all kinds together", container({ limits: { "nvidia.com/gpu": 1, "nvidia.com/mig-1g.6gb": 2 } }), "1.5"],
        ["some", container({ limits: { "nvidia.com/gpu": TEXT } }), "at least 0"],
        ["perhaps some among unknown requests", container({ requests: MAP }), "at least 0"],
        [
            "perhaps more among unknown limits",
            container({ requests: { "nvidia.com/gpu": 1 }, limits: MAP }),
            "at least 1",
        ],
        [
            "perhaps more among unknown requests",
            container({ requests: MAP, limits: { "nvidia.com/gpu": 1 } }),
            "at least 0",
        ],
        ["perhaps some of unknown resources", container(MAP), "at least 0"],
        [
            "not what the pod says: GPUs are the containers'",
            { ...container({}), resources: { limits: { "nvidia.com/gpu": 1 } } },
            "0",
        ],
        ["nothing that the pod may say", { ...container({}), resources: MAP, overhead: MAP }, "0"],
        ["nothing as overhead", { ...container({}), overhead: { "nvidia.com/gpu": 1 } }, "0"],
    ])("%s", (_, spec, expected) => {
        expect(demand("gpus", spec)).toBe(expected);
    });
});
