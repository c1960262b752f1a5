import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { expect, test } from "vitest";
import { PACK_DIR } from "./support/build";

/** What is compiled into the pack and the command. */
const SOURCES = ["policies", "framework", "model", "hosts", "cli"];

/** A regular expression and where it stands. */
interface Literal {
    readonly place: string;
    readonly source: string;
    readonly flags: string;
}

/** Longer than any text that the API server takes a third of, and long enough that time in its square is minutes. */
const LENGTH = 500_000;

/**
 * How long one expression may look at one text. One that takes time linear in the text needs less than a hundredth of
 * it, one that takes its square many times as long: it only ends what would not end.
 */
const PATIENCE_MS = 20_000;

/** What texts that make expressions try again and again consist of, besides their own words. */
const PUMPS = [" ", "\t#", "0", "a", "a-", "/", "1.", "a:", "a=", ";", "[", '"', "\\", "\0"];

/** The words in an expression: what it looks for. */
function wordsIn({ source }: Literal): string[] {
    const words = source.replaceAll(/\\[a-zA-Z]/g, " ").match(/[A-Za-z]+[_=-]?/g) ?? [];
    return [...new Set(words)].slice(0, 6);
}

/** Long texts that nearly fit an expression, each as its beginning, what is repeated, and its end. */
function attacksOn(literal: Literal): [string, string, string][] {
    const words = wordsIn(literal);
    const repeated = [...PUMPS, ...words, ...words.map(word => `${word} `)];
    const beginnings = ["", "$", ...words.slice(0, 2), ...words.slice(0, 1).map(word => `;${word}=`)];
    // Some expressions need a text that ends in a line, others one that goes on behind it.
    return beginnings.flatMap(beginning => [
        ...repeated.map((unit): [string, string, string] => [beginning, unit, "\n\0"]),
        ...PUMPS.map((unit): [string, string, string] => [beginning, unit, "\n"]),
    ]);
}

/** All regular expressions in the sources of what users run that can look at more than a few characters. */
function literals(): Literal[] {
    return SOURCES.flatMap(folder =>
        readdirSync(join(PACK_DIR, folder), { recursive: true, encoding: "utf8" })
            .filter(file => file.endsWith(".ts"))
            .sort()
            .flatMap(file => literalsIn(join(folder, file))),
    ).filter(({ source }) => /[*+]|,\}/.test(source));
}

function literalsIn(file: string): Literal[] {
    const tree = ts.createSourceFile(file, readFileSync(join(PACK_DIR, file), "utf8"), ts.ScriptTarget.ES2022, true);
    const found: Literal[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
            const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
            const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
            found.push({ place: `${file}:${line + 1}`, source, flags });
        }
        ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
}

/** Looks for each expression in each text, and says of each when it has. */
const WORKER = `
    const { parentPort, workerData: { source, flags, attacks, length } } = require("node:worker_threads");
    const pattern = new RegExp(source, flags.replace("g", ""));
    for (const [beginning, unit, end] of attacks) {
        pattern.exec(beginning + unit.repeat(length / unit.length) + end);
        parentPort.postMessage("");
    }
`;

/** The first text that an expression does not come to an end with; undefined when it does with all. */
function firstEndless(
    literal: Literal,
    attacks: readonly (readonly string[])[],
    patience = PATIENCE_MS,
): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
        const { source, flags } = literal;
        const worker = new Worker(WORKER, { eval: true, workerData: { source, flags, attacks, length: LENGTH } });
        let done = 0;
        const giveUp = () => {
            worker.terminate();
            resolve(`${literal.place} /${source}/ on ${JSON.stringify(attacks[done])}`);
        };
        let timer = setTimeout(giveUp, patience);
        worker.on("message", () => {
            done += 1;
            clearTimeout(timer);
            timer = setTimeout(giveUp, patience);
        });
        worker.on("error", reject);
        worker.on("exit", () => {
            clearTimeout(timer);
            resolve(undefined);
        });
    });
}

test("an expression in time of the square of the text is found out", async () => {
    const literal = { place: "here", source: "0+$", flags: "" };
    const attacks = [["", "0", "a"]];
    expect(await firstEndless(literal, attacks, 2000)).toBe('here /0+$/ on ["","0","a"]');
    expect(await firstEndless({ ...literal, source: "(?<!0)0+$" }, attacks, 2000)).toBeUndefined();
});

test("no regular expression of the sources makes anybody wait, whatever it looks at", {
    timeout: 600_000,
}, async () => {
    const found = literals();
    expect(found.length).toBeGreaterThan(100);
    const endless: (string | undefined)[] = [];
    for (const literal of found) endless.push(await firstEndless(literal, attacksOn(literal)));
    expect(endless.filter(place => place !== undefined)).toEqual([]);
});
