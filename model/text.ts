/** Names in quotes, in the order given: `"a", "b" and "c"`. */
export function quoteNames(names: readonly string[], conjunction = "and"): string {
    return joinWords(
        names.map(name => JSON.stringify(shorten(name))),
        conjunction,
    );
}

/** Words as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction = "and"): string {
    if (words.length <= 1) return words[0] ?? "";
    return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

/** The first words as a sentence lists them, and how many more there are: `a, b and 3 more`. */
export function joinSome(words: readonly string[], all = words.length, most = 10): string {
    const some = words.slice(0, most);
    return some.length === all ? joinWords(some) : `${some.join(", ")} and ${all - some.length} more`;
}

/** A noun phrase after its article: `a test`, `an integration`. */
export function withArticle(phrase: string): string {
    return `${/^(?:[aeio]|npm )/i.test(phrase) ? "an" : "a"} ${phrase}`;
}

/** A text cut to what a message can show. */
export function shorten(text: string, length = 120): string {
    return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Any text as one line of a message: control characters, which a terminal obeys, replaced; not longer than a name can be. */
export function printable(text: string): string {
    return shorten(withoutControls(text), 600);
}

/**
 * Control characters, line breaks included, and what has no width or turns the direction of what follows: with them a name
 * can steer a terminal, forge a line or look like another one.
 *
 * Source: https://trojansource.codes, Unicode Technical Report 36 (Unicode Security Considerations).
 */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Any text without characters that are not seen: a replacement character stands for each. */
export function withoutControls(text: string): string {
    return text.replaceAll(UNSEEN, "\ufffd");
}

/** Made when the first two texts are compared: to make it takes as long as to load many policies. */
let collator: Intl.Collator | undefined;

/**
 * Compares two texts for a stable order in messages: a natural one, in which digits compare as numbers, so that `[10]`
 * follows `[9]`. Independent of the machine's locale.
 */
export function compareText(a: string, b: string): number {
    if (a === b) return 0;
    collator ??= new Intl.Collator("en", { numeric: true });
    return collator.compare(a, b) || (a < b ? -1 : 1);
}

/** The plural that nearly all kinds have in the API. */
export function pluralOf(kind: string): string {
    const name = kind.toLowerCase();
    if (name === "endpoints") return name;
    if (/(?:s|x|ch|sh)$/.test(name)) return `${name}es`;
    return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
