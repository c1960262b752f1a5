import type { Value } from "./value";

/** What a field says that takes a number of pods or a share of them: `2`, `"50%"`. */
export interface IntOrPercent {
    readonly amount: number;
    readonly isPercent: boolean;
}

/**
 * Reads such a field. "invalid" is what the API server refuses: negative numbers, more than 100 %, fractions, and
 * numbers written as text.
 *
 * Source: kubernetes/kubernetes pkg/apis/policy/validation/validation.go (`ValidatePositiveIntOrPercent`,
 * `IsNotMoreThan100Percent`).
 */
export function intOrPercent(value: Value): IntOrPercent | "unknown" | "unset" | "invalid" {
    if (value.isUnknown) return "unknown";
    if (value.isUnset) return "unset";
    const percent = /^(\d+)%$/.exec(value.string ?? "")?.[1];
    const amount = percent === undefined ? value.number : Number(percent);
    if (amount === undefined || !Number.isInteger(amount) || amount < 0) return "invalid";
    const isPercent = percent !== undefined;
    return isPercent && amount > 100 ? "invalid" : { amount, isPercent };
}

/**
 * The number of pods that is meant, of `total`. A share is rounded up, for pods that must be available as for those
 * that need not.
 *
 * Source: kubernetes/kubernetes pkg/controller/disruption/disruption.go (`getExpectedPodCount`).
 */
export function roundedUp({ amount, isPercent }: IntOrPercent, total: number): number {
    return isPercent ? Math.ceil((amount * total) / 100) : amount;
}
