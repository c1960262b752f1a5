import { expect, test } from "vitest";
import { gpuShare } from "../../policies/model/pod-demand";

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
