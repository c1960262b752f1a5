import { describe, expect, test } from "vitest";
import { nodeCount, poolsOf } from "../../../model/demand/pools";
import { Resource } from "../../../model/pulumi/resource";
import { Value } from "../../../model/value";
import { UNKNOWN_VALUES } from "../../support/wire";

test.each<[unknown, number | undefined]>([
    [3, 3],
    [0, 0],
    ["3", 3],
    ["007", 7],
    ["123456789", 123456789],
    ["1234567890", undefined],
    ["3 nodes", undefined],
    ["up to 3", undefined],
    ["-3", undefined],
    ["3.5", undefined],
    ["", undefined],
    [[], 0],
    [[{ address: "10.0.0.1" }, { address: "10.0.0.2" }], 2],
    [{}, undefined],
    [true, undefined],
    [undefined, undefined],
    [UNKNOWN_VALUES.number, undefined],
    [UNKNOWN_VALUES.string, undefined],
])("%j says %j nodes", (raw, expected) => {
    expect(nodeCount(new Value(raw))).toBe(expected);
});

describe("the pools of", () => {
    const AKS = "azure-native:containerservice:ManagedCluster";

    test.each<[string, string, object, unknown[]]>([
        [
            "a pool: itself",
            "aws:eks/nodeGroup:NodeGroup",
            { instanceTypes: ["m5.large"] },
            [{ instanceTypes: ["m5.large"] }],
        ],
        ["a pool that says nothing: itself", "aws:eks/nodeGroup:NodeGroup", {}, [{}]],
        ["a template: itself", "rancher2:index/machineConfigV2:MachineConfigV2", {}, [{}]],
        ["what only belongs to a cluster: none", "aws:eks/addon:Addon", { count: 3 }, []],
        [
            "a cluster: those that it describes",
            AKS,
            { agentPoolProfiles: [{ count: 3 }, { name: "empty" }, { maxCount: 4 }, { vmSize: "Standard_D2" }] },
            [{ count: 3 }, { maxCount: 4 }, { vmSize: "Standard_D2" }],
        ],
        ["a cluster that describes none", AKS, {}, []],
        [
            "a cluster of which that is not known",
            AKS,
            { agentPoolProfiles: UNKNOWN_VALUES.list },
            [UNKNOWN_VALUES.list],
        ],
        ["anything else: none", "kubernetes:core/v1:ConfigMap", { count: 3 }, []],
    ])("%s", (_, type, props, expected) => {
        const resource = new Resource({ urn: `urn:pulumi:dev::shop::${type}::one`, type, name: "one", props });
        expect(poolsOf(resource).map(({ at }) => at.raw)).toEqual(expected);
    });
});
