import type { Position, Resource, Source } from "../../model/pulumi/resource";
import { isOwn, type NodeInit } from "../../model/pulumi/stack";
import { shorten } from "../../model/text";
import type { Step } from "../../model/value";
import { isFields } from "../fields";
import { type Notice, SyntaxProblem } from "../notice";
import { type Progress, SILENT } from "../progress";
import { accessProblem, findFiles, type InputFile, readPieces, STANDARD_INPUT, sizeOf } from "./files";
import { type Part, parseJson, readJsonStream } from "./json";
import { findManifests, isHelmTest, isOfHelm, ManifestResources, type StackName, titleOf } from "./manifests";
import { EventStream, hasOwnNaming, isEventStream, readPreview } from "./preview";
import { readState, stateResources } from "./state";
import { type Unfilled, unfilledIn } from "./templates";
import {
    DocumentSplitter,
    firstLine,
    Locator,
    looksLikeJson,
    type ParsedYaml,
    parseYaml,
    type YamlDocument,
} from "./yaml";

/** Everything that was found to check. */
export interface Input {
    /** What belongs together: all manifests, and each Pulumi state. */
    readonly sets: readonly (readonly NodeInit[])[];
    /** All resources in the order of the input. */
    readonly resources: readonly Resource[];
    /** How many files had any. */
    readonly fileCount: number;
    /** How many documents held no Kubernetes object, or none to deploy. */
    readonly skippedCount: number;
    readonly problems: readonly Notice[];
    /** What was read otherwise than its author may think, or not at all. */
    readonly notes: readonly Notice[];
}

/** Reads all that arguments name. What cannot be read is told as problems, and does not keep the rest from being read. */
export async function readInput(
    paths: readonly string[],
    stack: StackName,
    progress: Progress = SILENT,
    includeTests = false,
): Promise<Input> {
    const problems: Notice[] = [];
    const notes: Notice[] = [];
    const files = findFiles(paths, problems, notes);
    const reader = new Reader(stack, problems, notes, includeTests);
    progress.begin(
        "Reading",
        files.reduce((sum, file) => sum + sizeOf(file), 0),
    );
    for (const file of files) {
        reader.begin(file);
        try {
            for await (const lines of readPieces(file)) {
                reader.read(lines);
                progress.advance(lines.length);
            }
            reader.end();
        } catch (error) {
            reader.fail(accessProblem(error));
        }
    }
    return reader.result();
}

/** Makes resources of texts. */
class Reader {
    private readonly manifests: NodeInit[] = [];
    private readonly states: NodeInit[][] = [];
    private readonly resources: Resource[] = [];
    private readonly factory: ManifestResources;
    private fileCount = 0;
    private skippedCount = 0;
    private file: InputFile = { name: "", isNamed: false };
    private text = new DocumentReader(this.file);
    /** Whether the file has objects that are templates. */
    private isTemplate = false;
    /** Whether the file holds a state or a preview, perhaps an empty one. */
    private hasState = false;
    /** What there was before the file. */
    private before = { resources: 0, problems: 0, skipped: 0 };

    /**
     * @param problems gets what cannot be read.
     * @param notes gets what is read otherwise than people may think.
     * @param includeTests whether tests of Helm charts are read too.
     */
    constructor(
        stack: StackName,
        private readonly problems: Notice[],
        private readonly notes: Notice[],
        private readonly includeTests: boolean,
    ) {
        this.factory = new ManifestResources(stack);
    }

    result(): Input {
        const { resources, fileCount, skippedCount, problems, notes } = this;
        return { sets: [this.manifests, ...this.states], resources, fileCount, skippedCount, problems, notes };
    }

    /** Begins a file. */
    begin(file: InputFile): void {
        this.file = file;
        this.text = new DocumentReader(file);
        this.hasState = false;
        this.isTemplate = false;
        this.before = { resources: this.resources.length, problems: this.problems.length, skipped: this.skippedCount };
    }

