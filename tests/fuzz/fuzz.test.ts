import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { PackProcess } from "../support/pack-process";
import { type Program, programs } from "./generators";
import { inPack, inProcess, inSdk, isPortable, repaired, requireSame, sendable } from "./invariants";
import { programOf } from "./large";
import { kubernetesTokens, listedTokens } from "./provider-types";
import { fullResources, loadSeeds } from "./seeds";

/** How many resources are made, and what chance begins with: `npm run fuzz -- --runs 100000 --seed 7`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123);

/** Programs a batch; a batch is replayed by its own seed. */
const BATCH = 50;

/** Of how many programs one goes through the pack's process; the others go through the SDK in this one. */
const PACK_SHARE = Number(process.env.FUZZ_PACK_SHARE ?? 5);

const HOURS = 3_600_000 * 6;

const seeds = loadSeeds();
const arbitrary = programs(seeds, policies);

/** What was tried. */
interface Figures {
    programs: number;
    resources: number;
    /** Types of the Kubernetes provider that occurred. */
    readonly types: Set<string>;
}

/** Tries a property on programs until they had so many resources altogether. */
async function forPrograms(resources: number, check: (program: Program) => Promise<void>): Promise<Figures> {
    const figures = { programs: 0, resources: 0, types: new Set<string>() };
    for (let seed = SEED; figures.resources < resources; seed += 1) {
        const property = fc.asyncProperty(arbitrary, async program => {
            figures.programs += 1;
            figures.resources += program.resources.length;
            for (const { type } of program.resources) figures.types.add(type);
            await check(program);
        });
        const details = await fc.check(property, { seed, numRuns: BATCH, interruptAfterTimeLimit: HOURS });
        if (details.failed) throw new Error(failure(seed, details));
    }
    return figures;
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

/** The most memory that a process has had, in MiB; 0 where the system does not tell. */
function peakMemory(pid: number | "self"): number {
    try {
        const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        return Math.round(Number(kibibytes) / 1024);
    } catch {
        return 0;
    }
}

describe("kinds", () => {
    test("all that the Kubernetes provider has are among the seeds", () => {
        const types = new Set(seeds.stacks.flat().map(({ type }) => type));
        expect(kubernetesTokens().filter(token => !types.has(token))).toEqual([]);
    });

    test("the provider's own list of its kinds has no other", () => {
        // The SDK is never told of a Chart, whose class is a component.
        const own = kubernetesTokens().filter(token => token !== "kubernetes:helm.sh/v3:Chart");
        expect(listedTokens()).toEqual(own);
        expect(own.length).toBeGreaterThan(500);
    });

    test("objects with all properties that the provider has for them are judged", () => {
        expect(inProcess(programOf(fullResources()), policies).length).toBeGreaterThan(500);
    });
});

describe("programs made by chance", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
    });
    afterAll(() => pack.stop());

    test("no policy fails, forgets, contradicts itself or tells a secret; the hosts agree", {
        timeout: HOURS,
    }, async () => {
        const started = Date.now();
        const sent = { programs: 0, resources: 0 };
        const { programs, resources, types } = await forPrograms(RUNS, async made => {
            const own = inProcess(made, policies);
            if (!isPortable(made)) return;
            if (Math.floor(made.order * 1e6) % PACK_SHARE > 0) {
                requireSame("the SDK", own, await inSdk(made, policies));
                return;
            }
            const program = sendable(made);
            const isChanged = JSON.stringify(program) !== JSON.stringify(made);
            const expected = isChanged ? inProcess(program, policies) : own;
            requireSame("the pack's process", expected, await inPack(program, policies, pack));
            sent.programs += 1;
            sent.resources += program.resources.length;
        });
        const missed = kubernetesTokens().filter(token => !types.has(token));
        const seconds = Math.round((Date.now() - started) / 1000);
        console.log(
            `${programs} programs, ${resources} resources, seeds from ${SEED}, ${seconds} s, ${peakMemory("self")} MiB; ` +
                `${missed.length} kinds of the provider missed; ` +
                `${sent.programs} programs, ${sent.resources} resources to the pack, ${peakMemory(pack.pid)} MiB`,
        );
        expect({ stdout: pack.stdout, stderr: pack.stderr }).toEqual({ stdout: "", stderr: "" });
        expect(sent.programs).toBeGreaterThan(0);
        // With so many, each kind has had its turn.
        if (RUNS >= 100_000) expect(missed).toEqual([]);
    });

    test("remediations add and take nothing away", { timeout: HOURS }, async () => {
        const { programs, resources } = await forPrograms(RUNS / 5, async program => {
            if (isPortable(program)) await repaired(program, policies);
        });
        console.log(`${programs} programs, ${resources} resources repaired`);
    });
});
