import { readFileSync } from "node:fs";
import path from "node:path";

/** The numbers of fields by message and lower-case name. */
export type FieldNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The numbers that a version of the protocol has for its fields, read from the code that was made from it: packages hold
 * no other description.
 *
 * @param pulumi folder of `@pulumi/pulumi`.
 */
export function fieldNumbers(pulumi: string): FieldNumbers {
    const code = ["analyzer_pb.js", "plugin_pb.js"].map(file => readFileSync(path.join(pulumi, "proto", file), "utf8"));
    const readers = code
        .join("\n")
        .matchAll(/proto\.pulumirpc\.([\w.]+)\.deserializeBinaryFromReader = function[\s\S]*?\n};/g);
    return Object.fromEntries(
        [...readers].map(([body, message = ""]) => {
            const fields = body.matchAll(/case (\d+):[\s\S]*?msg\.(?:(?:set|add)(\w+)\(|get(\w+)Map\(\))/g);
            const numbers = [...fields].map(([, number, single, map]) => [
                (single ?? map ?? "").toLowerCase(),
                Number(number),
            ]);
            return [message.split(".").at(-1), Object.fromEntries(numbers)];
        }),
    );
}

/** The numbers of some fields of some messages, their names in lower case. */
export function inLowerCase(fields: FieldNumbers): FieldNumbers {
    return Object.fromEntries(
        Object.entries(fields).map(([message, numbers]) => [
            message,
            Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name.toLowerCase(), number])),
        ]),
    );
}
