import os from "node:os";
import { policies } from "../policies";
import { withDefaults } from "../tests/support/hosts";
import { PackProcess } from "../tests/support/pack-process";
import { applications } from "./applications";
import { makePacks } from "./packs";
import { type Usage, usageOf } from "./processes";

/** `npm run bench:scale -- 1000 2500` for smaller stacks. */
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 2500, 5000, 10_000];

/** How much more a resource may cost in the largest stack than in the smallest. */
const GROWTH = 1.5;

/** What the largest stack may cost at most, to the same in a pack of as many policies of the SDK that do nothing. */
const GOALS = { resources: 0.6, stack: 0.4, memory: 0.55 };

/** What a stack of some size costs a pack, in milliseconds of CPU time a resource and in megabytes. */
interface Cost {
    /** Remediate and Analyze, while the resources come in. */
    readonly resources: number;
    /** AnalyzeStack. */
    readonly stack: number;
    readonly memory: number;
}

void main();

async function main(): Promise<void> {
    const packs = makePacks();
    try {
        const table: Record<string, Record<string, string>> = {};
        const totals: number[] = [];
        let ratios: Record<keyof typeof GOALS, number> | undefined;
        for (const size of SIZES) {
            const empty = await measure(packs.empty, size, false);
            const noop = await measure(packs.noop, size, false);
            const subject = await measure(packs.subject, size, true);
            totals.push(subject.resources + subject.stack);
            console.error(`${size} resources measured`);
            table[`${size} resources`] = {
                "resources, CPU ms each": compared(ms, subject.resources, noop.resources, empty.resources),
                "stack, CPU ms each": compared(ms, subject.stack, noop.stack, empty.stack),
                "peak MB": compared(value => value.toFixed(0), subject.memory, noop.memory, empty.memory),
            };
            ratios = {
                resources: subject.resources / noop.resources,
                stack: subject.stack / noop.stack,
                memory: subject.memory / noop.memory,
            };
        }
        console.log(`\nNode ${process.version}, ${policies.length} policies, load ${os.loadavg()[0]?.toFixed(1)}\n`);
        console.table(table);
        const growth = (totals.at(-1) ?? 0) / (totals[0] ?? 0);
        console.log(
            `A resource of ${SIZES.at(-1)} costs ${growth.toFixed(2)} times one of ${SIZES[0]}, at most ${GROWTH}.`,
        );
        const missed = Object.entries(GOALS).filter(
            ([what, goal]) => (ratios?.[what as keyof typeof GOALS] ?? 0) > goal,
        );
        for (const [what, goal] of missed) {
            console.log(
                `Goal missed: ${what}, ${ratios?.[what as keyof typeof GOALS].toFixed(2)} to no-op, at most ${goal}`,
            );
        }
        process.exitCode = growth > GROWTH || missed.length > 0 ? 1 : 0;
    } finally {
        packs.remove();
    }
}

/** Tells a pack of a stack as the engine does: every resource twice, then all at once. */
async function measure(pack: string, size: number, isSubject: boolean): Promise<Cost> {
    const process = await PackProcess.start(pack);
    try {
        await process.configureStack({ name: "dev", project: "bench" });
        if (isSubject) await process.configure(Object.fromEntries(policies.map(settingsOf)));
        const stack = applications(size);
        const start = used(process);
        for (const resource of stack) {
            await process.remediate(resource);
            await process.analyze(resource);
        }
        const between = used(process);
        await process.analyzeStack(stack);
        const end = used(process);
        const each = (from: Usage, to: Usage) => ((to.cpu - from.cpu) * 1000) / size;
        return { resources: each(start, between), stack: each(between, end), memory: end.memory };
    } finally {
        await process.stop();
    }
}

function settingsOf(policy: (typeof policies)[number]) {
    const level = policy.enforcementLevel === "disabled" ? ("advisory" as const) : policy.enforcementLevel;
    return [policy.name, { level, properties: withDefaults(policy, {}) }] as const;
}

function used({ pid }: PackProcess): Usage {
    const usage = usageOf(pid);
    if (!usage) throw new Error("the pack has ended");
    return usage;
}

function ms(value: number): string {
    return value.toFixed(2);
}

/** A value, and its ratio to a pack that does nothing in as many policies and to one without any. */
function compared(show: (value: number) => string, subject: number, noop: number, empty: number): string {
    const [toNoop, toEmpty] = [subject / noop, subject / empty].map(ratio => ratio.toFixed(2));
    return `${show(subject)} (no-op ${show(noop)}: ${toNoop}, empty ${show(empty)}: ${toEmpty})`;
}
