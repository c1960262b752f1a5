import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnforcementLevel, Policy } from "../../framework/define";
import { type JsonSchema, schemasOf } from "../../framework/settings";

/** What users rely on of one policy besides what it decides. */
export interface PolicyInterface {
    readonly level: EnforcementLevel;
    /** Whether it repairs at the level `remediate`. */
    readonly remediates: boolean;
    /** JSON schemas by key. */
    readonly configuration: Readonly<Record<string, JsonSchema>>;
}

/** A preset: what it says of each policy, as in the configuration. */
export type Preset = Readonly<Record<string, unknown>>;

/** All that a configuration can name: what a release promises, and the next one is compared with. */
export interface PackInterface {
    readonly policies: Readonly<Record<string, PolicyInterface>>;
    /** By the name of the file. */
    readonly presets: Readonly<Record<string, Preset>>;
}

/**
 * The interface of policies and presets.
 * @param presetFolder folder of the presets.
 * @throws the error of the file system, or of a preset that is not JSON.
 */
export function interfaceOf(policies: readonly Policy[], presetFolder: string): PackInterface {
    return {
        policies: Object.fromEntries(
            policies.map(({ name, enforcementLevel, settings, definition }) => [
                name,
                {
                    level: enforcementLevel,
                    remediates: definition.remediate !== undefined,
                    configuration: schemasOf(settings),
                },
            ]),
        ),
        presets: Object.fromEntries(
            readdirSync(presetFolder)
                .filter(file => file.endsWith(".json"))
                .sort()
                .map(file => [file, JSON.parse(readFileSync(join(presetFolder, file), "utf8"))]),
        ),
    };
}
