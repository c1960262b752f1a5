import { Reachability } from "../graph";
import type { Answer } from "../value";
import type { Node } from "./stack";

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
    const around = componentsAround(node);
    for (const { dependencies } of around) before.push(...dependencies);
    const { parent } = around.at(-1) ?? node;
    if (parent && !isStack(parent)) before.push(parent);
    return [...new Set(before)].filter(one => one !== node && !isStack(one));
}

/** The resources that a component is made of: it is complete when they are. */
export function partsOf(node: Node): readonly Node[] {
    return isComponent(node) ? node.children : [];
}

/** The components that a resource is part of, the innermost first. */
export function componentsAround({ parent }: Node): readonly Node[] {
    const components: Node[] = [];
    for (let one = parent; one && isComponent(one); one = one.parent) components.push(one);
    return components;
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

/**
 * Whether a resource waits for another one although no dependency says so, as one does that the program makes in a
 * function given to `apply`: that runs once an output is there, and what it makes depends on nothing.
 *
 * "yes" where it, or a component around it, is known to be made so; which output that waits for is not known. "no" where
 * the update registered it first. "unknown" where the update registered it later: so it does with half of those that do
 * not wait. Undefined where nothing is known, as in a preview.
 *
 * Sources: https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/, pulumi/pulumi sdk/nodejs/output.ts
 * (`applyHelperAsync`).
 */
export function waitsUnseen(node: Node, wanted: Node): Answer | undefined {
    for (let one: Node | undefined = node; one; one = one.parent) if (one.isMadeInApply) return "yes";
    if (node.arrival === undefined || wanted.arrival === undefined) return undefined;
    return node.arrival < wanted.arrival ? "no" : "unknown";
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
