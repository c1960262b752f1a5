import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../framework/settings";
import { dated, sectionsOf } from "../scripts/release/changelog";
import { changesBetween, schemaChange } from "../scripts/release/changes";
import { type Candidate, type Release, unannounced } from "../scripts/release/check";
import type { PackInterface, PolicyInterface, Preset } from "../scripts/release/interface";
import { candidateIn, lastRelease } from "../scripts/release/repository";
import { PACK_DIR } from "./support/build";

const KINDS: JsonSchema = { type: "array", items: { type: "string" }, default: ["Pod"], description: "Kinds." };

function policy(changes: Partial<PolicyInterface> = {}): PolicyInterface {
    return { level: "mandatory", remediates: false, configuration: { kinds: KINDS }, ...changes };
}

function pack(policies: PackInterface["policies"], presets: Record<string, Preset> = {}): PackInterface {
    return { policies, presets };
}

/** How the changes from one interface to another are told: `kind: text`. */
function told(before: PackInterface, after: PackInterface): string[] {
    return changesBetween(before, after).map(({ kind, text }) => `${kind}: ${text}`);
}

/** A schema of the key `kinds` with some of it changed. */
function withKinds(changes: JsonSchema): PolicyInterface["configuration"] {
    return { kinds: { ...KINDS, ...changes } };
}

describe("what a change of a policy is", () => {
    test.each<[string, PolicyInterface | undefined, PolicyInterface | undefined, string[]]>([
        ["nothing", policy(), policy(), []],
        ["new, disabled", undefined, policy({ level: "disabled" }), ["feature: new policy x, disabled"]],
        ["new, advisory", undefined, policy({ level: "advisory" }), ["feature: new policy x, advisory"]],
        ["new, mandatory", undefined, policy(), ["breaking: new policy x, mandatory"]],
        ["removed", policy(), undefined, ["breaking: the policy x is gone"]],
        [
            "raised to mandatory",
            policy({ level: "advisory" }),
            policy(),
            ["breaking: the level of x was advisory and is mandatory"],
        ],
        [
            "lowered from mandatory",
            policy(),
            policy({ level: "advisory" }),
            ["breaking: the level of x was mandatory and is advisory"],
        ],
        [
            "raised to advisory",
            policy({ level: "disabled" }),
            policy({ level: "advisory" }),
            ["feature: the level of x was disabled and is advisory"],
        ],
        ["that repairs now", policy(), policy({ remediates: true }), ["feature: x repairs"]],
        ["that no longer repairs", policy({ remediates: true }), policy(), ["breaking: x no longer repairs"]],
        ["with a new key", policy({ configuration: {} }), policy(), ["feature: x has a new key kinds"]],
        ["with a key less", policy(), policy({ configuration: {} }), ["breaking: x has no key kinds any more"]],
        [
            "with another default, mandatory",
            policy(),
            policy({ configuration: withKinds({ default: [] }) }),
            ['breaking: the default of x.kinds was ["Pod"] and is []'],
        ],
        [
            "with another default, advisory",
            policy({ level: "advisory" }),
            policy({ level: "advisory", configuration: withKinds({ default: [] }) }),
            ['feature: the default of x.kinds was ["Pod"] and is []'],
        ],
        [
            "described otherwise",
            policy(),
            policy({ configuration: withKinds({ description: "All kinds." }) }),
            ["fix: x.kinds is described otherwise"],
        ],
        [
            "with a key that takes less",
            policy(),
            policy({ configuration: withKinds({ items: { type: "string", enum: ["Pod"] } }) }),
            ["breaking: x.kinds no longer takes all that it took"],
        ],
        [
            "with a key that takes more",
            policy(),
            policy({ configuration: withKinds({ items: { type: ["string", "number"] } }) }),
            ["feature: x.kinds takes more"],
        ],
    ])("%s", (_, before, after, expected) => {
        expect(told(pack(before ? { x: before } : {}), pack(after ? { x: after } : {}))).toEqual(expected);
    });

    test("renamed: one is gone, one is new", () => {
        const renamed = told(pack({ x: policy({ level: "advisory" }) }), pack({ y: policy({ level: "advisory" }) }));
        expect(renamed).toEqual(["breaking: the policy x is gone", "feature: new policy y, advisory"]);
    });
});

