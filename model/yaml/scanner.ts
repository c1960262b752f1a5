import { CharacterReader, END, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, SPACE, TAB } from "./source";

/** How a scalar is written. What decides its value is only whether it is plain. */
export type Style = "plain" | "quoted" | "block";

/** A token of a YAML text. */
export type Token = {
    /** Where it begins. */
    readonly at: number;
} & (
    | { readonly type: Mark }
    | { readonly type: "scalar"; readonly value: string; readonly style: Style; readonly end: number }
    | { readonly type: "anchor" | "alias"; readonly value: string }
    | { readonly type: "tag"; readonly handle: string; readonly suffix: string }
    | { readonly type: "version directive"; readonly isSupported: boolean }
    | { readonly type: "tag directive"; readonly handle: string; readonly prefix: string }
);

/** Tokens that say nothing but that they are there. */
type Mark =
    | "stream start"
    | "stream end"
    | "document start"
    | "document end"
    | "block sequence start"
    | "block mapping start"
    | "block end"
    | "flow sequence start"
    | "flow sequence end"
    | "flow mapping start"
    | "flow mapping end"
    | "block entry"
    | "flow entry"
    | "key"
    | "value";

/** A place at which a key without `?` may have begun. */
interface SimpleKey {
    isPossible: boolean;
    readonly isRequired: boolean;
    readonly token: number;
    readonly at: number;
    readonly line: number;
    readonly column: number;
    readonly index: number;
}

/** How deep lists and objects may be nested. */
const MAX_DEPTH = 10_000;

/** How many characters a key without `?` may have. */
const MAX_KEY_LENGTH = 1024;

const code = (character: string): number => character.charCodeAt(0);

const PLUS = code("+");
const MINUS = code("-");
const COLON = code(":");
const QUESTION_MARK = code("?");
const HASH = code("#");
const PERCENT = code("%");
const EXCLAMATION_MARK = code("!");
const SINGLE_QUOTE = code("'");
const DOUBLE_QUOTE = code('"');
const BACKSLASH = code("\\");
const ZERO = code("0");

/** Characters that cannot begin a plain scalar. */
const INDICATORS: ReadonlySet<number> = new Set([..."-?:,[]{}#&*!|>'\"%@`"].map(code));

/** Characters that end a plain scalar inside a flow collection. */
const FLOW_INDICATORS: ReadonlySet<number> = new Set([...",?[]{}"].map(code));

/** Characters that may follow the name of an anchor, besides blanks. */
const ANCHOR_ENDS: ReadonlySet<number> = new Set([..."?:,]}%@`"].map(code));

/** Characters of a tag, besides letters and digits. */
const TAG_CHARACTERS: ReadonlySet<number> = new Set([...";/?:@&=+$,.!~*'()[]%"].map(code));

/** What the character behind a backslash stands for. */
const ESCAPES: ReadonlyMap<number, string> = new Map(
    Object.entries({
        "0": "\0",
        a: "\x07",
        b: "\b",
        t: "\t",
        "\t": "\t",
        n: "\n",
        v: "\v",
        f: "\f",
        r: "\r",
        e: "\x1b",
        " ": " ",
        '"': '"',
        "'": "'",
        "\\": "\\",
        N: "\x85",
        _: "\xa0",
        L: "\u2028",
        P: "\u2029",
    }).map(([character, value]) => [code(character), value]),
);

/** How many hexadecimal digits follow. */
const CODE_LENGTHS: ReadonlyMap<number, number> = new Map([
    [code("x"), 2],
    [code("u"), 4],
    [code("U"), 8],
]);

function isDigit(character: number): boolean {
    return character >= ZERO && character <= ZERO + 9;
}

/** Letters, digits, `_` and `-`. */
function isWord(character: number): boolean {
    return (
        isDigit(character) ||
        (character >= 65 && character <= 90) ||
        (character >= 97 && character <= 122) ||
        character === 95 ||
        character === MINUS
    );
}

function hexValue(character: number): number {
    return isDigit(character) || (character >= 65 && character <= 70) || (character >= 97 && character <= 102)
        ? Number.parseInt(String.fromCharCode(character), 16)
        : Number.NaN;
}