    /** Reads some lines of the file. */
    read(piece: string): void {
        for (const document of this.text.read(piece)) this.readDocument(document);
    }

    /** Ends the file. */
    end(): void {
        for (const document of this.text.end()) this.readDocument(document);
        const { before } = this;
        if (this.resources.length > before.resources || this.hasState) this.fileCount++;
        else if (this.file.isNamed && this.problems.length === before.problems) {
            // Told as a problem, and not once more as skipped.
            this.skippedCount = before.skipped;
            this.problems.push({
                file: this.name,
                text: "holds nothing to check: no Kubernetes object (apiVersion and kind) and no Pulumi state or preview",
            });
        }
    }

    /** Ends a file that cannot be read any further. */
    fail(reason: string): void {
        if (this.resources.length > this.before.resources) this.fileCount++;
        this.problems.push({ file: this.name, text: reason });
    }

    private get name(): string {
        return this.file.name === STANDARD_INPUT ? "<stdin>" : this.file.name;
    }

    private readDocument(document: Document): void {
        try {
            const { value, warnings } = document.parse();
            for (const { line, column, text } of warnings) {
                const place = { line: document.line + line - 1, column };
                this.notes.push({ file: this.name, ...place, text, level: "warning" });
            }
            this.add(value, document);
        } catch (error) {
            if (document.isOptional) this.skippedCount++;
            else this.problems.push(documentProblem(error, document, this.name));
        }
    }

    private add(value: unknown, document: Document): void {
        if (value === null || value === undefined) return;
        const file = this.name;
        const nodes = stackNodes(value, file, failure => {
            const text = `the preview does not tell all that the update would do: ${failure}`;
            this.problems.push({ file, text });
        });
        if (nodes) {
            this.hasState = true;
            this.states.push(nodes);
            for (const node of nodes) if (isOwn(node)) this.resources.push(node.resource);
            return;
        }
        const manifests = findManifests(value);
        if (manifests.length === 0) this.skippedCount++;
        for (const manifest of manifests) {
            const source = new DocumentSource(file, document, manifest.path);
            const { fields } = manifest;
            // Only Helm leaves its tests out: whoever applies the same file with kubectl creates them.
            if (!this.includeTests && isHelmTest(fields) && (isRendered(document) || isOfHelm(fields))) {
                this.notes.push({
                    file,
                    line: source.line,
                    text: `${titleOf(manifest)} is a test of a Helm chart and not checked. Check it too with --include-tests`,
                });
                continue;
            }
            const unfilled = unfilledIn(manifest);
            if (unfilled) {
                // One placeholder is enough to say what the file is.
                if (!this.isTemplate) this.problems.push(templateProblem(unfilled, source));
                this.isTemplate = true;
                continue;
            }
            const resource = this.factory.resourceOf(manifest, source);
            this.manifests.push({ resource });
            this.resources.push(resource);
        }
    }
}

function isOfPulumi(value: unknown): boolean {
    return stateResources(value) !== undefined || readPreview(value) !== undefined;
}

/** The resources of a Pulumi state or preview; undefined when the value is neither. */
function stackNodes(value: unknown, file: string, fail: (failure: string) => void): NodeInit[] | undefined {
    if (value instanceof EventStream) {
        const { resources, changes, failure } = value.preview();
        if (failure !== undefined) fail(failure);
        const { config, hasOwnNaming } = value;
        return readState(resources, file, { withoutOptions: true, hasOwnNaming, config, changes });
    }
    const state = stateResources(value);
    if (state) return readState(state, file);
    const preview = readPreview(value);
    // A preview leaves out what is empty.
    const config = (isFields(value) && value.config) || {};
    if (!preview) return undefined;
    const { resources, changes, failure } = preview;
    if (failure !== undefined) fail(failure);
    return readState(resources, file, { hasOwnNaming: hasOwnNaming(config), config, changes });
}

