import type { KubeObject } from "../../../model/kubernetes/object";
import type { Pod } from "../../../model/kubernetes/pod";
import { mapRequirements, type Requirement, requirements } from "../../../model/kubernetes/selector";
import type { SelectorReference } from "../../../model/references/references";
import type { Resolver } from "../../../model/references/resolver";
import { shorten } from "../../../model/text";
import type { Value } from "../../../model/value";
import type { EmptySelection, NearLabels } from "./wording";

/** How many candidates are compared with a selector that selects nothing: with more, none is singled out. */
const MOST_COMPARED = 200;

/** What to say of a selector that selects nothing. */
export function emptySelection(selection: SelectorReference, resolver: Resolver): EmptySelection {
    return {
        text: shorten(textOf(selection)),
        selects: selection.type.selects === "pods" ? "pod" : "Service",
        near: nearOf(selection, resolver.selectable(selection)),
    };
}

/** A selector as kubectl writes it: `app=queue,tier in (a, b)`. */
function textOf({ type, at }: SelectorReference): string {
    const equal = (type.shape === "map" ? at : at.get("matchLabels")).entries();
    const expressions = type.shape === "map" ? [] : at.get("matchExpressions").items();
    return [
        ...equal.map(([key, value]) => `${key}=${value.isUnknown ? "(unknown)" : String(value.raw ?? "")}`),
        ...expressions.map(expressionText),
    ].join(",");
}

function expressionText(expression: Value): string {
    const [key, operator] = [expression.get("key").string ?? "(unknown)", expression.get("operator").string];
    const values = expression
        .get("values")
        .items()
        .map(({ string }) => string ?? "(unknown)");
    switch (operator) {
        case "Exists":
            return key;
        case "DoesNotExist":
            return `!${key}`;
        case "In":
            return `${key} in (${values.join(", ")})`;
        default:
            return `${key} notin (${values.join(", ")})`;
    }
}

/** The only one of some candidates that all conditions of a selector but one label fit. */
function nearOf(selection: SelectorReference, candidates: readonly (KubeObject | Pod)[]): NearLabels | undefined {
    if (candidates.length > MOST_COMPARED) return undefined;
    const near = candidates.flatMap(candidate => nearLabels(selection, candidate) ?? []);
    const [only] = near;
    return new Set(near.map(({ owner }) => owner)).size === 1 ? only : undefined;
}

function nearLabels(selection: SelectorReference, candidate: KubeObject | Pod): NearLabels | undefined {
    const all = requirementsOf(selection, candidate.labels);
    const [wrong, ...others] = all.filter(({ answer }) => answer !== "yes");
    // One wrong label of one says nothing, unless the other has it too.
    if (wrong?.answer !== "no" || others.length > 0 || wrong.at.isMap) return undefined;
    const own = candidate.labels.get(wrong.key);
    if (!own.isSet ? all.length === 1 || !own.isUnset : own.string === undefined) return undefined;
    const isPod = "containers" in candidate;
    const object = isPod ? candidate.object : candidate;
    const isTemplate = isPod && !object.is("Pod");
    return {
        owner: isTemplate ? `the pods of ${object.label}` : object.label,
        isPlural: isTemplate,
        key: wrong.key,
        value: own.string,
    };
}

function requirementsOf({ type, at }: SelectorReference, labels: Value): Requirement[] {
    return type.shape === "map" ? mapRequirements(at, { labels }) : requirements(at, { labels });
}