/**
 * Cuts a text into tokens as go-yaml does, in its own order of looking ahead: the same texts are refused.
 *
 * Source: sigs.k8s.io/yaml goyaml.v2/scannerc.go, a translation of libyaml.
 */
export class Scanner {
    readonly source: CharacterReader;
    private tokens: Token[] = [];
    private head = 0;
    /** How many tokens have been handed out. */
    private parsed = 0;
    private isAvailable = false;
    private hasStarted = false;
    private indent = -1;
    private readonly indents: number[] = [];
    private flowLevel = 0;
    private isSimpleKeyAllowed = true;
    private readonly simpleKeys: SimpleKey[] = [];
    /** By the number of the token that they would begin with: which of the simple keys. */
    private readonly simpleKeyByToken = new Map<number, number>();

    constructor(text: string) {
        this.source = new CharacterReader(text);
    }

    /** The next token, which stays the next one. */
    peek(): Token {
        if (!this.isAvailable) this.fetchMore();
        return this.tokens[this.head] ?? this.source.refuse("no token is left");
    }

    /** Goes past the token that `peek` gave. */
    skip(): void {
        this.isAvailable = false;
        this.parsed++;
        this.head++;
        if (this.head === this.tokens.length) {
            this.tokens = [];
            this.head = 0;
        }
    }

    /** Whether the next token cannot change any more is known when no key can begin with it. */
    private fetchMore(): void {
        while (true) {
            if (this.head !== this.tokens.length) {
                const key = this.simpleKeyByToken.get(this.parsed);
                if (key === undefined || !this.isStillPossible(this.simpleKeys[key])) break;
            }
            this.fetchNext();
        }
        this.isAvailable = true;
    }

    private fetchNext(): void {
        const { source } = this;
        source.need(1);
        if (!this.hasStarted) {
            this.hasStarted = true;
            this.simpleKeys.push(this.keyHere(false, false));
            this.append({ type: "stream start", at: source.position });
            return;
        }
        this.scanToNextToken();
        this.unrollIndent(source.column);
        source.need(4);

        const next = source.at();
        if (next === END) this.fetchStreamEnd();
        else if (source.column === 0 && next === PERCENT) this.fetchDirective();
        else if (source.atDocumentMarker()) {
            this.fetchDocumentMarker(next === MINUS ? "document start" : "document end");
        } else this.fetchIndicated(next);
    }

    /** What one character begins; else a plain scalar. */
    private fetchIndicated(next: number): void {
        const { source } = this;
        const isBeforeBlank = isBlankOrEnd(source.at(1));
        const inFlow = this.flowLevel > 0;
        switch (String.fromCharCode(next)) {
            case "[":
                this.fetchFlowStart("flow sequence start");
                return;
            case "{":
                this.fetchFlowStart("flow mapping start");
                return;
            case "]":
                this.fetchFlowEnd("flow sequence end");
                return;
            case "}":
                this.fetchFlowEnd("flow mapping end");
                return;
            case ",":
                this.fetchFlowEntry();
                return;
            case "-":
                if (isBeforeBlank) {
                    this.fetchBlockEntry();
                    return;
                }
                break;
            case "?":
                if (inFlow || isBeforeBlank) {
                    this.fetchKey();
                    return;
                }
                break;
            case ":":
                if (inFlow || isBeforeBlank) {
                    this.fetchValue();
                    return;
                }
                break;
            case "*":
                this.fetchAnchor("alias");
                return;
            case "&":
                this.fetchAnchor("anchor");
                return;
            case "!":
                this.fetchTag();
                return;
            case "|":
                if (!inFlow) {
                    this.fetchBlockScalar(true);
                    return;
                }
                break;
            case ">":
                if (!inFlow) {
                    this.fetchBlockScalar(false);
                    return;
                }
                break;
            case "'":
                this.fetchQuotedScalar(SINGLE_QUOTE);
                return;
            case '"':
                this.fetchQuotedScalar(DOUBLE_QUOTE);
                return;
        }
        const mayBeginPlain =
            (!isBlankOrEnd(next) && !INDICATORS.has(next)) ||
            (next === MINUS && !isBlank(source.at(1))) ||
            (!inFlow && (next === QUESTION_MARK || next === COLON) && !isBeforeBlank);
        if (!mayBeginPlain) source.refuse("found character that cannot start any token");
        this.fetchPlainScalar();
    }