describe("what a change of a schema is", () => {
    const OBJECT = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
    test.each<[string, unknown, unknown, string | undefined]>([
        ["none", OBJECT, { ...OBJECT }, undefined],
        ["a value more", { enum: ["a"] }, { enum: ["a", "b"] }, "feature"],
        ["a value less", { enum: ["a", "b"] }, { enum: ["a"] }, "breaking"],
        ["other values", { enum: ["a"] }, { enum: ["b"] }, "breaking"],
        ["any value instead of some", { enum: ["a"] }, {}, "feature"],
        ["some values instead of any", {}, { enum: ["a"] }, "breaking"],
        ["a type more", { type: "string" }, { type: ["number", "string"] }, "feature"],
        ["another type", { type: "string" }, { type: "number" }, "breaking"],
        ["a lower bound", { minimum: 2 }, { minimum: 1 }, "feature"],
        ["a higher bound", { minimum: 1 }, { minimum: 2 }, "breaking"],
        ["a new bound", {}, { minLength: 1 }, "breaking"],
        ["no bound", { minLength: 1 }, {}, "feature"],
        ["a field more", OBJECT, { ...OBJECT, properties: { a: { type: "string" }, b: {} } }, "feature"],
        ["a field less", OBJECT, { ...OBJECT, properties: {} }, "breaking"],
        ["a field that takes less", OBJECT, { ...OBJECT, properties: { a: { type: "number" } } }, "breaking"],
        ["a field that must be there", OBJECT, { ...OBJECT, required: ["a"] }, "breaking"],
        ["a field that may be absent", { ...OBJECT, required: ["a"] }, OBJECT, "feature"],
        ["another default in an item", { items: { default: 1 } }, { items: { default: 2 } }, "breaking"],
        ["an item that takes less", { items: { type: "string" } }, { items: { type: "number" } }, "breaking"],
        ["any other keyword", { type: "string" }, { type: "string", format: "date" }, "breaking"],
        ["the worst of several", { enum: ["a"], minimum: 1 }, { enum: ["a", "b"], minimum: 2 }, "breaking"],
        ["a description alone", { description: "a" }, { description: "b" }, "fix"],
    ])("%s", (_, before, after, expected) => {
        expect(schemaChange(before, after)).toBe(expected);
    });
});

describe("what a change of a preset is", () => {
    const strict = { x: "mandatory", y: { enforcementLevel: "advisory", kinds: [] } };
    test.each<[string, Preset | undefined, Preset | undefined, string[]]>([
        ["nothing", strict, { ...strict }, []],
        ["new", undefined, strict, ["feature: new preset strict.json"]],
        ["gone", strict, undefined, ["breaking: the preset strict.json is gone"]],
        [
            "a policy raised to mandatory",
            { x: "advisory" },
            { x: { enforcementLevel: "mandatory" } },
            ["breaking: the level of x in strict.json was advisory and is mandatory"],
        ],
        [
            "an advisory policy more",
            {},
            { x: "advisory" },
            ["feature: the level of x in strict.json was disabled and is advisory"],
        ],
        [
            "a mandatory policy more",
            {},
            { x: "mandatory" },
            ["breaking: the level of x in strict.json was disabled and is mandatory"],
        ],
        [
            "other keys of an advisory policy",
            strict,
            { ...strict, y: { enforcementLevel: "advisory" } },
            ["feature: the keys of y in strict.json are others"],
        ],
        [
            "other keys of a mandatory policy",
            strict,
            { ...strict, x: { enforcementLevel: "mandatory", kinds: [] } },
            ["breaking: the keys of x in strict.json are others"],
        ],
    ])("%s", (_, before, after, expected) => {
        const presets = (preset: Preset | undefined) => pack({}, preset && { "strict.json": preset });
        expect(told(presets(before), presets(after))).toEqual(expected);
    });
});

