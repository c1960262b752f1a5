import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Policy } from "../framework/define";
import { configSchema } from "./config-schema";
import { accessProblem } from "./input/files";
import type { Notice } from "./notice";

/** The files that `init` writes. */
const CONFIG_FILE = "guardrails.json";
const SCHEMA_FILE = "guardrails.schema.json";
const EDITOR_FILE = ".vscode/settings.json";

/**
 * Writes a configuration with every policy at its own level, the schema by which editors explain each key (JSON has no
 * comments), and settings that bring both together in Visual Studio Code. Files that are there stay as they are.
 * @returns the files that were written, and those that were there already.
 */
export function initialize(
    policies: readonly Policy[],
    folder: string,
    problems: Notice[],
): { written: string[]; kept: string[] } {
    const editor = { "json.schemas": [{ fileMatch: [`/${CONFIG_FILE}`], url: `./${SCHEMA_FILE}` }] };
    const files: Readonly<Record<string, unknown>> = {
        [CONFIG_FILE]: Object.fromEntries(policies.map(({ name, enforcementLevel }) => [name, enforcementLevel])),
        [SCHEMA_FILE]: configSchema(policies),
        [EDITOR_FILE]: editor,
    };
    const written: string[] = [];
    const kept: string[] = [];
    for (const [name, content] of Object.entries(files)) {
        const file = join(folder, name);
        if (existsSync(file)) {
            kept.push(file);
            continue;
        }
        try {
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, `${JSON.stringify(content, null, 4)}\n`);
            written.push(file);
        } catch (error) {
            problems.push({ file, text: accessProblem(error).replace("cannot be read", "cannot be written") });
        }
    }
    return { written, kept };
}