    private append(token: Token): void {
        this.tokens.push(token);
    }

    /** A mark of one character. */
    private appendMark(type: Mark): void {
        this.append({ type, at: this.source.position });
        this.source.skip();
    }

    // Keys without `?`

    private keyHere(isPossible: boolean, isRequired: boolean): SimpleKey {
        const { position, line, column, index } = this.source;
        const token = this.parsed + this.tokens.length - this.head;
        return { isPossible, isRequired, token, at: position, line, column, index };
    }

    private get currentKey(): SimpleKey | undefined {
        return this.simpleKeys.at(-1);
    }

    private isStillPossible(key: SimpleKey | undefined): boolean {
        if (!key?.isPossible) return false;
        const { line, index } = this.source;
        if (key.line >= line && key.index + MAX_KEY_LENGTH >= index) return true;
        if (key.isRequired) this.source.refuse("could not find expected ':'", key.at);
        key.isPossible = false;
        return false;
    }

    private saveSimpleKey(): void {
        if (!this.isSimpleKeyAllowed) return;
        const key = this.keyHere(true, this.flowLevel === 0 && this.indent === this.source.column);
        this.removeSimpleKey();
        this.simpleKeys[this.simpleKeys.length - 1] = key;
        this.simpleKeyByToken.set(key.token, this.simpleKeys.length - 1);
    }

    private removeSimpleKey(): void {
        const key = this.currentKey;
        if (!key?.isPossible) return;
        if (key.isRequired) this.source.refuse("could not find expected ':'", key.at);
        key.isPossible = false;
        this.simpleKeyByToken.delete(key.token);
    }

    // Indentation

    /** Begins a block collection where the column is further in than before, in front of a token or at the end. */
    private rollIndent(column: number, type: Mark, at: number, before?: number): void {
        if (this.flowLevel > 0 || this.indent >= column) return;
        this.indents.push(this.indent);
        this.indent = column;
        if (this.indents.length > MAX_DEPTH) this.source.refuse(`exceeded max depth of ${MAX_DEPTH}`);
        const token: Token = { type, at };
        if (before === undefined) this.append(token);
        else this.tokens.splice(this.head + before - this.parsed, 0, token);
    }

    private unrollIndent(column: number): void {
        if (this.flowLevel > 0) return;
        while (this.indent > column) {
            this.append({ type: "block end", at: this.source.position });
            this.indent = this.indents.pop() ?? -1;
        }
    }

    // One token after the other

    private fetchStreamEnd(): void {
        const { source } = this;
        if (source.column !== 0) {
            source.column = 0;
            source.line++;
        }
        this.unrollIndent(-1);
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append({ type: "stream end", at: source.position });
    }

    private fetchDirective(): void {
        this.unrollIndent(-1);
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append(this.scanDirective());
    }

    private fetchDocumentMarker(type: Mark): void {
        this.unrollIndent(-1);
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append({ type, at: this.source.position });
        for (let count = 0; count < 3; count++) this.source.skip();
    }

    private fetchFlowStart(type: Mark): void {
        this.saveSimpleKey();
        this.simpleKeys.push(this.keyHere(false, false));
        this.flowLevel++;
        if (this.flowLevel > MAX_DEPTH) this.source.refuse(`exceeded max depth of ${MAX_DEPTH}`);
        this.isSimpleKeyAllowed = true;
        this.appendMark(type);
    }

    private fetchFlowEnd(type: Mark): void {
        this.removeSimpleKey();
        if (this.flowLevel > 0) {
            this.flowLevel--;
            const key = this.simpleKeys.pop();
            if (key) this.simpleKeyByToken.delete(key.token);
        }
        this.isSimpleKeyAllowed = false;
        this.appendMark(type);
    }

    private fetchFlowEntry(): void {
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = true;
        this.appendMark("flow entry");
    }

    private fetchBlockEntry(): void {
        const { source } = this;
        if (this.flowLevel === 0) {
            if (!this.isSimpleKeyAllowed) source.refuse("block sequence entries are not allowed in this context");
            this.rollIndent(source.column, "block sequence start", source.position);
        }
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = true;
        this.appendMark("block entry");
    }

