import { isUtf8 } from "node:buffer";
import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../notice";

/** The argument that stands for standard input. */
export const STANDARD_INPUT = "-";

/** A file to check, or standard input. */
export interface InputFile {
    /** As the user named it, with what was found below a folder behind it. */
    readonly name: string;
    /** Whether the user named the file itself, and not a folder that it is in. */
    readonly isNamed: boolean;
}

const MANIFEST_FILE = /\.(?:ya?ml|json)$/i;

/**
 * The files that arguments name, each once: files as they are, of folders all YAML and JSON files below them, hidden ones
 * too, but not in hidden folders, `node_modules` and kustomizations, by name, and the same of globs (`**` for any folders), for shells that do not expand
 * them. The order is that of the arguments and does not depend on the file system.
 * @param problems gets what cannot be read.
 * @param notes gets what is left out.
 */
export function findFiles(paths: readonly string[], problems: Notice[], notes: Notice[]): InputFile[] {
    const found = new Map<string, InputFile>();
    for (const path of paths) {
        for (const file of filesOf(path, problems, notes)) {
            const key = file.name === STANDARD_INPUT ? STANDARD_INPUT : realPath(file.name);
            const known = found.get(key);
            if (!known) found.set(key, file);
            else if (file.isNamed) found.set(key, { ...known, isNamed: true });
        }
    }
    return [...found.values()];
}

