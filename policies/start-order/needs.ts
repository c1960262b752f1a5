import { groupedBy } from "../model/groups";
import type { KubeObject } from "../model/object";
import type { ObjectIndex } from "../model/object-index";
import { impliedReferences, type Reference, referencesOf, targetLabel } from "../model/references";
import { isAlwaysThere, type Resolver } from "../model/resolver";
import type { Resource } from "../model/resource";
import type { Node } from "../model/stack";
import { renderedBy } from "../model/start-order";
import { joinWords } from "../model/text";
import type { Value } from "../model/value";

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
}

/** All that the resources of a stack need of it before they start, but what is rendered together. */
export function needsOf(index: ObjectIndex, resolver: Resolver): Need[] {
    const needs = [...index.objects, ...index.patches].flatMap(object => needsOfObject(object, index, resolver));
    return needs.filter(({ node, target }) => node !== target && !areRenderedTogether(node, target));
}

/** The objects that an object names, its namespace and the definition of its kind included. */
function needsOfObject(object: KubeObject, index: ObjectIndex, resolver: Resolver): Need[] {
    const node = index.nodeOf(object);
    if (!node) return [];
    return [...referencesOf(object, index), ...impliedReferences(object, index)].flatMap(reference => {
        const { kind, name, at, type } = reference;
        if (type.without === undefined || isAlwaysThere(kind, name)) return [];
        const resolution = resolver.resolve(reference);
        const target = resolution.state === "found" ? index.nodeOf(resolution.target) : undefined;
        if (!target) return [];
        return {
            from: object,
            node,
            target,
            at,
            label: targetLabel(reference),
            symptom: symptomOf(reference),
            isName: kind !== "CustomResourceDefinition",
        };
    });
}

function symptomOf({ type: { without } }: Reference): string {
    return [without?.looks, !without?.stays && "until it exists", without?.afterwards].filter(Boolean).join(" ");
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
        const detail = `${same[0]?.label} (${places}: ${same[0]?.symptom})`;
        return same.map(({ at }) => ({ at, detail }));
    });
}
