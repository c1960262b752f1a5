import { decodeBase64 } from "../base64";
import { type AliasNode, type CollectionNode, compose, type Node, type ScalarNode } from "./composer";
import { YamlProblem } from "./source";

const TAG = "tag:yaml.org,2002:";

/** Texts that are no strings, as far as they are no numbers. */
const WORDS: ReadonlyMap<string, boolean | number | null> = new Map<string, boolean | number | null>([
    ...spellings(true, "y Y yes Yes YES true True TRUE on On ON"),
    ...spellings(false, "n N no No NO false False FALSE off Off OFF"),
    ...spellings(null, "~ null Null NULL"),
    ["", null],
    ...spellings(Number.NaN, ".nan .NaN .NAN"),
    ...spellings(Number.POSITIVE_INFINITY, ".inf .Inf .INF +.inf +.Inf +.INF"),
    ...spellings(Number.NEGATIVE_INFINITY, "-.inf -.Inf -.INF"),
]);

function spellings<T>(value: T, words: string): [string, T][] {
    return words.split(" ").map(word => [word, value]);
}

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
/** What go-yaml reads besides: a sign behind the prefix. */
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

const LOWEST_INTEGER = -(2n ** 63n);
const HIGHEST_INTEGER = 2n ** 63n - 1n;
const HIGHEST_UNSIGNED = 2n ** 64n - 1n;

/** A scalar that has been read, with the type that go-yaml gives it. */
type Resolved =
    | { readonly type: "null"; readonly value: null }
    | { readonly type: "bool"; readonly value: boolean }
    | { readonly type: "str" | "timestamp"; readonly value: string }
    | { readonly type: "int"; readonly value: bigint }
    | { readonly type: "float"; readonly value: number };

/**
 * The value of a scalar: YAML 1.1 booleans (`yes`, `on`, `y`), octal numbers with and without the `o`, no numbers in
 * base 60, dates as text, and a value with a tag that go-yaml does not know as text.
 *
 * Source: sigs.k8s.io/yaml goyaml.v2/resolve.go (`resolve`) and decode.go (`scalar`).
 */
function resolve(node: ScalarNode): Resolved {
    const { tag, text } = node;
    if (tag === "" && !node.isImplicit) return { type: "str", value: text };
    if (tag === `${TAG}binary`) return { type: "str", value: decodeBinary(node) };
    if (tag === "") return resolvePlain(text, true);
    const name = tag.startsWith(TAG) ? tag.slice(TAG.length) : "";
    switch (name) {
        case "null":
        case "bool":
        case "int":
        case "float":
        case "timestamp": {
            const resolved = resolvePlain(text, name === "timestamp");
            if (resolved.type === name) return resolved;
            if (name === "float" && resolved.type === "int" && resolved.value <= HIGHEST_INTEGER) {
                return { type: "float", value: Number(resolved.value) };
            }
            throw new YamlProblem(`cannot decode !!${resolved.type} as a !!${name}`, node.at);
        }
    }
    return { type: "str", value: text };
}

function resolvePlain(text: string, mayBeDate: boolean): Resolved {
    const string: Resolved = { type: "str", value: text };
    const word = WORDS.get(text);
    if (word === null) return { type: "null", value: null };
    if (typeof word === "boolean") return { type: "bool", value: word };
    if (word !== undefined) return { type: "float", value: word };
    // Here Go itself looks at the underscores, which it wants between digits.
    if (text.startsWith("."))
        return (/(?<![0-9])_|_(?![0-9])/.test(text) ? undefined : floatOf(text.replaceAll("_", ""))) ?? string;
    if (!/^[-+0-9]/.test(text)) return string;
    if (mayBeDate && isTimestamp(text)) return { type: "timestamp", value: text };
    const plain = text.replaceAll("_", "");
    return integerOf(plain) ?? floatOf(plain) ?? signedBinary(plain) ?? string;
}

function integerOf(text: string): Resolved | undefined {
    const [, sign, digits] = INTEGER.exec(text) ?? [];
    if (digits === undefined) return undefined;
    const isOctal = /^0[0-7]/.test(digits);
    const amount = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
    const value = sign === "-" ? -amount : amount;
    // What has a sign is never read as an unsigned number.
    const highest = sign === "" ? HIGHEST_UNSIGNED : HIGHEST_INTEGER;
    return value >= LOWEST_INTEGER && value <= highest ? { type: "int", value } : undefined;
}

function signedBinary(text: string): Resolved | undefined {
    const [, sign, digits] = SIGNED_BINARY.exec(text) ?? [];
    if (digits === undefined) return undefined;
    const value = BigInt(`0b${digits}`) * (sign === "-" ? -1n : 1n);
    return value >= LOWEST_INTEGER && value <= HIGHEST_INTEGER ? { type: "int", value } : undefined;
}

function floatOf(text: string): Resolved | undefined {
    const value = FLOAT.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? { type: "float", value } : undefined;
}

const TIMESTAMP =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

