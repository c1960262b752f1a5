import { closest, distance } from "fastest-levenshtein";

/** The known name that a misspelt one most likely means; undefined when none is near. */
export function suggest(name: string, names: readonly string[]): string | undefined {
    if (names.length === 0) return undefined;
    const nearest = closest(name, names);
    // With more letters changed than that it is no typing mistake.
    return distance(name, nearest) <= Math.max(2, name.length / 3) ? nearest : undefined;
}
