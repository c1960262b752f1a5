import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as library from "../library";
import { createPolicyPack, definePolicy, flag, type PackOptions, type Policy, policies, without } from "../library";
import { builtPack, PACK_DIR } from "./support/build";

/** Stands in for the SDK's class: keeps what it was given. */
class FakePack {
    readonly policies: readonly { readonly name: string; readonly enforcementLevel: string }[];

    constructor(
        readonly name: string,
        readonly args: { policies: never[]; [option: string]: unknown },
        readonly config?: Record<string, unknown>,
    ) {
        this.policies = args.policies;
    }
}

const companyPolicy = definePolicy({
    name: "acme-owner",
    category: "metadata",
    description: "Require an owner.",
    why: "Somebody must be called.",
    url: "https://example.com/owners",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "1.0.0",
    remediationSteps: "Name the owner.",
    whenNotToUse: "Never.",
    config: { strict: flag(false, "Whether to be strict.") },
    messages: { missing: () => ({ what: "there is no owner", fix: "name one" }) },
    checkObject() {},
});

function pack(options: Partial<PackOptions>): FakePack {
    return createPolicyPack(FakePack, { name: "acme", policies: [...policies, companyPolicy], ...options });
}

/** The policies' own levels, by name. */
function levels(list: readonly Policy[]): Record<string, string> {
    return Object.fromEntries(list.map(({ name, enforcementLevel }) => [name, enforcementLevel]));
}

/** The levels that are in force in a pack of which its users configure nothing. */
function levelsIn({ policies, config = {} }: FakePack): Record<string, string> {
    return Object.fromEntries(
        policies.map(({ name, enforcementLevel }) => {
            const entry = config[name] as { enforcementLevel: string } | undefined;
            return [name, entry ? entry.enforcementLevel : enforcementLevel];
        }),
    );
}

describe("createPolicyPack", () => {
    test("hands the SDK the pack's policies and description", () => {
        const { name, args, config } = pack({ displayName: "Acme", tags: ["acme"], policies: [companyPolicy] });
        expect({ name, ...args, policies: args.policies.length, config }).toEqual({
            name: "acme",
            displayName: "Acme",
            provider: "kubernetes",
            tags: ["acme"],
            policies: 1,
            config: {},
        });
    });

    test("leaves every policy its own level when nothing is configured", () => {
        expect(levelsIn(pack({}))).toEqual(levels([...policies, companyPolicy]));
    });

    test("leaves a policy its own level when only its keys are configured", () => {
        const { config } = pack({ config: { "no-naked-pods": { kinds: ["Pod", "ReplicaSet"] }, "acme-owner": {} } });
        expect(config).toEqual({
            "no-naked-pods": { enforcementLevel: "mandatory", kinds: ["Pod", "ReplicaSet"] },
            "acme-owner": { enforcementLevel: "mandatory" },
        });
    });

    test("changes levels, with and without keys", () => {
        const { config } = pack({
            config: {
                "no-naked-pods": "advisory",
                "acme-owner": { enforcementLevel: "disabled", strict: true },
                "job-lifecycle": { environments: undefined },
            },
        });
        expect(config).toEqual({
            "no-naked-pods": { enforcementLevel: "advisory" },
            "acme-owner": { enforcementLevel: "disabled", strict: true },
            "job-lifecycle": { enforcementLevel: "advisory" },
        });
    });

    test("gives all policies but the named ones a level", () => {
        const own = [companyPolicy, ...policies.filter(({ name }) => ["no-naked-pods", "valid-labels"].includes(name))];
        const config = { all: "advisory", "valid-labels": "mandatory", "acme-owner": { strict: true } } as const;
        expect(pack({ policies: own, config }).config).toEqual({
            "acme-owner": { enforcementLevel: "advisory", strict: true },
            "no-naked-pods": { enforcementLevel: "advisory" },
            "valid-labels": { enforcementLevel: "mandatory" },
        });
    });

    test.each(["recommended", "advisory", "production", "cis-1.12"] as const)("begins with the preset %s", preset => {
        const file = JSON.parse(readFileSync(join(PACK_DIR, "config", `${preset}.json`), "utf8"));
        const expected = Object.entries({ ...levels(policies), "acme-owner": "mandatory" }).map(([name, level]) => {
            const inPreset = file[name] ?? (name === "acme-owner" ? undefined : file.all);
            return [name, inPreset?.enforcementLevel ?? inPreset ?? level];
        });
        expect(levelsIn(pack({ preset }))).toEqual(Object.fromEntries(expected));
    });

    test("changes single keys of a preset", () => {
        const { config = {} } = pack({
            preset: "production",
            config: { "no-mutable-image-tags": { forbidden: ["latest", "main"] }, "no-unstable-apis": "advisory" },
        });
        expect([config["no-mutable-image-tags"], config["no-unstable-apis"]]).toEqual([
            { enforcementLevel: "mandatory", requireDigest: true, forbidden: ["latest", "main"] },
            { enforcementLevel: "advisory", beta: true },
        ]);
    });

    test("takes a preset for a pack without some of its policies", () => {
        const left = without(policies, "no-naked-pods");
        expect(levelsIn(pack({ preset: "advisory", policies: left }))).not.toHaveProperty("no-naked-pods");
    });

    test.each<[string, Partial<PackOptions> | object, string]>([
        [
            "a policy that does not exist",
            { config: { "no-naked-pod": "advisory" } },
            'Configuration of no-naked-pod: there is no policy of this name. Did you mean "no-naked-pods"?',
        ],
        [
            "a name that is like no other",
            { config: { zzzzzzzzzzzzzzzz: "advisory" } },
            "Configuration of zzzzzzzzzzzzzzzz: there is no policy of this name in the pack, take this entry out.",
        ],
        [
            "a policy that was left out",
            { policies: [companyPolicy], config: { "no-naked-pods": "advisory" } },
            "Configuration of no-naked-pods: the pack does not have this policy. Add it to the pack's policies or remove this entry.",
        ],
        [
            "a level that does not exist",
            { config: { "no-naked-pods": "mandatry" } },
            'Configuration of no-naked-pods: "enforcementLevel" is "mandatry", it must be "advisory", "mandatory", "remediate" or "disabled".',
        ],
        [
            "a level that does not exist, beside keys",
            { config: { "acme-owner": { enforcementLevel: null } } },
            'Configuration of acme-owner: "enforcementLevel" is null, it must be "advisory", "mandatory", "remediate" or "disabled".',
        ],
        [
            "an unknown key",
            { config: { "acme-owner": { strikt: true } } },
            'Configuration of acme-owner: "strikt" is not a key of this policy; the keys are annotationExemptions, environments, exempt, strict.',
        ],
        [
            "a wrong value",
            { config: { "acme-owner": { strict: "yes" } } },
            'Configuration of acme-owner: "strict" is "yes": type "string" is invalid. Expected "boolean".',
        ],
        [
            "keys for all policies",
            { config: { all: { enforcementLevel: "advisory", strict: true } } },
            'Configuration of all: "strict" cannot be set for all policies at once, only "enforcementLevel" can.',
        ],
        [
            "what only Pulumi reads",
            { config: { environments: "prod" } },
            "Configuration of environments: only Pulumi reads it. Set it in the policy group or with the pack.",
        ],
        [
            "a preset that does not exist",
            { preset: "prod" },
            'There is no preset "prod", the presets are "recommended", "advisory", "production", "cis-1.12".',
        ],
        [
            "two policies of one name",
            { policies: [companyPolicy, { ...companyPolicy }] },
            'There are two policies "acme-owner", give one another name.',
        ],
        [
            "a reserved name",
            { policies: [{ ...companyPolicy, name: "all" }] },
            'No policy can be called "all", which has a meaning in configuration.',
        ],
        ["no policies", { policies: [] }, "It has no policies, list some."],
    ])("refuses %s", (_, options, problem) => {
        expect(() => pack(options)).toThrow(new Error(`The policy pack acme cannot be made.\n${problem}`));
    });

    test("tells all mistakes at once", () => {
        const config = { "no-naked-pod": "advisory", "valid-labels": "off" } as never;
        expect(() => pack({ preset: "cis" as never, config })).toThrow(
            /^The .*\nThere is .*\n.*pod: .*\n.*labels: .*$/,
        );
    });
});