describe("what has to be announced", () => {
    const LAST: Release = { version: "1.2.3", interface: pack({ x: policy(), y: policy({ level: "advisory" }) }) };

    /** A candidate of this version, with these items in the newest section of its changelog. */
    function candidate(version: string, items: string[], policies: PackInterface["policies"]): Candidate {
        const changelog = [
            { version, date: undefined, items },
            { version: LAST.version, date: "2026-01-01", items: ["`z`, advisory, and `x` is gone"] },
        ];
        return { version, changelog, interface: pack(policies) };
    }

    test("nothing when nothing changed, not even another version", () => {
        expect(unannounced(LAST, candidate("1.2.3", [], LAST.interface.policies))).toEqual([]);
    });

    test("a feature: the second number, its name and level", () => {
        const policies = { ...LAST.interface.policies, z: policy({ level: "advisory" }) };
        expect(unannounced(LAST, candidate("1.2.4", ["`z`, mandatory"], policies))).toEqual([
            "The version has to be 1.3.0 or higher, as new policy z, advisory (feature).",
            "No line of CHANGELOG.md has `z` and advisory: new policy z, advisory.",
        ]);
        expect(unannounced(LAST, candidate("1.3.0", ["`z`, advisory"], policies))).toEqual([]);
        expect(unannounced(LAST, candidate("2.0.0", ["`z`, advisory"], policies))).toEqual([]);
    });

    test("a breaking change: the first number, in this section and not in an older one", () => {
        const { y } = LAST.interface.policies;
        const policies = { ...(y && { y }) };
        expect(unannounced(LAST, candidate("1.3.0", [], policies))).toEqual([
            "The version has to be 2.0.0 or higher, as the policy x is gone (breaking).",
            "No line of CHANGELOG.md has `x`: the policy x is gone.",
        ]);
        expect(unannounced(LAST, candidate("2.0.0", ["`x` is removed"], policies))).toEqual([]);
    });

    test("a fix: the third number alone", () => {
        const policies = { ...LAST.interface.policies, x: policy({ configuration: withKinds({ description: "A." }) }) };
        expect(unannounced(LAST, candidate("1.2.3", [], policies))).toEqual([
            "The version has to be 1.2.4 or higher, as x.kinds is described otherwise (fix).",
        ]);
        expect(unannounced(LAST, candidate("1.2.4", [], policies))).toEqual([]);
    });

    test("a new policy that fails deployments: in no version", () => {
        const policies = { ...LAST.interface.policies, z: policy() };
        expect(unannounced(LAST, candidate("2.0.0", ["`z`, mandatory"], policies))).toEqual([
            "Not in any version: the new policy z has to begin as advisory or disabled.",
        ]);
    });

    test("before 1.0.0 each number stands for the one before it", () => {
        const last = { ...LAST, version: "0.1.0" };
        const removed = candidate("0.1.1", ["`x` and `y` are removed"], {});
        expect(unannounced(last, removed)).toEqual([
            "The version has to be 0.2.0 or higher, as the policy x is gone (breaking).",
        ]);
        const more = { ...LAST.interface.policies, z: policy({ level: "disabled" }) };
        expect(unannounced(last, candidate("0.1.1", ["`z`, disabled until configured"], more))).toEqual([]);
    });

    test("all policies of the first version, whatever their level", () => {
        expect(unannounced(undefined, candidate("1.0.0", ["`x`, mandatory"], LAST.interface.policies))).toEqual([
            "No line of CHANGELOG.md has `y` and advisory: new policy y, advisory.",
        ]);
    });

    test("the version that the changelog begins with", () => {
        const { changelog, ...rest } = candidate("1.2.3", [], LAST.interface.policies);
        expect(unannounced(LAST, { ...rest, version: "1.2.4", changelog })).toEqual([
            "CHANGELOG.md begins with 1.2.3, package.json says 1.2.4.",
        ]);
    });
});

describe("the changelog", () => {
    const TEXT =
        "# Changelog\n\n## 0.2.0 (unreleased)\n\n### Policies\n\n- `a`, advisory:\n  it is new.\n- `b`\n\n## 0.1.0 (2026-01-02)\n\n- `c`\n";

    test("has sections with items, which may go on in the next line", () => {
        expect(sectionsOf(TEXT)).toEqual([
            { version: "0.2.0", date: undefined, items: ["`a`, advisory: it is new.", "`b`"] },
            { version: "0.1.0", date: "2026-01-02", items: ["`c`"] },
        ]);
    });

    test("with a heading of another form is refused", () => {
        expect(() => sectionsOf("## Next\n\n- `a`\n")).toThrow(
            'not "## <version> (<date>)" or "## <version> (unreleased)": ## Next',
        );
    });

    test("gets the day of a release", () => {
        expect(sectionsOf(dated(TEXT, "2026-03-04")).map(({ date }) => date)).toEqual(["2026-03-04", "2026-01-02"]);
    });
});

test("all that changed since the last release is announced, and package.json has a version for it", () => {
    expect(unannounced(lastRelease(PACK_DIR), candidateIn(PACK_DIR))).toEqual([]);
});

test("what CHANGELOG.md calls released is recorded in releases/", () => {
    const released = candidateIn(PACK_DIR).changelog.filter(({ date }) => date !== undefined);
    expect(lastRelease(PACK_DIR)?.version).toBe(released[0]?.version);
});