/** Whether Go's `time.Parse` takes a text as one of the four forms of a timestamp. */
function isTimestamp(text: string): boolean {
    const parts = TIMESTAMP.exec(text);
    if (!parts) return false;
    const [year = 0, month = 0, day = 0, ...rest] = parts.slice(1).map(part => Number(part ?? 0));
    const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0, hour2 = 0, minute2 = 0, second2 = 0] = rest;
    return (
        month >= 1 &&
        month <= 12 &&
        day >= 1 &&
        day <= daysOf(year, month) &&
        Math.max(hour, hour2) < 24 &&
        Math.max(minute, minute2, second, second2) < 60 &&
        zoneHour <= 24 &&
        zoneMinute < 60
    );
}

function daysOf(year: number, month: number): number {
    if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
    return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function decodeBinary({ text, at }: ScalarNode): string {
    const bytes = decodeBase64(text);
    if (!bytes) throw new YamlProblem("!!binary value contains invalid base64 data", at);
    return bytes.toString();
}

/** An object or a list that is being filled. */
interface Frame {
    readonly node: CollectionNode;
    /** What is filled: that of another node, where this one is merged into it. */
    readonly into: Record<string, unknown> | unknown[];
    /** Aliases that lead here and end with it. */
    readonly aliases: readonly AliasNode[];
    /** Which child is next. */
    next: number;
    /** Nodes to merge, the last first, before the next child. */
    readonly merges: Node[];
    /** Its own keys up to one of them, once it is asked whether one is there twice. */
    written?: { readonly texts: Set<string>; next: number };
}

/** From how many values on go-yaml looks at how many of them come from aliases, and to how many the limit falls. */
const ALIAS_RANGE_LOW = 400_000;
const ALIAS_RANGE_HIGH = 4_000_000;

function allowedAliasRatio(count: number): number {
    if (count <= ALIAS_RANGE_LOW) return 0.99;
    if (count >= ALIAS_RANGE_HIGH) return 0.1;
    return 0.99 - 0.89 * ((count - ALIAS_RANGE_LOW) / (ALIAS_RANGE_HIGH - ALIAS_RANGE_LOW));
}

/** How deep JSON may be nested: YAML goes through JSON. Source: sigs.k8s.io/json scanner.go (`maxNestingDepth`). */
const MAX_DEPTH = 10_000;

/**
 * Reads the first document of a text as Kubernetes does before it looks at types: YAML to JSON, of which the last of
 * equal keys counts. Objects have no prototype.
 *
 * Some texts have a value that depends on the order in which Go walks a map: two keys that are the same only as text
 * (`1` and `"1"`). Here the last one counts.
 *
 * @throws YamlProblem
 *
 * Source: sigs.k8s.io/yaml yaml.go (`YAMLToJSON`), goyaml.v2/decode.go.
 */
export function parseYaml(text: string): unknown {
    return parseDocument(text).value;
}

/** The value of a document, and what its author may not expect of it. */
export interface ParsedDocument {
    readonly value: unknown;
    /** Keys that are there before in the same object, and where they stand the last time. */
    readonly duplicates: readonly { readonly key: string; readonly at: number }[];
    /** Where there is something behind the document, which Kubernetes does not read. */
    readonly restAt: number | undefined;
    /** The document as it is written; undefined where there is none. */
    readonly root: Node | undefined;
}

/** The same as `parseYaml`, with what it passes over. */
export function parseDocument(text: string): ParsedDocument {
    const { root, restAt } = compose(text);
    const decoder = new Decoder();
    const value = root && decoder.decode(root);
    return { value, duplicates: decoder.duplicates, restAt, root };
}

class Decoder {
    private count = 0;
    private aliasCount = 0;
    private readonly openAliases = new Set<AliasNode>();
    /** The objects and lists around what is read, which stand for recursion, of which there may be too much. */
    private readonly frames: Frame[] = [];
    /** Whether something was read that is no JSON. It does not matter where a later key replaces it. */
    private isSuspect = false;
    readonly duplicates: { readonly key: string; readonly at: number }[] = [];
    /** Objects with keys that are none in JSON. */
    private readonly badKeys = new Map<object, YamlProblem>();

    decode(root: Node): unknown {
        const value = this.enter(root);
        while (this.frames.length > 0) this.step();
        if (this.isSuspect) checkJson(value, this.badKeys);
        return value;
    }

    /** Reads a scalar; begins an object or a list, which the next steps fill. */
    private enter(node: Node, into?: Record<string, unknown>): unknown {
        const aliases: AliasNode[] = [];
        this.countNode(node);
        let target: ScalarNode | CollectionNode;
        if (node.kind === "alias") {
            if (this.openAliases.has(node)) throw new YamlProblem("an anchor contains itself", node.at);
            this.openAliases.add(node);
            aliases.push(node);
            target = node.target;
            this.countNode(target);
        } else {
            target = node;
        }
        if (target.kind === "scalar") {
            this.leave(aliases);
            return this.scalar(target);
        }
        const value = into ?? (target.kind === "mapping" ? (Object.create(null) as Record<string, unknown>) : []);
        this.frames.push({ node: target, into: value, aliases, next: 0, merges: [] });
        if (this.frames.length > MAX_DEPTH) this.isSuspect = true;
        return value;
    }

    private leave(aliases: readonly AliasNode[]): void {
        for (const alias of aliases) this.openAliases.delete(alias);
    }

    private countNode({ at }: Node): void {
        this.count++;
        if (this.openAliases.size > 0) this.aliasCount++;
        const isMuch = this.aliasCount > 100 && this.count > 1000;
        if (isMuch && this.aliasCount / this.count > allowedAliasRatio(this.count)) {
            throw new YamlProblem("document contains excessive aliasing", at);
        }
    }

    private scalar(node: ScalarNode): unknown {
        const { type, value } = resolve(node);
        if (type === "int") return Number(value);
        if (type === "float" && !Number.isFinite(value)) this.isSuspect = true;
        return value;
    }

    private step(): void {
        const frame = this.frames.at(-1);
        if (!frame) return;
        const { into, merges } = frame;
        const { children } = frame.node;
        if (Array.isArray(into)) {
            while (this.frames.at(-1) === frame && frame.next < children.length) {
                const child = children[frame.next++];
                if (child) into.push(this.enter(child));
            }
        } else {
            while (this.frames.at(-1) === frame && (merges.length > 0 || frame.next < children.length)) {
                const merge = merges.pop();
                if (merge) this.enter(merge, into);
                else this.pair(frame, into);
            }
        }
        if (this.frames.at(-1) !== frame) return;
        this.frames.pop();
        this.leave(frame.aliases);
    }

    private pair(frame: Frame, into: Record<string, unknown>): void {
        const key = frame.node.children[frame.next];
        const value = frame.node.children[frame.next + 1];
        frame.next += 2;
        if (!key || !value) return;
        if (isMerge(key)) {
            frame.merges.push(...mergedNodes(value));
            return;
        }
        const name = this.key(key, into);
        if (name in into && frame.aliases.length === 0 && isWrittenBefore(frame, key))
            this.duplicates.push({ key: name, at: key.at });
        into[name] = this.enter(value);
    }

    private key(node: Node, into: object): string {
        const target = node.kind === "alias" ? node.target : node;
        if (target.kind !== "scalar") throw new YamlProblem("an object cannot be a key", node.at);
        this.enter(node);
        const { type, value } = resolve(target);
        if (type === "null" || (type === "int" && value > HIGHEST_INTEGER)) {
            this.isSuspect = true;
            this.badKeys.set(into, new YamlProblem(`${target.text || "null"} cannot be a key`, node.at));
        }
        return type === "float" ? formatFloat(value) : String(value);
    }
}

/** Whether an object says a key twice itself, and does not only replace one that was merged into it. */
function isWrittenBefore(frame: Frame, key: Node): boolean {
    if (key.kind !== "scalar") return false;
    frame.written ??= { texts: new Set(), next: 0 };
    const { node, written } = frame;
    for (; written.next < frame.next - 2; written.next += 2) {
        const other = node.children[written.next];
        if (other?.kind === "scalar") written.texts.add(other.text);
    }
    return written.texts.has(key.text);
}

function isMerge(node: Node): boolean {
    return node.kind === "scalar" && node.text === "<<" && (node.isImplicit || node.tag === `${TAG}merge`);
}

/** What a merge key brings in, the last first to be read: of a list, earlier objects are read later and win. */
function mergedNodes(node: Node): Node[] {
    const nodes = node.kind === "sequence" ? node.children : [node];
    for (const merged of nodes) {
        const { kind } = merged.kind === "alias" ? merged.target : merged;
        if (kind !== "mapping") throw new YamlProblem("a merge key takes an object or a list of objects", merged.at);
    }
    return nodes;
}

/** JSON has no infinite numbers, and no depth without end. */
function checkJson(root: unknown, badKeys: ReadonlyMap<object, YamlProblem>): void {
    const open: [value: unknown, depth: number][] = [[root, 1]];
    for (let next = open.pop(); next; next = open.pop()) {
        const [value, depth] = next;
        if (typeof value === "number" && !Number.isFinite(value)) throw new YamlProblem("JSON has no such number", 0);
        if (typeof value !== "object" || value === null) continue;
        const badKey = badKeys.get(value);
        if (badKey) throw badKey;
        if (depth > MAX_DEPTH) throw new YamlProblem(`exceeded max depth of ${MAX_DEPTH}`, 0);
        for (const child of Object.values(value)) open.push([child, depth + 1]);
    }
}

/** A number as Go writes it with `strconv.FormatFloat(value, 'g', -1, 32)`. */
function formatFloat(value: number): string {
    const single = Math.fround(value);
    if (Number.isNaN(single)) return ".nan";
    if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
    let text = single.toExponential();
    for (let digits = 0; digits < 17; digits++) {
        text = single.toExponential(digits);
        if (Math.fround(Number(text)) === single) break;
    }
    const [mantissa = "", exponent = "0"] = text.split("e");
    const power = Number(exponent);
    const sign = Object.is(single, -0) ? "-" : "";
    const digits = mantissa.replace(/[-.]/g, "").length;
    if (power < -4 || power >= 6) {
        return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    }
    return `${sign}${Number(text).toFixed(Math.max(digits - 1 - power, 0))}`;
}