/** A document of a file, in either language. */
class Document implements YamlDocument {
    constructor(
        readonly text: string,
        readonly line: number,
        readonly parse: () => ParsedYaml,
        /** Whether nobody misses it when it cannot be parsed. */
        readonly isOptional = false,
    ) {}

    /** Where in the file a value stands, or the nearest around it that is there. */
    positionOf(path: readonly Step[]): Position {
        const found = path.length > 0 ? locatorOf(this).positionOf(path) : undefined;
        return found ? { ...found, line: this.line + found.line - 1 } : this.start;
    }

    /** The document's first key. */
    get start(): Position {
        const line = firstLine(this);
        return { line, column: 1, endColumn: (this.lineAt(line)?.trimEnd().length ?? 0) + 1 };
    }

    lineAt(line: number): string | undefined {
        return linesOf(this)[line - this.line];
    }
}

let located: { readonly document: Document; readonly locator: Locator } | undefined;

/** Kept for one document at a time: reports go through documents in order, and it is many times as large as the text. */
function locatorOf(document: Document): Locator {
    if (located?.document !== document) located = { document, locator: new Locator(document.text) };
    return located.locator;
}

let split: { readonly document: Document; readonly lines: readonly string[] } | undefined;

/** Kept for one document at a time, too. */
function linesOf(document: Document): readonly string[] {
    if (split?.document !== document) split = { document, lines: document.text.split(/\r?\n/) };
    return split.lines;
}

/** Where an object stands; the place is looked up when something is reported there. */
class DocumentSource implements Source {
    constructor(
        readonly file: string,
        private readonly document: Document,
        private readonly path: readonly Step[],
    ) {}

    get line(): number {
        return this.positionOf([]).line;
    }

    positionOf(path: readonly Step[]): Position {
        return this.document.positionOf([...this.path, ...path]);
    }

    lineAt(line: number): string | undefined {
        return this.document.lineAt(line);
    }
}

/** The documents of a file that is read at once. */
export function documentsOf(name: string, text: string): Document[] {
    const reader = new DocumentReader({ name, isNamed: true });
    return [...reader.read(text), ...reader.end()];
}

/** Finds the documents of a file, whose text comes in pieces. */
class DocumentReader {
    private readonly isJsonFile: boolean;
    private readonly splitter = new DocumentSplitter();
    private events: EventStream | undefined;
    /** The text so far, where it is to be read as a whole: JSON, of which the end may be anywhere. */
    private whole: string[] | undefined;
    private hasBegun = false;
    /** What there was before. */
    private start = "";

    constructor(private readonly file: InputFile) {
        this.isJsonFile = /\.json$/i.test(file.name);
    }

    /** The documents that end in a piece. */
    read(piece: string): Document[] {
        if (!this.hasBegun) {
            // What a file is tells its first character.
            this.start += piece;
            return /\S/.test(withoutMark(this.start)) ? this.readFirst() : [];
        }
        return this.readOn(piece);
    }

    private readFirst(): Document[] {
        const { start } = this;
        this.start = "";
        this.begin(start);
        return this.readOn(start);
    }

    private readOn(piece: string): Document[] {
        if (this.events) this.events.read(withoutMark(piece));
        else if (this.whole) this.whole.push(piece);
        else return this.splitter.read(piece).map(yamlDocument);
        return [];
    }

    /** The documents at the end. */
    end(): Document[] {
        const first = this.hasBegun ? [] : this.readFirst();
        return [...first, ...this.last()];
    }

    private last(): Document[] {
        const { events, whole } = this;
        if (events) return [jsonDocument({ text: "", line: 1 }, () => events)];
        return whole ? this.documentsIn(whole.join("")) : this.splitter.end().map(yamlDocument);
    }

    private begin(piece: string): void {
        this.hasBegun = true;
        // kubectl takes a list for YAML: only its value is the same in JSON, and sooner read.
        const text = withoutMark(piece);
        if (!looksLikeJson(text) && !text.trimStart().startsWith("[")) return;
        if (isEventStream(text)) this.events = new EventStream();
        else this.whole = [];
    }