    private fetchKey(): void {
        const { source } = this;
        if (this.flowLevel === 0) {
            if (!this.isSimpleKeyAllowed) source.refuse("mapping keys are not allowed in this context");
            this.rollIndent(source.column, "block mapping start", source.position);
        }
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = this.flowLevel === 0;
        this.appendMark("key");
    }

    private fetchValue(): void {
        const { source } = this;
        const key = this.currentKey;
        if (key && this.isStillPossible(key)) {
            this.tokens.splice(this.head + key.token - this.parsed, 0, { type: "key", at: key.at });
            this.rollIndent(key.column, "block mapping start", key.at, key.token);
            key.isPossible = false;
            this.simpleKeyByToken.delete(key.token);
            this.isSimpleKeyAllowed = false;
        } else {
            if (this.flowLevel === 0) {
                if (!this.isSimpleKeyAllowed) source.refuse("mapping values are not allowed in this context");
                this.rollIndent(source.column, "block mapping start", source.position);
            }
            this.isSimpleKeyAllowed = this.flowLevel === 0;
        }
        this.appendMark("value");
    }

    private fetchAnchor(type: "anchor" | "alias"): void {
        this.saveSimpleKey();
        this.isSimpleKeyAllowed = false;
        const { source } = this;
        const at = source.position;
        source.skip();
        const value = this.takeWord();
        const next = source.at();
        if (value === "" || !(isBlankOrEnd(next) || ANCHOR_ENDS.has(next))) {
            source.refuse("did not find expected alphabetic or numeric character", at);
        }
        this.append({ type, at, value });
    }

    private fetchTag(): void {
        this.saveSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append(this.scanTag());
    }

    private fetchBlockScalar(isLiteral: boolean): void {
        this.removeSimpleKey();
        this.isSimpleKeyAllowed = true;
        this.append(this.scanBlockScalar(isLiteral));
    }

    private fetchQuotedScalar(quote: number): void {
        this.saveSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append(this.scanQuotedScalar(quote));
    }

    private fetchPlainScalar(): void {
        this.saveSimpleKey();
        this.isSimpleKeyAllowed = false;
        this.append(this.scanPlainScalar());
    }

    // What lies between tokens

    private scanToNextToken(): void {
        const { source } = this;
        while (true) {
            source.need(1);
            if (source.column === 0 && source.atByteOrderMark()) source.skip();
            source.need(1);
            while (source.at() === SPACE || ((this.flowLevel > 0 || !this.isSimpleKeyAllowed) && source.at() === TAB)) {
                source.skip();
                source.need(1);
            }
            this.skipComment();
            if (!isBreak(source.at())) return;
            source.need(2);
            source.skipLine();
            if (this.flowLevel === 0) this.isSimpleKeyAllowed = true;
        }
    }

    private skipBlanks(): void {
        this.source.need(1);
        while (isBlank(this.source.at())) {
            this.source.skip();
            this.source.need(1);
        }
    }

    private skipComment(): void {
        if (this.source.at() !== HASH) return;
        while (!isBreakOrEnd(this.source.at())) {
            this.source.skip();
            this.source.need(1);
        }
    }

    /** The rest of a line may hold blanks and a comment. */
    private skipRestOfLine(at: number): void {
        const { source } = this;
        this.skipBlanks();
        this.skipComment();
        if (!isBreakOrEnd(source.at())) source.refuse("did not find expected comment or line break", at);
        if (isBreak(source.at())) {
            source.need(2);
            source.skipLine();
        }
    }

    private takeWord(): string {
        const { source } = this;
        const start = source.position;
        source.need(1);
        while (isWord(source.at())) {
            source.skip();
            source.need(1);
        }
        return source.text.slice(start, source.position);
    }

    // Directives and tags

    private scanDirective(): Token {
        const { source } = this;
        const at = source.position;
        source.skip();
        const name = this.takeWord();
        if (name === "") source.refuse("could not find expected directive name", at);
        if (!isBlankOrEnd(source.at())) source.refuse("found unexpected non-alphabetical character", at);
        if (name !== "YAML" && name !== "TAG") source.refuse("found unknown directive name", at);
        const token = name === "YAML" ? this.scanVersion(at) : this.scanTagDirective(at);
        this.skipRestOfLine(at);
        return token;
    }

