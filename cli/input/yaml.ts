import {
    boolYaml11Tag,
    constructFromEvents,
    defineMappingTag,
    defineScalarTag,
    defineSequenceTag,
    EVENT_ID,
    type Event,
    FAILSAFE_SCHEMA,
    getScalarValue,
    mapTag,
    mergeTag,
    NOT_RESOLVED,
    nullYaml11Tag,
    parseEvents,
    SCALAR_STYLE,
    YAMLException,
} from "js-yaml";
import type { Position } from "../../model/pulumi/resource";
import type { Step } from "../../model/value";
import { positionAt, SyntaxProblem } from "../problem";

/** One document of a YAML file, not yet parsed. */
export interface YamlDocument {
    /** Its text, from its `---` on. */
    readonly text: string;
    /** The line of the file, from 1, at which the text begins. */
    readonly line: number;
}

/** Deeper than any manifest, and far from what the parser's recursion can take. */
const MAX_DEPTH = 500;

/** To how many values aliases may expand a document: go-yaml's limit below which it does not look at the ratio. */
const MAX_EXPANDED_VALUES = 400_000;

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL_FLOATS: Readonly<Record<string, number>> = {
    ".inf": Number.POSITIVE_INFINITY,
    "+.inf": Number.POSITIVE_INFINITY,
    "-.inf": Number.NEGATIVE_INFINITY,
    ".nan": Number.NaN,
};
const SPECIAL_FLOAT = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const NUMBER_START = [..."+-.0123456789"];

function integerOf(source: string): number | typeof NOT_RESOLVED {
    const text = source.replaceAll("_", "");
    if (!INTEGER.test(text)) return NOT_RESOLVED;
    const digits = text.replace(/^[-+]/, "");
    const octal = /^0[0-7]/.test(digits);
    const value = Number(octal ? `0o${digits.slice(1)}` : digits);
    return text.startsWith("-") ? -value : value;
}

function floatOf(source: string): number | typeof NOT_RESOLVED {
    if (SPECIAL_FLOAT.test(source)) return SPECIAL_FLOATS[source.toLowerCase()] ?? NOT_RESOLVED;
    // Numbers that begin with a point may not have underscores.
    const text = source.startsWith(".") ? source : source.replaceAll("_", "");
    return FLOAT.test(text) ? Number(text) : NOT_RESOLVED;
}

/**
 * YAML as Kubernetes reads it. Kubernetes takes YAML 1.1 booleans (`yes`, `on`, `y`), octal numbers with and without
 * the `o`, no numbers in base 60, dates as text, and a value with a tag it does not know as if the tag was not there.
 *
 * Source: kubernetes-sigs/yaml goyaml.v2/resolve.go (`resolve`) and decode.go (`scalar`).
 */
const KUBERNETES_SCHEMA = FAILSAFE_SCHEMA.withTags(
    nullYaml11Tag,
    boolYaml11Tag,
    mergeTag,
    defineScalarTag("tag:yaml.org,2002:int", {
        implicit: true,
        implicitFirstChars: NUMBER_START,
        resolve: integerOf,
        identify: () => false,
    }),
    defineScalarTag("tag:yaml.org,2002:float", {
        implicit: true,
        implicitFirstChars: NUMBER_START,
        resolve: floatOf,
        identify: () => false,
    }),
    defineScalarTag("tag:yaml.org,2002:binary", {
        resolve: source => Buffer.from(source, "base64").toString(),
        identify: () => false,
    }),
    defineScalarTag("", { matchByTagPrefix: true, resolve: source => source, identify: () => false }),
    defineSequenceTag<unknown[]>("", {
        matchByTagPrefix: true,
        create: () => [],
        addItem: (list, item) => {
            list.push(item);
        },
        identify: () => false,
    }),
    defineMappingTag("", {
        matchByTagPrefix: true,
        create: mapTag.create,
        addPair: mapTag.addPair,
        has: mapTag.has,
        keys: mapTag.keys,
        get: mapTag.get,
        identify: () => false,
    }),
);

/**
 * Splits a file into its documents without parsing it, so that a mistake in one spares the others and only one at a
 * time is in memory as events. A line that begins with `---` or `...` and nothing else before it ends a document
 * wherever it stands, in block scalars too.
 *
 * Source: https://yaml.org/spec/1.2.2/#document-markers
 */
export class DocumentSplitter {
    /** The lines of the document that has not ended yet, in pieces. */
    private open: string[] = [];
    /** The line at which they begin. */
    private openLine = 1;

    /** Reads some lines. @returns the documents that end in them. */
    read(piece: string): YamlDocument[] {
        this.open.push(piece);
        // To look at a long document once more for each of its pieces would take ever longer.
        if (!HAS_MARKER.test(piece)) return [];
        const documents = [...documentsIn(this.open.join(""), this.openLine)];
        const last = documents.pop();
        this.open = last ? [last.text] : [];
        this.openLine = last?.line ?? this.openLine;
        return documents;
    }

    /** The documents at the end. */
    end(): YamlDocument[] {
        return [...documentsIn(this.open.join(""), this.openLine)];
    }
}

