import type { EnforcementLevel } from "../framework/define";
import { schemasOf } from "../framework/settings";
import { policies } from "../policies";
import { PackProcess, type PolicySettings } from "../tests/support/pack-process";
import { stackOnClusters, timeOfIsolation } from "./clusters";
import { makePacks, STACK_POLICIES } from "./packs";
import { median, usageOf } from "./processes";
import { deployment } from "./resources";
import { chainOfApplications, timeOfReferences } from "./stacks";

const BOOTS = 9;
const RESOURCES = 300;
const ROUNDS = 5;

/** Resources of the stack that is analyzed as a whole. */
const STACK = 2000;

/** A measured ratio and the most that it may be. */
interface Result {
    readonly what: string;
    readonly subject: string;
    readonly reference: string;
    readonly ratio: number;
    readonly goal: number;
}

void main();

async function main(): Promise<void> {
    const packs = makePacks();
    try {
        const results = [
            ...(await measureBoot(packs.subject, packs.empty, "an empty pack")),
            ...(await measureBoot(packs.subject, packs.noop, "as many no-op policies")),
            await measureResources(packs.subject, packs.noop, "as many no-op policies", 0.6),
            await measureResources(packs.subject, packs.empty, "an empty pack", Number.POSITIVE_INFINITY),
            await measureStack(packs.subject, packs.noop, "as many no-op policies", 0.4),
            await measureStack(packs.subject, packs.empty, "an empty pack", Number.POSITIVE_INFINITY),
            measureReferences(),
            measureClusters(),
        ];
        console.log(
            `\nNode ${process.version}, ${policies.length} policies, ${STACK_POLICIES} of them stack policies\n`,
        );
        console.table(
            Object.fromEntries(
                results.map(({ what, subject, reference, ratio, goal }) => [
                    what,
                    {
                        "this pack": subject,
                        reference,
                        ratio: ratio.toFixed(2),
                        "at most": goal === Number.POSITIVE_INFINITY ? "" : goal.toFixed(2),
                    },
                ]),
            ),
        );
        const missed = results.filter(({ ratio, goal }) => ratio > goal);
        for (const { what } of missed) console.log(`Goal missed: ${what}`);
        process.exitCode = missed.length > 0 ? 1 : 0;
    } finally {
        packs.remove();
    }
}

/** Time until a pack serves, and the most memory it took until then, and until it had told about itself. */
async function measureBoot(subject: string, reference: string, name: string): Promise<Result[]> {
    const times = new Map<string, number[]>([
        [subject, []],
        [reference, []],
    ]);
    const cpu = new Map<string, number[]>([
        [subject, []],
        [reference, []],
    ]);
    const memory = new Map<string, number[]>([
        [subject, []],
        [reference, []],
    ]);
    const described = new Map<string, number[]>([
        [subject, []],
        [reference, []],
    ]);
    for (let round = 0; round < BOOTS; round++) {
        for (const pack of [subject, reference]) {
            const start = performance.now();
            const process = await PackProcess.start(pack);
            times.get(pack)?.push(performance.now() - start);
            cpu.get(pack)?.push((usageOf(process.pid)?.cpu ?? Number.NaN) * 1000);
            memory.get(pack)?.push(peakMemory(process.pid));
            await process.info();
            described.get(pack)?.push(peakMemory(process.pid));
            await process.stop();
        }
    }
    return [
        compare(`boot, CPU, to ${name}`, median(cpu.get(subject)), median(cpu.get(reference)), "ms", 0.7),
        compare(`boot, to ${name}`, median(times.get(subject)), median(times.get(reference)), "ms", 1),
        compare(`memory after boot, to ${name}`, median(memory.get(subject)), median(memory.get(reference)), "MB", 1),
        compare(
            `memory once described, to ${name}`,
            median(described.get(subject)),
            median(described.get(reference)),
            "MB",
            1,
        ),
    ];
}

/** Time that one resource takes, Remediate and Analyze, as the engine asks. */
async function measureResources(subject: string, reference: string, name: string, goal: number): Promise<Result> {
    const times: number[][] = [];
    for (const pack of [subject, reference]) {
        const process = await startConfigured(pack, pack === subject);
        const rounds: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
            const start = performance.now();
            for (let index = 0; index < RESOURCES; index++) {
                await process.remediate(deployment(index));
                await process.analyze(deployment(index));
            }
            rounds.push((performance.now() - start) / RESOURCES);
        }
        times.push(rounds);
        await process.stop();
    }
    return compare(`per resource, to ${name}`, median(times[0]), median(times[1]), "ms", goal);
}

/** Time of the stack phase, in processes that have seen a small stack before. Of its growth `bench:scale` tells. */
async function measureStack(subject: string, reference: string, name: string, goal: number): Promise<Result> {
    const resources = Array.from({ length: STACK }, (_, index) => deployment(index));
    const times: number[] = [];
    for (const pack of [subject, reference]) {
        const process = await startConfigured(pack, pack === subject);
        await process.analyzeStack(resources.slice(0, 100));
        for (const resource of resources) await process.analyze(resource);
        const start = performance.now();
        await process.analyzeStack(resources);
        times.push(performance.now() - start);
        await process.stop();
    }
    return compare(`stack of ${STACK} resources, to ${name}`, times[0] ?? 0, times[1] ?? 0, "ms", goal);
}

/** How the time that keeping production apart takes grows with the stack. */
function measureClusters(): Result {
    const [small, large] = [stackOnClusters(1250), stackOnClusters(5000)];
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < BOOTS; round++) {
        times[0].push(timeOfIsolation(small));
        times[1].push(timeOfIsolation(large));
    }
    const what = "5,000 resources on 20 clusters, to 1,250";
    return compare(what, median(times[1]), median(times[0]), "ms", 5);
}

/** How the time of references and start order grows with the stack, in this process. */
function measureReferences(): Result {
    const measure = (resources: number) =>
        median(Array.from({ length: ROUNDS }, () => timeOfReferences(chainOfApplications(resources))));
    measure(1250);
    return compare("20,000 references of 5,000 resources, to a quarter", measure(5000), measure(1250), "ms", 5);
}

/** Starts a pack; this one with every policy enabled and configured as the engine does it. */
async function startConfigured(pack: string, isSubject: boolean): Promise<PackProcess> {
    const process = await PackProcess.start(pack);
    await process.configureStack({ name: "dev", project: "bench" });
    if (isSubject) {
        await process.configure(
            Object.fromEntries(
                policies.map(policy => {
                    const level: EnforcementLevel =
                        policy.enforcementLevel === "disabled" ? "advisory" : policy.enforcementLevel;
                    const defaults = Object.entries(schemasOf(policy.settings)).map(([key, schema]) => [
                        key,
                        schema.default,
                    ]);
                    return [policy.name, { level, properties: Object.fromEntries(defaults) } as PolicySettings];
                }),
            ),
        );
    }
    return process;
}

function compare(what: string, subject: number, reference: number, unit: string, goal: number): Result {
    const show = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
    return { what, subject: show(subject), reference: show(reference), ratio: subject / reference, goal };
}

/** Peak resident memory of a process in megabytes. */
function peakMemory(pid: number): number {
    return usageOf(pid)?.memory ?? Number.NaN;
}
