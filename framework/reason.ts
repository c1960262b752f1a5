/** What shows something on a screen: neither space nor control, nor what Unicode leaves out of sight. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Characters that nobody sees, which may stand in the middle of a word. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Whether a reason says nothing that anyone can read. */
export function isBlank(reason: string): boolean {
    return !VISIBLE.test(reason);
}

const MONTH =
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|may(?= \\d))\\b";

/** Dates as people write them; versions (`1.25`, `2.10.3`) are none. */
const DATE = `(?:(?:19|20)\\d\\d(?![\\d.])|\\d{4}[-/.]\\d{1,2}|\\d{1,2}\\.\\d{1,2}\\.\\d{4}|\\d{1,2}[-/]\\d{1,2}[-/]\\d{2,4}|q[1-4]\\b|${MONTH})`;

/** What looks like the end of an exemption. */
const ENDS: readonly RegExp[] = [
    /\buntil ?[:=]/,
    /\bexpir\w{1,5} ?[:=]/,
    /; ?until\b/,
    new RegExp(
        `\\b(?:until|till?|thru|through|expir\\w{1,5}|ends?)\\b(?: [a-z]{1,10}| \\d{1,2}(?:st|nd|rd|th|\\.)?){0,3} ${DATE}`,
    ),
    /[;,] ?\d{4}-\d{1,2}-\d{1,2} ?$/,
];

/** How much of a reason is looked at, at its beginning and at its end: an annotation may be as long as a book. */
const LOOKED_AT = 2000;

/**
 * Whether a text seems to say when an exemption ends. Where it does so in any form but the one that is read, the
 * exemption would never end, against the author's will.
 */
export function seemsToEnd(reason: string): boolean {
    const parts = reason.length <= 2 * LOOKED_AT ? [reason] : [reason.slice(0, LOOKED_AT), reason.slice(-LOOKED_AT)];
    return parts
        .map(part => part.normalize("NFKC").replace(INVISIBLE, "").replace(/\s+/g, " ").toLowerCase())
        .some(part => ENDS.some(end => end.test(part)));
}
