import type { KubeObject } from "../../../model/kubernetes/object";
import type { ObjectIndex } from "../../../model/references/object-index";
import { impliedReferences, type Reference, referencesOf, targetLabel } from "../../../model/references/references";
import { isAlwaysThere, type Resolver } from "../../../model/references/resolver";
import type { Need, Symptom } from "./need";

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
            ...roleOf(reference),
            symptom: symptomOf(reference),
            isName: kind !== "CustomResourceDefinition",
        };
    });
}

/** What a target is needed for where the value does not say so itself. */
function roleOf({ at, kind, from, name }: Reference): Pick<Need, "role"> {
    if (kind === "CustomResourceDefinition") return { role: ", which defines its kind" };
    if (from.isPatch && at === from.name) return { role: ", which it patches" };
    return kind === "Namespace" && at.string !== name ? { role: ", the namespace of its provider" } : {};
}

function symptomOf({ type: { without } }: Reference): Symptom {
    const { looks = "", stays, afterwards } = without ?? {};
    return { looks, ...(!stays && { until: "exists" }), afterwards };
}
