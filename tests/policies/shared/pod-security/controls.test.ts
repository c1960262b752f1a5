import { describe, expect, test } from "vitest";
import { BASELINE_CONTROLS, RESTRICTED_CONTROLS } from "../../../../policies/shared/pod-security/controls";
import { NEWEST_MINOR } from "../../../../policies/shared/pod-security/version";
import { CONTROL_IDS, MINORS, ownPods, reportedControls, upstreamPods } from "./pods";

const BASELINE_IDS = BASELINE_CONTROLS.map(({ id }) => id);

describe("the test pods of Pod Security Admission", () => {
    const pods = upstreamPods();

    test("are there, for every version of both profiles, passing and failing", () => {
        const kinds = new Set(pods.map(({ level, minor, verdict }) => `${level} ${minor} ${verdict}`));
        expect(kinds.size).toBe(2 * 2 * (NEWEST_MINOR + 1));
        expect(pods).toHaveLength(4537);
    });

    test("get the same verdict, by the control that the test is about", () => {
        const wrong = pods.flatMap(({ pod, level, minor, verdict, name }) => {
            const reported = reportedControls(pod, level, minor);
            const control = CONTROL_IDS.find(id => id.toLowerCase() === name.replace(/\d+$/, ""));
            const isRight = verdict === "pass" ? reported.length === 0 : control && reported.includes(control);
            return isRight ? [] : [`${level} v1.${minor} ${verdict} ${name}: ${reported}`];
        });
        expect(wrong).toEqual([]);
    });

    test("fail by every control", () => {
        const failing = pods.filter(({ verdict }) => verdict === "fail").map(({ name }) => name.replace(/\d+$/, ""));
        expect([...new Set(failing)].sort()).toEqual(CONTROL_IDS.map(id => id.toLowerCase()).sort());
    });
});

describe("own pods", () => {
    const pods = ownPods();

    test.each(pods)("$name", ({ pod, forbidden }) => {
        for (const level of ["baseline", "restricted"] as const) {
            const decided = MINORS.map(minor => [`${level} v1.${minor}`, reportedControls(pod, level, minor)]);
            const expected = MINORS.map(minor => [
                `${level} v1.${minor}`,
                [...forbidden]
                    .filter(
                        ([id, minors]) => minors.includes(minor) && (level !== "baseline" || BASELINE_IDS.includes(id)),
                    )
                    .map(([id]) => id)
                    .sort(),
            ]);
            expect(decided).toEqual(expected);
        }
    });

    test("break every control, at every version that changes it", () => {
        const changes = [...BASELINE_CONTROLS, ...RESTRICTED_CONTROLS].flatMap(({ id, versions }) =>
            versions.map(({ since }) => `${id} ${since}`),
        );
        const changed = pods.flatMap(({ forbidden }) =>
            [...forbidden].flatMap(([id, minors]) => {
                const [first = 0, last = 0] = [minors[0], minors.at(-1)];
                return [`${id} ${first}`, `${id} ${last + 1}`];
            }),
        );
        expect(changes.filter(change => !changed.includes(change))).toEqual([]);
    });
});

test("the versions of each control ascend, none is newer than the newest", () => {
    for (const { id, versions } of [...BASELINE_CONTROLS, ...RESTRICTED_CONTROLS]) {
        const since = versions.map(version => version.since);
        expect({ id, since }).toEqual({ id, since: [...new Set(since)].sort((a, b) => a - b) });
        expect(since.at(-1)).toBeLessThanOrEqual(NEWEST_MINOR);
    }
});