describe("without", () => {
    test("leaves policies out", () => {
        const names = without(policies, "valid-labels", "no-naked-pods").map(({ name }) => name);
        const all = policies.map(({ name }) => name);
        expect(names).toEqual(all.filter(name => name !== "valid-labels" && name !== "no-naked-pods"));
    });

    test("refuses the name of no policy", () => {
        expect(() => without(policies, "valid-label")).toThrow(
            new Error('There is no policy "valid-label" to leave out. Did you mean "valid-labels"?'),
        );
        expect(() => without([], "valid-labels")).toThrow(new Error('There is no policy "valid-labels" to leave out.'));
    });
});

describe("the package", () => {
    /** Runs a program in the folder of an installed package: Node finds the package by its own name there. */
    async function run(program: string): Promise<unknown> {
        const args = ["--input-type=commonjs", "--eval", `${program};console.log(JSON.stringify(result))`];
        return JSON.parse(execFileSync(process.execPath, args, { cwd: await builtPack(), encoding: "utf8" }));
    }

    test("exports the library, which loads nothing and makes no pack", async () => {
        const result = await run(`
            const library = require("kubernetes-guardrails/policies");
            const loaded = Object.keys(require.cache).map(file => require("path").relative(process.cwd(), file));
            const result = { names: Object.keys(library).sort(), loaded }`);
        expect(result).toMatchObject({ names: Object.keys(library).sort(), loaded: ["dist/policies.js"] });
    });

    test("exports its names to ES modules too", async () => {
        const program = `import * as library from "kubernetes-guardrails/policies";
            console.log(JSON.stringify(Object.keys(library).filter(name => !["default", "module.exports"].includes(name)).sort()));`;
        const args = ["--input-type=module", "--eval", program];
        const output = execFileSync(process.execPath, args, { cwd: await builtPack(), encoding: "utf8" });
        expect(JSON.parse(output)).toEqual(Object.keys(library).sort());
    });

    test("exports the pack, its presets and its own package.json", async () => {
        const result = await run(`
            const production = require("kubernetes-guardrails/config/production.json");
            const { name } = require("kubernetes-guardrails/package.json");
            const pack = require("path").relative(process.cwd(), require.resolve("kubernetes-guardrails"));
            const result = { production, name, pack }`);
        expect(result).toEqual({
            production: library.presets.production,
            name: "kubernetes-guardrails",
            pack: "dist/index.js",
        });
    });
});
