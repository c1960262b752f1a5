import advisory from "../config/advisory.json";
import cis112 from "../config/cis-1.12.json";
import production from "../config/production.json";
import recommended from "../config/recommended.json";
import type { EnforcementLevel } from "../framework/define";

/** What a pack's configuration says of one policy: its level, or its level and its keys. */
export type PolicySettings =
    | EnforcementLevel
    | { readonly enforcementLevel?: EnforcementLevel; readonly [key: string]: unknown };

/**
 * Levels and configuration of policies by name, as in a file for `--policy-pack-config`. `all` is the level of those
 * that are not named.
 */
export type PackConfig = Readonly<Record<string, PolicySettings>>;

/** The names of the presets: those of the files in `config/`. */
export type PresetName = "recommended" | "advisory" | "production" | "cis-1.12";

/** Configurations of this package's policies, as `config/README.md` describes them. */
export const presets = {
    recommended,
    advisory,
    production,
    "cis-1.12": cis112,
} as Readonly<Record<PresetName, PackConfig>>;
