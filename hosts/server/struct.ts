import { SIGNATURE } from "../../model/pulumi/secret-paths";
import { Kind, type Reader, tagOf, type Writer } from "./wire";

/**
 * The fields of google.protobuf.Struct, Value and ListValue, which hold JSON.
 *
 * Source: https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/struct.proto
 */
const FIELDS = 1;
const KEY = 1;
const VALUE = 2;
const VALUES = 1;
const NULL_VALUE = 1;
const NUMBER_VALUE = 2;
const STRING_VALUE = 3;
const BOOL_VALUE = 4;
const STRUCT_VALUE = 5;
const LIST_VALUE = 6;

const FIELD_TAG = tagOf(FIELDS, Kind.Bytes);
const KEY_TAG = tagOf(KEY, Kind.Bytes);
const VALUE_TAG = tagOf(VALUE, Kind.Bytes);
const ITEM_TAG = tagOf(VALUES, Kind.Bytes);
const NULL_TAG = tagOf(NULL_VALUE, Kind.Varint);
const NUMBER_TAG = tagOf(NUMBER_VALUE, Kind.Fixed64);
const STRING_TAG = tagOf(STRING_VALUE, Kind.Bytes);
const BOOL_TAG = tagOf(BOOL_VALUE, Kind.Varint);
const STRUCT_TAG = tagOf(STRUCT_VALUE, Kind.Bytes);
const LIST_TAG = tagOf(LIST_VALUE, Kind.Bytes);

/** An object of JSON. */
export type JsonObject = Record<string, unknown>;

/** Reads objects of JSON, and notices whether some of them stand for something else. */
export class StructReader {
    /** Whether an object had Pulumi's signature: a secret, an asset, an archive. */
    hasSignature = false;

    constructor(private readonly reader: Reader) {}

    /** The object that the rest of the message is. */
    struct(): JsonObject {
        const { reader } = this;
        const result: JsonObject = {};
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
            if (tag !== FIELD_TAG) {
                reader.skip(tag);
                continue;
            }
            const outer = reader.enter();
            let key = "";
            let value: unknown = null;
            for (let inner = reader.tag(); inner !== 0; inner = reader.tag()) {
                if (inner === KEY_TAG) key = reader.string();
                else if (inner === VALUE_TAG) {
                    const end = reader.enter();
                    value = this.value();
                    reader.leave(end);
                } else reader.skip(inner);
            }
            reader.leave(outer);
            if (key === SIGNATURE) this.hasSignature = true;
            // Only so is it a key like any other.
            if (key === "__proto__") Object.defineProperty(result, key, { ...AS_USUAL, value });
            else result[key] = value;
        }
        return result;
    }

    private value(): unknown {
        const { reader } = this;
        let value: unknown = null;
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
            switch (tag) {
                case STRING_TAG:
                    value = reader.string();
                    break;
                case STRUCT_TAG: {
                    const outer = reader.enter();
                    value = this.struct();
                    reader.leave(outer);
                    break;
                }
                case LIST_TAG: {
                    const outer = reader.enter();
                    value = this.list();
                    reader.leave(outer);
                    break;
                }
                case NUMBER_TAG:
                    value = reader.double();
                    break;
                case BOOL_TAG:
                    value = reader.bool();
                    break;
                case NULL_TAG:
                    reader.varint();
                    value = null;
                    break;
                default:
                    reader.skip(tag);
            }
        }
        return value;
    }

    private list(): unknown[] {
        const { reader } = this;
        const result: unknown[] = [];
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
            if (tag !== ITEM_TAG) {
                reader.skip(tag);
                continue;
            }
            const outer = reader.enter();
            result.push(this.value());
            reader.leave(outer);
        }
        return result;
    }
}

const AS_USUAL = { configurable: true, enumerable: true, writable: true };

/** Writes the fields of an object of JSON; what is undefined is left out. */
export function writeStruct(writer: Writer, object: Readonly<JsonObject>): void {
    for (const [key, value] of Object.entries(object)) {
        if (value === undefined) continue;
        writer.message(FIELDS, () => {
            writer.string(KEY, key);
            writer.message(VALUE, () => writeValue(writer, value));
        });
    }
}

function writeValue(writer: Writer, value: unknown): void {
    if (typeof value === "string") writer.requiredString(STRING_VALUE, value);
    else if (typeof value === "number") writer.requiredDouble(NUMBER_VALUE, value);
    else if (typeof value === "boolean") writer.requiredNumber(BOOL_VALUE, Number(value));
    else if (typeof value !== "object" || value === null) writer.requiredNumber(NULL_VALUE, 0);
    else if (Array.isArray(value)) {
        writer.message(LIST_VALUE, () => {
            for (const item of value) writer.message(VALUES, () => writeValue(writer, item));
        });
    } else writer.message(STRUCT_VALUE, () => writeStruct(writer, value as JsonObject));
}
