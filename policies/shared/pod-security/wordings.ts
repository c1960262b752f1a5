import { enumerate, type Findings } from "../../../framework/findings";
import type { Breach } from "./control";

/** What pods or containers do, the verb first: `Containers "a" and "b" add the capability "X"`. */
export function theyDo(breaches: Findings<Breach>, one: string, many: string, rest: string): string {
    return `${breaches.subjects} ${breaches.subjectCount === 1 ? one : many} ${rest}`;
}

/** `Container "web" sets procMount to "Unmasked"`. */
export function theySet(breaches: Findings<Breach>, field: string): string {
    return theyDo(breaches, "sets", "set", `${field} to ${valuesOf(breaches)}`);
}

/** `Container "web" does not set runAsNonRoot to true`. */
export function theyDoNot(breaches: Findings<Breach>, what: string): string {
    return theyDo(breaches, "does not", "do not", what);
}

/** What is there, each once. */
export function valuesOf({ data: { values } }: Findings<Breach>): string {
    return enumerate(values);
}

/** One or the other, by the number of different values. */
export function byValues({ data: { values } }: Findings<Breach>, one: string, many: string): string {
    return new Set(values).size === 1 ? one : many;
}

/** Where a fix is to be made: `in the pod`, `in the container`, `in each`. */
export function inThem(breaches: Findings<Breach>): string {
    if (breaches.subjectCount > 1) return "in each";
    return breaches.subjects === "The pod" ? "in the pod" : "in the container";
}
