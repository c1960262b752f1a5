import { clusterType, followerType, type InfrastructurePaths } from "./cluster-types";
import type { Cluster } from "./clusters";
import type { Node } from "./stack";

/** What clusters may share, in the words of messages. */
const KINDS: readonly (readonly [keyof InfrastructurePaths, string])[] = [
    ["networks", "network"],
    ["subnets", "subnet"],
    ["securityGroups", "security group"],
    ["identities", "role or identity"],
];

/**
 * The last part of the type tokens of networks, subnets, security groups and identities, of any cloud: `Vpc`,
 * `VirtualNetwork`, `Subnetwork`, `SecurityGroup`, `Role`. A property depends on more than its infrastructure, on a
 * resource group for example, which clusters do share.
 */
const INFRASTRUCTURE =
    /(?:vpc|vcn|network|subnet|subnetwork|vswitch|securitygroup|firewall|role|instanceprofile|serviceaccount|userassignedidentity|account)$/i;

/** Properties by which infrastructure belongs to other infrastructure: a subnet to its network. */
const BELONGS_TO = /vpc|vcn|network|subnet|role/i;

/** One thing that a cluster uses: how messages name it, and by what it is the same for two clusters. */
export interface UsedInfrastructure {
    readonly id: string;
    readonly label: string;
}

/**
 * The networks, subnets, security groups and identities that a cluster and its node pools use: as resources that
 * their properties depend on, with the networks those belong to, and as literal ids.
 */
export function infrastructureOf(members: readonly Node[]): UsedInfrastructure[] {
    const used = new Map<string, UsedInfrastructure>();
    for (const node of members) {
        const { resource } = node;
        const paths = (clusterType(resource.type) ?? followerType(resource.type))?.infrastructure ?? {};
        for (const [kind, word] of KINDS) {
            for (const path of paths[kind] ?? []) {
                const property = path.split(/[.[]/, 1)[0] ?? path;
                const resources = withNetworks(node.dependenciesOf(property).filter(isInfrastructure));
                for (const { resource: one, urn } of resources) {
                    used.set(urn, { id: urn, label: `${one.type} "${one.name}"` });
                }
                // A value that a resource of the stack gives has been counted, under that resource.
                const values = resources.size > 0 ? [] : resource.props.select(path);
                for (const { string } of values) {
                    // Names are only unique within an account, which is what a provider stands for.
                    const id = string && `${word} ${string} ${resource.provider?.urn}`;
                    if (id) used.set(id, { id, label: `${word} ${string}` });
                }
            }
        }
    }
    return [...used.values()];
}

/** What both clusters use. */
export function shared(one: readonly UsedInfrastructure[], other: readonly UsedInfrastructure[]): UsedInfrastructure[] {
    const ids = new Set(other.map(({ id }) => id));
    return one.filter(({ id }) => ids.has(id));
}

/** A cluster's own resource and its node pools. */
export function membersOf(cluster: Cluster, all: ReadonlyMap<Node, Cluster>): Node[] {
    return [...all].filter(([, owner]) => owner.id === cluster.id).map(([node]) => node);
}

function isInfrastructure({ resource }: Node): boolean {
    return INFRASTRUCTURE.test(resource.type.split(":").at(-1) ?? "");
}

function withNetworks(start: readonly Node[]): Set<Node> {
    const found = new Set(start);
    for (const node of found) {
        for (const [property, dependencies] of node.propertyDependencies) {
            if (!BELONGS_TO.test(property)) continue;
            for (const dependency of dependencies) if (isInfrastructure(dependency)) found.add(dependency);
        }
    }
    return found;
}
