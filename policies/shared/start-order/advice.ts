import { awaited } from "../../../model/order/awaits";
import { closingCircles, type Edge } from "../../../model/order/deadlocks";
import type { Node } from "../../../model/pulumi/stack";
import { renderedBy, StartOrder, waitsBy } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Resolver } from "../../../model/references/resolver";
import { compareText, joinSome } from "../../../model/text";
import { kindOf, type Need } from "./need";

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
    }

    /** What is the same for needs of one object that one imperative can meet. */
    keyOf(need: Need): string {
        const proposal = this.proposals.get(need);
        if (proposal && this.circular.has(proposal)) return `circle ${proposal.to.urn}`;
        return need.isName && proposal && isNamedByOutput(proposal) ? "output" : "";
    }

    /** What makes one object wait for all of some things that it needs, all of one key: an imperative. */
    for(needs: readonly Need[]): string {
        const proposals = needs.flatMap(need => this.proposals.get(need) ?? []);
        const [first] = proposals;
        if (!first) return "";
        return this.circular.has(first) ? this.breaking(first) : dependency(proposals);
    }

    /** How to end a circle that the dependency would close. */
    private breaking({ need, from, to }: Proposal): string {
        if (need.instead !== undefined) return need.instead;
        const { node, target } = need;
        const [own, other] = [resourcesNamed([from], [to]), resourcesNamed([to], [from])];
        const wait = `add ${other} to ${optionOf(from, [to])}`;
        if (this.order.isBefore(node, target)) return `Remove ${own} from what ${other} depends on, then ${wait}`;
        const waiting = target.resource.objects.find(object => awaited(object) !== undefined);
        if (!waiting) return `Break the cycle in which ${other} waits for ${own}, then ${wait}`;
        return `Set the annotation pulumi.com/skipAwait: "true" on ${waiting.label}, which is not ready without ${own}, and ${wait}`;
    }
}

/** One imperative for dependencies that one resource is to get. */
function dependency(proposals: readonly Proposal[]): string {
    const [first] = proposals;
    if (!first) return "";
    const { from } = first;
    const targets = distinctTargets(proposals);
    const plain = targets.filter(({ source }) => source === undefined || waitsBy(source) === "component");
    const parts = targets.filter(one => !plain.includes(one));
    const nodes = plain.map(({ to }) => to);
    const option = optionOf(
        from,
        targets.map(({ to }) => to),
    );
    if (proposals.every(isNamedByOutput)) {
        const [outputs, names, them] =
            nodes.length === 1 ? ["output", "the name", "the resource"] : ["outputs", "the names", "the resources"];
        return `Use the ${outputs} metadata.name of ${resourcesNamed(nodes, [from])} as ${names}, or add ${them} to ${option}`;
    }
    const words = [
        ...(nodes.length > 0 ? [resourcesNamed(nodes, [from])] : []),
        ...parts.map(({ to, source }) => partOf(to, source)),
    ];
    const hasty = [...new Set(parts.flatMap(({ source }) => (source ? [kindAndName(source)] : [])))];
    const because =
        hasty.length === 0
            ? ""
            : `, since ${some(hasty)} ${hasty.length === 1 ? "is complete before its" : "are complete before their"} children`;
    return `Add ${some(words)} to ${option}${because}`;
}

interface Target {
    readonly to: Node;
    /** The component that renders it. */
    readonly source: Node | undefined;
}

function distinctTargets(proposals: readonly Proposal[]): Target[] {
    const byNode = new Map(proposals.map(({ need, to }) => [to, { to, source: renderedBy(need.target) }]));
    return [...byNode.values()];
}

/** Who must depend on what: nobody can order what a chart or file renders but for all of it. */
function proposalFor(need: Need): Proposal {
    const source = renderedBy(need.target);
    const to = source && waitsBy(source) !== "resource" ? source : need.target;
    return { need, from: renderedBy(need.node) ?? need.node, to };
}

/** Whether an output of what is named can stand for the name, and waits. */
function isNamedByOutput({ need, from, to }: Proposal): boolean {
    const isOwn = from === need.node && to === need.target && renderedBy(to) === undefined;
    return need.isName && need.at.isSet && isOwn;
}

/** How a program waits for what a component that runs in it has rendered. */
function partOf(to: Node, source: Node | undefined): string {
    if (source === to) return `the output ready of ${resourcesNamed([to])}`;
    const [object] = to.resource.objects;
    const version = object?.root.get("apiVersion").string ?? [object?.group, object?.version].filter(Boolean).join("/");
    const names = [object?.get("metadata", "namespace"), object?.name].flatMap(name => name?.string ?? []);
    const words = [`${version}/${object?.kind}`, ...names].map(word => JSON.stringify(word));
    return `what getResource(${words.join(", ")}) of ${resourcesNamed(source ? [source] : [])} returns`;
}

/** The option that names what a resource depends on, of some others as far as it does. */
export function optionOf(node: Node, others: readonly Node[]): string {
    return `the option dependsOn of ${resourcesNamed([node], others)}`;
}

/**
 * `resource "cart"`: a Pulumi name is no variable of the program.
 * @param beside what else the sentence names; with an equal name, the kind tells them apart.
 */
export function resourcesNamed(nodes: readonly Node[], beside: readonly Node[] = []): string {
    const others = new Set(beside.map(({ resource }) => resource.name));
    const isPlain = nodes.every(({ resource }) => !others.has(resource.name));
    if (isPlain) {
        const names = [...new Set(nodes.map(({ resource }) => JSON.stringify(resource.name)))].sort(compareText);
        return `${names.length === 1 ? "resource" : "resources"} ${joinSome(names, names.length, MOST_NAMES)}`;
    }
    return some([...new Set(nodes.map(kindAndName))]);
}

/** `Deployment "cart"`, by the Pulumi name. */
function kindAndName({ resource }: Node): string {
    return `${kindOf(resource.objects[0] ?? resource)} ${JSON.stringify(resource.name)}`;
}

function some(words: readonly string[]): string {
    return joinSome([...words].sort(compareText), words.length, MOST_NAMES);
}
