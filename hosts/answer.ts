import { messageOf, type Violation } from "../framework/evaluate";
import { enumerate } from "../framework/findings";

/**
 * What one answer to the engine may take, in bytes. The engine's proxy refuses an answer of more than 4 MiB, and with it
 * all that it says; a last word of each policy must fit beside this.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/policy_proxy.go (`Attach`), which leaves grpc-go's default.
 */
export const LARGEST_ANSWER = 3_750_000;

/** What a diagnostic takes at most besides its texts: names and version of pack and policy, level, lengths. */
const DIAGNOSTIC_BYTES = 256;

/** What a value takes at most besides its text and key. */
const VALUE_BYTES = 24;

/** What an object takes at most besides its properties: it may be what the SDK keeps a secret in. */
const OBJECT_BYTES = 100;

/** How many objects one message names. */
const MOST_NAMED = 100;

/** What is left of one answer. */
export class Room {
    private left = LARGEST_ANSWER;

    /** What each of some policies may take, so that the others have as much. */
    share(policies: number): number {
        return Math.max(0, Math.floor(this.left / policies));
    }

    /** Takes some bytes; says whether there were as many. */
    take(bytes: number): boolean {
        this.left -= bytes;
        return this.left >= 0;
    }
}

/**
 * One policy's violations in the room that an answer has for them: the first as they are, then names alone, a hundred at
 * a time, at last how many more there are. No object is left out, and what is mandatory stays so.
 */
export function fitting(violations: readonly Violation[], bytes: number): readonly Violation[] {
    if (sum(violations.map(sizeOf)) <= bytes) return violations;
    const forNames = Math.min((bytes * 3) / 4, sum(byHundreds(violations).map(sizeOf)));
    const first = whileFitting(violations, bytes - forNames);
    const named = whileFitting(byHundreds(violations.slice(first.length)), bytes - sum(first.map(sizeOf)));
    const rest = violations.slice(first.length + named.length * MOST_NAMED);
    return [...first, ...named, ...(rest.length > 0 ? [inOne(rest, 1)] : [])];
}

/** What a violation takes in an answer, in bytes. */
export function sizeOf(violation: Violation): number {
    const { policy, urn } = violation;
    // The message has the policy's description before it.
    return DIAGNOSTIC_BYTES + 2 * bytesOf(policy.description) + bytesOf(messageOf(violation)) + bytesOf(urn);
}

/** What the properties of a resource take at most in an answer, in bytes; secrets as the SDK keeps them. */
export function sizeOfProperties(value: unknown): number {
    if (typeof value === "string") return VALUE_BYTES + bytesOf(value);
    if (typeof value !== "object" || value === null) return VALUE_BYTES;
    if (Array.isArray(value)) return VALUE_BYTES + sum(value.map(sizeOfProperties));
    const entries = Object.entries(value).map(([key, item]) => bytesOf(key) + sizeOfProperties(item));
    return VALUE_BYTES + OBJECT_BYTES + sum(entries);
}

/** As many violations from the beginning as fit in some bytes. */
function whileFitting(violations: readonly Violation[], bytes: number): readonly Violation[] {
    let left = bytes;
    const end = violations.findIndex(violation => {
        left -= sizeOf(violation);
        return left < 0;
    });
    return end < 0 ? violations : violations.slice(0, end);
}

function byHundreds(violations: readonly Violation[]): Violation[] {
    const groups = Math.ceil(violations.length / MOST_NAMED);
    return Array.from({ length: groups }, (_, group) =>
        inOne(violations.slice(group * MOST_NAMED, (group + 1) * MOST_NAMED)),
    );
}

/** One violation, of the first object, that names some and counts the others. */
function inOne(violations: readonly Violation[], named = MOST_NAMED): Violation {
    const [first] = violations as readonly [Violation];
    const subject = violations.length === 1 ? "It violates the policy" : "They violate the policy";
    const { level, ...others } = first;
    return {
        ...others,
        // As one they are as bad as the worst of them.
        ...(level && violations.every(violation => violation.level === level) && { level }),
        label: enumerate(
            violations.map(({ label }) => label),
            named,
        ),
        problems: [
            {
                id: first.problems[0]?.id ?? "",
                what: `${subject} too.`,
                fix: "Run kubernetes-guardrails check on the stack's preview or state to see why.",
                paths: [],
                fields: [],
            },
        ],
    };
}

function bytesOf(text: string): number {
    return Buffer.byteLength(text);
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
