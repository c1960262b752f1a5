/** How a property holds tags or labels. */
export type TagShape =
    /** Object of key to value. */
    | "map"
    /** List of `{key, value}` (or `{name, value}`). */
    | "pairs"
    /** List of strings: `key:value`, `key=value` or a bare word. */
    | "strings"
    /** One string of such words, separated by spaces. */
    | "words"
    /** One string that is such a word. */
    | "word"
    /** Object of `Namespace.Key` to value. */
    | "namespaced-map";

/** Where tags or labels are, as a path into the inputs: `nodeConfig.labels`. Lists on the way are entered. */
export interface TagPath {
    readonly path: string;
    readonly shape: TagShape;
}

/** What node pools need to be judged: the paths start at the pool. */
export interface PoolFacts {
    /** Cloud tags and labels. */
    readonly tags: readonly TagPath[];
    /** Labels that the pool's nodes get in Kubernetes. */
    readonly nodeLabels: readonly TagPath[];
    readonly machineTypes: readonly string[];
    readonly counts: readonly string[];
    /** The most nodes an autoscaler may add up to. */
    readonly maxCounts: readonly string[];
}

/** Node pools that are defined inside their cluster's resource. */
export interface InnerPool extends PoolFacts {
    /** Path to the pool, or to the list of pools; empty when the cluster's own properties describe it. */
    readonly path: string;
    readonly name?: string;
}

/** Properties that name what clusters must not share across environments. */
export interface InfrastructurePaths {
    readonly networks?: readonly string[];
    readonly subnets?: readonly string[];
    readonly securityGroups?: readonly string[];
    /** Node roles, service accounts and identities. */
    readonly identities?: readonly string[];
}

interface TypeFacts {
    /** Type tokens, each form that programs use; azure-native in its unversioned form, which stands for all of its forms. */
    readonly tokens: readonly string[];
    /** Properties that hold the name, in the order in which to look. */
    readonly names: readonly string[];
    readonly infrastructure?: InfrastructurePaths;
    /** Where the facts come from: a published package and version, a source repository, or documentation. */
    readonly source: string;
}

/** A managed Kubernetes cluster of a cloud provider. */
export interface ClusterType extends TypeFacts {
    readonly role: "cluster";
    /** Where its tags or labels are; none when the type cannot be tagged. */
    readonly tags: readonly TagPath[];
    readonly pools: readonly InnerPool[];
}

/** A node pool, or something else that belongs to one cluster. */
export interface FollowerType extends TypeFacts, PoolFacts {
    /** "pool" has nodes; "follower" is an add-on, an access entry, a fleet membership. */
    readonly role: "pool" | "follower";
    /** Properties that refer to the cluster, by name, id or as a resource. */
    readonly cluster: readonly string[];
}
