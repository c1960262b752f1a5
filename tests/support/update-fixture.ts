import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, isSeq, parseAllDocuments, stringify, type YAMLMap } from "yaml";
import { expectedViolations, type Outcome } from "./check-host";
import { FIXTURES_DIR, type Fixture } from "./fixtures";

/** Where the messages of a fixture stand in its text, and what stands there instead. */
interface Replacement {
    readonly start: number;
    readonly end: number;
    readonly text: string;
}

/**
 * Writes into a fixture what its policy now says of it. Where only words differ, only messages change; else the list of
 * expectations is written anew. All else stays as it is.
 */
export function updateFixture(fixture: Fixture, { violations }: Outcome): void {
    if (JSON.stringify(violations) === JSON.stringify(expectedViolations(fixture))) return;
    const file = join(FIXTURES_DIR, fixture.policy.name, `${fixture.name}.yaml`);
    writeFileSync(file, updatedText(readFileSync(file, "utf8"), fixture, violations));
}

/**
 * @param text of the fixture's file.
 * @returns the text with what is expected replaced.
 */
export function updatedText(text: string, fixture: Fixture, violations: Outcome["violations"]): string {
    const [document] = parseAllDocuments(text, { logLevel: "silent" });
    const header = document && "contents" in document ? document.contents : undefined;
    if (!isMap(header)) throw new Error(`${fixture.policy.name}/${fixture.name} has no header`);
    const replacements = messagesIn(header, fixture, violations, text) ?? [
        wholeList(header, fixture, violations, text),
    ];
    return replacements
        .sort((a, b) => b.start - a.start)
        .reduce((rest, { start, end, text: own }) => rest.slice(0, start) + own + rest.slice(end), text);
}

/** New messages in the place of old ones; undefined when other objects violate now, or at other levels. */
function messagesIn(
    header: YAMLMap,
    fixture: Fixture,
    violations: Outcome["violations"],
    source: string,
): Replacement[] | undefined {
    const list = header.get("expect", true);
    if (!isSeq(list)) return undefined;
    const left = [...violations];
    const replacements: Replacement[] = [];
    for (const item of list.items) {
        if (!isMap(item)) return undefined;
        const pair = item.items.find(({ key }) => isScalar(key) && key.value === "message");
        if (pair === undefined) continue;
        const { key, value: message } = pair;
        const level = String(item.get("level") ?? fixture.level);
        const index = left.findIndex(one => one.object === item.get("object") && one.level === level);
        const [found] = index < 0 ? [] : left.splice(index, 1);
        if (!found || !isScalar(key) || !key.range || !isScalar(message) || !message.range) return undefined;
        const [start, valueEnd] = message.range;
        replacements.push({
            start,
            end: valueEnd,
            text: scalarOf(found.message, columnOf(key.range[0], source), message.type?.startsWith("BLOCK") === true),
        });
    }
    return left.length > 0 ? undefined : replacements;
}

function columnOf(offset: number, text: string): number {
    return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** @param column of the key that the text belongs to. */
function scalarOf(message: string, column: number, hasNewline: boolean): string {
    if (message.includes("\n")) {
        const block = `|-\n${message
            .split("\n")
            .map(line => `${" ".repeat(column + 2)}${line}`)
            .join("\n")}`;
        return hasNewline ? `${block}\n` : block;
    }
    const text = stringify(message, { lineWidth: 0, singleQuote: !message.includes("'") }).trimEnd();
    return hasNewline ? `${text}\n` : text;
}

function wholeList(
    header: YAMLMap,
    { level: own, expect }: Fixture,
    violations: Outcome["violations"],
    text: string,
): Replacement {
    const changes = expect.flatMap(one => (one.changes ? [{ object: one.object, changes: one.changes }] : []));
    const lines = violations.map(({ object, message, level }) =>
        [
            `  - object: ${stringify(object, { lineWidth: 0 }).trimEnd()}`,
            `    message: ${scalarOf(message, 4, false)}`,
            ...(level === own ? [] : [`    level: ${level}`]),
            ...changes.filter(one => one.object === object).map(one => `    changes: ${JSON.stringify(one.changes)}`),
        ].join("\n"),
    );
    const list = `expect:\n${lines.join("\n")}\n`;
    const pair = header.items.find(({ key }) => isScalar(key) && key.value === "expect");
    const key = pair && isScalar(pair.key) ? pair.key : undefined;
    const value = pair && isSeq(pair.value) ? pair.value : undefined;
    if (key?.range && value?.range)
        return { start: key.range[0], end: value.range[2], text: violations.length > 0 ? list : "" };
    const end = header.range?.[2] ?? text.indexOf("---");
    return { start: end, end, text: list };
}
