import { endsFirst } from "../graph";
import type { Node, Read, Stack } from "../pulumi/stack";
import { beyond, CLUSTER_PROPERTIES } from "./clusters";

/** The nearest reads that a search along dependencies finds. */
interface Found {
    readonly distance: number;
    readonly reads: readonly Read[];
}

const NOTHING: Found = { distance: Number.POSITIVE_INFINITY, reads: [] };

/** Of more reads than that, which one tells the cluster is not worth asking. */
const MOST = 16;

/** What the resources of a stack are made from that the program only reads. */
export class Reads {
    private readonly found = new Map<Node, Found>();

    constructor(stack: Stack) {
        // Most stacks read nothing, and to walk through all dependencies takes its time.
        if (stack.nodes.every(({ reads }) => reads.size === 0)) return;
        for (const node of endsFirst(stack.nodes, beyond)) {
            const own = [...node.reads.values()].flat();
            this.found.set(
                node,
                own.length > 0 ? { distance: 0, reads: own.slice(0, MOST) } : this.nearest(beyond(node)),
            );
        }
    }

    /** What is read to find a provider's cluster, directly or by the resources that its kubeconfig is made from. */
    behind(provider: Node): readonly Read[] {
        const own = CLUSTER_PROPERTIES.flatMap(property => provider.reads.get(property) ?? []);
        return own.length > 0 ? own : this.nearest(provider.dependenciesOf(...CLUSTER_PROPERTIES)).reads;
    }

    private nearest(nodes: readonly Node[]): Found {
        const all = nodes.map(node => this.found.get(node) ?? NOTHING);
        const distance = all.reduce((least, one) => Math.min(least, one.distance), Number.POSITIVE_INFINITY);
        if (distance === Number.POSITIVE_INFINITY) return NOTHING;
        const reads = new Set(all.filter(one => one.distance === distance).flatMap(one => one.reads));
        return { distance: distance + 1, reads: [...reads].slice(0, MOST) };
    }
}
