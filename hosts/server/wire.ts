/** Bytes that are not of the protocol. */
export class WireError extends Error {
    override readonly name = "WireError";
}

/** How a field's value is written: the lower three bits of its tag. */
export const Kind = { Varint: 0, Fixed64: 1, Bytes: 2, GroupStart: 3, GroupEnd: 4, Fixed32: 5 } as const;

/** The tag of a field: its number and how its value is written. */
export function tagOf(field: number, kind: number): number {
    return field * 8 + kind;
}

/** The part of a message that a field of several bytes takes. */
export interface Span {
    readonly start: number;
    readonly end: number;
}

/** Texts up to this length are looked up among those seen before: the keys of all objects, most values. */
const LONGEST_SHARED = 32;
const SHARED = 8192;

/** Texts seen before, by a hash of their bytes. Of resources by the thousand each key and common value is kept once. */
const shared: (string | undefined)[] = new Array(SHARED);

/**
 * Reads one message of protocol buffers from front to back.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class Reader {
    constructor(
        private readonly buffer: Buffer,
        private position = 0,
        private end = buffer.length,
    ) {}

    /** The next field's tag; 0 at the end of the message. */
    tag(): number {
        return this.position >= this.end ? 0 : this.varint();
    }

    /** A number; what does not fit in 53 bits is not precise. */
    varint(): number {
        const { buffer, end } = this;
        let { position } = this;
        let value = 0;
        for (let factor = 1; position < end; factor *= 128) {
            const byte = buffer[position++] as number;
            value += (byte & 127) * factor;
            if (byte < 128) {
                this.position = position;
                return value;
            }
            if (factor > 2 ** 63) break;
        }
        throw new WireError("a number has no end");
    }

    double(): number {
        const start = this.advance(8);
        return this.buffer.readDoubleLE(start);
    }

    bool(): boolean {
        return this.varint() !== 0;
    }

    string(): string {
        const length = this.varint();
        const start = this.advance(length);
        return length <= LONGEST_SHARED
            ? sharedString(this.buffer, start, start + length)
            : this.buffer.toString("utf8", start, start + length);
    }

    /** Where an embedded message is. */
    span(): Span {
        const length = this.varint();
        const start = this.advance(length);
        return { start, end: start + length };
    }

    /**
     * Goes into an embedded message.
     * @returns what to call `leave` with at its end.
     */
    enter(): number {
        const outer = this.end;
        const length = this.varint();
        if (this.position + length > outer) throw new WireError("a field is longer than its message");
        this.end = this.position + length;
        return outer;
    }

    /** Goes on behind an embedded message. */
    leave(outer: number): void {
        this.position = this.end;
        this.end = outer;
    }

    /** A reader of a part of the same message. */
    at({ start, end }: Span): Reader {
        return new Reader(this.buffer, start, end);
    }

    /** The bytes of a part of the same message, which share its memory. */
    bytes({ start, end }: Span): Buffer {
        return this.buffer.subarray(start, end);
    }

    /** Passes over a field that is not known, as protocol buffers demand. */
    skip(tag: number): void {
        switch (tag & 7) {
            case Kind.Varint:
                this.varint();
                return;
            case Kind.Fixed64:
                this.advance(8);
                return;
            case Kind.Bytes:
                this.advance(this.varint());
                return;
            case Kind.Fixed32:
                this.advance(4);
                return;
            case Kind.GroupStart: {
                // Groups are older than everything here; none are deep.
                for (let inner = this.tag(); (inner & 7) !== Kind.GroupEnd; inner = this.tag()) {
                    if (inner === 0) throw new WireError("a group has no end");
                    this.skip(inner);
                }
                return;
            }
            default:
                throw new WireError("a field is of no known form");
        }
    }

    /** Passes over some bytes; where they began. */
    private advance(length: number): number {
        const start = this.position;
        if (start + length > this.end) throw new WireError("a field is longer than its message");
        this.position = start + length;
        return start;
    }
}

/** A short text. Those of plain ASCII are kept, so that the same text is the same string. */
function sharedString(buffer: Buffer, start: number, end: number): string {
    let hash = 0;
    for (let index = start; index < end; index++) {
        const byte = buffer[index] as number;
        if (byte >= 128) return buffer.toString("utf8", start, end);
        hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const slot = (hash ^ (hash >>> 13)) & (SHARED - 1);
    const known = shared[slot];
    if (known !== undefined && isAt(known, buffer, start, end)) return known;
    const text = buffer.toString("latin1", start, end);
    shared[slot] = text;
    return text;
}

function isAt(text: string, buffer: Buffer, start: number, end: number): boolean {
    if (text.length !== end - start) return false;
    for (let index = 0; index < text.length; index++) {
        if (text.charCodeAt(index) !== buffer[start + index]) return false;
    }
    return true;
}

/** Writes one message of protocol buffers. Like all of them it leaves out what is empty, unless it is told to. */
export class Writer {
    private buffer = Buffer.allocUnsafe(1024);
    private length = 0;

    /** The message. */
    finish(): Buffer {
        return Buffer.from(this.buffer.subarray(0, this.length));
    }

    string(field: number, text: string | undefined): void {
        if (text) this.requiredString(field, text);
    }

    /** A text, also when it is empty: an item of a list, a value among others. */
    requiredString(field: number, text: string): void {
        const bytes = Buffer.byteLength(text);
        this.tag(field, Kind.Bytes);
        this.varint(bytes);
        this.reserve(bytes);
        this.length += this.buffer.write(text, this.length);
    }

    strings(field: number, texts: readonly string[] | undefined): void {
        for (const text of texts ?? []) this.requiredString(field, text);
    }

    bool(field: number, value: boolean): void {
        this.number(field, Number(value));
    }

    /** A number of an enumeration. */
    number(field: number, value: number): void {
        if (value !== 0) this.requiredNumber(field, value);
    }

    requiredNumber(field: number, value: number): void {
        this.tag(field, Kind.Varint);
        this.varint(value);
    }

    requiredDouble(field: number, value: number): void {
        this.tag(field, Kind.Fixed64);
        this.reserve(8);
        this.length = this.buffer.writeDoubleLE(value, this.length);
    }

    /** An embedded message, which a function writes. */
    message(field: number, write: () => void): void {
        this.tag(field, Kind.Bytes);
        const start = this.length;
        write();
        // How long it is stands before it: moved by as many bytes as that takes.
        const bytes = this.length - start;
        const size = sizeOfVarint(bytes);
        this.reserve(size);
        this.buffer.copyWithin(start + size, start, this.length);
        this.length = start;
        this.varint(bytes);
        this.length += bytes;
    }

    /** Fields that are written already. */
    raw(bytes: Buffer): void {
        this.reserve(bytes.length);
        this.length += bytes.copy(this.buffer, this.length);
    }

    private tag(field: number, kind: number): void {
        this.varint(tagOf(field, kind));
    }

    private varint(value: number): void {
        this.reserve(10);
        let rest = value;
        while (rest >= 128) {
            this.buffer[this.length++] = (rest % 128) | 128;
            rest = Math.floor(rest / 128);
        }
        this.buffer[this.length++] = rest;
    }

    private reserve(bytes: number): void {
        if (this.length + bytes <= this.buffer.length) return;
        const larger = Buffer.allocUnsafe(Math.max(this.length + bytes, this.buffer.length * 2));
        this.buffer.copy(larger, 0, 0, this.length);
        this.buffer = larger;
    }
}

function sizeOfVarint(value: number): number {
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
    return size;
}
