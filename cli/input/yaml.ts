import type { Position } from "../../model/pulumi/resource";
import type { Step } from "../../model/value";
import { compose, type Node, parseDocument, YamlProblem } from "../../model/yaml";
import { positionAt, SyntaxProblem } from "../notice";

/** One document of a YAML file, not yet parsed. */
export interface YamlDocument {
    readonly text: string;
    /** The line of the file, from 1, at which the text begins. */
    readonly line: number;
    /** Whether this is no document, but a line between documents that kubectl takes for a mistake. */
    readonly isBadSeparator?: boolean;
}

const SEPARATOR = "---";

/** What Go takes for spaces. Source: Go's unicode.IsSpace. */
const GO_SPACES = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SEPARATOR_LINE = new RegExp(`^---${GO_SPACES}*(?:#|$)`);
const JSON_START = new RegExp(`^${GO_SPACES}*\\{`);

/** How many bytes kubectl looks at to tell whether a file is JSON. */
const LOOK_AHEAD = 4096;

/** Whether kubectl tries to read a file as JSON first. */
export function looksLikeJson(text: string): boolean {
    return JSON_START.test(text.slice(0, LOOK_AHEAD));
}

/**
 * Splits a file into its documents as kubectl does, without parsing it: at lines that begin with `---`, wherever they
 * stand. So a mistake in one document spares the others, and only one at a time is in memory as nodes.
 *
 * Source: k8s.io/apimachinery pkg/util/yaml/decoder.go (`YAMLReader.Read`).
 */
export class DocumentSplitter {
    /** The lines of the document that has not ended yet, in pieces. */
    private open: string[] = [];

    /** @param openLine the line at which the text begins. */
    constructor(private openLine = 1) {}

    /** Reads some lines. @returns the documents that end in them. */
    read(piece: string): YamlDocument[] {
        const documents: YamlDocument[] = [];
        let start = 0;
        for (let at = separatorFrom(piece, 0); at >= 0; at = separatorFrom(piece, at + 1)) {
            const newline = piece.indexOf("\n", at);
            const end = newline < 0 ? piece.length : newline + 1;
            const separator = piece.slice(at, end);
            const isBad = !SEPARATOR_LINE.test(separator);
            if (at > start) this.open.push(piece.slice(start, at));
            start = at;
            // A line in front of the first document belongs to it.
            if (this.open.length === 0 && !isBad) continue;
            const ended = this.close();
            // kubectl refuses the document in front of it too, which has not ended for it.
            if (isBad) documents.push({ text: separator, line: this.openLine, isBadSeparator: true });
            documents.push(...ended);
            this.openLine++;
            start = end;
        }
        if (start < piece.length) this.open.push(piece.slice(start));
        return documents;
    }

    /** The document at the end. */
    end(): YamlDocument[] {
        return this.close();
    }

    private close(): YamlDocument[] {
        if (this.open.length === 0) return [];
        const text = this.open.join("");
        const document = { text: text.endsWith("\n") ? text : `${text}\n`, line: this.openLine };
        this.open = [];
        this.openLine += lineBreaksIn(text);
        return [document];
    }
}

/** Where the next line begins with `---`. */
function separatorFrom(text: string, from: number): number {
    if (from === 0 && text.startsWith(SEPARATOR)) return 0;
    const at = text.indexOf(`\n${SEPARATOR}`, Math.max(from - 1, 0));
    return at < 0 ? -1 : at + 1;
}

function lineBreaksIn(text: string): number {
    let count = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
    return count;
}

/** Something in a document that is read otherwise than its author may think. */
export interface Warning {
    readonly line: number;
    readonly column: number;
    readonly text: string;
}

/** How many keys of one document are named that are there more than once. */
const MOST_WARNINGS = 20;

/** What a document says. */
export interface ParsedYaml {
    /** Undefined when there is nothing but comments. */
    readonly value: unknown;
    readonly warnings: readonly Warning[];
}

/**
 * Parses what a DocumentSplitter gave, as Kubernetes does.
 * @throws SyntaxProblem
 */
export function parseYaml(text: string): ParsedYaml {
    try {
        const { value, duplicates, restAt } = parseDocument(text);
        if (duplicates.length === 0 && restAt === undefined) return { value, warnings: [] };
        const warnings = duplicates.slice(0, MOST_WARNINGS).map(({ key, at }) => ({
            ...positionAt(text, at),
            text: `duplicate key ${JSON.stringify(key)}: the last one counts, as for Helm and for kubectl without strict validation`,
        }));
        const more = duplicates.length - warnings.length;
        if (more > 0)
            warnings.push({ ...positionAt(text, duplicates.at(-1)?.at ?? 0), text: `${more} more duplicate keys` });
        if (restAt !== undefined) {
            warnings.push({
                ...positionAt(text, restAt),
                text: "the document ends here: kubectl and Helm do not read what follows. Write --- in front of it",
            });
        }
        return { value, warnings };
    } catch (error) {
        if (!(error instanceof YamlProblem)) throw error;
        const { line, column } = positionAt(text, error.offset);
        throw new SyntaxProblem(reasonOf(error, text), line, column);
    }
}

