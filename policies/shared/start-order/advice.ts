import { listed } from "../../../framework/define";
import { groupedBy } from "../../../model/groups";
import { awaited } from "../../../model/order/awaits";
import { closingCircles, type Edge } from "../../../model/order/deadlocks";
import type { Node } from "../../../model/pulumi/stack";
import { renderedBy, StartOrder, waitsBy } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Resolver } from "../../../model/references/resolver";
import { compareText, joinWords } from "../../../model/text";
import type { Need } from "./need";

/** A dependency that would make a resource wait for what it needs. */
interface Proposal extends Edge {
    readonly need: Need;
}

/** For how many circles it is worked out how each of them comes about. */
const MOST_CIRCLES = 1000;

/** Most names that one piece of advice lists. */
const MOST_NAMES = 20;

/** What to do about needs that are not waited for, tried before it is given: it may not make anything wait for itself. */
export class Advice {
    private readonly proposals: ReadonlyMap<Need, Proposal>;
    private readonly circular: ReadonlySet<Proposal>;
    /** By what they depend on: components that are complete before their children. */
    private readonly hasty = new Map<Node, Node>();
    private readonly order: StartOrder;

    constructor(needs: readonly Need[], index: ObjectIndex, resolver: Resolver) {
        this.proposals = new Map(needs.map(need => [need, proposalFor(need)]));
        const all = [...this.proposals.values()];
        const circular = closingCircles(all, index, resolver);
        // What can be done otherwise is, and leaves the way to the rest.
        const replaced = new Set([...circular].filter(({ need }) => need.instead !== undefined));
        const rest =
            replaced.size === 0
                ? circular
                : closingCircles(
                      all.filter(one => !replaced.has(one)),
                      index,
                      resolver,
                  );
        this.circular = new Set([...replaced, ...rest]);
        const few = [...this.circular].slice(0, MOST_CIRCLES).map(({ need }) => need.node);
        this.order = new StartOrder(index.stack.nodes, few);
        for (const node of index.stack.nodes) {
            if (isHasty(node)) for (const one of node.dependencies) this.hasty.set(one, node);
        }
    }

    /** What makes one object wait for all that it needs, as imperatives. */
    for(needs: readonly Need[]): string {
        const proposals = needs.flatMap(need => this.proposals.get(need) ?? []);
        const possible = proposals.filter(one => !this.circular.has(one));
        const circular = proposals.filter(one => this.circular.has(one));
        const texts = [
            ...[...groupedBy(possible, ({ from }) => from).values()].map(group => this.dependency(group)),
            ...[...groupedBy(circular, ({ to }) => to).values()].flatMap(([one]) => (one ? this.breaking(one) : [])),
        ];
        return listed(texts);
    }

    /** One imperative for dependencies that one resource is to get. */
    private dependency(proposals: readonly Proposal[]): string {
        const [first] = proposals;
        if (!first) return "";
        const targets = proposals.map(({ need, to }) => ({ to, source: renderedBy(need.target) }));
        const plain = targets.filter(({ source }) => source === undefined || waitsBy(source) === "component");
        const words = [
            ...(plain.length > 0 ? [theResources(plain.map(({ to }) => to))] : []),
            ...targets.filter(one => !plain.includes(one)).map(({ to, source }) => partOf(to, source)),
        ];
        const wait = `make ${subject({ from: first.from, node: first.need.node })} dependsOn ${listedWords(words)}`;
        return [wait + alternative(proposals), ...new Set(proposals.flatMap(one => this.inVain(one)))].join("; ");
    }

    /** Why to depend on a component that runs in the program is in vain, where somebody may have tried it. */
    private inVain({ need }: Proposal): string[] {
        const source = renderedBy(need.target);
        const component = source ?? this.hasty.get(need.target);
        if (!component || !isHasty(component) || component === renderedBy(need.node)) return [];
        const kind = component.resource.type.split(":").at(-1);
        return [
            `dependsOn the ${kind} ${JSON.stringify(component.resource.name)} itself waits for nothing, since it is complete before its children`,
        ];
    }

    /** How to end a circle that the dependency would close. */
    private breaking({ need, from, to }: Proposal): string {
        if (need.instead !== undefined) return need.instead;
        const { node, target } = need;
        const wait = `${subject({ from, node })} dependsOn ${theResources([to])}`;
        if (this.order.isBefore(node, target)) {
            return `take ${theResources([from])} out of what ${theResources([to])} depends on, then make ${wait}`;
        }
        const waiting = target.resource.objects.find(object => awaited(object) !== undefined);
        if (!waiting) return `end the circle in which ${theResources([to])} waits for it, then make ${wait}`;
        return `annotate ${waiting.label} with pulumi.com/skipAwait: "true", since it works only with it, and make ${wait}`;
    }
}

/** Who must depend on what: nobody can order what a chart or file renders but for all of it. */
function proposalFor(need: Need): Proposal {
    const source = renderedBy(need.target);
    const to = source && waitsBy(source) !== "resource" ? source : need.target;
    return { need, from: renderedBy(need.node) ?? need.node, to };
}

/** An output of what is named says the name and waits. */
function alternative(proposals: readonly Proposal[]): string {
    const isPossible = proposals.every(({ need, from, to }) => {
        return need.isName && from === need.node && to === need.target && renderedBy(to) === undefined;
    });
    if (!isPossible) return "";
    const { size } = new Set(proposals.map(({ to }) => to));
    return `, or use ${size === 1 ? "its output" : "their outputs"} metadata.name for the ${size === 1 ? "name" : "names"}`;
}

/** How a program waits for what a component that runs in it has rendered. */
function partOf(to: Node, source: Node | undefined): string {
    if (source === to) return `the output ready of ${theResources([to])}`;
    const [object] = to.resource.objects;
    const version = object?.root.get("apiVersion").string ?? [object?.group, object?.version].filter(Boolean).join("/");
    const names = [object?.get("metadata", "namespace"), object?.name].flatMap(name => name?.string ?? []);
    const words = [`${version}/${object?.kind}`, ...names].map(word => JSON.stringify(word));
    return `what getResource(${words.join(", ")}) of ${theResources(source ? [source] : [])} returns`;
}

/** Whether a component is complete before what it renders. */
function isHasty(node: Node): boolean {
    const way = waitsBy(node);
    return way === "ready" || way === "resource";
}

function listedWords(words: readonly string[]): string {
    return words.length > MOST_NAMES ? listed(words, MOST_NAMES) : joinWords(words);
}

function subject({ from, node }: { readonly from: Node; readonly node: Node }): string {
    return from === node ? "it" : theResources([from]);
}

/** `the resource "cart"`: a Pulumi name is no variable of the program. */
export function theResources(nodes: readonly Node[]): string {
    const names = [...new Set(nodes.map(({ resource }) => JSON.stringify(resource.name)))].sort(compareText);
    const few = names.length > MOST_NAMES ? listed(names, MOST_NAMES) : joinWords(names);
    return `the ${names.length === 1 ? "resource" : "resources"} ${few}`;
}
