import type { TagShape } from "../../model/environments/cluster-types";

/** Tags as key and value. */
export type Entries = readonly (readonly [key: string, value: string])[];

export const PRODUCTION: Entries = [["Environment", "production"]];
export const DEVELOPMENT: Entries = [["env", "dev"]];
export const BOTH: Entries = [...PRODUCTION, ...DEVELOPMENT];
export const UNTAGGED: Entries = [["team", "shop"]];

/** An object that holds a value at a path, each list on the way with one element. */
export function place(path: string, value: unknown): unknown {
    if (path === "") return value;
    return path.split(".").reduceRight<unknown>((inner, step) => {
        const isList = step.endsWith("[]");
        return { [isList ? step.slice(0, -2) : step]: isList ? [inner] : inner };
    }, value);
}

/** Tags as a property of a shape holds them. */
export function encode(shape: TagShape, entries: Entries): unknown {
    const words = entries.map(([key, value], index) => `${key}${index % 2 === 0 ? ":" : "="}${value}`);
    switch (shape) {
        case "map":
            return { __defaults: [], ...Object.fromEntries(entries) };
        case "pairs":
            return entries.map(([key, value]) => ({ key, value }));
        case "strings":
            return words;
        case "words":
            return words.join(" ");
        case "word":
            return words[0];
        case "namespaced-map":
            return Object.fromEntries(entries.map(([key, value]) => [`Operations.${key}`, value]));
    }
}
