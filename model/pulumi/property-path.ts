/** One step of a property path: a key, an index, or any of them. */
export type PathStep = string | number | typeof ANY_STEP;

/** The step `*`, which stands for any key or index. */
export const ANY_STEP = Symbol("*");

/** A key before a dot or bracket, a key in brackets and quotes, an index or `*` in brackets, or a dot between keys. */
const TOKEN = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/y;

/**
 * Reads a property path as Pulumi writes them in ignoreChanges: `spec.containers[0].image`, `data["a.b"]`, `list[*]`.
 * Undefined when it is none.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/property_path.go (`ParsePropertyPath`).
 */
export function parsePropertyPath(text: string): PathStep[] | undefined {
    const steps: PathStep[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
        const [match, key, quoted, bracketed] = TOKEN.exec(text) ?? [];
        if (match === undefined) return undefined;
        if (quoted !== undefined) steps.push(quoted.replace(/\\(.)/g, "$1"));
        else if (key === "*" || bracketed === "*") steps.push(ANY_STEP);
        else steps.push(bracketed === undefined ? (key ?? "") : Number(bracketed));
    }
    return steps.length > 0 ? steps : undefined;
}

/** Whether two steps can mean the same. */
export function stepsMeet(a: PathStep, b: PathStep): boolean {
    return a === ANY_STEP || b === ANY_STEP || a === b;
}
