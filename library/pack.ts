import type { EnforcementLevel, Policy } from "../framework/define";
import { suggest } from "../framework/suggest";
import * as host from "../hosts/pulumi";
import { PolicyPack as OwnPolicyPack } from "../hosts/server/pack";
import { initialConfig, type PackConfig } from "./pack-config";
import type { PresetName } from "./presets";

export { OwnPolicyPack as PolicyPack };

/** What a policy pack is made of. */
export interface PackOptions {
    /** Up to 100 letters, digits, `-`, `_` and `.`; organizations know the pack by it. */
    readonly name: string;
    /** Policies of this package and others of `definePolicy`, each name once. */
    readonly policies: readonly Policy[];
    /** The levels and configuration that this package's policies begin with; their own where there is no preset. */
    readonly preset?: PresetName | undefined;
    /**
     * What is different from that. Users of the pack can still change it, by `--policy-pack-config` or in Pulumi Cloud.
     */
    readonly config?: PackConfig | undefined;
    /** Name for people. */
    readonly displayName?: string | undefined;
    readonly description?: string | undefined;
    readonly readme?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    /** URL of the pack's sources. */
    readonly repository?: string | undefined;
    /** The pack's version, where its folder has no package.json to say so: in an executable. */
    readonly version?: string | undefined;
}

/** The class `PolicyPack` of `@pulumi/policy`, of whatever version, or that of this package: as far as a pack needs it. */
export type PolicyPackClass<Pack> = new (
    name: string,
    args: { policies: never[]; [option: string]: unknown },
    initialConfig?: Record<string, never>,
) => Pack;

/**
 * A policy in the form of the SDK. Its declarations are not named here, so that they need not be there to read these.
 */
export interface SdkPolicy {
    readonly name: string;
    readonly description: string;
    readonly enforcementLevel: EnforcementLevel;
    // biome-ignore lint/suspicious/noExplicitAny: what the SDK expects there is known only where it is.
    readonly [property: string]: any;
}

/**
 * Policies in the form of the SDK, for a pack that constructs its own `PolicyPack`, beside other policies of the SDK. All
 * of this package's kind in one call: what they know of a resource they share.
 */
export function pulumiPolicies(policies: readonly Policy[]): SdkPolicy[] {
    return host.pulumiPolicies(policies) as SdkPolicy[];
}

/**
 * Makes a policy pack, which begins to serve: a module does this once, when it is loaded.
 *
 * @param PolicyPack the class of this package, which costs least, or that of the pack's own `@pulumi/policy`, of whatever
 * version: this package loads none.
 * @throws Error that lists all mistakes: names of policies that do not exist, levels and values that they do not take.
 */
export function createPolicyPack<Pack>(PolicyPack: PolicyPackClass<Pack>, options: PackOptions): Pack {
    const { name, policies, preset, config = {}, tags = [], ...info } = options;
    const problems: string[] = [];
    const initial = initialConfig(policies, preset, config, problems);
    if (problems.length > 0) {
        throw new Error(`The policy pack ${name} cannot be made.\n${problems.join("\n")}`);
    }
    return new PolicyPack(
        name,
        {
            ...info,
            provider: "kubernetes",
            tags: [...tags],
            // The pack's own server takes policies as they are.
            policies: ((PolicyPack as unknown) === OwnPolicyPack ? policies : host.pulumiPolicies(policies)) as never[],
        },
        initial as Record<string, never>,
    );
}

/**
 * Policies but some.
 * @throws Error when one of the names is no policy's.
 */
export function without(policies: readonly Policy[], ...names: readonly string[]): Policy[] {
    for (const name of names) {
        if (policies.some(policy => policy.name === name)) continue;
        const nearest = suggest(
            name,
            policies.map(policy => policy.name),
        );
        throw new Error(
            `There is no policy ${JSON.stringify(name)} to leave out${nearest ? `. Did you mean "${nearest}"?` : "."}`,
        );
    }
    return policies.filter(policy => !names.includes(policy.name));
}
