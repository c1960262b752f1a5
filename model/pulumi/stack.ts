import { compareText } from "../text";
import { Value } from "../value";
import type { Resource } from "./resource";

/** What a host knows of a resource's place in the stack. */
export interface NodeInit {
    /** The resource with its inputs. */
    readonly resource: Resource;
    /** What the provider answered; empty in a preview when it has not been configured yet. */
    readonly outputs?: unknown;
    /** URN of the parent, where the resource itself does not say. */
    readonly parent?: string | undefined;
    /** URNs that the resource depends on, all together and by top-level property. */
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
    /** Whether the program is known to have made it in a function that it gave to `apply`. */
    readonly isMadeInApply?: boolean;
    /**
     * How many resources an update had registered before it. Undefined for a preview, where all is complete as soon as
     * it is registered, and for files.
     */
    readonly arrival?: number | undefined;
    /** Whether the program only reads the resource, which is another stack's or nobody's: no policy checks it. */
    readonly isRead?: boolean;
    /** The number of the step in which a preview creates it anew. */
    readonly createdAt?: number | undefined;
    /** The number of the step in which a preview deletes it: it is not the stack's any more. */
    readonly deletedAt?: number;
}

/** Whether a resource is the stack's own, as it will be: what is only read or goes is not. */
export function isOwn({ isRead, deletedAt }: NodeInit): boolean {
    return !isRead && deletedAt === undefined;
}

/** A resource that a preview deletes. */
export interface Deleted {
    readonly resource: Resource;
    /** The number of the step. */
    readonly at: number;
}

/** A resource and its edges. */
export class Node {
    readonly resource: Resource;
    readonly outputs: Value;
    /** What it depends on for any reason. */
    dependencies: readonly Node[] = [];
    /** What single properties depend on, by property. */
    propertyDependencies: ReadonlyMap<string, readonly Node[]> = new Map();
    /** What single properties depend on that is not the stack's own, by property: what the program reads. */
    reads: ReadonlyMap<string, readonly Read[]> = new Map();
    parent: Node | undefined;
    readonly children: Node[] = [];
    /** The provider's own resource, where it is in the stack. */
    provider: Node | undefined;
    /**
     * Whether the program is known to have made it in a function that it gave to `apply`: it waits for an output, and
     * no dependency says so.
     */
    readonly isMadeInApply: boolean;
    /** How many resources the update had registered before it, where there is an update. */
    readonly arrival: number | undefined;
    /** The number of the step in which a preview creates it anew; only the check command sees steps. */
    readonly createdAt: number | undefined;

    constructor({ resource, outputs, isMadeInApply = false, arrival, createdAt }: NodeInit) {
        this.resource = resource;
        this.outputs = new Value(outputs);
        this.isMadeInApply = isMadeInApply;
        this.arrival = arrival;
        this.createdAt = createdAt;
    }

    get urn(): string {
        return this.resource.urn;
    }

    /** What some properties depend on. */
    dependenciesOf(...properties: string[]): Node[] {
        return properties.flatMap(property => this.propertyDependencies.get(property) ?? []);
    }
}

/** The type of the resource that reads another stack's outputs. */
export const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/**
 * What the program reads and the stack does not own: another stack's outputs, a cluster that exists. The engine shows
 * policies nothing of it but its URN where something depends on it; a state and a preview have all of it.
 */
export class Read {
    constructor(
        readonly type: string,
        /** The Pulumi name. */
        readonly name: string,
        /** Undefined where only the URN is known. */
        readonly inputs: Value | undefined,
        readonly outputs: Value | undefined,
    ) {}

    /** What a URN tells by itself: `urn:pulumi:<stack>::<project>::<parents' types$type>::<name>`. */
    static ofUrn(urn: string): Read {
        const [, , types = "", ...name] = urn.split("::");
        return new Read(types.split("$").at(-1) ?? "", name.join("::"), undefined, undefined);
    }
}

/** All resources of a stack and the edges between them, in an order that does not depend on how they arrived. */
export class Stack {
    readonly nodes: readonly Node[];
    /** What goes, in the order of the steps, where a preview tells. */
    readonly deleted: readonly Deleted[];
    private readonly byUrn: ReadonlyMap<string, Node>;
    private readonly readsByUrn = new Map<string, Read>();

