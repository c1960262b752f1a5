import { describe, expect, test } from "vitest";
import { configurationErrors, configure } from "../../../../framework/evaluate";
import { podSecurityBaseline } from "../../../../policies/pod-security-baseline";
import { podSecurityRestricted } from "../../../../policies/pod-security-restricted";

describe.each([podSecurityBaseline, podSecurityRestricted])("the key version of $name", policy => {
    test.each([
        ["v1.0", 0],
        ["1.9", 9],
        ["v1.25", 25],
        ["1.37", 37],
        ["latest", 37],
    ])("%s is minor version %i", (version, minor) => {
        expect(configure(policy, { version }).config).toMatchObject({ version: minor });
    });

    test("is the latest by default", () => {
        expect(configure(policy, {}).config).toMatchObject({ version: 37, excludeControls: [] });
    });

    test.each(["v1.38", "1.025", "v2.0", "1.25.3", "v1", "", "newest"])("%j is refused", version => {
        const configured = configure(policy, { version });
        expect(configured.config).toBeUndefined();
        expect(configurationErrors(configured)).toEqual([
            `Configuration of ${policy.name}: "version" is ${JSON.stringify(version)}: it must be one of v1.0 to v1.37, or latest.`,
        ]);
    });

    test("a control of the other profile cannot be excluded", () => {
        const other = policy === podSecurityBaseline ? "runAsUser" : "privileged";
        expect(configure(policy, { excludeControls: [other] }).problems).toEqual([
            { key: "excludeControls[0]", problem: expect.stringContaining(`is "${other}": does not match any of`) },
        ]);
    });
});
