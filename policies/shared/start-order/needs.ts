import { groupedBy } from "../../../model/groups";
import type { KubeObject } from "../../../model/kubernetes/object";
import { isNameChosen } from "../../../model/pulumi/auto-names";
import type { Resource } from "../../../model/pulumi/resource";
import type { Node } from "../../../model/pulumi/stack";
import { renderedBy, type StartOrder, waitsUnseen } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Resolver } from "../../../model/references/resolver";
import { joinWords, quoteNames } from "../../../model/text";
import { type Answer, any, type Value } from "../../../model/value";
import { definitionNeeds } from "./definition-needs";
import { likelyNeeds } from "./likely-needs";
import { namespaceNeeds } from "./namespace-needs";
import { referenceNeeds } from "./reference-needs";
import { valueNeeds } from "./value-needs";
import { webhookNeeds } from "./webhook-needs";

/** Something of the stack that must be there before a resource starts. */
export interface Need {
    /** What is told: the object, or a resource that describes none. */
    readonly from: KubeObject | Resource;
    readonly node: Node;
    readonly target: Node;
    /** The value that says so. */
    readonly at: Value;
    /** What is needed, as messages call it: `ConfigMap shop/settings`. */
    readonly label: string;
    /** What is seen on the cluster until it is there. */
    readonly symptom: string;
    /** Whether the value is the target's name, for which an output of it can stand. */
    readonly isName: boolean;
    /** What would do as well as the target. */
    readonly others?: readonly Node[];
    /** What to do where to wait for the target would be to wait for itself; an imperative. */
    readonly instead?: string;
}

/** What the resources of a stack need of it before they start, but what is rendered together. */
export interface Needs {
    readonly sure: readonly Need[];
    /** What most programs need, and nobody can see whether this one does. */
    readonly likely: readonly Need[];
}

/** What more resources than these may bring is said of none of them: to try all for each object takes too long. */
export const MOST_MAKERS = 50;

/** All that the resources of a stack need of it before they start. */
export function needsOf(index: ObjectIndex, resolver: Resolver): Needs {
    const likely = likelyNeeds(index, resolver);
    const sure = [
        ...referenceNeeds(index, resolver),
        ...definitionNeeds(index),
        ...namespaceNeeds(index),
        ...valueNeeds(index),
    ];
    const admitted = webhookNeeds(index, resolver, [...sure, ...likely]);
    return { sure: [...sure, ...admitted].filter(isOrderable), likely: likely.filter(isOrderable) };
}

function isOrderable({ node, target }: Need): boolean {
    return node !== target && !areRenderedTogether(node, target);
}

/** Whether what a resource needs is there before it starts. */
export function isMet({ node, target, others = [] }: Need, order: StartOrder): boolean {
    return [target, ...others].some(one => order.isBefore(one, node));
}

/**
 * Whether it is there although no dependency says so; undefined where nothing is known. A name that Pulumi made up, or
 * may have made up, can only have come from an output.
 */
export function isMetUnseen({ node, target, others = [], at, isName }: Need): Answer | undefined {
    const text = isName ? at.string : undefined;
    const named = target.resource.objects.filter(({ name }) => name.string && text?.includes(name.string));
    if (named.some(object => isNameChosen(object) !== "no")) return "yes";
    const answers = [target, ...others].flatMap(one => waitsUnseen(node, one) ?? []);
    return answers.length > 0 ? any(answers) : undefined;
}

/** A resource as messages call it in passing: its object, else the kind and name that Pulumi knows it by. */
export function labelOf({ resource }: Node): string {
    if (resource.objects.length > 0) return resource.label;
    return `${resource.type.split(":").at(-1)} ${quoteNames([resource.name])}`;
}

/** Nobody can order what a chart or file renders. */
function areRenderedTogether(one: Node, other: Node): boolean {
    const component = renderedBy(one);
    return component !== undefined && component === renderedBy(other);
}

/** What to say of the needs of one object, at each place that says so; the places of one target together. */
export function detailsOf(needs: readonly Need[]): { readonly at: Value; readonly detail: string }[] {
    return [...groupedBy(needs, ({ target }) => target).values()].flatMap(same => {
        const places = joinWords([...new Set(same.map(({ at }) => at.toString()))]);
        const detail = `${same[0]?.label} (${[places, same[0]?.symptom].filter(Boolean).join(": ")})`;
        return same.map(({ at }) => ({ at, detail }));
    });
}
