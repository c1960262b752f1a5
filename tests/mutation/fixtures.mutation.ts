import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { policies } from "../../policies";
import { expectedInCheck, runInCheck } from "../support/check-host";
import { FIXTURES_DIR, parseFixture } from "../support/fixtures";

// The fixtures once more, as fast as they get: a run for a mutant reads only the files that reach it, and starts no
// process and no SDK.
for (const policy of policies) {
    describe(policy.name, () => {
        test.each(readdirSync(join(FIXTURES_DIR, policy.name)))("%s", file => {
            const { fixture } = parseFixture(policy, file, readFileSync(join(FIXTURES_DIR, policy.name, file), "utf8"));
            expect(runInCheck(fixture)).toEqual(expectedInCheck(fixture));
        });

        test("compliant", () => {
            if (policy.enforcementLevel === "disabled") return;
            const text = "base: { file: compliant, whole: true }";
            const { fixture } = parseFixture(policy, "pass-compliant.yaml", text);
            expect(runInCheck(fixture)).toEqual(expectedInCheck(fixture));
        });
    });
}