    private documentsIn(marked: string): Document[] {
        const text = withoutMark(marked);
        const json = tryJson(text);
        // Behind a byte order mark, kubectl takes JSON for YAML.
        if (json && (text === marked || isOfPulumi(json[0]))) return [jsonDocument({ text, line: 1 }, () => json[0])];
        if (!looksLikeJson(marked)) return this.yamlDocuments({ text: marked, line: 1 });
        if (this.isJsonFile && !this.file.isNamed && isCommentedJson(text)) {
            return [jsonDocument({ text, line: 1 }, () => parseJson(text), true)];
        }
        const { values, yaml, refused } = readJsonStream(text);
        const documents = values.map(part => jsonDocument(part, () => parseJson(part.text)));
        if (refused) {
            const refuse = () => {
                parseJson(refused.text);
                throw new SyntaxProblem("is neither JSON nor YAML to kubectl", 1, 1);
            };
            documents.push(jsonDocument(refused, refuse));
        }
        // Of a file that should be JSON, people want to know what is wrong as JSON.
        const rest = yaml ? this.yamlDocuments(yaml) : [];
        const isMistaken = this.isJsonFile && values.length === 0 && rest.some(document => !canBeParsed(document));
        return isMistaken ? [jsonDocument({ text, line: 1 }, () => parseJson(text))] : [...documents, ...rest];
    }

    private yamlDocuments({ text, line }: Part): Document[] {
        const splitter = new DocumentSplitter(line);
        return [...splitter.read(text), ...splitter.end()].map(yamlDocument);
    }
}

/** A text without a byte order mark in front. */
function withoutMark(text: string): string {
    return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function jsonDocument({ text, line }: Part, value: () => unknown, isOptional = false): Document {
    return new Document(text, line, () => ({ value: value(), warnings: [] }), isOptional);
}

function yamlDocument({ text, line, isBadSeparator }: YamlDocument): Document {
    return new Document(text, line, () => {
        if (isBadSeparator) throw new SyntaxProblem("only a comment may follow --- in its line", 1, 1);
        return parseYaml(text);
    });
}

function canBeParsed(document: Document): boolean {
    try {
        document.parse();
        return true;
    } catch {
        return false;
    }
}

/** The value of a text that is JSON, in a list; undefined when it is not, but may still be YAML. */
function tryJson(text: string): unknown[] | undefined {
    try {
        return [JSON.parse(text)];
    } catch {
        return undefined;
    }
}

/** JSON with comments, such as the configuration of many tools. Kubernetes does not take it. */
function isCommentedJson(text: string): boolean {
    return /(?:^|[{[,])\s*\/[/*]/.test(text) && !text.includes('"apiVersion"');
}

/** Whether Helm has written a document, above which it says of which template. */
function isRendered({ text }: Document): boolean {
    return /^# Source: /m.test(text);
}

/** An object that is a template is not checked: what it becomes is not known. */
function templateProblem({ text, run, path }: Unfilled, source: DocumentSource): Notice {
    const { line, column } = source.positionOf(path);
    const what = `is a template, in which ${shorten(text)} has no value yet`;
    return {
        file: source.file,
        line,
        column,
        text: `${what}. Check what comes of it: ${run} | kubernetes-guardrails check -`,
    };
}

function documentProblem(error: unknown, document: Document, file: string): Notice {
    if (error instanceof RangeError) return { file, line: document.line, text: "is nested too deeply" };
    if (!(error instanceof SyntaxProblem)) throw error;
    const hint = document.text.includes("{{")
        ? ". It looks like a template. Check what comes of it: helm template <chart> | kubernetes-guardrails check -"
        : "";
    return { file, line: document.line + error.line - 1, column: error.column, text: `${error.reason}${hint}` };
}
