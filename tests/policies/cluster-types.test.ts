import { describe, expect, test } from "vitest";
import { tagPathsOf } from "../../model/environments/cluster-environment";
import {
    CLUSTER_TYPES,
    type ClusterType,
    FOLLOWER_TYPES,
    type FollowerType,
    type TagPath,
} from "../../model/environments/cluster-types";
import { UNKNOWN } from "../../model/value";
import { productionClusterIsolation } from "../../policies/production-cluster-isolation";
import { requireClusterEnvironment } from "../../policies/require-cluster-environment";
import { BOTH, DEVELOPMENT, encode, PRODUCTION, place, UNTAGGED } from "../support/cloud-tags";
import { graphOf, messagesOf, objectOn, providerOf, type TestResource } from "../support/environments";

/** All forms of a type's tokens; azure-native has three for each. */
function formsOf({ tokens }: { readonly tokens: readonly string[] }): string[] {
    return tokens.flatMap(token => {
        const [, module, type] = /^azure-native:(\w+):(\w+)$/.exec(token) ?? [];
        if (!module || !type) return [token];
        const version = `${module}/v20240101:${type}`;
        return [token, `azure-native:${version}`, `azure-native_${module}_v20240101:${version}`];
    });
}

interface Case {
    readonly token: string;
    readonly type: ClusterType | FollowerType;
    readonly tag: TagPath;
}

function casesOf(types: readonly (ClusterType | FollowerType)[]): Case[] {
    return types.flatMap(type => tagPathsOf(type).flatMap(tag => formsOf(type).map(token => ({ token, type, tag }))));
}

const clusters = casesOf(CLUSTER_TYPES);
const pools = casesOf(FOLLOWER_TYPES.filter(({ role }) => role === "pool"));
const untaggable = CLUSTER_TYPES.filter(({ tags }) => tags.length === 0).flatMap(formsOf);

/** The kinds of tags that a cluster may have, by name. A single word cannot be of both classes. */
const tagsOf = ({ tag: { shape } }: Case) => ({
    production: encode(shape, PRODUCTION),
    development: encode(shape, DEVELOPMENT),
    ...(shape !== "word" && { both: encode(shape, BOTH) }),
    untagged: encode(shape, UNTAGGED),
    unknown: UNKNOWN,
});

function propsOf({ tag }: Case, tags: unknown): unknown {
    return place(tag.path, tags);
}

describe("require-cluster-environment", () => {
    const missing = (label: string) =>
        `${label}: The tag or label "environment" or "env" is missing. Add it with the environment as its value, such as "production".`;

    test.each(clusters)("$token, $tag.path", one => {
        const found = Object.entries(tagsOf(one)).flatMap(([name, tags]) =>
            messagesOf(requireClusterEnvironment, graphOf([{ type: one.token, name, props: propsOf(one, tags) }])),
        );
        expect(found).toEqual([missing(`${one.token} "untagged"`)]);
    });

    test.each(pools)("node pool $token, $tag.path", one => {
        const found = Object.entries(tagsOf(one)).flatMap(([name, tags]) => {
            const graph = graphOf([{ type: one.token, name, props: propsOf(one, tags) }]);
            expect(messagesOf(requireClusterEnvironment, graph)).toEqual([]);
            return messagesOf(requireClusterEnvironment, graph, { nodePools: true });
        });
        expect(found).toEqual([missing(`${one.token} "untagged"`)]);
    });

    test.each(untaggable)("%s, which cannot be tagged", type => {
        const graph = graphOf([{ type, name: "main" }]);
        expect(messagesOf(requireClusterEnvironment, graph)).toEqual([
            `${type} "main": Clusters of this type cannot be tagged. Set the environment of this cluster in the key "clusters" of this policy.`,
        ]);
        expect(messagesOf(requireClusterEnvironment, graph, { clusters: { main: "production" } })).toEqual([]);
    });
});

/** Objects of both classes on a cluster. */
function onCluster(cluster: TestResource): TestResource[] {
    return [cluster, providerOf("k8s", cluster.name), objectOn("k8s", "one", "dev"), objectOn("k8s", "two", "prod")];
}

/** The objects that do not belong on the cluster. */
function misplaced(cluster: TestResource, config = {}): string[] {
    return messagesOf(productionClusterIsolation, graphOf(onCluster(cluster)), config).map(
        message => message.split(":", 1)[0] ?? "",
    );
}

/** How the misplaced name what is no object: as far as the first colon. */
function packageOf(token: string): string {
    return token.split(":", 1)[0] ?? "";
}

const ON_PRODUCTION = ["ConfigMap dev/one"];
const ON_DEVELOPMENT = ["ConfigMap prod/two"];

describe("production-cluster-isolation", () => {
    test.each(clusters)("$token, $tag.path", one => {
        const found = Object.entries(tagsOf(one)).map(([name, tags]) => [
            name,
            misplaced({ type: one.token, name: "main", props: propsOf(one, tags) }),
        ]);
        const expected = {
            production: ON_PRODUCTION,
            development: ON_DEVELOPMENT,
            both: [packageOf(one.token)],
            untagged: [],
            unknown: [],
        };
        expect(expected).toMatchObject(Object.fromEntries(found));
    });

    test.each([...CLUSTER_TYPES.flatMap(formsOf)])("%s by its name and by the configuration", type => {
        expect(misplaced({ type, name: "shop-prod" })).toEqual(ON_PRODUCTION);
        expect(misplaced({ type, name: "shop-prod" }, { clusters: { "shop-*": "dev" } })).toEqual(ON_DEVELOPMENT);
        expect(misplaced({ type, name: "shop-prod" }, { inferFromNames: false })).toEqual([]);
    });

    test.each(pools)("node pool $token, $tag.path", one => {
        const [property = ""] = one.type.role === "pool" ? (one.type.cluster[0] ?? "").split(/[.[]/, 1) : [];
        const found = Object.entries(tagsOf(one)).map(([name, tags]) => {
            const cluster = {
                type: "gcp:container/cluster:Cluster",
                name: "cluster",
                props: { resourceLabels: { env: "prod" } },
            };
            const pool = {
                type: one.token,
                name: "pool",
                props: propsOf(one, tags),
                uses: { [property]: ["cluster"] },
            };
            return [name, messagesOf(productionClusterIsolation, graphOf([cluster, pool])).length];
        });
        expect({ production: 0, development: 1, both: 1, untagged: 0, unknown: 0 }).toMatchObject(
            Object.fromEntries(found),
        );
    });
});