    private scanVersion(at: number): Token {
        const { source } = this;
        this.skipBlanks();
        const major = this.scanVersionNumber(at);
        if (source.at() !== code(".")) source.refuse("did not find expected digit or '.' character", at);
        source.skip();
        const minor = this.scanVersionNumber(at);
        return { type: "version directive", at, isSupported: major === 1 && minor === 1 };
    }

    private scanVersionNumber(at: number): number {
        const { source } = this;
        const start = source.position;
        source.need(1);
        while (isDigit(source.at())) {
            if (source.position - start === 2) source.refuse("found extremely long version number", at);
            source.skip();
            source.need(1);
        }
        if (source.position === start) source.refuse("did not find expected version number", at);
        return Number(source.text.slice(start, source.position));
    }

    private scanTagDirective(at: number): Token {
        const { source } = this;
        this.skipBlanks();
        const handle = this.scanTagHandle(true, at);
        source.need(1);
        if (!isBlank(source.at())) source.refuse("did not find expected whitespace", at);
        this.skipBlanks();
        const prefix = this.scanTagUri("", at);
        source.need(1);
        if (!isBlankOrEnd(source.at())) source.refuse("did not find expected whitespace or line break", at);
        return { type: "tag directive", at, handle, prefix };
    }

    private scanTag(): Token {
        const { source } = this;
        const at = source.position;
        let handle = "";
        let suffix: string;
        source.need(2);
        if (source.at(1) === code("<")) {
            source.skip();
            source.skip();
            suffix = this.scanTagUri("", at);
            if (source.at() !== code(">")) source.refuse("did not find the expected '>'", at);
            source.skip();
        } else {
            handle = this.scanTagHandle(false, at);
            if (handle.length > 1 && handle.endsWith("!")) {
                suffix = this.scanTagUri("", at);
            } else {
                suffix = this.scanTagUri(handle, at);
                handle = "!";
                // The tag `!` by itself.
                if (suffix === "") [handle, suffix] = [suffix, handle];
            }
        }
        source.need(1);
        if (!isBlankOrEnd(source.at())) source.refuse("did not find expected whitespace or line break", at);
        return { type: "tag", at, handle, suffix };
    }

    private scanTagHandle(isDirective: boolean, at: number): string {
        const { source } = this;
        source.need(1);
        if (source.at() !== EXCLAMATION_MARK) source.refuse("did not find expected '!'", at);
        source.skip();
        const word = this.takeWord();
        if (source.at() === EXCLAMATION_MARK) {
            source.skip();
            return `!${word}!`;
        }
        if (isDirective && word !== "") source.refuse("did not find expected '!'", at);
        return `!${word}`;
    }

    /** @param head what has been read of it already, with its `!` */
    private scanTagUri(head: string, at: number): string {
        const { source } = this;
        let uri = head.slice(1);
        let isThere = head !== "";
        source.need(1);
        while (isWord(source.at()) || TAG_CHARACTERS.has(source.at())) {
            if (source.at() === PERCENT) {
                uri += this.scanUriEscapes(at);
            } else {
                uri += String.fromCharCode(source.at());
                source.skip();
            }
            source.need(1);
            isThere = true;
        }
        if (!isThere) source.refuse("did not find expected tag URI", at);
        return uri;
    }

    /** One character as `%` and two hexadecimal digits for each of its bytes. */
    private scanUriEscapes(at: number): string {
        const { source } = this;
        const bytes: number[] = [];
        let left = 1;
        for (let isFirst = true; left > 0; isFirst = false, left--) {
            source.need(3);
            const byte = hexValue(source.at(1)) * 16 + hexValue(source.at(2));
            if (source.at() !== PERCENT || Number.isNaN(byte)) source.refuse("did not find URI escaped octet", at);
            if (isFirst) left = byteCount(byte);
            if (left === 0) source.refuse("found an incorrect leading UTF-8 octet", at);
            if (!isFirst && (byte & 0xc0) !== 0x80) source.refuse("found an incorrect trailing UTF-8 octet", at);
            bytes.push(byte);
            for (let count = 0; count < 3; count++) source.skip();
        }
        return Buffer.from(bytes).toString();
    }

    // Scalars

