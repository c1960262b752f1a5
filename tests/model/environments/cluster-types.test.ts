import { describe, expect, it } from "vitest";
import {
    CLUSTER_TYPES,
    clusterType,
    FOLLOWER_TYPES,
    followerType,
    type PoolFacts,
    PROVIDER_DEFAULT_TAGS,
    type TagPath,
    VIRTUAL_CLUSTERS,
    virtualCluster,
} from "../../../model/environments/cluster-types";
import { type EnvironmentTag, environmentTag, readTags, type Tags, tagSources } from "../../../model/environments/tags";
import { type Provider, Resource } from "../../../model/pulumi/resource";
import { UNKNOWN, Value } from "../../../model/value";
import { BOTH, DEVELOPMENT, type Entries, encode, PRODUCTION, place, UNTAGGED } from "../../support/cloud-tags";

const QUESTION = { tagKeys: ["environment", "env"] };

const ALL_TYPES = [...CLUSTER_TYPES, ...FOLLOWER_TYPES];
const ALL_TOKENS = ALL_TYPES.flatMap(type => type.tokens.map(token => ({ token, type })));

/** The answer in plain data, keys without their namespace. */
function plain(answer: EnvironmentTag): unknown {
    if (answer.state !== "set") return answer.state;
    return answer.tags
        .map(({ key, localKey, value }) => [localKey ?? key, value.raw])
        .sort(([a], [b]) => String(a).localeCompare(String(b)));
}

function ask(...sources: Tags[]): unknown {
    return plain(environmentTag(sources, QUESTION));
}

function sorted(entries: Entries): unknown {
    return [...entries].sort(([a], [b]) => a.localeCompare(b));
}

/** Every set of tags that the tables describe, with how to build an object that has them and how to read it back. */
interface TagCase {
    readonly name: string;
    readonly tag: TagPath;
    read(tags: unknown): Tags;
}

function tagCases(name: string, paths: readonly TagPath[], prefix = ""): TagCase[] {
    return paths.map(tag => ({
        name: `${name} ${prefix}${prefix && "."}${tag.path} (${tag.shape})`,
        tag,
        read(tags) {
            const [start] = new Value(place(prefix, place(tag.path, tags))).select(prefix);
            return start ? readTags(start, tag) : "unknown";
        },
    }));
}

const poolCases = (name: string, facts: PoolFacts, prefix = "") => [
    ...tagCases(name, facts.tags, prefix),
    ...tagCases(name, facts.nodeLabels, prefix),
];

const TAG_CASES = [
    ...CLUSTER_TYPES.flatMap(type => [
        ...tagCases(type.tokens.join(), type.tags),
        ...type.pools.flatMap(pool => poolCases(type.tokens.join(), pool, pool.path)),
    ]),
    ...FOLLOWER_TYPES.flatMap(type => poolCases(type.tokens.join(), type)),
];