const HAS_MARKER = /^(?:---|\.\.\.)/m;

/** The documents in a text; the last of them may go on behind it. */
function* documentsIn(text: string, firstLine: number): Generator<YamlDocument> {
    let start = 0;
    let line = firstLine;
    let startLine = firstLine;
    for (let at = 0; at < text.length; ) {
        const end = text.indexOf("\n", at);
        const next = end < 0 ? text.length : end + 1;
        const marker = isMarker(text, at);
        // Directives (`%YAML 1.2`) belong to the document whose `---` follows them.
        if (marker === "---" && at > start && !isOnlyDirectives(text.slice(start, at))) {
            yield { text: text.slice(start, at), line: startLine };
            start = at;
            startLine = line;
        }
        line++;
        if (marker === "...") {
            yield { text: text.slice(start, next), line: startLine };
            start = next;
            startLine = line;
        }
        at = next;
    }
    if (start < text.length) yield { text: text.slice(start), line: startLine };
}

function isMarker(text: string, at: number): "---" | "..." | undefined {
    const marker = text.startsWith("---", at) ? "---" : text.startsWith("...", at) ? "..." : undefined;
    if (marker === undefined) return undefined;
    const after = text[at + marker.length];
    return after === undefined || /\s/.test(after) ? marker : undefined;
}

