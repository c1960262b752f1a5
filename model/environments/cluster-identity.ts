import type { Answer } from "../value";

/** What is known of one way to a cluster. */
export interface Claim {
    /** What is the same only for ways that lead to the same cluster. */
    readonly same: readonly string[];
    /** What differs only for ways that lead to different clusters: a value in each of some respects. */
    readonly apart: readonly string[];
    /** The cluster of the stack that it leads to. Two of them are never one. */
    readonly made?: string | undefined;
}

/** More respects than any program tells clusters apart by: of the others, clusters may always be the same. */
const MOST_RESPECTS = 8;

/** Ways to one cluster. */
interface Class {
    readonly id: string;
    made: string | undefined;
    readonly apart: Set<string>;
}

/**
 * Which ways to clusters lead to the same one, to different ones, or to such as may be either.
 *
 * Ways with the same evidence lead to one cluster, and so do all that such evidence connects. Two clusters are
 * different where something tells each of them in the same respect: both are made by the stack, or the addresses of
 * both are known. What differs would otherwise have been the same. Clusters told in the same respects make a group, so
 * that what may be on the same cluster is found without a look at each of the others.
 */
export class SameClusters {
    private readonly classes = new Map<string, Class>();
    private readonly groups = new Map<string, { readonly respects: ReadonlySet<string>; size: number }>();
    private readonly groupByClass = new Map<string, string>();
    private readonly besides = new Map<string, readonly string[]>();

    /** @param claims by the id of the way. */
    constructor(claims: ReadonlyMap<string, Claim>) {
        const byEvidence = new Map<string, string>();
        const parents = new Map<string, string>();
        const made = new Map<string, string>();
        const rootOf = (id: string): string => {
            let root = id;
            for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
            for (let at = id; at !== root; ) {
                const next = parents.get(at) ?? root;
                parents.set(at, root);
                at = next;
            }
            return root;
        };
        for (const [id, claim] of claims) if (claim.made !== undefined) made.set(id, claim.made);
        for (const [id, { same }] of claims) {
            for (const evidence of same) {
                const first = byEvidence.get(evidence);
                if (first === undefined) byEvidence.set(evidence, id);
                else {
                    const [one, other] = [rootOf(first), rootOf(id)];
                    const [oneMade, otherMade] = [made.get(one), made.get(other)];
                    // Evidence that contradicts itself makes no two clusters one.
                    if (one === other || (oneMade && otherMade && oneMade !== otherMade)) continue;
                    parents.set(other, one);
                    if (otherMade) made.set(one, otherMade);
                }
            }
        }
        for (const [id, { apart }] of claims) {
            const root = rootOf(id);
            const found = this.classes.get(root) ?? {
                id: made.get(root) ?? root,
                made: made.get(root),
                apart: new Set(),
            };
            this.classes.set(root, found);
            this.classes.set(id, found);
            for (const respect of apart) found.apart.add(respect);
            if (found.made !== undefined) found.apart.add("made");
        }
        for (const found of new Set(this.classes.values())) this.classes.set(found.id, found);
        this.makeGroups();
    }

    private makeGroups(): void {
        const all = new Set(this.classes.values());
        const counts = new Map<string, number>();
        for (const { apart } of all) for (const one of apart) counts.set(one, (counts.get(one) ?? 0) + 1);
        const telling = [...counts].filter(([, count]) => count > 1).sort(([, one], [, other]) => other - one);
        const respects = new Set(telling.slice(0, MOST_RESPECTS).map(([respect]) => respect));
        for (const { id, apart } of all) {
            const own = [...apart].filter(one => respects.has(one)).sort();
            const key = `~${own.join("\n")}`;
            const group = this.groups.get(key) ?? { respects: new Set(own), size: 0 };
            group.size++;
            this.groups.set(key, group);
            this.groupByClass.set(id, key);
        }
    }

    /** The id of the cluster that a way leads to: that of all ways to it. */
    idOf(way: string): string {
        return this.classes.get(way)?.id ?? way;
    }

    /** Whether two clusters, by the ids that this has given them, are the same. */
    relation(one: string, other: string): Answer {
        if (one === other) return "yes";
        const [own, others] = [this.respectsOf(one), this.respectsOf(other)];
        return [...own].some(respect => others.has(respect)) ? "no" : "unknown";
    }

    private respectsOf(cluster: string): ReadonlySet<string> {
        return this.groups.get(this.groupOf(cluster))?.respects ?? new Set();
    }

    /** The group that a cluster is of; a group is of itself. */
    groupOf(cluster: string): string {
        return this.groups.has(cluster) ? cluster : (this.groupByClass.get(cluster) ?? "~");
    }

    /** A cluster and its group; the cluster alone where nothing else may be the same as what is in the group. */
    withGroup(cluster: string): readonly string[] {
        const isAlone = this.groups.size < 2 && (this.groups.get(this.groupOf(cluster))?.size ?? 1) < 2;
        return isAlone ? [cluster] : [cluster, this.groupOf(cluster)];
    }

    /** The groups of the other clusters that may be the same as one. Its own is among them where that has others. */
    beside(cluster: string): readonly string[] {
        const own = this.groupOf(cluster);
        let found = this.besides.get(own);
        if (!found) {
            const respects = this.groups.get(own)?.respects ?? new Set();
            found = [...this.groups].flatMap(([key, group]) => {
                const isApart = [...respects].some(respect => group.respects.has(respect));
                return isApart || (key === own && group.size < 2) ? [] : [key];
            });
            this.besides.set(own, found);
        }
        return found;
    }
}
