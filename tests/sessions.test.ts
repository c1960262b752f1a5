import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { policies } from "../policies";
import { bad, shops } from "./fuzz/large";
import { builtPack } from "./support/build";
import type { Diagnostic, EngineResource } from "./support/engine";
import { withDefaults } from "./support/hosts";
import { PackProcess, type PolicySettings } from "./support/pack-process";
import type { WireMap } from "./support/wire";

const SETTINGS: Record<string, PolicySettings> = Object.fromEntries(
    policies.map(policy => {
        const level = policy.enforcementLevel === "disabled" ? "mandatory" : policy.enforcementLevel;
        return [policy.name, { level, properties: withDefaults(policy, {}) }];
    }),
);

/** What makes each resource large enough to be missed, in characters. */
const PADDING = 100_000;

/** What 20 rounds may leave behind, in bytes: less than one resource of each operation. */
const MOST_GROWTH = 20 * PADDING;

/** The resource with a long annotation. */
function padded(resource: EngineResource): EngineResource {
    const metadata = resource.props.metadata as WireMap;
    const annotations = { ...(metadata.annotations as WireMap | undefined), notes: "x".repeat(PADDING) };
    return { ...resource, props: { ...resource.props, metadata: { ...metadata, annotations } } };
}

/** The resource that stands for a stack, and others under names of their own. */
function stackOf(name: string, resources: readonly EngineResource[]): EngineResource[] {
    const type = "pulumi:pulumi:Stack";
    const urnOf = (one: string, kind: string) => `urn:pulumi:${name}::fuzz::${kind}::${one}`;
    return [
        { urn: urnOf("root", type), type, name: "root", props: {} },
        ...resources.map(resource => ({ ...resource, urn: urnOf(resource.name, resource.type) })),
    ];
}

/** An operation on a stack as the engine plays it; what the policies said, without the stack's name. */
async function operate(pack: PackProcess, name: string, resources: readonly EngineResource[]): Promise<string[]> {
    const stack = stackOf(name, resources);
    const said: Diagnostic[] = [];
    await pack.configureStack({ name, project: "fuzz" });
    await pack.configure(SETTINGS);
    for (const resource of stack) {
        expect(await pack.remediate(resource)).toEqual([]);
        said.push(...(await pack.analyze(resource)));
    }
    said.push(...(await pack.analyzeStack(stack)));
    return said.map(one => JSON.stringify(one).replaceAll(name, "stack"));
}

/** What a pack's process holds after garbage collection, in bytes. */
async function heapOf(pack: PackProcess): Promise<number> {
    const before = pack.stderr.length;
    process.kill(pack.pid, "SIGUSR2");
    for (;;) {
        const [, bytes] = /heap: (\d+)\n/.exec(pack.stderr.slice(before)) ?? [];
        if (bytes !== undefined) return Number(bytes);
        await setTimeout(10);
    }
}

test("a pack's process that serves many operations on several stacks neither grows nor mixes them", {
    timeout: 600_000,
}, async () => {
    const probe = join(__dirname, "support/heap-probe.cjs");
    const start = async () => {
        const pack = await PackProcess.start(await builtPack(), {
            NODE_OPTIONS: `--expose-gc --require ${JSON.stringify(probe)}`,
        });
        onTestFinished(() => pack.stop());
        return pack;
    };
    // Their objects have the same names, in the same namespace.
    const orders = shops(2).map(padded);
    const billing = [...shops(1), ...bad(2)].map(padded);
    const expected = { orders: await operate(await start(), "orders", orders), billing: [] as string[] };
    expected.billing = await operate(await start(), "billing", billing);
    expect(expected.billing).not.toEqual(expected.orders);

    const pack = await start();
    const heap: number[] = [];
    for (let round = 0; round < 25; round += 1) {
        expect(await operate(pack, `orders-${round}`, orders)).toEqual(expected.orders);
        expect(await operate(pack, `billing-${round}`, billing)).toEqual(expected.billing);
        heap.push(await heapOf(pack));
    }
    const [early = 0, late = 0] = [heap[4], heap[24]];
    console.log(`heap after rounds 5 and 25: ${early} and ${late} bytes`);
    expect(late - early).toBeLessThan(MOST_GROWTH);
});
