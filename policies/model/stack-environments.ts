import { clusterType, followerType } from "./cluster-types";
import { type ClusterSettings, Clusters, environmentOfTags } from "./clusters";
import {
    type Environment,
    environmentOfName,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    type Surroundings,
} from "./environment";
import type { Glob } from "./glob";
import type { KubeObject } from "./object";
import type { Resource } from "./resource";
import type { Node, Stack } from "./stack";

/** How environments of everything in a stack are found. */
export interface StackEnvironmentSettings extends ClusterSettings {
    /** Globs over `project/stack`, each with the environment of such stacks. */
    readonly stacks: readonly (readonly [Glob, string])[];
}

/** How a message shows an environment: `production (tag Environment=prod)`. */
export function describeEnvironment({ canonicalName, evidence }: Environment): string {
    return `${canonicalName} (${evidence})`;
}

/** The environments of a stack, its clusters, pools and objects. */
export class StackEnvironments {
    readonly clusters: Clusters;
    private readonly namespaces = new Map<string, KubeObject>();

    constructor(
        readonly stack: Stack,
        private readonly settings: StackEnvironmentSettings,
        private readonly stackTags: ReadonlyMap<string, string>,
        clusterEnvironment: string | undefined,
    ) {
        this.clusters = new Clusters(stack, settings, clusterEnvironment);
        for (const node of stack.nodes) {
            for (const object of node.resource.objects) {
                if (object.is("Namespace") && object.name.string) {
                    this.namespaces.set(`${this.clusterId(node.resource)} ${object.name.string}`, object);
                }
            }
        }
    }

    /** The environment of the stack that a resource is in. */
    ofStack(resource: Resource): FoundEnvironment {
        const path = `${resource.project}/${resource.stack}`;
        const configured = this.settings.stacks.find(([glob]) => glob.matches(path));
        if (!configured) return environmentOfStack(resource.stack, this.stackTags, this.settings);
        const [glob, environment] = configured;
        return environmentOfValue(environment, this.settings.vocabulary, `${glob.source} in the key stacks`);
    }

    /** The environment that an object on a cluster is of, or a Helm release, which has no labels of its own. */
    ofTarget(target: KubeObject | Resource): FoundEnvironment {
        const resource = "resource" in target ? target.resource : target;
        const surroundings: Surroundings = {
            namespace: name => this.namespaces.get(`${this.clusterId(resource)} ${name}`),
            stack: () => this.ofStack(resource),
        };
        if ("resource" in target) return environmentOfObject(target, surroundings, this.settings);
        return firstOf([
            () => environmentOfNamespace(target.props.get("namespace"), surroundings, this.settings),
            surroundings.stack,
        ]);
    }

    /** The environment of a node pool or add-on by its own tags and name. */
    ofFollower({ resource }: Node): FoundEnvironment {
        const type = followerType(resource.type);
        const names = type?.names.flatMap(name => resource.props.select(name)) ?? [];
        return firstOf([
            () => environmentOfTags(resource.props, type?.tags ?? [], resource.provider, this.settings),
            () => environmentOfTags(resource.props, type?.nodeLabels ?? [], undefined, this.settings),
            ...(this.settings.inferFromNames ? names : []).map(name => () => {
                if (name.isUnknown) return "unknown";
                return environmentOfName(name.string ?? "", this.settings.vocabulary, `name ${name.string}`);
            }),
        ]);
    }

    /** The environments of the pools that a cluster's own resource describes. */
    ofInnerPools({ resource }: Node): FoundEnvironment[] {
        const pools = clusterType(resource.type)?.pools.filter(({ path }) => path !== "") ?? [];
        return pools.flatMap(pool =>
            resource.props
                .select(pool.path)
                .map(props =>
                    firstOf([
                        () => environmentOfTags(props, pool.tags, undefined, this.settings),
                        () => environmentOfTags(props, pool.nodeLabels, undefined, this.settings),
                    ]),
                ),
        );
    }

    private clusterId(resource: Resource): string {
        return this.clusters.ofProvider(resource.provider)?.id ?? resource.provider?.urn ?? "";
    }
}
