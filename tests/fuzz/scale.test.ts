import { afterEach, describe, expect, test, vi } from "vitest";
import { Value } from "../../model/value";
import { policies } from "../../policies";
import type { EngineResource } from "../support/engine";
import { isMap, type Wire, type WireMap } from "../support/wire";
import { at, changed, type Program, placesIn } from "./generators";
import { inProcess, LONGEST_MESSAGE } from "./invariants";
import { bad, programOf, shops } from "./large";
import { loadSeeds } from "./seeds";

/** How often policies look at a value of a program. */
function looks(program: Program): number {
    const get = vi.spyOn(Value.prototype, "get");
    const items = vi.spyOn(Value.prototype, "items");
    inProcess(program, policies);
    const count = get.mock.calls.length + items.mock.calls.length;
    vi.restoreAllMocks();
    return count;
}

afterEach(() => {
    vi.restoreAllMocks();
});

describe("size", () => {
    test("twice as many objects take twice as many looks", () => {
        const [once, twice] = [shops(20), shops(40)].map(resources => looks(programOf(resources)));
        expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.3);
    });

    test("twice as large objects take twice as many looks", () => {
        const [once, twice] = [bad(50), bad(100)].map(resources => looks(programOf(resources)));
        expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.3);
    });

    test(`a thousand offenders of each kind make no message of more than ${LONGEST_MESSAGE} characters`, () => {
        expect(inProcess(programOf(bad(1000)), policies).length).toBeGreaterThan(20);
    });

    test("texts of 100,000 characters, in places where seeds have texts, are read", { timeout: 300_000 }, () => {
        const units = ["a", "a-", "a.", "/", " ", "*", "=a", "%20", "(", "é", "a:", "1", "{", "@a"];
        const texts = units.map(unit => unit.repeat(100_000 / unit.length));
        let turn = 0;
        for (const resource of oneOfEachType()) {
            for (const path of placesIn(resource.props)) {
                if (typeof at(resource.props, path) !== "string") continue;
                turn += 1;
                // One of 97 places, each with another text: all of them would take minutes.
                if (turn % 97 !== 0) continue;
                const props = changed(resource.props, path, () => texts[(turn / 97) % texts.length]);
                if (isMap(props as Wire)) inProcess(programOf([{ ...resource, props: props as WireMap }]), policies);
            }
        }
        expect(turn).toBeGreaterThan(1000);
    });
});

/** The largest seed of each type. */
function oneOfEachType(): EngineResource[] {
    const byType = new Map<string, { resource: EngineResource; places: number }>();
    for (const resource of loadSeeds().stacks.flat()) {
        const places = placesIn(resource.props).length;
        if (places > (byType.get(resource.type)?.places ?? 0)) byType.set(resource.type, { resource, places });
    }
    return [...byType.values()].map(({ resource }) => resource);
}
