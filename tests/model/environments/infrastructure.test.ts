import { expect, test } from "vitest";
import type { Cluster } from "../../../model/environments/clusters";
import { infrastructureOf } from "../../../model/environments/infrastructure";
import { Stack } from "../../../model/pulumi/stack";
import { graphOf, type TestResource } from "../../support/environments";
import { UNKNOWN_VALUES } from "../../support/wire";

const SUBNET_ID = "subnet-0123456789abcdef0";
const VPC_ID = "vpc-0123456789abcdef0";
const SUBNET = 'aws:ec2/subnet:Subnet "subnet"';
const VPC = 'aws:ec2/vpc:Vpc "vpc"';

/** A cluster in subnets that are known by their ids, or made from resources of the stack. */
function cluster(name: string, subnetIds: unknown, ...uses: string[]): TestResource {
    return { type: "aws:eks/cluster:Cluster", name, props: { vpcConfig: { subnetIds } }, uses: { vpcConfig: uses } };
}

function subnet(props: object = {}, ...vpc: string[]): TestResource {
    return { type: "aws:ec2/subnet:Subnet", name: "subnet", props, uses: { vpcId: vpc } };
}

/** What the clusters use: its label, and who does. `outputs` are those of resources that exist. */
function used(
    resources: readonly TestResource[],
    outputs: Readonly<Record<string, object>> = {},
): [string, string[]][] {
    const graph = graphOf(resources).map(init => ({ ...init, outputs: outputs[init.resource.name] ?? {} }));
    const on = new Stack(graph).nodes
        .filter(({ resource }) => resource.type === "aws:eks/cluster:Cluster")
        .map(
            node => [node, { id: node.urn, label: node.resource.name, node, accesses: [] } satisfies Cluster] as const,
        );
    return infrastructureOf(on)
        .map(({ label, users }): [string, string[]] => [label, [...users].map(user => user.label)])
        .sort(([one], [other]) => (one < other ? -1 : 1));
}

const UNKNOWN = UNKNOWN_VALUES.string;
const LITERAL = `subnet ${SUBNET_ID}`;

test.each<[string, TestResource[], Record<string, object>, [string, string[]][]]>([
    ["an id that both name", [cluster("a", [SUBNET_ID]), cluster("b", [SUBNET_ID])], {}, [[LITERAL, ["a", "b"]]]],
    [
        "a resource that both use",
        [subnet(), cluster("a", [UNKNOWN], "subnet"), cluster("b", UNKNOWN, "subnet")],
        {},
        [[SUBNET, ["a", "b"]]],
    ],
    [
        "a resource that one uses, while its id is not known to be what the other names",
        [subnet(), cluster("a", [UNKNOWN], "subnet"), cluster("b", [SUBNET_ID])],
        {},
        [
            [SUBNET, ["a"]],
            [LITERAL, ["b"]],
        ],
    ],
    [
        "a resource that one uses, and the other names by its id",
        [subnet(), cluster("a", [SUBNET_ID], "subnet"), cluster("b", [SUBNET_ID])],
        { subnet: { id: SUBNET_ID } },
        [
            [SUBNET, ["a"]],
            [SUBNET, ["a", "b"]],
        ],
    ],
    [
        "a resource that one uses, and the other names by its ARN",
        [subnet(), cluster("a", [UNKNOWN], "subnet"), cluster("b", ["arn:aws:ec2:::subnet/one"])],
        { subnet: { arn: "arn:aws:ec2:::subnet/one" } },
        [
            [SUBNET, ["a"]],
            [SUBNET, ["a", "b"]],
        ],
    ],
    [
        "not a resource whose id is a name, which others may have as well",
        [subnet(), cluster("a", [UNKNOWN], "subnet"), cluster("b", ["main"])],
        { subnet: { id: "main" } },
        [
            [SUBNET, ["a"]],
            ["subnet main", ["b"]],
        ],
    ],
    [
        "the network of a subnet",
        [
            { type: "aws:ec2/vpc:Vpc", name: "vpc" },
            subnet({ vpcId: UNKNOWN }, "vpc"),
            cluster("a", [UNKNOWN], "subnet"),
        ],
        {},
        [
            [SUBNET, ["a"]],
            [VPC, ["a"]],
        ],
    ],
    [
        "the network that a subnet names",
        [subnet({ vpcId: VPC_ID }), cluster("a", [UNKNOWN], "subnet")],
        {},
        [
            [SUBNET, ["a"]],
            [`network ${VPC_ID}`, ["a"]],
        ],
    ],
    [
        "not what a subnet has beside its network",
        [
            { type: "aws:iam/role:Role", name: "tag" },
            { ...subnet(), uses: { tags: ["tag"] } },
            cluster("a", [UNKNOWN], "subnet"),
        ],
        {},
        [[SUBNET, ["a"]]],
    ],
    [
        "not what no infrastructure is",
        [{ type: "random:index/randomPet:RandomPet", name: "pet" }, cluster("a", [UNKNOWN], "pet")],
        {},
        [],
    ],
    [
        "not what is no infrastructure of a subnet",
        [
            { type: "random:index/randomPet:RandomPet", name: "pet" },
            subnet({ vpcId: VPC_ID }, "pet"),
            cluster("a", [UNKNOWN], "subnet"),
        ],
        {},
        [
            [SUBNET, ["a"]],
            [`network ${VPC_ID}`, ["a"]],
        ],
    ],
    ["nothing that is called default", [cluster("a", ["default", "Default", ""])], {}, []],
    ["nothing that is not known", [cluster("a", [UNKNOWN])], {}, []],
])("clusters use %s", (_, resources, outputs, expected) => {
    expect(used(resources, outputs)).toEqual(expected);
});
