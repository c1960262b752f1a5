import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
    CLUSTER_TYPES,
    FOLLOWER_TYPES,
    type InfrastructurePaths,
    type InnerPool,
    type PoolFacts,
} from "../../model/environments/cluster-types";
import { BUILT_IN_KINDS } from "../../model/kubernetes/kinds";
import { policies } from "../../policies";
import { PACK_DIR } from "../support/build";
import { DEVELOPMENT, encode, PRODUCTION, place } from "../support/cloud-tags";
import { resourcesOf } from "../support/documents";
import type { EngineResource } from "../support/engine";
import { FIXTURES_DIR, type Fixture, loadFixtures } from "../support/fixtures";
import { isMap, type Wire, type WireMap } from "../support/wire";
import { parseDocuments } from "../support/yaml";
import { fullObjects, kubernetesTokens } from "./provider-types";

/** The stack that everything is made to be in. */
export const STACK = { name: "main", project: "fuzz" } as const;

/** What chance begins with: the resources of one file, or single ones of all types. */
export interface Seeds {
    /** Resources that belong together, the stack's own left out. */
    readonly stacks: readonly (readonly EngineResource[])[];
    /** Texts that occur in them, and that policies therefore may know. */
    readonly words: readonly string[];
}

/** The fixtures that are as they must be: those of a policy that is being written may not be yet. */
export function seedFixtures(): readonly Fixture[] {
    return loadFixtures(policies.filter(({ name }) => readdirSync(FIXTURES_DIR).includes(name))).fixtures;
}

/** Everything that chance begins with. */
export function loadSeeds(): Seeds {
    const files = ["examples/manifests/shop.yaml", "examples/manifests-broken/shop.yaml"];
    const stacks = [
        ...seedFixtures().map(({ resources }) => withoutStack(resources)),
        ...files.map(file => withoutStack(resourcesOfFile(file))),
        ...withoutStack(resourcesOfFile("tests/fuzz/custom-resources.yaml")).map(resource => [resource]),
        ...[...kubernetesTokens(), ...oldTokens()].map(token => [resource(token, objectOf(token))]),
        ...fullResources().map(one => [one]),
        ...cloudResources().map(one => [one]),
    ];
    return { stacks, words: [...new Set(stacks.flat().flatMap(({ props }) => textsIn(props)))].sort() };
}

function withoutStack(resources: readonly EngineResource[]): EngineResource[] {
    return resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

function resourcesOfFile(file: string): EngineResource[] {
    const documents = parseDocuments(readFileSync(join(PACK_DIR, file), "utf8")).filter(isMap);
    return resourcesOf(documents, STACK, {}, undefined);
}

function resource(type: string, props: WireMap): EngineResource {
    const name = type.replaceAll(/\W+/g, "-");
    return { urn: `urn:pulumi:${STACK.name}::${STACK.project}::${type}::${name}`, type, name, props };
}

/** A resource of each type of the Kubernetes provider, with a value for each property that it can have. */
export function fullResources(): EngineResource[] {
    return [...fullObjects()].map(([token, props]) => resource(token, props));
}

/** Tokens of the kinds that today's provider has left out, in a version as they had. */
function oldTokens(): string[] {
    return Object.entries(BUILT_IN_KINDS).flatMap(([kind, { groups }]) =>
        groups.map(group => `kubernetes:${group || "core"}/v1beta1:${kind}`),
    );
}

function objectOf(token: string): WireMap {
    const [, module = "", kind = ""] = token.split(":");
    const apiVersion = module.replace(/^core\//, "");
    const metadata = {
        name: "shop",
        namespace: "shop",
        labels: { app: "shop" },
        annotations: { "example.com/a": "b" },
    };
    return { apiVersion, kind: kind.replace(/Patch$/, ""), metadata, spec: {} };
}

/** A resource of each token of the cloud tables, with a value wherever the table names a path. */
function cloudResources(): EngineResource[] {
    const clusters = CLUSTER_TYPES.map(type => ({
        tokens: type.tokens,
        props: [
            ...type.names.map(name => place(name, "prod-cart")),
            ...type.tags.map(({ path, shape }) => place(path, encode(shape, PRODUCTION))),
            ...type.pools.map(innerPool),
            ...infrastructure(type.infrastructure),
        ],
    }));
    const followers = FOLLOWER_TYPES.map(type => ({
        tokens: type.tokens,
        props: [
            ...type.names.map(name => place(name, "dev-pool")),
            ...type.cluster.map(path => place(path, "prod-cart")),
            ...poolProps(type),
            ...infrastructure(type.infrastructure),
        ],
    }));
    return [...clusters, ...followers].flatMap(({ tokens, props }) => {
        const together = props.reduce<Wire>((all, one) => overlay(all, one as Wire), {});
        return tokens.map(token => resource(token, isMap(together) ? together : {}));
    });
}

function infrastructure(paths: InfrastructurePaths): unknown[] {
    return Object.values(paths as Record<string, readonly string[]>).flatMap(list =>
        list.map(path => place(path, "shared-1")),
    );
}

function innerPool(pool: InnerPool): unknown {
    const props = poolProps(pool).reduce<Wire>((all, one) => overlay(all, one as Wire), {});
    return place(pool.path, props);
}

function poolProps(pool: PoolFacts): unknown[] {
    return [
        ...[...pool.tags, ...pool.nodeLabels].map(({ path, shape }) => place(path, encode(shape, DEVELOPMENT))),
        ...pool.machineTypes.map(path => place(path, "m5.large")),
        ...[...pool.counts, ...pool.maxCounts].map(path => place(path, 3)),
    ];
}

/** Two values in one: maps by key, lists element by element. */
function overlay(under: Wire, over: Wire): Wire {
    if (Array.isArray(under) && Array.isArray(over))
        return over.map((item, index) => overlay(under[index] ?? null, item));
    if (!isMap(under) || !isMap(over)) return over;
    const merged = Object.entries(over).map(([key, value]): [string, Wire] => [
        key,
        overlay(under[key] ?? null, value),
    ]);
    return { ...under, ...Object.fromEntries(merged) };
}

function textsIn(value: Wire): string[] {
    if (typeof value === "string") return [value];
    if (Array.isArray(value)) return value.flatMap(textsIn);
    return isMap(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]) : [];
}
