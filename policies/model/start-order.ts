import { Reachability } from "./graph";
import type { KubeObject } from "./object";
import { isHeadless } from "./references";
import type { Node } from "./stack";
import type { Value } from "./value";

/**
 * What must be complete before Pulumi registers a resource.
 *
 * A resource starts when all that it depends on is complete, its provider is, and its parent is registered. A parent
 * that is a component is registered once all that *it* depends on is complete; a parent that is a resource of its
 * own, once it has been created.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/options/dependson/ and pulumi/pulumi sdk/nodejs/runtime/resource.ts
 * (`prepareResource`), dependsOn.ts.
 */
export function beforeStart(node: Node): Node[] {
    const before = [...node.dependencies, ...[...node.propertyDependencies.values()].flat()];
    if (node.provider) before.push(node.provider);
    let parent = node.parent;
    while (parent && isComponent(parent)) {
        before.push(...parent.dependencies);
        parent = parent.parent;
    }
    if (parent && !isStack(parent)) before.push(parent);
    return [...new Set(before)].filter(one => one !== node && !isStack(one));
}

/** The resources that a component is made of: it is complete when they are. */
export function partsOf(node: Node): readonly Node[] {
    return isComponent(node) ? node.children : [];
}

/** A resource that is made of others: it has no provider of its own. */
export function isComponent({ resource }: Node): boolean {
    const { provider, objects, type } = resource;
    return provider === undefined && objects.length === 0 && !type.startsWith("pulumi:");
}

function isStack({ resource }: Node): boolean {
    return resource.type === "pulumi:pulumi:Stack";
}

/** What is complete before what. */
export class StartOrder {
    private readonly paths: Reachability<Node>;
    private readonly before: ReadonlyMap<Node, readonly Node[]>;

    /** @param wanted the resources that `isBefore` is asked about */
    constructor(nodes: readonly Node[], wanted: Iterable<Node>) {
        this.before = new Map(nodes.map(node => [node, beforeStart(node)]));
        const next = new Map(nodes.map(node => [node, [...(this.before.get(node) ?? []), ...partsOf(node)]]));
        this.paths = new Reachability(nodes, node => next.get(node) ?? [], wanted);
    }

    /** Whether a wanted resource is complete before another one starts. */
    isBefore(wanted: Node, node: Node): boolean {
        return (this.before.get(node) ?? []).some(one => one === wanted || this.paths.leads(one, wanted));
    }
}

/** What to depend on, to wait for all that a component of the Kubernetes provider renders. */
export type WaitsBy = "component" | "ready" | "resource";

/**
 * The components of the Kubernetes provider that render charts, files and directories. Those that run in the provider
 * are complete once their children are. Those that run in the program are complete before they have children, and what
 * depends on one depends on the children that it has at that moment: none. The old Chart gives all of them by its
 * output `ready`; the others declare that property and never set it, but give each child by `getResource`.
 *
 * Sources: pulumi/pulumi-kubernetes provider/pkg/provider/provider_construct.go (those that run in the provider),
 * provider/pkg/gen/nodejs-templates/yaml/yaml.tmpl (`CollectionComponentResource`) and helm/v3/helm.ts, as of 4.34.2;
 * pulumi/pulumi sdk/nodejs/runtime/dependsOn.ts.
 */
const RENDERERS: Readonly<Record<string, WaitsBy>> = {
    "kubernetes:helm.sh/v2:Chart": "ready",
    "kubernetes:helm.sh/v3:Chart": "ready",
    "kubernetes:helm.sh/v4:Chart": "component",
    "kubernetes:kustomize/v2:Directory": "component",
    "kubernetes:kustomize:Directory": "resource",
    "kubernetes:yaml/v2:ConfigFile": "component",
    "kubernetes:yaml/v2:ConfigGroup": "component",
    "kubernetes:yaml:ConfigFile": "resource",
    "kubernetes:yaml:ConfigGroup": "resource",
};

/** How to wait for what a component renders; undefined for what renders nothing. */
export function waitsBy({ resource: { type } }: Node): WaitsBy | undefined {
    return Object.hasOwn(RENDERERS, type) ? RENDERERS[type] : undefined;
}

/** The component that renders a resource from a chart or files, if one does: the outermost, which a program can name. */
export function renderedBy(node: Node): Node | undefined {
    let found: Node | undefined;
    for (let parent = node.parent; parent; parent = parent.parent) if (waitsBy(parent)) found = parent;
    return found;
}

/** Annotations by which the provider is told not to wait. */
const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT = "pulumi.com/timeoutSeconds";

/**
 * What the provider waits for after it has created an object of a kind, in words that follow "complete once". It waits for
 * nothing else: a ConfigMap, a Role or a custom resource is complete once the API server has it.
 *
 * Sources: pulumi/pulumi-kubernetes provider/pkg/await/awaiters.go (`awaiters`) and the files beside it.
 */
export const AWAITED: Readonly<Record<string, string>> = {
    DaemonSet: "its pods are ready",
    Deployment: "its pods are ready",
    // service.go, ingress.go: endpoints of each Service, and an address in its status.
    Ingress: "the Services behind it have endpoints and it has an address",
    Job: "it has completed",
    PersistentVolume: "it is available",
    // Only Pending where the class says WaitForFirstConsumer.
    PersistentVolumeClaim: "it is bound",
    Pod: "it is ready",
    ReplicationController: "its pods are ready",
    // Before version 4.17 it also waits until there is a pod; since then no pod at all is fine, an unready one is not.
    Service: "the pods behind it are ready",
    StatefulSet: "its pods are ready",
};

/** What Pulumi waits for with an object, or undefined when it waits for nothing. */
export function awaited(object: KubeObject): string | undefined {
    if (object.facts === undefined || object.isPatch || !Object.hasOwn(AWAITED, object.kind)) return undefined;
    if (!object.is("Service") || waitsForPods(object)) return AWAITED[object.kind];
    return object.get("spec", "type").raw === "LoadBalancer" ? "it has an address" : undefined;
}

/**
 * The annotation by which an object is told not to be waited for, or undefined. The option customTimeouts can do the
 * same, but policies get to see 0 also where it is not set.
 */
export function awaitSwitchedOff(object: KubeObject): Value | undefined {
    const skipAwait = object.annotations.get(SKIP_AWAIT);
    if (isTrue(skipAwait)) return skipAwait;
    const timeout = object.annotations.get(TIMEOUT);
    return timeout.raw === 0 || timeout.raw === "0" ? timeout : undefined;
}

/** Whether it is not known before the update that an object is waited for. */
export function mayBeSwitchedOff({ annotations }: KubeObject): boolean {
    return annotations.get(SKIP_AWAIT).isUnknown || annotations.get(TIMEOUT).isUnknown;
}

function isTrue({ raw }: Value): boolean {
    return raw === "true" || raw === true;
}

/**
 * Whether the provider waits for the pods behind a Service; not where that is not known.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/service.go (`shouldWaitForPods`).
 */
export function waitsForPods(service: KubeObject): boolean {
    const spec = service.get("spec");
    if (spec.get("type").is("ExternalName") !== "no" || isHeadless(service) !== "no") return false;
    return spec.get("selector").keys().length > 0;
}