function isOnlyDirectives(text: string): boolean {
    return text.includes("%") && /^(?:[ \t\r]*(?:#[^\n]*)?\n|%[^\n]*\n)*$/.test(text);
}

/**
 * Parses what `splitDocuments` gave: one value, none when there is nothing but comments, more where old Mac line breaks
 * hid a marker from the splitting.
 * @throws SyntaxProblem
 */
export function parseYaml(text: string): unknown[] {
    try {
        const events = parseEvents(text, { maxDepth: MAX_DEPTH });
        const values = constructFromEvents(events, {
            source: text,
            schema: KUBERNETES_SCHEMA,
            maxTotalMergeKeys: MAX_EXPANDED_VALUES,
        });
        const alias = events.find(event => event.type === EVENT_ID.ALIAS);
        if (alias) for (const value of values) checkExpansion(value, positionAt(text, startOf(alias)));
        return values;
    } catch (error) {
        if (!(error instanceof YAMLException) || !error.mark) throw error;
        const position = errorPosition(error.reason, error.mark.position, text);
        const { line, column } = positionAt(text, position);
        throw new SyntaxProblem(reasonOf(error.reason, text, position), line, column);
    }
}

/**
 * Parses documents that follow each other in a file in one go: to begin with each of them anew takes the parser longer
 * than most documents do.
 * @returns the value of each; undefined when one of them has to be looked at by itself: since something is wrong with
 * it, it uses an alias, or is no document to the parser.
 */
export function parseTogether(texts: readonly string[]): unknown[] | undefined {
    const text = texts.join("");
    if (/\r(?!\n)/.test(text)) return undefined;
    try {
        const events = parseEvents(text, { maxDepth: MAX_DEPTH });
        if (events.some(({ type }) => type === EVENT_ID.ALIAS)) return undefined;
        const values = constructFromEvents(events, { source: text, schema: KUBERNETES_SCHEMA });
        return values.length === texts.length ? values : undefined;
    } catch (error) {
        if (error instanceof YAMLException) return undefined;
        throw error;
    }
}

const OBJECT_AS_KEY = "object-based map does not support complex keys";

/** The parser does not know where the object stands that is used as a key; nearly always it is `{{` of a template. */
function errorPosition(reason: string, position: number, text: string): number {
    return reason === OBJECT_AS_KEY ? Math.max(text.indexOf("{{"), 0) : position;
}

/** The parser's reasons, in clearer words where it has only those of a grammar. */
function reasonOf(reason: string, text: string, position: number): string {
    if (reason.startsWith("merge keys exceeded")) return `merge keys expand to more than ${MAX_EXPANDED_VALUES} values`;
    if (reason === "duplicated mapping key") {
        const key = /^[^\s:"',}\]]+/.exec(text.slice(position, position + 200))?.[0];
        return key
            ? `the key ${JSON.stringify(key)} is there twice in one object`
            : "a key is there twice in one object";
    }
    if (reason === OBJECT_AS_KEY) return "an object cannot be a key";
    return reason;
}

/** Refuses aliases that contain themselves, and a few lines of them that would expand to millions of values. */
function checkExpansion(root: unknown, { line, column }: { line: number; column: number }): void {
    const sizes = new Map<object, number>();
    const open = new Set<object>();
    const sizeOf = (value: unknown): number => {
        if (typeof value !== "object" || value === null) return 1;
        const known = sizes.get(value);
        if (known !== undefined) return known;
        if (open.has(value)) throw new SyntaxProblem("an anchor contains itself", line, column);
        open.add(value);
        const size = Object.values(value).reduce<number>((sum, child) => sum + sizeOf(child), 1);
        open.delete(value);
        sizes.set(value, size);
        return size;
    };
    if (sizeOf(root) > MAX_EXPANDED_VALUES) {
        throw new SyntaxProblem(`aliases expand to more than ${MAX_EXPANDED_VALUES} values`, line, column);
    }
}

/** The line of a document's first key or item, which is where people look for it. */
export function firstLine({ text, line }: YamlDocument): number {
    const lines = text.split("\n", LEADING_LINES);
    const index = lines.findIndex(content => !/^(?:---)?\s*(?:#|$)|^%/.test(content));
    return line + Math.max(index, 0);
}

/** How many lines of comments may stand before the first key: more licence than anyone writes. */
const LEADING_LINES = 500;

/** A value in a text: where its key or, in a list, itself begins, and which event begins it. */
interface Place {
    readonly offset: number;
    /** Where its key ends; undefined in a list. */
    readonly keyEnd: number | undefined;
    readonly event: number;
}

/**
 * Finds where values stand in a YAML or JSON text, of which the first document counts. Lets lines be found without
 * keeping them for all that is read. In what is not YAML nothing is found: some JSON is not, with certain control
 * characters in it.
 */
export class Locator {
    private readonly events: readonly Event[];
    /** By the event that begins a value: the event behind it. */
    private readonly ends: readonly number[];
    private readonly children = new Map<number, ReadonlyMap<string, Place>>();
    private lineStarts: readonly number[] | undefined;

    constructor(private readonly text: string) {
        this.events = eventsOf(text);
        this.ends = endsOf(this.events);
    }

    /** Where a value stands, or the nearest around it that is there; undefined when not even its first step is. */
    positionOf(path: readonly Step[]): Position | undefined {
        let place: Place | undefined;
        let isExact = true;
        for (const step of path) {
            // The first event begins the document.
            const next = this.childrenOf(place?.event ?? 1).get(String(step));
            if (next === undefined) {
                isExact = false;
                break;
            }
            place = next;
        }
        return place && { ...this.regionOf(place), isExact };
    }

    private childrenOf(parent: number): ReadonlyMap<string, Place> {
        const known = this.children.get(parent);
        if (known) return known;
        const found = new Map<string, Place>();
        const type = this.events[parent]?.type;
        const isMapping = type === EVENT_ID.MAPPING;
        if (isMapping || type === EVENT_ID.SEQUENCE) {
            // The last event of a list or object ends it.
            const end = (this.ends[parent] ?? 0) - 1;
            for (let at = parent + 1, index = 0; at < end; index++) {
                const start = this.events[at];
                const event = isMapping ? this.endOf(at) : at;
                const key = isMapping && start?.type === EVENT_ID.SCALAR ? getScalarValue(this.text, start) : "";
                const keyEnd = isMapping ? endOfScalar(start) : undefined;
                found.set(isMapping ? key : String(index), { offset: startOf(start), keyEnd, event });
                at = this.endOf(event);
            }
        }
        this.children.set(parent, found);
        return found;
    }

    /** A key with its value, where that is a scalar that ends on the same line; else the rest of the line. */
    private regionOf({ offset, keyEnd, event }: Place): Position {
        const begin = this.positionAt(offset);
        const lineEnd = this.lineEndOf(offset);
        const scalarEnd = endOfScalar(this.events[event]);
        const end = scalarEnd !== undefined && scalarEnd <= lineEnd ? scalarEnd : (keyEnd ?? lineEnd);
        return { ...begin, endColumn: begin.column + Math.max(end - offset, 1) };
    }

    private lineEndOf(offset: number): number {
        const end = this.text.indexOf("\n", offset);
        return offset + this.text.slice(offset, end < 0 ? undefined : end).trimEnd().length;
    }

    private endOf(event: number): number {
        return this.ends[event] ?? this.events.length;
    }

    private positionAt(offset: number): Position {
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

function lineStartsOf(text: string): number[] {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
}

function endsOf(events: readonly Event[]): number[] {
    const ends: number[] = [];
    const open: number[] = [];
    for (const [index, { type }] of events.entries()) {
        ends.push(index + 1);
        if (type === EVENT_ID.POP) ends[open.pop() ?? 0] = index + 1;
        else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(index);
    }
    return ends;
}

function eventsOf(text: string): Event[] {
    try {
        return parseEvents(text, { maxDepth: MAX_DEPTH });
    } catch (error) {
        if (error instanceof YAMLException) return [];
        throw error;
    }
}

/** Where a scalar ends, its closing quote included; undefined for anything else. */
function endOfScalar(event: Event | undefined): number | undefined {
    if (event?.type !== EVENT_ID.SCALAR) return undefined;
    return isQuoted(event) ? event.valueEnd + 1 : event.valueEnd;
}

function isQuoted({ style }: Extract<Event, { valueStart: number }>): boolean {
    return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function startOf(event: Event | undefined): number {
    if (event === undefined) return 0;
    if ("start" in event) return event.start;
    if ("valueStart" in event) return event.valueStart;
    // The name of an alias begins behind its star.
    return "anchorStart" in event ? event.anchorStart - 1 : 0;
}