/** The parser's reasons, in clearer words where it has only those of a grammar. */
function reasonOf({ reason, offset }: YamlProblem, text: string): string {
    if (reason === "found character that cannot start any token") {
        const character = text[offset] ?? "";
        if (character === "\t") return "a tab cannot indent. Use spaces";
        return `${JSON.stringify(character)} cannot begin a value, quote it`;
    }
    if (reason === "did not find expected <document start>" && /^%/m.test(text)) {
        return "kubectl takes no directives (%YAML, %TAG). Remove them";
    }
    if (reason === "mapping values are not allowed in this context") return "a key and its value cannot begin here";
    return reason;
}

/** The line of a document's first key or item, which is where people look for it. */
export function firstLine({ text, line }: YamlDocument): number {
    const lines = text.split("\n", LEADING_LINES);
    const index = lines.findIndex(content => !/^(?:---)?\s*(?:#|$)|^%/.test(content));
    return line + Math.max(index, 0);
}

/** How many lines of comments may stand before the first key: more licence than anyone writes. */
const LEADING_LINES = 500;

/** A value in a text, and where its key or, in a list, itself begins. */
interface LocatedNode {
    readonly at: number;
    /** Where its key ends; undefined in a list. */
    readonly keyEnd?: number;
    readonly node: Node;
}

/**
 * Finds where values stand in a YAML or JSON text, of which the first document counts. Lets lines be found without
 * keeping them for all that is read. In what is not YAML nothing is found: some JSON is not, with certain control
 * characters in it.
 */
export class Locator {
    private readonly root: Node | undefined;
    private readonly children = new Map<Node, ReadonlyMap<string, LocatedNode>>();
    private lineStarts: readonly number[] | undefined;

    constructor(private readonly text: string) {
        this.root = rootOf(text);
    }

    /** Where a value stands, or the nearest around it that is there; undefined when not even its first step is. */
    positionOf(path: readonly Step[]): Position | undefined {
        let place: LocatedNode | undefined;
        let isExact = true;
        for (const step of path) {
            const next = this.childrenOf(place?.node ?? this.root).get(String(step));
            if (next === undefined) {
                isExact = false;
                break;
            }
            place = next;
        }
        return place && { ...this.regionOf(place), isExact };
    }

    private childrenOf(node: Node | undefined): ReadonlyMap<string, LocatedNode> {
        if (!node || node.kind === "scalar" || node.kind === "alias") return NOTHING;
        const known = this.children.get(node);
        if (known) return known;
        const found = new Map<string, LocatedNode>();
        const { kind, children } = node;
        if (kind === "sequence") {
            for (const [index, child] of children.entries()) found.set(String(index), { at: child.at, node: child });
        } else {
            for (let at = 0; at + 1 < children.length; at += 2) {
                const [key, value] = [children[at], children[at + 1]];
                if (key?.kind === "scalar" && value) {
                    found.set(key.text, { at: key.at, keyEnd: key.end, node: value });
                }
            }
        }
        this.children.set(node, found);
        return found;
    }

    /** A key with its value, where that is a scalar that ends on the same line; else the rest of the line. */
    private regionOf({ at, keyEnd, node }: LocatedNode): Position {
        const begin = this.positionAt(at);
        const lineEnd = this.lineEndOf(at);
        const scalarEnd = node.kind === "scalar" ? node.end : undefined;
        const end = scalarEnd !== undefined && scalarEnd <= lineEnd ? scalarEnd : (keyEnd ?? lineEnd);
        return { ...begin, endColumn: begin.column + Math.max(end - at, 1) };
    }

    private lineEndOf(offset: number): number {
        const end = this.text.indexOf("\n", offset);
        return offset + this.text.slice(offset, end < 0 ? undefined : end).trimEnd().length;
    }

    private positionAt(offset: number): { line: number; column: number } {
        this.lineStarts ??= lineStartsOf(this.text);
        let low = 0;
        for (let high = this.lineStarts.length; high - low > 1; ) {
            const middle = (low + high) >> 1;
            if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
            else high = middle;
        }
        return { line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
    }
}

const NOTHING: ReadonlyMap<string, LocatedNode> = new Map();

function lineStartsOf(text: string): number[] {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
}

function rootOf(text: string): Node | undefined {
    try {
        return compose(text).root;
    } catch (error) {
        if (error instanceof YamlProblem) return undefined;
        throw error;
    }
}
