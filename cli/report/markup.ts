const ENTITIES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
};

/** A text as content or attribute of HTML and XML, without the control characters that neither can hold. */
export function escapeMarkup(text: string): string {
    const clean = text.replace(/[\p{Cs}\ufffe\uffff]|(?![\t\n\r])\p{Cc}/gu, "\ufffd");
    return clean.replace(/[&<>"']/g, character => ENTITIES[character] ?? character);
}
