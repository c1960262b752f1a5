import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { PackProcess } from "../support/pack-process";
import { type Program, programs } from "./generators";
import { inPack, inProcess, inSdk, isPortable, repaired, requireSame, sendable } from "./invariants";
import { loadSeeds } from "./seeds";

/** How many resources are made, and what chance begins with: `npm run fuzz -- --runs 100000 --seed 7`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123);

/** Programs a batch; a batch is replayed by its own seed. */
const BATCH = 50;

/** Of how many resources one goes through the pack's process. */
const PACK_SHARE = 10;

const HOURS = 3_600_000 * 6;

const arbitrary = programs(loadSeeds(), policies);

/** Tries a property on programs until they had so many resources altogether; says how many there were. */
async function forPrograms(resources: number, check: (program: Program) => Promise<void>): Promise<string> {
    let seen = 0;
    let made = 0;
    for (let seed = SEED; seen < resources; seed += 1) {
        const property = fc.asyncProperty(arbitrary, async program => {
            seen += program.resources.length;
            made += 1;
            await check(program);
        });
        const details = await fc.check(property, { seed, numRuns: BATCH, interruptAfterTimeLimit: HOURS });
        if (details.failed) throw new Error(failure(seed, details));
    }
    return `${made} programs, ${seen} resources, seeds from ${SEED}`;
}

/** The smallest program that fails, without the middle of long texts. */
function failure(seed: number, { counterexample, errorInstance }: fc.RunDetails<[Program]>): string {
    const shorten = (_: string, value: unknown) =>
        typeof value === "string" && value.length > 200 ? `${value.slice(0, 100)}... (${value.length})` : value;
    const reason = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
    return [
        `npm run fuzz -- --runs 1 --seed ${seed}`,
        reason,
        JSON.stringify(counterexample?.[0], shorten, 1).slice(0, 6000),
    ].join("\n");
}

describe("programs made by chance", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
    });
    afterAll(() => pack.stop());

    test("no policy fails, forgets, contradicts itself or tells a secret; the hosts agree", {
        timeout: HOURS,
    }, async () => {
        const figures = await forPrograms(RUNS, async program => {
            const own = inProcess(program, policies);
            const sdk = await inSdk(program, policies);
            if (isPortable(program)) requireSame("the SDK", own, sdk);
        });
        console.log(figures);
    });

    test("remediations add and take nothing away", { timeout: HOURS }, async () => {
        console.log(
            await forPrograms(RUNS / 5, async program => {
                if (isPortable(program)) await repaired(program, policies);
            }),
        );
    });

    test("the pack's process says the same as the SDK in process", { timeout: HOURS }, async () => {
        const figures = await forPrograms(RUNS / PACK_SHARE, async made => {
            const program = sendable(made);
            requireSame("the pack", await inSdk(program, policies), await inPack(program, policies, pack));
        });
        console.log(figures);
        expect({ stdout: pack.stdout, stderr: pack.stderr }).toEqual({ stdout: "", stderr: "" });
    });
});
