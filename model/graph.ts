/**
 * Which of some nodes of a graph each node leads to.
 *
 * All questions are answered by one walk over the edges, on each of which a bit for every wanted node is passed on:
 * the time is in proportion to the edges, times one machine word for 32 wanted nodes.
 */
export class Reachability<T> {
    private readonly bits = new Map<T, number>();
    private readonly reached = new Map<T, Uint32Array>();

    /**
     * @param next where the edges of a node lead, always to nodes of the graph
     * @param wanted the nodes that questions are about
     */
    constructor(nodes: Iterable<T>, next: (node: T) => readonly T[], wanted: Iterable<T>) {
        for (const node of wanted) this.bits.set(node, this.bits.get(node) ?? this.bits.size);
        if (this.bits.size === 0) return;
        const order = endsFirst(nodes, next);
        for (const node of order) this.reached.set(node, this.bitsOf(node));
        // Once is enough, and a second time finds nothing new, unless the graph has cycles.
        let isNews = true;
        while (isNews) {
            isNews = false;
            for (const node of order) {
                for (const one of next(node)) {
                    const passedOn = merge(this.reached.get(node), this.reached.get(one));
                    isNews ||= passedOn;
                }
            }
        }
    }

    private bitsOf(node: T): Uint32Array {
        const own = new Uint32Array(Math.ceil(this.bits.size / 32));
        const bit = this.bits.get(node);
        if (bit !== undefined) own[bit >>> 5] = 1 << (bit & 31);
        return own;
    }

    /** Whether a path, which may have no edge, leads from one node to a wanted one. */
    leads(from: T, to: T): boolean {
        const bit = this.bits.get(to) ?? -1;
        return (((this.reached.get(from)?.[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
    }
}

/** Adds bits to others. Whether that changed them. */
function merge(into: Uint32Array | undefined, from: Uint32Array | undefined): boolean {
    if (!into || !from) return false;
    let isNews = false;
    for (let word = 0; word < from.length; word++) {
        const before = into[word] ?? 0;
        const after = (before | (from[word] ?? 0)) >>> 0;
        if (after === before) continue;
        into[word] = after;
        isNews = true;
    }
    return isNews;
}

/** All nodes, each behind those that its edges lead to; cycles are cut somewhere. */
export function endsFirst<T>(nodes: Iterable<T>, next: (node: T) => readonly T[]): T[] {
    const order: T[] = [];
    const entered = new Set<T>();
    for (const root of nodes) {
        const open: { node: T; rest: Iterator<T> }[] = [];
        const enter = (node: T) => {
            if (entered.has(node)) return;
            entered.add(node);
            open.push({ node, rest: next(node)[Symbol.iterator]() });
        };
        enter(root);
        for (let last = open.at(-1); last; last = open.at(-1)) {
            const { value, done } = last.rest.next();
            if (!done) enter(value);
            else order.push(open.pop()?.node ?? last.node);
        }
    }
    return order;
}

/**
 * Which nodes of a graph lie on a circle together: the same number for those that lead to each other, in time in
 * proportion to the edges.
 */
export function circles<T>(nodes: Iterable<T>, next: (node: T) => readonly T[]): ReadonlyMap<T, number> {
    const backwards = new Map<T, T[]>();
    const order = endsFirst(nodes, next);
    for (const node of order) {
        for (const one of next(node)) {
            const before = backwards.get(one);
            if (before) before.push(node);
            else backwards.set(one, [node]);
        }
    }
    // Kosaraju: against the edges, from the beginnings on, a walk finds just those that lead back.
    const circle = new Map<T, number>();
    let number = 0;
    for (const root of order.reverse()) {
        if (circle.has(root)) continue;
        const open = [root];
        circle.set(root, number);
        for (let node = open.pop(); node !== undefined; node = open.pop()) {
            for (const one of backwards.get(node) ?? []) {
                if (circle.has(one)) continue;
                circle.set(one, number);
                open.push(one);
            }
        }
        number++;
    }
    return circle;
}

/** A fact holds once all its premises do. Of several rules for one fact, any will do. */
export interface Rule<F> {
    readonly fact: F;
    readonly premises: readonly F[];
}

/** All facts that follow from rules, in time in proportion to their premises. */
export function derive<F>(rules: readonly Rule<F>[]): Set<F> {
    const facts = new Set<F>();
    const waiting = new Map<F, { readonly fact: F; open: number }[]>();
    const fresh: F[] = [];
    const hold = (fact: F) => {
        if (facts.has(fact)) return;
        facts.add(fact);
        fresh.push(fact);
    };
    for (const { fact, premises } of rules) {
        const distinct = new Set(premises);
        const rule = { fact, open: distinct.size };
        if (rule.open === 0) hold(fact);
        for (const premise of distinct) {
            const rulesOf = waiting.get(premise);
            if (rulesOf) rulesOf.push(rule);
            else waiting.set(premise, [rule]);
        }
    }
    for (let fact = fresh.pop(); fact !== undefined; fact = fresh.pop()) {
        for (const rule of waiting.get(fact) ?? []) {
            rule.open--;
            if (rule.open === 0) hold(rule.fact);
        }
    }
    return facts;
}
