import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { documentsOf } from "../../cli/input/read";
import { manifestTexts } from "../support/manifest-texts";
import { node } from "./support/setup";

/** How many files are compared, and what chance begins with: `npm run fuzz -- --nightly` tries more. */
const RUNS = Number(process.env.FUZZ_NIGHTLY ? 50_000 : (process.env.FUZZ_RUNS ?? 2000));
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_201);

/** So many files at a time are in memory. */
const BATCH = 5000;

/** What kubectl reads of a file. */
interface Answer {
    readonly objects: readonly unknown[];
    /** Why it refuses what follows the objects; empty where it does not. */
    readonly refused: string;
}

/** Asks the decoder of k8s.io/apimachinery. */
async function answersTo(texts: readonly string[]): Promise<Answer[]> {
    const folder = (await node("tests/e2e/toolchain/build.mjs", "--manifests")).trim();
    const child = spawn(path.join(folder, "manifests"), { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", part => {
        output += part;
    });
    child.stdin.end(texts.map(text => `${JSON.stringify(text)}\n`).join(""));
    const code = await new Promise(resolve => child.on("close", resolve));
    expect(code).toBe(0);
    return output
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line));
}

/** What the check command reads of the same file, up to the first mistake, where kubectl ends. */
function readByCommand(text: string) {
    const objects: unknown[] = [];
    for (const document of documentsOf("manifests.yaml", text)) {
        try {
            const { value } = document.parse();
            if (value !== null && value !== undefined) objects.push(wellFormed(value));
        } catch {
            return { objects, isRefused: true };
        }
    }
    return { objects, isRefused: false };
}

/** Data that is no object, whatever kubectl thinks of it: the command reads it with the faster parser. */
function isJsonList(text: string): boolean {
    try {
        return Array.isArray(JSON.parse(text.replace(/^\ufeff/, "")));
    } catch {
        return false;
    }
}

function withoutHalves(text: string): string {
    return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Go has no halves of surrogate pairs, and objects without a prototype compare badly. */
function wellFormed(value: unknown): unknown {
    if (typeof value === "string") return withoutHalves(value);
    if (Array.isArray(value)) return value.map(wellFormed);
    if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [withoutHalves(key), wellFormed(item)]));
}

test(
    `the check command reads ${RUNS} files as kubectl does, seed ${SEED}`,
    async () => {
        const texts = manifestTexts(SEED);
        const read = { refused: 0, several: 0, whole: 0 };
        for (let left = RUNS; left > 0; left -= BATCH) {
            const batch = Array.from({ length: Math.min(left, BATCH) }, () => texts.next().value as string);
            const answers = await answersTo(batch);
            expect(answers).toHaveLength(batch.length);
            for (const [index, text] of batch.entries()) {
                if (isJsonList(text)) continue;
                const { objects = [], refused = "" } = answers[index] ?? {};
                expect({ text, refused, ...readByCommand(text) }).toEqual({
                    text,
                    refused,
                    objects: objects.map(wellFormed),
                    isRefused: refused !== "",
                });
                if (refused !== "") read.refused++;
                else if (objects.length > 1) read.several++;
                else if (objects.length === 1) read.whole++;
            }
        }
        // A generator whose files nobody can read, or everybody, would show nothing.
        for (const count of Object.values(read)) expect(count).toBeGreaterThan(RUNS / 20);
    },
    Math.max(120_000, RUNS * 20),
);