describe("every property with tags or labels", () => {
    it.each(TAG_CASES)("$name", ({ tag: { shape }, read }) => {
        expect(ask(read(encode(shape, PRODUCTION)))).toEqual(PRODUCTION);
        expect(ask(read(encode(shape, DEVELOPMENT)))).toEqual(DEVELOPMENT);
        // One word cannot say two things.
        expect(ask(read(encode(shape, BOTH)))).toEqual(sorted(shape === "word" ? PRODUCTION : BOTH));
        expect(ask(read(encode(shape, UNTAGGED)))).toBe("unset");
        expect(ask(read(encode(shape, [])))).toBe("unset");
        expect(ask(read(UNKNOWN))).toBe("unknown");
        expect(ask(read(null))).toBe("unset");
    });

    const keyed = TAG_CASES.filter(({ tag }) => ["map", "pairs", "namespaced-map"].includes(tag.shape));

    it.each(keyed)("$name: one value unknown leaves the others known", ({ tag: { shape }, read }) => {
        const entries: Entries = [
            ["environment", UNKNOWN],
            ["team", "shop"],
        ];
        const tags = read(encode(shape, entries));
        expect(ask(tags)).toBe("unknown");
        expect(plain(environmentTag([tags], { tagKeys: ["team"] }))).toEqual([["team", "shop"]]);
        expect(plain(environmentTag([tags], { tagKeys: ["owner"] }))).toBe("unset");
    });

    const lists = TAG_CASES.filter(({ tag }) => tag.shape === "strings");

    it.each(lists)("$name: an unknown element may be any tag", ({ read }) => {
        const tags = read(["team:shop", UNKNOWN]);
        expect(ask(tags)).toBe("unknown");
        expect(plain(environmentTag([tags], { tagKeys: ["team"] }))).toEqual([["team", "shop"]]);
    });

    it.each(lists)("$name: a bare word has no key", ({ read }) => {
        expect(ask(read(["prod"]))).toBe("unset");
        const answer = environmentTag([read(["prod", "shop"])], {
            ...QUESTION,
            isEnvironment: word => word === "prod",
        });
        expect(plain(answer)).toEqual([[undefined, "prod"]]);
    });
});

describe("default tags of providers", () => {
    const cases = PROVIDER_DEFAULT_TAGS.flatMap(defaults =>
        defaults.providers.flatMap(providerType => {
            const pkg = providerType.replace("pulumi:providers:", "");
            return ALL_TOKENS.filter(({ token }) => token.startsWith(`${pkg}:`)).flatMap(({ token, type }) =>
                type.tags
                    .filter(({ path }) => defaults.reaches.includes(path))
                    .map(tag => ({ token, type, tag, defaults, providerType })),
            );
        }),
    );

    it("reach the types that they are documented for", () => {
        const count = (providerType: string) => cases.filter(one => one.providerType === providerType).length;
        expect(Object.fromEntries(PROVIDER_DEFAULT_TAGS.flatMap(d => d.providers).map(p => [p, count(p)]))).toEqual({
            "pulumi:providers:aws": 16,
            "pulumi:providers:aws-native": 4,
            "pulumi:providers:gcp": 4,
            "pulumi:providers:google": 4,
        });
    });

    it.each(cases)("$providerType on $token: own tags win", ({ type, tag, defaults, providerType }) => {
        // Undefined stands for what is not known yet.
        const provider = (entries: Entries | undefined): Provider => {
            const tags = Object.fromEntries(entries ?? []);
            const text = JSON.stringify(defaults.nested === undefined ? tags : { [defaults.nested]: tags });
            const props = new Value({ [defaults.input]: entries ? text : UNKNOWN });
            return { urn: "urn", type: providerType, name: "main", props, isDefault: false };
        };
        const answer = (own: Entries | undefined, defaultTags: Entries | undefined) => {
            const props = new Value(own === undefined ? {} : place(tag.path, encode(tag.shape, own)));
            return ask(...tagSources(props, type.tags, provider(defaultTags)));
        };
        expect(answer(DEVELOPMENT, PRODUCTION)).toEqual(DEVELOPMENT);
        expect(answer(UNTAGGED, PRODUCTION)).toEqual(PRODUCTION);
        expect(answer(undefined, PRODUCTION)).toEqual(PRODUCTION);
        expect(answer(undefined, UNTAGGED)).toBe("unset");
        expect(answer(DEVELOPMENT, undefined)).toEqual(DEVELOPMENT);
        expect(answer(UNTAGGED, undefined)).toBe("unknown");
    });

    it("do not reach node pools of Google", () => {
        const type = followerType("gcp:container/nodePool:NodePool");
        const props = new Value({ defaultLabels: '{"environment":"production"}' });
        const provider = { urn: "urn", type: "pulumi:providers:gcp", name: "main", props, isDefault: false };
        expect(ask(...tagSources(new Value({}), type?.tags ?? [], provider))).toBe("unset");
    });
});