    private scanBlockScalar(isLiteral: boolean): Token {
        const { source } = this;
        const at = source.position;
        source.skip();
        source.need(1);
        let chomping = 0;
        let increment = 0;
        const takeChomping = () => {
            if (source.at() !== PLUS && source.at() !== MINUS) return false;
            chomping = source.at() === PLUS ? 1 : -1;
            source.skip();
            source.need(1);
            return true;
        };
        const takeIncrement = () => {
            if (!isDigit(source.at())) return;
            increment = source.at() - ZERO;
            if (increment === 0) source.refuse("found an indentation indicator equal to 0", at);
            source.skip();
            source.need(1);
        };
        if (takeChomping()) takeIncrement();
        else {
            takeIncrement();
            if (increment > 0) takeChomping();
        }
        this.skipRestOfLine(at);

        let indent = increment > 0 ? Math.max(this.indent, 0) + increment : 0;
        let value = "";
        let leadingBreak = "";
        let trailingBreaks: string;
        let hasLeadingBlank = false;
        [indent, trailingBreaks] = this.scanBlockScalarBreaks(indent, at);
        source.need(1);
        while (source.column === indent && source.at() !== END) {
            const hasBlank = isBlank(source.at());
            if (!isLiteral && !hasLeadingBlank && !hasBlank && leadingBreak === "\n") {
                if (trailingBreaks === "") value += " ";
            } else {
                value += leadingBreak;
            }
            value += trailingBreaks;
            hasLeadingBlank = hasBlank;
            const start = source.position;
            while (!isBreakOrEnd(source.at())) {
                source.skip();
                source.need(1);
            }
            value += source.text.slice(start, source.position);
            source.need(2);
            leadingBreak = isBreak(source.at()) ? source.takeLine() : "";
            [indent, trailingBreaks] = this.scanBlockScalarBreaks(indent, at);
        }
        if (chomping !== -1) value += leadingBreak;
        if (chomping === 1) value += trailingBreaks;
        return { type: "scalar", at, value, style: "block", end: source.position };
    }

    /** Goes past empty lines. @returns the indentation, found out where it is 0, and their breaks */
    private scanBlockScalarBreaks(known: number, at: number): [number, string] {
        const { source } = this;
        let breaks = "";
        let deepest = 0;
        while (true) {
            source.need(1);
            while ((known === 0 || source.column < known) && source.at() === SPACE) {
                source.skip();
                source.need(1);
            }
            deepest = Math.max(deepest, source.column);
            if ((known === 0 || source.column < known) && source.at() === TAB) {
                source.refuse("found a tab character where an indentation space is expected", at);
            }
            if (!isBreak(source.at())) break;
            source.need(2);
            breaks += source.takeLine();
        }
        return [known || Math.max(deepest, this.indent + 1, 1), breaks];
    }

    private scanQuotedScalar(quote: number): Token {
        const { source } = this;
        const at = source.position;
        const isSingle = quote === SINGLE_QUOTE;
        let value = "";
        source.skip();
        while (true) {
            source.need(4);
            if (source.atDocumentMarker()) source.refuse("found unexpected document indicator", at);
            if (source.at() === END) source.refuse("found unexpected end of stream", at);
            let isFolded = false;
            while (!isBlankOrEnd(source.at())) {
                const next = source.at();
                if (isSingle && next === SINGLE_QUOTE && source.at(1) === SINGLE_QUOTE) {
                    value += "'";
                    source.skip();
                    source.skip();
                } else if (next === quote) {
                    break;
                } else if (!isSingle && next === BACKSLASH && isBreak(source.at(1))) {
                    source.need(3);
                    source.skip();
                    source.skipLine();
                    isFolded = true;
                    break;
                } else if (!isSingle && next === BACKSLASH) {
                    value += this.scanEscape(at);
                } else {
                    const start = source.position;
                    this.skipInQuotes(quote);
                    value += source.text.slice(start, source.position);
                }
                source.need(2);
            }
            source.need(1);
            if (source.at() === quote) break;
            value += this.scanFolded(isFolded);
        }
        source.skip();
        return { type: "scalar", at, value, style: "quoted", end: source.position };
    }

