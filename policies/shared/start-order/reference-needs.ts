import type { KubeObject } from "../../../model/kubernetes/object";
import type { ObjectIndex } from "../../../model/references/object-index";
import { impliedReferences, type Reference, referencesOf, targetLabel } from "../../../model/references/references";
import { isAlwaysThere, type Resolver } from "../../../model/references/resolver";
import type { Need } from "./need";

/** The objects that objects of the stack name, their namespaces and the definitions of their kinds included. */
export function referenceNeeds(index: ObjectIndex, resolver: Resolver): Need[] {
    return [...index.objects, ...index.patches].flatMap(object => needsOfObject(object, index, resolver));
}

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
