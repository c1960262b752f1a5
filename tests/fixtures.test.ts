import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policies } from "../policies";
import { expectedInCheck, expectedOutcome, runInCheck } from "./support/check-host";
import { loadFixtures, parseFixture } from "./support/fixtures";
import { runBesideOthers, runInPack, runInSdk, withDefaults } from "./support/hosts";
import { beyondTheSdk, Observer, publishedPack } from "./support/observer";
import { PackProcess } from "./support/pack-process";
import { updateFixture } from "./support/update-fixture";

const { fixtures: cases, problems } = loadFixtures(policies);

/** The compliant objects pass every policy as it is. */
const compliant = policies
    .filter(({ enforcementLevel }) => enforcementLevel !== "disabled")
    .map(policy => parseFixture(policy, "pass-compliant.yaml", "base: { file: compliant, whole: true }").fixture);

const fixtures = [...cases, ...compliant];

test("every fixture is as fixtures/README.md says, and every policy has its cases", () => {
    expect(problems).toEqual([]);
});

describe("fixtures", () => {
    const observer = new Observer();
    let folder: string;
    let pack: PackProcess;
    beforeAll(async () => {
        folder = await publishedPack(realpathSync(mkdtempSync(join(tmpdir(), "pack-"))));
        pack = await PackProcess.start(folder, observer.env);
    });
    afterAll(async () => {
        await pack.stop();
        observer.close();
        rmSync(folder, { recursive: true });
    });

    for (const fixture of fixtures) {
        describe(`${fixture.policy.name}/${fixture.name}`, () => {
            test("in the SDK", async () => {
                expect(await runInSdk(fixture)).toEqual(expectedOutcome(fixture));
            });

            test("in the check command", () => {
                const outcome = runInCheck(fixture);
                if (process.env.UPDATE && cases.includes(fixture)) updateFixture(fixture, outcome);
                expect(outcome, "to accept the new messages, run it with UPDATE=1 and look at the difference").toEqual(
                    expectedInCheck(fixture),
                );
            });

            test("in the pack's process", async () => {
                expect(await runInPack(fixture, policies, pack)).toEqual(expectedOutcome(fixture));
            });

            test("beside all other policies", async () => {
                const { outcome, all } = await runBesideOthers(fixture, policies);
                expect(outcome.violations).toEqual(expectedOutcome(fixture).violations);
                const broken = all.filter(({ message }) => /internal error|can't run/.test(message));
                expect(broken).toEqual([]);
            });
        });
    }

    test("the engine works out the same configuration as the fixtures", async () => {
        const info = await pack.info();
        for (const policy of policies) {
            const properties = info.policies.find(({ name }) => name === policy.name)?.properties ?? {};
            const defaults = Object.entries(properties).map(([key, schema]) => [key, schema.default]);
            expect(Object.fromEntries(defaults)).toEqual(withDefaults(policy, {}));
        }
    });

    test("the pack reads nothing but its own files, opens no connection and starts nothing", {
        timeout: 180_000,
    }, async () => {
        expect(await beyondTheSdk(observer.deeds(folder))).toEqual([]);
    });

    test("the pack writes nothing", () => {
        expect({ stdout: pack.stdout, stderr: pack.stderr }).toEqual({ stdout: "", stderr: "" });
    });
});
