import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policies } from "../../policies";
import { productionClusterIsolation } from "../../policies/production-cluster-isolation";
import { expectedViolations, runInCheck } from "../support/check-host";
import { loadFixtures } from "../support/fixtures";
import { runBesideOthers, runInSdk } from "../support/hosts";

const { fixtures } = loadFixtures([productionClusterIsolation]);

describe("in whatever order the resources arrive, alone and beside all other policies", () => {
    test.each(fixtures)("$name", async fixture => {
        const { resources } = fixture;
        const violations = expectedViolations(fixture);
        const orders = fc.shuffledSubarray([...resources], { minLength: resources.length });
        await fc.assert(
            fc.asyncProperty(orders, async shuffled => {
                const one = { ...fixture, resources: shuffled };
                expect(runInCheck(one).violations).toEqual(violations);
                expect((await runInSdk(one)).violations).toEqual(violations);
            }),
            { numRuns: 4 },
        );
        const backwards = { ...fixture, resources: resources.toReversed() };
        expect((await runBesideOthers(backwards, policies)).outcome.violations).toEqual(violations);
    });
});
