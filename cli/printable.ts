/** A text without control characters, with which a name in a manifest could steer the terminal. */
export function printable(text: string): string {
    return text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
}
