import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { inlineCredentials, readKubeconfig } from "../../model/environments/kubeconfig";
import { kubeconfigs } from "../support/kubeconfigs";
import { node } from "./support/setup";

/** How many texts are compared, and what chance begins with: `npm run fuzz -- --nightly` tries more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 6000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_130);

/** So many texts at a time are in memory. */
const BATCH = 5000;

/** What client-go says of a kubeconfig. */
interface Answer {
    readonly context: string;
    readonly cluster: string;
    readonly server: string;
    /** Of the command that fetches credentials. */
    readonly args: readonly string[];
    readonly credentials: readonly string[];
}

/** Asks client-go; null is what it refuses. */
async function answersTo(texts: readonly string[]): Promise<(Answer | null)[]> {
    const folder = (await node("tests/e2e/toolchain/build.mjs", "--client-go")).trim();
    const child = spawn(path.join(folder, "kubeconfig"), { stdio: ["pipe", "pipe", "inherit"] });
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

/** What the pack says of the same text, in the same words. */
function readByPack(text: string) {
    const { isUnread, context = "", cluster = "", server = "", credentialsFor } = readKubeconfig(text);
    return isUnread ? null : { context, cluster, server, credentialsFor, credentials: inlineCredentials(text) };
}

/** The command's arguments count as far as they name a cluster. */
function expected(answer: Answer | null) {
    if (!answer) return null;
    const { args, ...rest } = answer;
    const users = [{ name: "u", user: { exec: { args } } }];
    const contexts = [{ name: "c", context: { user: "u" } }];
    const { credentialsFor } = readKubeconfig({ "current-context": "c", contexts, users });
    return { ...rest, credentialsFor };
}

function* batches(seed: number, count: number): Generator<string[]> {
    const texts = kubeconfigs(seed);
    for (let left = count; left > 0; left -= BATCH) {
        yield Array.from({ length: Math.min(left, BATCH) }, () => texts.next().value as string);
    }
}

test(
    `the pack reads ${RUNS} kubeconfigs as client-go does, seed ${SEED}`,
    async () => {
        const read = { refused: 0, empty: 0, servers: 0 };
        for (const texts of batches(SEED, RUNS)) {
            const answers = await answersTo(texts);
            expect(answers).toHaveLength(texts.length);
            for (const [index, text] of texts.entries()) {
                const answer = expected(answers[index] ?? null);
                expect({ text, read: readByPack(text) }).toEqual({ text, read: answer });
                if (answer === null) read.refused++;
                else if (answer.server === "") read.empty++;
                else read.servers++;
            }
        }
        // A generator whose texts nobody can read, or everybody, would show nothing.
        for (const count of Object.values(read)) expect(count).toBeGreaterThan(RUNS / 10);
    },
    Math.max(120_000, RUNS * 20),
);