    /** Goes past a character, and all behind it that stand for themselves. */
    private skipInQuotes(quote: number): void {
        const { source } = this;
        let next: number;
        do {
            source.skip();
            source.need(2);
            next = source.at();
        } while (!isBlankOrEnd(next) && next !== quote && next !== BACKSLASH);
    }

    /** Blanks and line breaks inside a quoted scalar. @param isFolded whether a line has ended already */
    private scanFolded(isFolded: boolean): string {
        const { source } = this;
        let hasBreak = isFolded;
        let blanks = "";
        let leadingBreak = "";
        let trailingBreaks = "";
        while (isBlank(source.at()) || isBreak(source.at())) {
            if (isBlank(source.at())) {
                if (!hasBreak) blanks += String.fromCharCode(source.at());
                source.skip();
            } else {
                source.need(2);
                if (hasBreak) trailingBreaks += source.takeLine();
                else leadingBreak = source.takeLine();
                hasBreak = true;
            }
            source.need(1);
        }
        return hasBreak ? foldLines(leadingBreak, trailingBreaks) : blanks;
    }

    private scanEscape(at: number): string {
        const { source } = this;
        const character = source.at(1);
        const escaped = ESCAPES.get(character);
        const length = CODE_LENGTHS.get(character);
        if (escaped === undefined && length === undefined) source.refuse("found unknown escape character", at);
        source.skip();
        source.skip();
        if (escaped !== undefined || length === undefined) return escaped ?? "";
        source.need(length);
        let value = 0;
        for (let count = 0; count < length; count++) value = value * 16 + hexValue(source.at(count));
        if (Number.isNaN(value)) source.refuse("did not find expected hexdecimal number", at);
        if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
            source.refuse("found invalid Unicode character escape code", at);
        }
        for (let count = 0; count < length; count++) source.skip();
        return String.fromCodePoint(value);
    }

    private scanPlainScalar(): Token {
        const { source } = this;
        const at = source.position;
        const indent = this.indent + 1;
        let end = at;
        let value = "";
        let blanks = "";
        let leadingBreak = "";
        let trailingBreaks = "";
        let hasBreak = false;
        while (true) {
            source.need(4);
            if (source.atDocumentMarker() || source.at() === HASH) break;
            const start = source.position;
            while (!isBlankOrEnd(source.at())) {
                const next = source.at();
                if (next === COLON && isBlankOrEnd(source.at(1))) break;
                if (this.flowLevel > 0 && FLOW_INDICATORS.has(next)) break;
                source.skip();
                end = source.position;
                source.need(2);
            }
            if (source.position > start) {
                value += hasBreak ? foldLines(leadingBreak, trailingBreaks) : blanks;
                value += source.text.slice(start, source.position);
                blanks = leadingBreak = trailingBreaks = "";
                hasBreak = false;
            }
            if (!isBlank(source.at()) && !isBreak(source.at())) break;
            source.need(1);
            while (isBlank(source.at()) || isBreak(source.at())) {
                if (isBlank(source.at())) {
                    if (hasBreak && source.column < indent && source.at() === TAB) {
                        source.refuse("found a tab character that violates indentation", at);
                    }
                    if (!hasBreak) blanks += String.fromCharCode(source.at());
                    source.skip();
                } else {
                    source.need(2);
                    if (hasBreak) trailingBreaks += source.takeLine();
                    else leadingBreak = source.takeLine();
                    hasBreak = true;
                }
                source.need(1);
            }
            if (this.flowLevel === 0 && source.column < indent) break;
        }
        if (hasBreak) this.isSimpleKeyAllowed = true;
        return { type: "scalar", at, value, style: "plain", end };
    }
}

/** One line break is a space, more are one less; those of Unicode stay. */
function foldLines(leadingBreak: string, trailingBreaks: string): string {
    if (leadingBreak !== "\n") return leadingBreak + trailingBreaks;
    return trailingBreaks === "" ? " " : trailingBreaks;
}

/** How many bytes a character has in UTF-8, by its first one; 0 when none begins so. */
function byteCount(first: number): number {
    if ((first & 0x80) === 0) return 1;
    if ((first & 0xe0) === 0xc0) return 2;
    if ((first & 0xf0) === 0xe0) return 3;
    return (first & 0xf8) === 0xf0 ? 4 : 0;
}
