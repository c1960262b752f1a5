import type { Resource, Source } from "../../policies/model/resource";
import type { NodeInit } from "../../policies/model/stack";
import type { Step } from "../../policies/model/value";
import { type Problem, SyntaxProblem } from "../problem";
import { accessProblem, findFiles, type InputFile, readText, STANDARD_INPUT } from "./files";
import { parseJson } from "./json";
import { findManifests, ManifestResources, type StackName } from "./manifests";
import { EventStream, isEventStream, previewResources, readEvents } from "./preview";
import { readState, stateResources } from "./state";
import { firstLine, Locator, type Position, parseYaml, splitDocuments, type YamlDocument } from "./yaml";

/** Everything that was found to check. */
export interface Input {
    /** What belongs together: all manifests, and each Pulumi state. */
    readonly sets: readonly (readonly NodeInit[])[];
    /** All resources in the order of the input. */
    readonly resources: readonly Resource[];
    /** How many files had any. */
    readonly fileCount: number;
    /** How many documents in folders held no Kubernetes object. */
    readonly skippedCount: number;
    readonly problems: readonly Problem[];
}

/** Reads all that arguments name. What cannot be read is told as problems, and does not keep the rest from being read. */
export async function readInput(paths: readonly string[], stack: StackName): Promise<Input> {
    const reader = new Reader(stack);
    for (const file of findFiles(paths, reader.problems)) await reader.read(file);
    return reader.result();
}

class Reader {
    readonly problems: Problem[] = [];
    private readonly manifests: NodeInit[] = [];
    private readonly states: NodeInit[][] = [];
    private readonly resources: Resource[] = [];
    private readonly factory: ManifestResources;
    private fileCount = 0;
    private skippedCount = 0;

    constructor(stack: StackName) {
        this.factory = new ManifestResources(stack);
    }

    result(): Input {
        const { resources, fileCount, skippedCount, problems } = this;
        return { sets: [this.manifests, ...this.states], resources, fileCount, skippedCount, problems };
    }

    async read(file: InputFile): Promise<void> {
        const name = file.name === STANDARD_INPUT ? "<stdin>" : file.name;
        const before = { resources: this.resources.length, problems: this.problems.length, skipped: this.skippedCount };
        for (const document of await this.documentsOf(file, name)) this.readDocument(document, name);
        if (this.resources.length > before.resources) this.fileCount++;
        else if (file.isNamed && this.problems.length === before.problems) {
            // Told as a problem, and not once more as skipped.
            this.skippedCount = before.skipped;
            this.problems.push({
                file: name,
                text: "holds nothing to check: no Kubernetes object (apiVersion and kind) and no Pulumi state or preview",
            });
        }
    }

    private async documentsOf(file: InputFile, name: string): Promise<Iterable<Document>> {
        try {
            return documentsIn(await readText(file), file);
        } catch (error) {
            this.problems.push({ file: name, text: accessProblem(error) });
            return [];
        }
    }

    private readDocument(document: Document, file: string): void {
        try {
            for (const value of document.parse()) this.add(value, document, file);
        } catch (error) {
            if (document.isOptional) this.skippedCount++;
            else this.problems.push(documentProblem(error, document, file));
        }
    }

    private add(value: unknown, document: Document, file: string): void {
        if (value === null || value === undefined) return;
        const nodes = stackNodes(value, file);
        if (nodes) {
            this.states.push(nodes);
            for (const { resource } of nodes) this.resources.push(resource);
            return;
        }
        const manifests = findManifests(value);
        if (manifests.length === 0) this.skippedCount++;
        for (const manifest of manifests) {
            const resource = this.factory.resourceOf(manifest, new DocumentSource(file, document, manifest.path));
            this.manifests.push({ resource });
            this.resources.push(resource);
        }
    }
}

/** The resources of a Pulumi state or preview; undefined when the value is neither. */
function stackNodes(value: unknown, file: string): NodeInit[] | undefined {
    if (value instanceof EventStream) return readState(value.resources, file, false);
    const resources = stateResources(value) ?? previewResources(value);
    return resources && readState(resources, file);
}

/** A document of a file, in either language. */
class Document implements YamlDocument {
    constructor(
        readonly text: string,
        readonly line: number,
        readonly parse: () => unknown[],
        /** Whether nobody misses it when it cannot be parsed. */
        readonly isOptional = false,
    ) {}

    /** Where in the file a value stands, or the nearest around it that is there. */
    positionOf(path: readonly Step[]): Position {
        const found = path.length > 0 ? locatorOf(this).positionOf(path) : undefined;
        return found ? { line: this.line + found.line - 1, column: found.column } : this.start;
    }

    /** The document's first key. */
    get start(): Position {
        return { line: firstLine(this), column: 1 };
    }
}

let located: { readonly document: Document; readonly locator: Locator } | undefined;

/** Kept for one document at a time: reports go through documents in order, and it is many times as large as the text. */
function locatorOf(document: Document): Locator {
    if (located?.document !== document) located = { document, locator: new Locator(document.text) };
    return located.locator;
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
}

function* documentsIn(text: string, file: InputFile): Generator<Document> {
    const isJsonFile = /\.json$/i.test(file.name);
    if (isJsonFile || /^\s*[{[]/.test(text)) {
        const json = tryJson(text);
        if (json) {
            yield new Document(text, 1, () => json);
            return;
        }
        if (isEventStream(text)) {
            yield new Document(text, 1, () => [readEvents(text)]);
            return;
        }
    }
    if (isJsonFile) {
        yield new Document(text, 1, () => [parseJson(text)], !file.isNamed && isCommentedJson(text));
        return;
    }
    for (const document of splitDocuments(text)) {
        yield new Document(document.text, document.line, () => parseYaml(document.text));
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

function documentProblem(error: unknown, document: Document, file: string): Problem {
    if (error instanceof RangeError) return { file, line: document.line, text: "is nested too deeply" };
    if (!(error instanceof SyntaxProblem)) throw error;
    const hint = document.text.includes("{{")
        ? "; it looks like a template, render it first: helm template <chart> | kubernetes-guardrails check -"
        : "";
    return { file, line: document.line + error.line - 1, column: error.column, text: `${error.reason}${hint}` };
}
