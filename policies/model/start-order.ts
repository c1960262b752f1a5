import type { KubeObject } from "./object";
import type { Node } from "./stack";

/**
 * What Pulumi waits for before it creates a resource.
 *
 * A resource starts when all that it depends on is complete, its provider is, and its parent is registered. A parent
 * that is a component is registered once all that *it* depends on is complete; a parent that is a resource of its
 * own, once it has been created. Depending on a component means depending on everything in it.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/options/dependson/ and pulumi/pulumi
 * sdk/nodejs/runtime/dependsOn.ts.
 */
export function startsAfter(node: Node, wanted: ReadonlySet<Node>): Set<Node> {
    const found = new Set<Node>();
    const complete = new Set<Node>();
    const pending: Node[] = [...beforeStart(node)];
    while (pending.length > 0 && found.size < wanted.size) {
        const next = pending.pop();
        if (!next || complete.has(next)) continue;
        complete.add(next);
        if (wanted.has(next)) found.add(next);
        pending.push(...beforeStart(next));
        if (isComponent(next)) pending.push(...next.children);
    }
    return found;
}

/** What must be complete before a resource is registered. */
export function beforeStart(node: Node): Node[] {
    const direct = [...node.dependencies, ...[...node.propertyDependencies.values()].flat()];
    if (node.provider) direct.push(node.provider);
    let parent = node.parent;
    while (parent && isComponent(parent)) {
        direct.push(...parent.dependencies);
        parent = parent.parent;
    }
    if (parent && !isStack(parent)) direct.push(parent);
    return direct.filter(one => one !== node && !isStack(one));
}

/** A resource that is made of others and has no provider of its own. */
export function isComponent({ resource }: Node): boolean {
    return resource.provider === undefined && !resource.type.startsWith("pulumi:providers:");
}

function isStack({ resource }: Node): boolean {
    return resource.type === "pulumi:pulumi:Stack";
}

/** The component of the Kubernetes provider that renders a resource from a chart or file, if one does. */
export function renderedBy(node: Node): Node | undefined {
    for (let parent = node.parent; parent; parent = parent.parent) {
        if (/^kubernetes:(yaml|kustomize|helm\.sh)\b/.test(parent.resource.type)) return parent;
    }
    return undefined;
}

/** Annotations by which the provider is told not to wait. */
const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT = "pulumi.com/timeoutSeconds";

/**
 * What the provider waits for after it has created an object of a kind, in words that follow "is not".
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/awaiters.go (`awaiters`).
 */
const AWAITED: Readonly<Record<string, string>> = {
    DaemonSet: "its pods are ready",
    Deployment: "its pods are ready",
    Ingress: "it has an address and the Services behind it have ready pods",
    Job: "it is complete",
    PersistentVolume: "it is available",
    PersistentVolumeClaim: "it is bound",
    Pod: "it is ready",
    ReplicationController: "its pods are ready",
    Service: "a pod behind it is ready",
    StatefulSet: "its pods are ready",
};

/** What Pulumi waits for with an object, or undefined when it waits for nothing. */
export function awaited(object: KubeObject): string | undefined {
    if (object.facts === undefined || object.isPatch) return undefined;
    if (object.is("Service") && !waitsForPods(object) && object.get("spec", "type").raw !== "LoadBalancer") {
        return undefined;
    }
    return Object.hasOwn(AWAITED, object.kind) ? AWAITED[object.kind] : undefined;
}

/** How an object is told not to be waited for, or undefined. */
export function awaitSwitchedOff(object: KubeObject): string | undefined {
    if (object.annotations.get(SKIP_AWAIT).raw === "true") return `${SKIP_AWAIT}: "true"`;
    if (String(object.annotations.get(TIMEOUT).raw) === "0") return `${TIMEOUT}: "0"`;
    return undefined;
}

/**
 * Whether the provider waits for a ready pod behind a Service.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/service.go (`shouldWaitForPods`).
 */
export function waitsForPods(service: KubeObject): boolean {
    const spec = service.get("spec");
    if (spec.isUnknown || spec.get("type").isUnknown || spec.get("clusterIP").isUnknown) return false;
    const isExternal = spec.get("type").raw === "ExternalName";
    return !isExternal && spec.get("clusterIP").raw !== "None" && spec.get("selector").keys().length > 0;
}