    /**
     * @param isPartial whether there is more that could not be read: then what the stack does not show is not proven to be
     * missing.
     */
    constructor(
        all: readonly NodeInit[],
        readonly isPartial = false,
    ) {
        // A StackReference is always read; `pulumi policy analyze` lists it all the same.
        const isRead = (init: NodeInit) => init.isRead || init.resource.type === STACK_REFERENCE;
        for (const init of all) {
            if (!isRead(init) || init.deletedAt !== undefined) continue;
            const { resource, outputs } = init;
            const read = new Read(resource.type, resource.name, resource.props, new Value(outputs));
            this.readsByUrn.set(resource.urn, read);
        }
        // Nobody reads the URNs: their natural order would take several times as long.
        const sorted = all
            .filter(init => isOwn(init) && !isRead(init))
            .sort(({ resource: a }, { resource: b }) => Number(a.urn > b.urn) - Number(a.urn < b.urn));
        this.byUrn = new Map(sorted.map(init => [init.resource.urn, new Node(init)]));
        this.nodes = [...this.byUrn.values()];
        this.deleted = all
            .flatMap(({ resource, deletedAt }) => (deletedAt === undefined ? [] : [{ resource, at: deletedAt }]))
            .sort((one, other) => one.at - other.at);
        for (const init of sorted) this.connect(init);
        this.cutCyclesOfParents();
    }

    /** No program makes its own parent, but a damaged state may say so; who walks up must arrive. */
    private cutCyclesOfParents(): void {
        const safe = new Set<Node>();
        for (const start of this.nodes) {
            const chain = new Set<Node>();
            for (let node: Node = start; !safe.has(node); node = node.parent) {
                chain.add(node);
                if (node.parent && chain.has(node.parent)) {
                    node.parent.children.splice(node.parent.children.indexOf(node), 1);
                    node.parent = undefined;
                }
                if (!node.parent) break;
            }
            for (const node of chain) safe.add(node);
        }
    }

    private connect({ resource, dependencies, propertyDependencies, parent }: NodeInit): void {
        const node = this.get(resource.urn);
        // Of two resources of one URN, as a state may hold during a replacement, the last counts.
        if (node?.resource !== resource) return;
        node.dependencies = this.nodesOf(dependencies ?? []);
        const byProperty = Object.entries(propertyDependencies ?? {}).sort(([one], [other]) => compareText(one, other));
        node.propertyDependencies = new Map(byProperty.map(([property, urns]) => [property, this.nodesOf(urns)]));
        const reads = byProperty.map(([property, urns]) => [property, this.readsOf(urns)] as const);
        node.reads = new Map(reads.filter(([, found]) => found.length > 0));
        node.provider = resource.provider && this.get(resource.provider.urn);
        node.parent = this.get(resource.parent ?? parent ?? "");
        node.parent?.children.push(node);
    }

    /** What is read is no resource of the stack: it is left out. */
    private nodesOf(urns: readonly string[]): Node[] {
        return [...urns].sort(compareText).flatMap(urn => this.get(urn) ?? []);
    }

    private readsOf(urns: readonly string[]): Read[] {
        const absent = urns.filter(urn => !this.byUrn.has(urn));
        return absent.sort(compareText).map(urn => this.readsByUrn.get(urn) ?? Read.ofUrn(urn));
    }

    get(urn: string): Node | undefined {
        return this.byUrn.get(urn);
    }
}

/**
 * The nearest nodes that a search along dependencies finds: all of the first distance at which there is one.
 * @param from where the search begins, at distance 0.
 */
export function nearest(
    from: readonly Node[],
    isWanted: (node: Node) => boolean,
    next: (node: Node) => readonly Node[] = node => node.dependencies,
): Node[] {
    const seen = new Set<Node>();
    let ring = [...new Set(from)];
    while (ring.length > 0) {
        const found = ring.filter(isWanted);
        if (found.length > 0) return found;
        for (const node of ring) seen.add(node);
        ring = [...new Set(ring.flatMap(next))].filter(node => !seen.has(node));
    }
    return [];
}
