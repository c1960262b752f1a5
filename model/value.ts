import { shorten } from "./text";

/** What is known of a value: given, left out (or null), or not known before the update. */
export type State = "set" | "unset" | "unknown";

/** An answer that may have to wait for the update. */
export type Answer = "yes" | "no" | "unknown";

/** One step of a path: a key of an object or an index of a list. */
export type Step = string | number;

/**
 * What stands for a value the engine does not know yet. Pulumi sends one of seven fixed strings, by the type the
 * value will have; Kubernetes values are mostly the first whatever their type.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/rpc.go (`UnknownStringValue` and its siblings).
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknowns: ReadonlySet<unknown> = new Set([
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Whether a raw value is one the engine does not know yet. */
export function isUnknown(raw: unknown): boolean {
    return typeof raw === "string" && raw.length === UNKNOWN.length && unknowns.has(raw);
}

/** The opposite of an answer; unknown stays unknown. */
export function not(answer: Answer): Answer {
    return answer === "unknown" ? answer : answer === "yes" ? "no" : "yes";
}

/** "no" when any answer is "no", else "unknown" when any is unknown, else "yes". Yes for no answers at all. */
export function all(answers: Iterable<Answer>): Answer {
    let result: Answer = "yes";
    for (const answer of answers) {
        if (answer === "no") return "no";
        if (answer === "unknown") result = "unknown";
    }
    return result;
}

/** "yes" when any answer is "yes", else "unknown" when any is unknown, else "no". No for no answers at all. */
export function any(answers: Iterable<Answer>): Answer {
    let result: Answer = "no";
    for (const answer of answers) {
        if (answer === "yes") return "yes";
        if (answer === "unknown") result = "unknown";
    }
    return result;
}

/**
 * One value inside a resource, read without ever throwing: a step into something that is not there, of another type
 * or unknown gives another Value, whose state says which. What lies below an unknown value is unknown too.
 */
export class Value {
    constructor(
        /** The value as the engine or the file gave it. */
        readonly raw: unknown,
        private readonly parent?: Value,
        private readonly step?: Step,
    ) {}

    get state(): State {
        if (this.raw === undefined || this.raw === null) return "unset";
        return isUnknown(this.raw) ? "unknown" : "set";
    }

    get isSet(): boolean {
        return this.state === "set";
    }

    get isUnset(): boolean {
        return this.raw === undefined || this.raw === null;
    }

    get isUnknown(): boolean {
        return isUnknown(this.raw);
    }

    /** The value as a string, or undefined when it is not one or unknown. */
    get string(): string | undefined {
        return typeof this.raw === "string" && !isUnknown(this.raw) ? this.raw : undefined;
    }

    /** The value as a number, or undefined. */
    get number(): number | undefined {
        return typeof this.raw === "number" ? this.raw : undefined;
    }

    /** The value as a boolean, or undefined. */
    get boolean(): boolean | undefined {
        return typeof this.raw === "boolean" ? this.raw : undefined;
    }

    /** A value that is no secret as a sentence shows it: `3`, `"50%"`; what holds others by its type. */
    get shown(): string {
        if (this.isUnknown) return "not known yet";
        if (this.isList) return "a list";
        return this.isMap ? "an object" : shorten(JSON.stringify(this.raw) ?? "nothing", 60);
    }

    get isList(): boolean {
        return Array.isArray(this.raw);
    }

    /** Whether the value is an object with keys (not a list, not null). */
    get isMap(): boolean {
        return typeof this.raw === "object" && this.raw !== null && !Array.isArray(this.raw);
    }

    /** Whether the value is just this one, three-valued. Unset is not equal to anything. */
    is(expected: string | number | boolean): Answer {
        if (this.isUnknown) return "unknown";
        return this.raw === expected ? "yes" : "no";
    }

    /** The value some steps below: `get("metadata", "labels")`. */
    get(...steps: Step[]): Value {
        let value: Value = this;
        for (const step of steps) value = value.child(step);
        return value;
    }

    private child(step: Step): Value {
        const raw = this.raw;
        if (typeof raw === "object" && raw !== null) {
            return new Value(Object.hasOwn(raw, step) ? (raw as Record<Step, unknown>)[step] : undefined, this, step);
        }
        return new Value(isUnknown(raw) ? UNKNOWN : undefined, this, step);
    }

