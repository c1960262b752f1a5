import { groupedBy } from "../../../model/groups";
import type { KubeObject } from "../../../model/kubernetes/object";
import { isNameChosen } from "../../../model/pulumi/auto-names";
import type { Resource } from "../../../model/pulumi/resource";
import type { Node } from "../../../model/pulumi/stack";
import { type StartOrder, waitsUnseen } from "../../../model/pulumi/start-order";
import { joinWords, quoteNames } from "../../../model/text";
import { type Answer, any, type Value } from "../../../model/value";

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

/** What more resources than these may bring is said of none of them: to try all for each object takes too long. */
export const MOST_MAKERS = 50;

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

/** What to say of the needs of one object, at each place that says so; the places of one target together. */
export function detailsOf(needs: readonly Need[]): { readonly at: Value; readonly detail: string }[] {
    return [...groupedBy(needs, ({ target }) => target).values()].flatMap(same => {
        const places = joinWords([...new Set(same.map(({ at }) => at.toString()))]);
        const detail = `${same[0]?.label} (${[places, same[0]?.symptom].filter(Boolean).join(": ")})`;
        return same.map(({ at }) => ({ at, detail }));
    });
}