function filesOf(path: string, problems: Notice[], notes: Notice[]): InputFile[] {
    if (path === STANDARD_INPUT) return [{ name: path, isNamed: true }];
    // A file may well have a name that looks like a glob.
    if (!/[*?[{]/.test(path) || existsSync(path)) return filesAt(path, problems, notes);
    // Loaded only when there is a glob.
    const { globSync } = require("tinyglobby") as typeof import("tinyglobby");
    const found = globSync(path, { ignore: "**/node_modules/**", followSymbolicLinks: false });
    const names = found.filter(name => MANIFEST_FILE.test(name)).sort();
    if (names.length === 0) problems.push({ file: path, text: "matches no YAML or JSON file" });
    return names.map(name => ({ name, isNamed: false }));
}

function filesAt(path: string, problems: Notice[], notes: Notice[]): InputFile[] {
    try {
        if (!statSync(path).isDirectory()) return [{ name: path, isNamed: true }];
    } catch (error) {
        problems.push({ file: path, text: accessProblem(error) });
        return [];
    }
    return filesBelow(path, problems, notes).map(name => ({ name, isNamed: false }));
}

/** Files that make a folder one of kustomize's. Source: sigs.k8s.io/kustomize api/konfig (`RecognizedKustomizationFileNames`). */
const KUSTOMIZATIONS: ReadonlySet<string> = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);

function filesBelow(folder: string, problems: Notice[], notes: Notice[]): string[] {
    try {
        const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
        const isKustomized = entries.some(({ name }) => KUSTOMIZATIONS.has(name));
        if (isKustomized) notes.push({ file: folder, text: kustomizationNote(folder), level: "warning" });
        return entries.flatMap(entry => {
            const path = join(folder, entry.name);
            const note = (text: string) => {
                notes.push({ file: path, text });
                return [];
            };
            if (entry.isDirectory()) {
                // What a repository and its tools keep for themselves; nobody wants to hear of it.
                if (entry.name === ".git" || entry.name === "node_modules") return [];
                if (entry.name.startsWith(".")) return note("is hidden and not read. Name it to check what is in it");
                return filesBelow(path, problems, notes);
            }
            if (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
                return note("is a link to a folder and not followed. Name it to check what is in it");
            }
            if (!MANIFEST_FILE.test(entry.name) || isKustomized) return [];
            const isFile = entry.isFile() || (entry.isSymbolicLink() && isLinkToFile(path));
            return isFile ? [path] : note("is neither a file nor a folder and not read");
        });
    } catch (error) {
        problems.push({ file: folder, text: accessProblem(error) });
        return [];
    }
}

function kustomizationNote(folder: string): string {
    return `is a kustomization, whose files are not objects by themselves: kustomize build ${folder} | kubernetes-guardrails check -`;
}

/** A link that leads nowhere is told as a problem when it is read. */
function isLinkToFile(path: string): boolean {
    const target = statSync(path, { throwIfNoEntry: false });
    return target === undefined || target.isFile();
}

function realPath(path: string): string {
    try {
        return realpathSync(path);
    } catch {
        return path;
    }
}

/** How much of a file is read at a time, in bytes. */
const PIECE = 1 << 20;

/** How large a file is, in bytes; 0 where that cannot be told before it is read. */
export function sizeOf({ name }: InputFile): number {
    return name === STANDARD_INPUT ? 0 : (statSync(name, { throwIfNoEntry: false })?.size ?? 0);
}

/**
 * The text of a file or of standard input in pieces, each of which ends with a line, so that who goes through it need
 * not hold it all. The pieces of a file come at once.
 * @throws the error of the file system, or NotTextError, perhaps behind some pieces.
 */
export function readPieces(file: InputFile): Iterable<string> | AsyncIterable<string> {
    return file.name === STANDARD_INPUT ? readStandardInput() : readFile(file.name);
}

function* readFile(name: string): Generator<string> {
    const decoder = new Decoder();
    const descriptor = openSync(name, "r");
    try {
        for (;;) {
            const bytes = Buffer.allocUnsafe(PIECE);
            const length = readSync(descriptor, bytes);
            if (length === 0) break;
            yield* decoder.write(bytes.subarray(0, length));
        }
    } finally {
        closeSync(descriptor);
    }
    yield* decoder.end();
}

async function* readStandardInput(): AsyncGenerator<string> {
    const decoder = new Decoder();
    for await (const chunk of process.stdin) yield* decoder.write(chunk);
    yield* decoder.end();
}

/** What was read is not text. */
export class NotTextError extends Error {}

/**
 * Decodes UTF-8, and UTF-16 with a byte order mark, which Windows PowerShell writes. The mark stays in UTF-8: kubectl
 * takes no line that begins with one for a line between documents.
 */
class Decoder {
    /** What is not decoded yet. */
    private rest: Buffer[] = [];
    private encoding: "utf-8" | "utf-16le" | "utf-16be" | undefined;

    /** The lines that are complete with these bytes. */
    *write(bytes: Buffer): Generator<string> {
        this.rest.push(bytes);
        if (this.encoding === undefined) {
            const start = Buffer.concat(this.rest);
            if (start.length < LONGEST_MARK) return;
            this.begin(start);
        }
        // UTF-16 is for small files; its lines do not end where a byte says so.
        if (this.encoding !== "utf-8") return;
        const last = this.rest.at(-1);
        const end = last ? last.lastIndexOf("\n") + 1 : 0;
        if (last === undefined || end === 0) return;
        const lines = Buffer.concat([...this.rest.slice(0, -1), last.subarray(0, end)]);
        this.rest = [last.subarray(end)];
        yield textOf(lines);
    }

    /** What is left. */
    *end(): Generator<string> {
        const bytes = Buffer.concat(this.rest);
        if (this.encoding === undefined) this.begin(bytes);
        const left = Buffer.concat(this.rest);
        if (left.length > 0)
            yield this.encoding === "utf-8" ? textOf(left) : new TextDecoder(this.encoding).decode(left);
    }

    private begin(start: Buffer): void {
        const mark = MARKS.find(({ bytes }) => start.subarray(0, bytes.length).equals(bytes));
        this.encoding = mark?.encoding ?? "utf-8";
        this.rest = [this.encoding === "utf-8" ? start : start.subarray(mark?.bytes.length ?? 0)];
    }
}

/** Byte order marks. */
const MARKS = [
    { encoding: "utf-16le", bytes: Buffer.from([0xff, 0xfe]) },
    { encoding: "utf-16be", bytes: Buffer.from([0xfe, 0xff]) },
] as const;

const LONGEST_MARK = 2;

function textOf(bytes: Buffer): string {
    if (!isUtf8(bytes)) throw new NotTextError();
    return bytes.toString("utf8");
}

const ACCESS_PROBLEMS: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EACCES: "cannot be read: permission denied",
    EPERM: "cannot be read: permission denied",
    ELOOP: "cannot be read: the link leads in a circle",
    ENOTDIR: "there is no such file or folder",
    ERR_STRING_TOO_LONG: "is too large to be read, split it into several files",
    ERR_FS_FILE_TOO_LARGE: "is too large to be read, split it into several files",
};

/**
 * Why something could not be read, for people.
 * @throws the error itself when it is another.
 */
export function accessProblem(error: unknown): string {
    if (error instanceof NotTextError) return "is not UTF-8 text";
    if (!(error instanceof Error && "code" in error)) throw error;
    const code = String(error.code);
    return ACCESS_PROBLEMS[code] ?? `cannot be read (${code})`;
}
