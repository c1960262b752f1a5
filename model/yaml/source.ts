/** Why a text cannot be read, and where. */
export class YamlProblem extends Error {
    constructor(
        readonly reason: string,
        /** Where in the text, counted in UTF-16 code units. */
        readonly offset: number,
    ) {
        super(reason);
    }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
export const TAB = 9;
export const SPACE = 32;
const NEXT_LINE = 0x85;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;

/** The end of the text. A NUL in the text is refused before anything takes it for the end. */
export const END = 0;

/** Whether a character ends a line: YAML 1.1 has two breaks more than JSON and Unicode's own. */
export function isBreak(code: number): boolean {
    return (
        code === LINE_FEED ||
        code === CARRIAGE_RETURN ||
        code === NEXT_LINE ||
        code === LINE_SEPARATOR ||
        code === PARAGRAPH_SEPARATOR
    );
}

/** Whether a character is a space or a tab. */
export function isBlank(code: number): boolean {
    return code === SPACE || code === TAB;
}

export function isBreakOrEnd(code: number): boolean {
    return code === END || isBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
    return code === SPACE || code === TAB || code === END || isBreak(code);
}

const BYTE_ORDER_MARK = "\uFEFF";

/** What no text may hold: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** How many bytes go-yaml reads at a time. */
const CHUNK = 512;

/**
 * A text and the place in it that is read next.
 *
 * What is behind the first document counts only as far as go-yaml has read when the document ends, which it does in
 * pieces; and where a piece begins decides whether a byte order mark at the beginning of a line counts. Both can
 * only be seen in texts with forbidden characters or a mark in the middle: in all others nothing is counted.
 *
 * Source: sigs.k8s.io/yaml goyaml.v2/readerc.go.
 */
export class CharacterReader {
    /** Where the next character is. */
    position: number;
    /** The line of the next character, from 0. */
    line = 0;
    /** How many characters are before the next one in its line. */
    column = 0;
    /** How many characters are before the next one; those outside the basic plane count once. */
    index = 0;
    readonly text: string;
    /** Up to where the text has been read, and further by one for each attempt to read behind its end. */
    private ready = Number.POSITIVE_INFINITY;
    private read: number;
    private bufferStart: number;
    private isFirstChunk = true;
    private firstForbidden = Number.POSITIVE_INFINITY;

    constructor(original: string) {
        // What is no text in UTF-16 has no UTF-8 either: every encoder writes U+FFFD in its place.
        this.text = original.replace(LONE_SURROGATE, "\uFFFD");
        this.position = this.read = this.bufferStart = this.text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
        const forbidden = this.text.search(FORBIDDEN);
        if (forbidden >= 0) this.firstForbidden = forbidden;
        if (forbidden >= 0 || this.text.includes(BYTE_ORDER_MARK, this.read)) this.ready = this.read;
    }

    /** A character from the next one on, or the end. */
    at(distance = 0): number {
        const position = this.position + distance;
        return position < this.text.length ? this.text.charCodeAt(position) : END;
    }

    /** Makes sure that some characters have been read. */
    need(count: number): void {
        if (this.position + count > this.ready) this.fill(count);
    }

    /** Goes past a character that is no line break. */
    skip(): void {
        const code = this.at();
        this.position++;
        // The second half of a pair.
        if ((code & 0xfc00) === 0xdc00) return;
        this.index++;
        this.column++;
    }

    /** Goes past a line break. */
    skipLine(): void {
        if (this.at() === CARRIAGE_RETURN && this.at(1) === LINE_FEED) {
            this.position++;
            this.index++;
        }
        this.position++;
        this.index++;
        this.column = 0;
        this.line++;
    }

    /** Goes past a line break. @returns what it stands for in a value */
    takeLine(): string {
        const code = this.at();
        this.skipLine();
        return code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR ? String.fromCharCode(code) : "\n";
    }

    /** Whether go-yaml would skip what is next as a byte order mark: it looks where its buffer begins. */
    atByteOrderMark(): boolean {
        return this.ready !== Number.POSITIVE_INFINITY && this.text[this.bufferStart] === BYTE_ORDER_MARK;
    }

    /** A line that begins with `---` or `...` ends a document, and what is open in it. */
    atDocumentMarker(): boolean {
        if (this.column !== 0) return false;
        const { text, position } = this;
        return (text.startsWith("---", position) || text.startsWith("...", position)) && isBlankOrEnd(this.at(3));
    }

    refuse(reason: string, position = this.position): never {
        throw new YamlProblem(reason, position);
    }

    private fill(count: number): void {
        this.bufferStart = this.position;
        while (this.position + count > this.ready) {
            if (this.read >= this.text.length) {
                this.ready++;
                return;
            }
            this.readChunk();
        }
    }

    private readChunk(): void {
        // A mark in front of the text takes some of the first piece.
        let left = this.isFirstChunk && this.read > 0 ? CHUNK - 3 : CHUNK;
        this.isFirstChunk = false;
        while (this.read < this.text.length) {
            const code = this.text.codePointAt(this.read) ?? 0;
            left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
            if (left < 0) break;
            if (this.read >= this.firstForbidden) this.refuse("control characters are not allowed", this.read);
            this.read += code < 0x10000 ? 1 : 2;
        }
        this.ready = this.read;
    }
}