describe("the tables", () => {
    it("have no token twice", () => {
        const tokens = ALL_TOKENS.map(({ token }) => token.toLowerCase());
        expect(tokens.filter((token, index) => tokens.indexOf(token) !== index)).toEqual([]);
    });

    it("have all rows: tokens by package", () => {
        const count = (types: readonly { readonly tokens: readonly string[] }[]) => {
            const counts: Record<string, number> = {};
            for (const token of types.flatMap(type => type.tokens)) {
                const pkg = token.split(":", 1)[0] ?? "";
                counts[pkg] = (counts[pkg] ?? 0) + 1;
            }
            return counts;
        };
        expect(count(CLUSTER_TYPES)).toEqual({
            ...{ aws: 2, eks: 1, "aws-native": 1 },
            ...{ "azure-native": 4, azure: 6, azurerm: 6 },
            ...{ gcp: 9, google: 9, "google-native": 2 },
            ...{ alicloud: 8, civo: 1, digitalocean: 1, exoscale: 1, ibm: 2, kind: 2, linode: 1, oci: 2 },
            ...{ openstack: 2, ovh: 2, rancher2: 2, scaleway: 3, tencentcloud: 1, upcloud: 1, volcengine: 4, vultr: 1 },
        });
        expect(count(FOLLOWER_TYPES)).toEqual({
            ...{ aws: 16, eks: 4, "aws-native": 3 },
            ...{ "azure-native": 5, azure: 2, azurerm: 2 },
            ...{ gcp: 7, google: 7, "google-native": 2 },
            ...{ alicloud: 6, civo: 1, digitalocean: 1, exoscale: 1, ibm: 2, linode: 1, oci: 4, openstack: 2, ovh: 2 },
            ...{ rancher2: 2, scaleway: 3, spotinst: 12, tencentcloud: 3, upcloud: 1, volcengine: 4, vultr: 1 },
        });
    });

    it("have the tokens of Terraform providers that programs use as they are", () => {
        const tokens = [
            "aws:index/eksCluster:EksCluster",
            "azurerm:index/kubernetesCluster:KubernetesCluster",
            "google:index/containerCluster:ContainerCluster",
            "ibm:index/containerVpcCluster:ContainerVpcCluster",
            "openstack:index/containerinfraClusterV1:ContainerinfraClusterV1",
            "scaleway:index/k8sCluster:K8sCluster",
        ];
        expect(tokens.filter(token => !clusterType(token))).toEqual([]);
        const followers = [
            "aws:index/eksNodeGroup:EksNodeGroup",
            "azurerm:index/kubernetesClusterNodePool:KubernetesClusterNodePool",
            "google:index/containerNodePool:ContainerNodePool",
        ];
        expect(followers.filter(token => !followerType(token))).toEqual([]);
    });

    it.each(ALL_TOKENS)("$token is found, as what it is", ({ token, type }) => {
        expect(clusterType(token)).toBe(type.role === "cluster" ? type : undefined);
        expect(followerType(token)).toBe(type.role === "cluster" ? undefined : type);
        expect(type.source).not.toBe("");
    });

    it.each(FOLLOWER_TYPES)("$tokens.0 names its cluster", ({ role, cluster }) => {
        expect(cluster.length > 0).toBe(role !== "template");
    });

    it("are silent about tags that are not the environment's", () => {
        const props = {
            tags: ["env-prod"],
            nodeConfig: { tags: ["environment:production"], resourceManagerTags: { environment: "production" } },
            resourceManagerTags: { environment: "production" },
            externalPoolTags: ["environment:production"],
            nodeSecurityGroupTags: { environment: "production" },
            clusterSecurityGroupTags: { environment: "production" },
        };
        for (const type of ALL_TYPES) {
            expect(ask(...tagSources(new Value(props), type.tags, undefined)), type.tokens[0]).toBe("unset");
        }
    });
});

