import type { Node } from "../pulumi/stack";
import { clusterType, followerType, type InfrastructurePaths } from "./cluster-types";
import type { Cluster } from "./clusters";

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
    /(?:vpc|vcn|network|subnet|subnetwork|switch|securitygroup|firewall|role|instanceprofile|serviceaccount|userassignedidentity|account)$/i;

/** Properties by which infrastructure belongs to other infrastructure: a subnet to its network. */
const BELONGS_TO = /vpc|vcn|network|role/i;

/** Properties that hold a network's id or name, in subnets and security groups of any cloud. */
const NETWORK_PROPERTIES = ["vpcId", "vcnId", "vpcUuid", "network", "networkId"];

/** Values that stand for no thing of their own: the managed identity of AKS, the project's own of Google. */
const NO_EVIDENCE = new Set(["", "default", "msi"]);

/** Ids that are unique wherever they are from; any other is a name within an account. */
const GLOBAL_ID = /^arn:|^ocid1\.|^\/subscriptions\/|\bprojects\/|@|[0-9a-f]{8}/i;

/** The part of a subnet's id that is its network's, on Azure. */
const AZURE_NETWORK = /^(.*\/virtualNetworks\/[^/]+)\/subnets\//i;

/** Clusters that use one thing. */
export interface SharedInfrastructure {
    /** How messages name it. */
    readonly label: string;
    readonly users: ReadonlySet<Cluster>;
}

/**
 * The networks, subnets, security groups and identities of clusters and their node pools: as resources that their
 * properties depend on, with the networks those belong to, and as literal ids.
 * @param on clusters, their pools and what else belongs to them, each with its cluster.
 */
export function infrastructureOf(on: Iterable<readonly [Node, Cluster]>): SharedInfrastructure[] {
    const used = new Map<string, { label: string; users: Set<Cluster> }>();
    for (const [node, cluster] of on) {
        for (const [id, label] of usedBy(node)) {
            const entry = used.get(id) ?? { label, users: new Set() };
            used.set(id, entry);
            entry.users.add(cluster);
        }
    }
    return [...used.values()];
}

/** What one cluster or pool uses: labels by an id that is the same for all users. */
function usedBy(node: Node): Map<string, string> {
    const { type, props } = node.resource;
    const paths = (clusterType(type) ?? followerType(type))?.infrastructure ?? {};
    const used = new Map<string, string>();
    for (const [kind, word] of KINDS) {
        for (const path of paths[kind] ?? []) {
            const resources = withNetworks(node.dependenciesOf(path.split(/[.[]/, 1)[0] ?? path));
            for (const resource of resources) addResource(used, resource);
            // What a resource of the stack gives has been counted, under that resource.
            const given = new Set(resources.flatMap(idsOf));
            for (const { string } of props.select(path)) {
                if (string !== undefined && !given.has(string)) addLiteral(used, node, word, string);
            }
        }
    }
    return used;
}

/** A resource of the stack, also by its id, which another user may say as a plain text. */
function addResource(used: Map<string, string>, node: Node): void {
    const { type, name, props } = node.resource;
    const label = `${type} "${name}"`;
    used.set(node.urn, label);
    for (const id of idsOf(node)) if (GLOBAL_ID.test(id)) used.set(keyOf(id), label);
    for (const property of NETWORK_PROPERTIES) {
        const network = props.get(property).string;
        const isResource = node.dependenciesOf(property).some(isInfrastructure);
        if (network !== undefined && !isResource) addLiteral(used, node, "network", network);
    }
}

function addLiteral(used: Map<string, string>, { resource }: Node, word: string, value: string): void {
    if (NO_EVIDENCE.has(value.toLowerCase())) return;
    // A name is unique within an account, which is what a provider stands for, and a project where one is named.
    const scope = GLOBAL_ID.test(value) ? [] : [word, resource.provider?.urn, resource.props.get("project").string];
    used.set(keyOf(value, ...scope), `${word} ${value}`);
    const network = AZURE_NETWORK.exec(value)?.[1];
    if (network) used.set(keyOf(network), `network ${network}`);
}

function keyOf(...parts: readonly (string | undefined)[]): string {
    return JSON.stringify(parts);
}

function idsOf({ outputs }: Node): string[] {
    return ["id", "arn"].flatMap(property => outputs.get(property).string || []);
}

function isInfrastructure({ resource }: Node): boolean {
    return INFRASTRUCTURE.test(resource.type.split(":").at(-1) ?? "");
}

/** The infrastructure among resources, with what it belongs to. */
function withNetworks(start: readonly Node[]): Node[] {
    const found = new Set(start.filter(isInfrastructure));
    for (const node of found) {
        for (const [property, dependencies] of node.propertyDependencies) {
            if (!BELONGS_TO.test(property)) continue;
            for (const dependency of dependencies) if (isInfrastructure(dependency)) found.add(dependency);
        }
    }
    return [...found];
}
