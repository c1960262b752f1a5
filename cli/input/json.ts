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

/** A part of a text, and the line at which it begins. */
interface Part {
    readonly text: string;
    readonly line: number;
}

/**
 * The objects of a text that has one behind the other, with nothing, spaces or `---` between them, as kubectl takes
 * them; undefined when it has fewer than two, or anything else.
 */
export function splitJson(text: string): readonly Part[] | undefined {
    const parts: Part[] = [];
    let line = 1;
    let end = 0;
    while (end < text.length) {
        const gap = /^(?:\s|---(?=\s))*/.exec(text.slice(end, nextBrace(text, end)))?.[0] ?? "";
        const start = end + gap.length;
        line += lineBreaksIn(gap);
        if (start === text.length) break;
        end = objectEnd(text, start);
        if (end < 0) return undefined;
        const part = text.slice(start, end);
        parts.push({ text: part, line });
        line += lineBreaksIn(part);
    }
    return parts.length > 1 ? parts : undefined;
}

function nextBrace(text: string, from: number): number {
    const at = text.indexOf("{", from);
    return at < 0 ? text.length : at;
}

/** Where the object that begins at a place ends; -1 when none begins there or it never ends. */
function objectEnd(text: string, start: number): number {
    if (text[start] !== "{") return -1;
    let depth = 0;
    let isQuoted = false;
    for (let at = start; at < text.length; at++) {
        const char = text[at];
        if (isQuoted && char === "\\") at++;
        else if (char === '"') isQuoted = !isQuoted;
        else if (!isQuoted && char === "{") depth++;
        else if (!isQuoted && char === "}" && --depth === 0) return at + 1;
    }
    return -1;
}

function lineBreaksIn(text: string): number {
    return text.split("\n").length - 1;
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