describe("every path of the tables", () => {
    const paths = (type: (typeof ALL_TYPES)[number]): { path: string; prefix: string }[] => {
        const pools: readonly (PoolFacts & { path?: string; name?: string })[] =
            type.role === "cluster" ? type.pools : [type];
        return [
            ...[...type.names, ...Object.values(type.infrastructure).flat()].map(path => ({ path, prefix: "" })),
            ...(type.role === "cluster" ? [] : type.cluster.map(path => ({ path, prefix: "" }))),
            ...pools.flatMap(({ path: prefix = "", name, machineTypes, counts, maxCounts }) =>
                [name ?? [], machineTypes, counts, maxCounts].flat().map(path => ({ path, prefix })),
            ),
        ];
    };
    const cases = ALL_TYPES.flatMap(type => paths(type).map(one => ({ token: type.tokens[0], ...one })));

    it.each(cases)("$token $prefix $path is found in an object that has it", ({ path, prefix }) => {
        expect(path).toMatch(/^[a-z][A-Za-z0-9]*(\[\])?(\.[a-z][A-Za-z0-9]*(\[\])?)*$/);
        const found = new Value(place(prefix, place(path, "x"))).select(prefix).flatMap(start => start.select(path));
        expect(found.map(value => value.raw)).toEqual(["x"]);
    });

    it("leads to inner pools whether they are one or a list", () => {
        const inner = CLUSTER_TYPES.flatMap(type => type.pools).filter(({ path }) => path !== "");
        expect(inner.filter(({ path }) => !path.endsWith("[]"))).toEqual([]);
    });
});

describe("azure-native tokens", () => {
    it.each([
        "azure-native:containerservice:ManagedCluster",
        "azure-native:containerservice/v20240101:ManagedCluster",
        "azure-native:containerservice/v20170831:ManagedCluster",
        "azure-native:containerservice/v20260502preview:ManagedCluster",
        "azure-native_containerservice_v20240101:containerservice/v20240101:ManagedCluster",
        "azure-native:ContainerService:ManagedCluster",
        "azure-native_containerservice_v20240101:ContainerService/v20240101:managedCluster",
        "AZURE-NATIVE:containerservice:ManagedCluster",
    ])("%s is a managed cluster", token => {
        expect(clusterType(token)?.tokens).toEqual(["azure-native:containerservice:ManagedCluster"]);
    });

    const native = ALL_TOKENS.filter(({ token }) => token.startsWith("azure-native:"));

    it.each(native)("$token is found in all forms", ({ token, type }) => {
        const [, module = "", name = ""] = token.split(":");
        const forms = [
            token.toUpperCase(),
            `azure-native:${module}/v20240101preview:${name}`,
            `azure-native_${module}_v20240101:${module}/v20240101:${name}`,
        ];
        for (const form of forms) expect(clusterType(form) ?? followerType(form), form).toBe(type);
    });

    it.each([
        "azure-native:containerservice/v20240101/x:ManagedCluster",
        "azure-native_containerservice:containerservice:ManagedCluster",
        "azure-native-x:containerservice:ManagedCluster",
        "azure-native:containerservice:ManagedClusterX",
        "azure-native:compute:ManagedCluster",
    ])("%s is none", token => {
        expect(clusterType(token)).toBeUndefined();
    });
});

describe("what looks like a cluster and is none", () => {
    it.each([
        "aws:ecs/cluster:Cluster",
        "aws:emrcontainers/virtualCluster:VirtualCluster",
        "aws:eks/Cluster:Cluster",
        "azure-native:azurestackhci:Cluster",
        "azure:containerservice/group:Group",
        "azure:containerservice/registryAgentPool:RegistryAgentPool",
        "gcp:container/registry:Registry",
        "tencentcloud:index/tsfCluster:TsfCluster",
        "oci:ContainerEngine/containerInstance:ContainerInstance",
        "oci:containerengine/cluster:Cluster",
        "kubernetes:core/v1:Pod",
        "pulumi:providers:aws",
        "toString",
        "",
    ])("%j", token => {
        expect(clusterType(token)).toBeUndefined();
        expect(followerType(token)).toBeUndefined();
    });
});