    /** The elements of a list; none when the value is anything else. Ask `isUnknown` where that matters. */
    items(): Value[] {
        return Array.isArray(this.raw) ? this.raw.map((_, index) => this.child(index)) : [];
    }

    /**
     * The values at a path: `nodePools[].nodeConfig.labels`. Lists on the way are entered; at the end only where the
     * path says `[]`, and what is no list there stands for itself. What is unset is left out, an unknown value on the
     * way stands for all below it. The empty path selects the value itself.
     */
    select(path: string): Value[] {
        const { keys, entersLast } = parsePath(path);
        // Most paths that are asked for lead nowhere in most objects.
        if (!leads(this.raw, keys, 0)) return [];
        let values: Value[] = [this];
        for (const key of keys) {
            const next: Value[] = [];
            for (const value of values) {
                for (const element of elements(value)) {
                    const selected = key === "" || element.isUnknown ? element : element.child(key);
                    if (!selected.isUnset) next.push(selected);
                }
            }
            values = next;
        }
        if (entersLast) values = values.flatMap(elements);
        return values.filter(value => !value.isUnset);
    }

    /** The keys of an object, sorted; none when the value is anything else. */
    keys(): string[] {
        return this.isMap ? Object.keys(this.raw as object).sort() : [];
    }

    /** The entries of an object by key, sorted; none when the value is anything else. */
    entries(): [string, Value][] {
        return this.keys().map(key => [key, this.child(key)]);
    }

    /** The steps from the root of the object to here. */
    get path(): Step[] {
        const steps: Step[] = [];
        for (let value: Value | undefined = this; value?.step !== undefined; value = value.parent) {
            steps.unshift(value.step);
        }
        return steps;
    }

    /** What the path begins at: all properties of a resource, mostly. */
    get root(): Value {
        let value: Value = this;
        while (value.parent !== undefined) value = value.parent;
        return value;
    }

    /** The path as people write it, list elements by their name: `spec.containers["web"].image`. */
    toString(): string {
        if (this.parent === undefined || this.step === undefined) return "";
        const before = this.parent.toString();
        if (typeof this.step === "number") {
            const name = this.get("name").string;
            return `${before}[${name ? JSON.stringify(shorten(name)) : this.step}]`;
        }
        if (!/^[A-Za-z_$][\w$-]*$/.test(this.step)) return `${before}[${JSON.stringify(shorten(this.step))}]`;
        const key = shorten(this.step);
        return before === "" ? key : `${before}.${key}`;
    }
}

interface SelectPath {
    /** Keys to follow; empty for the elements of a list alone. */
    readonly keys: readonly string[];
    /** Whether the lists at the end are entered too. */
    readonly entersLast: boolean;
}

/** The paths that were asked for: policies ask for the same few of every object. */
const parsedPaths = new Map<string, SelectPath>();

function parsePath(path: string): SelectPath {
    let parsed = parsedPaths.get(path);
    if (parsed === undefined) {
        const steps = path.split(".").filter(step => step !== "");
        parsed = { keys: steps.map(step => step.replace(/\[\]$/, "")), entersLast: path.endsWith("[]") };
        parsedPaths.set(path, parsed);
    }
    return parsed;
}

/** Whether a path leads from a raw value to anything, from one of its keys on. */
function leads(raw: unknown, keys: readonly string[], index: number): boolean {
    if (index === keys.length) return raw !== undefined && raw !== null;
    return Array.isArray(raw) ? raw.some(element => leadsOn(element, keys, index)) : leadsOn(raw, keys, index);
}

function leadsOn(element: unknown, keys: readonly string[], index: number): boolean {
    const key = keys[index] ?? "";
    if (key === "") return leads(element, keys, index + 1);
    if (typeof element !== "object" || element === null) return isUnknown(element);
    return Object.hasOwn(element, key) && leads((element as Record<string, unknown>)[key], keys, index + 1);
}

/** The elements of a list; anything else stands for itself. */
function elements(value: Value): Value[] {
    return value.isList ? value.items() : [value];
}

/** A value that is not there. */
export const NOTHING = new Value(undefined);
