import type { EnforcementLevel, Policy } from "../framework/define";
import { configurationErrors, configure } from "../framework/evaluate";
import { LEVELS, levelError } from "../framework/levels";
import { suggest } from "../framework/suggest";
import { policies as ownPolicies } from "../policies";
import { type PackConfig, type PolicySettings, presets } from "./presets";

export type { PackConfig, PolicySettings };

/** What the SDK is given as a pack's initial configuration: every entry has a level. */
export type InitialConfig = Record<string, { enforcementLevel: EnforcementLevel; [key: string]: unknown }>;

/** The key that gives a level to all policies. */
const ALL = "all";
/** Names that policy configuration has for something else. */
const RESERVED = [ALL, "environments"];

/** A level and the keys beside it, as far as a configuration names them. */
interface Wish {
    readonly level?: EnforcementLevel | undefined;
    readonly keys: Readonly<Record<string, unknown>>;
}

/**
 * Works out what a pack's policies are configured with where users of the pack say nothing else: the preset, and what
 * the configuration changes in it, key by key. Policies that neither names are not in it.
 *
 * Without a level an entry would be sent as "advisory", whatever the policy's own level: each has one here, the
 * policy's own where nothing else is said.
 * Source: @pulumi/policy protoutil.js (`makeAnalyzerInfo`), where no level is the protocol's 0.
 *
 * @param problems gets a sentence for each mistake: names that are no policy's, levels that are none, wrong values.
 */
export function initialConfig(
    policies: readonly Policy[],
    preset: string | undefined,
    config: PackConfig,
    problems: string[],
): InitialConfig {
    if (policies.length === 0) problems.push("It has no policies, list some.");
    checkNames(policies, problems);
    const presetWishes = wishesOfPreset(preset, problems);
    const wishes = new WishReader(policies, problems).read(config);
    const entries = policies.flatMap(policy => {
        const base = ownPolicies.includes(policy) ? presetWishes(policy) : undefined;
        const own = wishes.get(policy.name) ?? wishes.get(ALL);
        if (!base && !own) return [];
        const keys = { ...base?.keys, ...own?.keys };
        problems.push(...configurationErrors(configure(policy, keys)));
        const level = own?.level ?? wishes.get(ALL)?.level ?? base?.level ?? policy.enforcementLevel;
        return [[policy.name, { ...keys, enforcementLevel: level }] as const];
    });
    return Object.fromEntries(entries);
}

/** Pulumi finds configuration by name, so each policy must have one of its own. */
function checkNames(policies: readonly Policy[], problems: string[]): void {
    const seen = new Set<string>();
    for (const { name } of policies) {
        if (seen.has(name)) problems.push(`There are two policies ${JSON.stringify(name)}, give one another name.`);
        if (RESERVED.includes(name)) {
            problems.push(`No policy can be called ${JSON.stringify(name)}, which has a meaning in configuration.`);
        }
        seen.add(name);
    }
}

/** A preset says nothing of policies of other packages: its `all` is not for them either. */
function wishesOfPreset(name: string | undefined, problems: string[]): (policy: Policy) => Wish | undefined {
    if (name === undefined) return () => undefined;
    if (!Object.hasOwn(presets, name)) {
        const names = Object.keys(presets).map(known => JSON.stringify(known));
        problems.push(`There is no preset ${JSON.stringify(name)}, the presets are ${names.join(", ")}.`);
        return () => undefined;
    }
    const wishes = new WishReader(ownPolicies, problems).read(presets[name as keyof typeof presets]);
    return policy => wishes.get(policy.name) ?? wishes.get(ALL);
}

class WishReader {
    constructor(
        private readonly policies: readonly Policy[],
        private readonly problems: string[],
    ) {}

    /** Wishes by the name of the policy, or `all`. */
    read(config: PackConfig): Map<string, Wish> {
        return new Map(
            Object.entries(config)
                .filter(([name]) => this.isKnown(name))
                .map(([name, settings]) => [name, this.wish(name, settings)]),
        );
    }

    private isKnown(name: string): boolean {
        if (name === ALL || this.policies.some(policy => policy.name === name)) return true;
        this.problems.push(`Configuration of ${name}: ${this.whyUnknown(name)}`);
        return false;
    }

    private whyUnknown(name: string): string {
        if (name === "environments") return "only Pulumi reads it. Set it in the policy group or with the pack.";
        if (ownPolicies.some(policy => policy.name === name)) {
            return "the pack does not have this policy. Add it to the pack's policies or remove this entry.";
        }
        const nearest = suggest(
            name,
            this.policies.map(policy => policy.name),
        );
        return nearest
            ? `there is no policy of this name. Did you mean "${nearest}"?`
            : "there is no policy of this name in the pack, take this entry out.";
    }

    private wish(name: string, settings: unknown): Wish {
        if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
            return { level: this.level(name, settings), keys: {} };
        }
        const { enforcementLevel, ...keys } = Object.fromEntries(
            Object.entries(settings).filter(([, value]) => value !== undefined),
        );
        if (name === ALL) {
            for (const key of Object.keys(keys)) {
                this.problems.push(
                    `Configuration of all: ${JSON.stringify(key)} cannot be set for all policies at once, only "enforcementLevel" can.`,
                );
            }
            return { level: this.level(name, enforcementLevel), keys: {} };
        }
        return { level: enforcementLevel === undefined ? undefined : this.level(name, enforcementLevel), keys };
    }

    private level(name: string, value: unknown): EnforcementLevel | undefined {
        const level = LEVELS.find(known => known === value);
        if (!level) this.problems.push(levelError(name, value));
        return level;
    }
}
