import advisory from "../config/advisory.json";
import cis112 from "../config/cis-1.12.json";
import production from "../config/production.json";
import recommended from "../config/recommended.json";
import type { PackConfig } from "./pack-config";

/** The names of the presets: those of the files in `config/`. */
export type PresetName = "recommended" | "advisory" | "production" | "cis-1.12";

/** Configurations of this package's policies, as `config/README.md` describes them. */
export const presets = {
    recommended,
    advisory,
    production,
    "cis-1.12": cis112,
} as Readonly<Record<PresetName, PackConfig>>;
