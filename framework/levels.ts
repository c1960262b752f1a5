import { joinWords } from "../model/text";
import type { EnforcementLevel } from "./define";

/** All levels that a policy can have. */
export const LEVELS: readonly EnforcementLevel[] = ["advisory", "mandatory", "remediate", "disabled"];

/**
 * What is wrong with a level that is none, as a sentence.
 * @param policy the name in the configuration, a policy's or `all`.
 */
export function levelError(policy: string, value: unknown): string {
    const given = value === undefined ? "missing" : JSON.stringify(value);
    const levels = joinWords(
        LEVELS.map(level => `"${level}"`),
        "or",
    );
    return `Configuration of ${policy}: "enforcementLevel" is ${given}, it must be ${levels}.`;
}
