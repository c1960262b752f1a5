import { positionAt, SyntaxProblem } from "../notice";

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
export interface Part {
    readonly text: string;
    readonly line: number;
}

/** What a text holds that may be JSON: values behind each other, and perhaps something else behind them. */
export interface JsonStream {
    readonly values: readonly Part[];
    /** What kubectl reads as YAML. */
    readonly yaml?: Part;
    /** What kubectl refuses. */
    readonly refused?: Part;
}

/**
 * Takes JSON values from the beginning of a text as kubectl does: with nothing or spaces between them. Behind the
 * first one, or in place of it, there may be YAML.
 *
 * Source: k8s.io/apimachinery pkg/util/yaml/decoder.go (`YAMLOrJSONDecoder.Decode`).
 */
export function readJsonStream(text: string): JsonStream {
    const values: Part[] = [];
    let line = 1;
    for (let end = 0; ; ) {
        const gap = text.slice(end, gapEnd(text, end));
        const start = end + gap.length;
        if (start === text.length) return { values };
        const next = valueEnd(text, start);
        const value = next < 0 ? "" : text.slice(start, next);
        if (!isJson(value)) {
            if (values.length > 1)
                return { values, refused: { text: text.slice(start), line: line + lineBreaksIn(gap) } };
            const spaces = GO_SPACES_AND_BREAK.exec(text.slice(end))?.[0] ?? "";
            const rest = { text: text.slice(end + spaces.length), line: line + lineBreaksIn(spaces) };
            // kubectl looks at four bytes at a time.
            const isShort = Buffer.byteLength(rest.text.slice(0, 4)) + (spaces.endsWith("\n") ? 1 : 0) < 4;
            return isShort ? { values, refused: rest } : { values, yaml: rest };
        }
        line += lineBreaksIn(gap);
        values.push({ text: value, line });
        line += lineBreaksIn(value);
        end = next;
    }
}

/** Source: Go's unicode.IsSpace. */
const GO_SPACES_AND_BREAK = /^[\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\n?/;

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/** Where the spaces end at the latest that begin at a place. */
function gapEnd(text: string, from: number): number {
    for (let at = from; at < text.length; at++) if (!" \t\r\n".includes(text[at] ?? "")) return at;
    return text.length;
}

const LITERAL = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/** Where the value that begins at a place ends; -1 when none begins there or it never ends. */
function valueEnd(text: string, start: number): number {
    const first = text[start];
    if (first !== "{" && first !== "[") {
        const pattern = first === '"' ? STRING : LITERAL;
        pattern.lastIndex = start;
        return pattern.test(text) ? pattern.lastIndex : -1;
    }
    let depth = 0;
    let isQuoted = false;
    for (let at = start; at < text.length; at++) {
        const char = text[at];
        if (isQuoted && char === "\\") at++;
        else if (char === '"') isQuoted = !isQuoted;
        else if (isQuoted) continue;
        else if (char === "{" || char === "[") depth++;
        else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
    }
    return -1;
}

function lineBreaksIn(text: string): number {
    return text.split("\n").length - 1;
}

/** Where the text stops being JSON. JavaScript's own parser does not always say it: V8 mostly does, Bun's never. */
function errorOffset(text: string, error: unknown): number {
    const end = text.trimEnd().length;
    const message = error instanceof Error ? error.message : "";
    const known = /at position (\d+)/.exec(message)?.[1];
    const offset = known === undefined ? parserOffset(text) : Number(known);
    return message.includes("end of JSON input") || offset >= end ? text.length : offset;
}

const LAST_TOKEN = /^(?:[[\]{},:]|"(?:[^"\\]|\\.)*"|[\w.+-]+)\s*$/s;

function parserOffset(text: string): number {
    // Loaded only when there is a mistake.
    const { parse } = require("@humanwhocodes/momoa") as typeof import("@humanwhocodes/momoa");
    try {
        parse(text);
    } catch (error) {
        const offset = error instanceof Error && "offset" in error ? Number(error.offset) : text.length;
        // Of a text that is cut off, the parser names the last token.
        const start = gapEnd(text, 0);
        const isOpen = '{["'.includes(text[start] ?? "{") && valueEnd(text, start) < 0;
        const isCutOff = isOpen && LAST_TOKEN.test(text.slice(offset));
        if (!isCutOff) return offset;
    }
    return text.length;
}
