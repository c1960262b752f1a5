import type { KubeObject } from "../../../model/kubernetes/object";
import { isNameChosen } from "../../../model/pulumi/auto-names";
import type { Resource } from "../../../model/pulumi/resource";
import type { Node } from "../../../model/pulumi/stack";
import { type StartOrder, waitsUnseen } from "../../../model/pulumi/start-order";
import { quoteNames } from "../../../model/text";
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
    /** What it is needed for, in words that follow the label; where it is missing, the value names what is needed. */
    readonly role?: string;
    readonly symptom: Symptom;
    /** Whether the value is the target's name, for which an output of it can stand. */
    readonly isName: boolean;
    /** What would do as well as the target. */
    readonly others?: readonly Node[];
    /** What to do where to wait for the target would be to wait for itself; an imperative. */
    readonly instead?: string;
}

/** What is seen on the cluster until something is there. */
export interface Symptom {
    /** A clause: `creation fails with "namespace not found"`. */
    readonly looks: string;
    /** What ends it; undefined where nothing does. */
    readonly until?: keyof typeof ENDS;
    /** What comes after that, or instead, in words that begin with "and". */
    readonly afterwards?: string | undefined;
}

/** What ends a symptom, for one and for several things. */
const ENDS = {
    exists: ["it exists", "they exist"],
    installed: ["it is installed", "they are installed"],
    ready: ["its pods are ready", "their pods are ready"],
} as const;

/** A symptom as a clause, of some things that are not there yet. */
export function symptomText({ looks, until, afterwards }: Symptom, count: number): string {
    const end = until && ` until ${ENDS[until][count === 1 ? 0 : 1]}`;
    return [looks + (end ?? ""), afterwards].filter(Boolean).join(", ");
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

/** What a sentence calls the one that needs something, after "the": its kind. */
export function kindOf(from: KubeObject | Resource): string {
    if ("pod" in from) return from.isPatch ? `${from.kind}Patch` : from.kind;
    return from.type.split(":").at(-1) ?? "resource";
}
