import { positionAt, SyntaxProblem } from "../problem";

/**
 * Parses JSON.
 * @throws SyntaxProblem with a reason that quotes no more than one character: what is read may be secret.
 */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        const offset = errorOffset(text, error);
        const { line, column } = positionAt(text, offset);
        const found = offset < text.length ? JSON.stringify(text[offset]) : "end of the file";
        throw new SyntaxProblem(`is not valid JSON: unexpected ${found}`, line, column);
    }
}

/** Where the text stops being JSON. JavaScript's own parser does not always say it. */
function errorOffset(text: string, error: unknown): number {
    const end = text.trimEnd().length;
    const message = error instanceof Error ? error.message : "";
    const known = /at position (\d+)/.exec(message)?.[1];
    const offset = known === undefined ? parserOffset(text) : Number(known);
    return message.includes("end of JSON input") || offset >= end ? text.length : offset;
}

function parserOffset(text: string): number {
    // Loaded only when there is a mistake.
    const { parse } = require("@humanwhocodes/momoa") as typeof import("@humanwhocodes/momoa");
    try {
        parse(text);
    } catch (error) {
        if (typeof error === "object" && error !== null && "offset" in error) return Number(error.offset);
    }
    return text.length;
}
