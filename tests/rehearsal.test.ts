import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { policies } from "../policies";
import { changesBetween } from "../scripts/release/changes";
import { interfaceOf } from "../scripts/release/interface";
import { rehearse, unannouncedPolicies } from "../scripts/release/rehearsal";
import { builtPack, PACK_DIR } from "./support/build";
import { PREVIOUS, packWith } from "./support/previous-version";

const EXAMPLES = join(PACK_DIR, "examples/manifests-broken");

let previous: string;
beforeAll(() => {
    previous = packWith(mkdtempSync(join(tmpdir(), "previous-")), PREVIOUS);
});
afterAll(() => rmSync(previous, { recursive: true }));

test("what is deployed under one version is judged by the next as the changelog says, and otherwise as before", async () => {
    const rehearsal = await rehearse(previous, await builtPack(), [EXAMPLES]);
    const differences = rehearsal.differences.map(({ policy, object, before, after }) => {
        return [policy, object, before?.state, after?.state, before?.text === after?.text];
    });
    expect(differences).toEqual([
        ["no-naked-pods", "Pod shop/migrate-orders", undefined, "mandatory", false],
        ["selector-matches-template", "Deployment shop/storefront", "advisory", "mandatory", true],
        ["valid-labels", "StatefulSet shop/orders-queue", "mandatory", "mandatory", false],
    ]);
    const section = (...items: string[]) => [{ version: "0.1.0", date: undefined, items }];
    expect(
        unannouncedPolicies(rehearsal, section("`no-naked-pods`, advisory", "other words of `valid-labels`")),
    ).toEqual(["selector-matches-template"]);
    const all = section("`no-naked-pods` and `selector-matches-template`, mandatory", "other words of `valid-labels`");
    expect(unannouncedPolicies(rehearsal, all)).toEqual([]);
});

test("versions that do not differ have nothing to announce", async () => {
    const pack = await builtPack();
    const { from, to, differences } = await rehearse(pack, pack, [EXAMPLES]);
    expect(differences).toEqual([]);
    expect(from).toBe(to);
});

test("a version that cannot check is told with what it said", async () => {
    await expect(rehearse(previous, previous, ["no-such-folder"])).rejects.toThrow(
        `${previous} could not check everything:\nno-such-folder: there is no such file or folder\n`,
    );
});

test("the record of the interface says the same of new policies and levels as the rehearsal", () => {
    const now = interfaceOf(policies, join(PACK_DIR, "config"));
    const { "no-naked-pods": _, ...others } = now.policies;
    const selector = now.policies["selector-matches-template"];
    const before = {
        ...now,
        policies: {
            ...others,
            ...(selector && { "selector-matches-template": { ...selector, level: "advisory" as const } }),
        },
    };
    expect(changesBetween(before, now).map(({ text }) => text)).toEqual([
        "new policy no-naked-pods, mandatory",
        "the level of selector-matches-template was advisory and is mandatory",
    ]);
});
