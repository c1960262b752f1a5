import type { Node } from "../../../model/pulumi/stack";
import { renderedBy } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import type { Resolver } from "../../../model/references/resolver";
import { definitionNeeds } from "./definition-needs";
import { likelyNeeds } from "./likely-needs";
import { namespaceNeeds } from "./namespace-needs";
import type { Need } from "./need";
import { referenceNeeds } from "./reference-needs";
import { valueNeeds } from "./value-needs";
import { webhookNeeds } from "./webhook-needs";
/** What the resources of a stack need of it before they start, but what is rendered together. */
export interface Needs {
    readonly sure: readonly Need[];
    /** What most programs need, and nobody can see whether this one does. */
    readonly likely: readonly Need[];
}

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

/** Nobody can order what a chart or file renders. */
function areRenderedTogether(one: Node, other: Node): boolean {
    const component = renderedBy(one);
    return component !== undefined && component === renderedBy(other);
}