describe("virtualCluster", () => {
    const RELEASE = "kubernetes:helm.sh/v3:Release";

    function recognise(type: string, props: unknown) {
        return virtualCluster(new Resource({ urn: `urn:pulumi:dev::shop::${type}::main`, type, name: "main", props }));
    }

    const charts = [
        "vcluster",
        "vcluster-k8s",
        "vcluster-k0s",
        "vcluster-eks",
        "loft/vcluster",
        "./charts/vcluster",
        "./charts/vcluster/",
        "oci://registry.example.com/charts/vcluster",
        "https://charts.loft.sh/charts/vcluster-0.20.0.tgz",
    ];

    it.each([RELEASE, "kubernetes:helm.sh/v4:Chart", "kubernetes:helm.sh/v3:Chart"])("knows the charts in %s", type => {
        expect(charts.filter(chart => !recognise(type, { chart }))).toEqual([]);
    });

    it.each(["vcluster-platform", "my-vcluster", "vcluster-pro", "loft", "nginx", UNKNOWN, null, 42])(
        "takes chart %j for another",
        chart => {
            expect(recognise(RELEASE, { chart, repositoryOpts: { repo: "https://charts.loft.sh" } })).toBeUndefined();
        },
    );

    it("is no other type with a chart", () => {
        expect(recognise("kubernetes:helm.sh/v2:Release", { chart: "vcluster" })).toBeUndefined();
        expect(recognise("example:index:Release", { chart: "vcluster" })).toBeUndefined();
    });

    it("gives where name and namespace are", () => {
        const found = recognise(RELEASE, { chart: "vcluster", name: "team-a", namespace: "vclusters" });
        expect(found?.root.select(found.type.names[0] ?? "").map(value => value.raw)).toEqual(["team-a"]);
        expect(found?.root.select(found.type.namespace).map(value => value.raw)).toEqual(["vclusters"]);
    });

    const objects = VIRTUAL_CLUSTERS.flatMap(type =>
        "kind" in type ? type.groups.map(group => ({ group, kind: type.kind, type })) : [],
    );

    it.each(objects)("knows $group $kind", ({ group, kind, type }) => {
        const props = {
            apiVersion: `${group}/v1alpha1`,
            kind,
            metadata: { name: "a", namespace: "b", labels: { env: "dev" }, annotations: { environment: "dev" } },
        };
        const found = recognise(`kubernetes:${group}/v1alpha1:${kind}`, props);
        expect(found?.type).toBe(type);
        expect(found && [...type.names, type.namespace].map(path => String(found.root.select(path)[0]?.raw))).toEqual([
            "a",
            "b",
        ]);
        expect(found && ask(...tagSources(found.root, type.tags, undefined))).toEqual([["env", "dev"]]);
    });

    it.each([
        ["k3k.io", "ClusterSet"],
        ["postgresql.cnpg.io", "Cluster"],
        ["x.k3k.io", "Cluster"],
    ])("does not know %s %s", (group, kind) => {
        const props = { apiVersion: `${group}/v1`, kind, metadata: { name: "a" } };
        expect(recognise(`kubernetes:${group}/v1:${kind}`, props)).toBeUndefined();
    });

    it("does not take a patch for a cluster", () => {
        const props = { apiVersion: "k3k.io/v1alpha1", kind: "Cluster", metadata: { name: "a" } };
        expect(recognise("kubernetes:k3k.io/v1alpha1:ClusterPatch", props)).toBeUndefined();
        expect(recognise("kubernetes:k3k.io/v1alpha1:Cluster", props)).toBeDefined();
    });
});
