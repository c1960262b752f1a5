import { distance } from "fastest-levenshtein";
import { classOfWord, VOCABULARY } from "../environments/environment";
import { Multimap } from "../multimap";
import { compareText } from "../text";

/**
 * From how many letters on a word with one letter too many, too few or wrong is a typing mistake, and one with two
 * such: most shorter words have other words beside them.
 */
const WITH_ONE = { shorter: 4, longer: 5 };
const WITH_TWO = 7;
/** The same for one letter more at the end, which tells `mongo` from `mongos`. */
const WITH_ENDING = 7;
/** The same for two letters that changed places. */
const TRANSPOSED = 3;
/** The same for names that differ in nothing but separators. */
const JOINED = 6;

/** Longer names the API server refuses, and names of more words are not looked for. */
const LONGEST = 253;
const MOST_WORDS = 16;

/** How many names that are alike a name is compared with. */
const MOST_COMPARED = 100;

/**
 * Whether a name is most likely another one, mistyped: they differ in one word, and in that by letters that changed
 * places or by one or two letters. Ordinals, words for environments, short words and words that begin otherwise tell
 * things apart: `db-1` and `db-2`, `tls-a` and `tls-b`, `nginx-internal` and `nginx-external`.
 */
export function isTypoOf(name: string, other: string): boolean {
    return name !== other && areMistyped(wordsOf(name), wordsOf(other));
}

function areMistyped(words: readonly string[], others: readonly string[]): boolean {
    if (words.join("") === others.join("")) return words.join("").length >= JOINED;
    if (words.length !== others.length) return false;
    const different = words.flatMap((word, i) => (word === others[i] ? [] : [[word, others[i] ?? ""] as const]));
    const [pair, ...more] = different;
    return pair !== undefined && more.length === 0 && isMistyped(...pair);
}

/** Words and numbers of a name. */
function wordsOf(name: string): string[] {
    return name.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
}

function isMistyped(one: string, other: string): boolean {
    if (one[0] !== other[0] || /^\d/.test(one) || !areNear(one, other)) return false;
    return [one, other].some(word => classOfWord(word, VOCABULARY) === undefined);
}

function areNear(one: string, other: string): boolean {
    const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
    if (longer.length - shorter.length > 2) return false;
    if (isTransposed(one, other)) return one.length >= TRANSPOSED;
    const isEnding = shorter !== longer && longer.startsWith(shorter);
    switch (distance(one, other)) {
        case 1:
            if (isEnding) return longer.length >= WITH_ENDING;
            return shorter.length >= WITH_ONE.shorter && longer.length >= WITH_ONE.longer;
        case 2:
            return !isEnding && shorter.length >= WITH_TWO;
        default:
            return false;
    }
}

/** Whether two letters beside each other changed places, and nothing else. */
function isTransposed(one: string, other: string): boolean {
    if (one.length !== other.length) return false;
    const at = [...one].findIndex((letter, i) => letter !== other[i]);
    const [first = "", second = ""] = one.slice(at);
    return `${one.slice(0, at)}${second}${first}${one.slice(at + 2)}` === other;
}

/** Finds the name of some that another one most likely means. */
export class NearNames {
    /** By all words but one, and the first letter of that. */
    private readonly alike = new Multimap<Name>();

    constructor(names: Iterable<string>) {
        for (const name of [...new Set(names)].sort(compareText)) {
            const words = wordsOf(name);
            for (const key of keysOf(name, words)) this.alike.add({ name, words }, key);
        }
    }

    /** The name that is meant; of several the nearest, and of those the first. */
    nearest(name: string): string | undefined {
        const words = wordsOf(name);
        const candidates = keysOf(name, words).flatMap(key => this.alike.get(key).slice(0, MOST_COMPARED));
        const near = candidates.filter(candidate => candidate.name !== name && areMistyped(words, candidate.words));
        const ranked = near.map(candidate => ({ name: candidate.name, far: distance(name, candidate.name) }));
        return ranked.sort((a, b) => a.far - b.far || compareText(a.name, b.name))[0]?.name;
    }
}

interface Name {
    readonly name: string;
    readonly words: readonly string[];
}

function keysOf(name: string, words: readonly string[]): string[] {
    if (name.length > LONGEST || words.length === 0 || words.length > MOST_WORDS) return [];
    const openings = words.map((word, i) => [...words.slice(0, i), `${word[0]}*`, ...words.slice(i + 1)].join(" "));
    return [words.join(""), ...openings];
}
