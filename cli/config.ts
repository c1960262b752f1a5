import { readFileSync } from "node:fs";
import type { EnforcementLevel, Policy } from "../framework/define";
import { configurationErrors, configure } from "../framework/evaluate";
import { LEVELS, levelError } from "../framework/levels";
import { suggest } from "../framework/suggest";
import type { ActivePolicy } from "../hosts/in-process";
import type { Step } from "../model/value";
import { type Fields, isFields } from "./fields";
import { accessProblem } from "./input/files";
import { parseJson } from "./input/json";
import { Locator } from "./input/yaml";
import { type Notice, SyntaxProblem } from "./notice";

/**
 * The keys of the file that are no policies: `all` gives all policies a level, `environments` names Pulumi ESC
 * environments, which only Pulumi can open.
 */
const RESERVED = ["all", "environments"];

/** What a user wants of one policy. */
interface Wish {
    readonly level?: EnforcementLevel;
    readonly config: Fields;
}

const NO_WISH: Wish = { config: {} };

/**
 * Policies as a policy configuration file wants them, the same file that Pulumi takes as `--policy-pack-config`:
 * a JSON object of `"policy": "level"` or `"policy": {"enforcementLevel": "level", "key": value}`. Where Pulumi ignores
 * what it does not know, this is a problem.
 *
 * Source: pulumi/pulumi pkg/resource/analyzer/config.go (`parsePolicyPackConfig`, `ReconcilePolicyPackConfig`).
 * @param file undefined for the policies as they are.
 * @param problems gets what is wrong in the file.
 */
export function configuredPolicies(
    policies: readonly Policy[],
    file: string | undefined,
    problems: Notice[],
): ActivePolicy[] {
    const reader = new ConfigReader(policies, file ?? "", problems);
    const values = file === undefined ? {} : reader.readFile();
    const all = reader.levelOfAll(values.all);
    reader.checkEnvironments(values.environments);
    const wishes = new Map(
        Object.entries(values)
            .filter(([key]) => !RESERVED.includes(key))
            .map(([name, value]) => [name, reader.readWish(name, value)]),
    );
    return policies.map(policy => {
        const wish = wishes.get(policy.name) ?? NO_WISH;
        const configured = configure(policy, wish.config);
        for (const [index, text] of configurationErrors(configured).entries()) {
            const key = configured.problems[index]?.key.split(/[.[]/, 1)[0] ?? "";
            reader.report([policy.name, key], text);
        }
        return { ...configured, level: wish.level ?? all ?? policy.enforcementLevel };
    });
}

/** An escape in JSON: a pair of surrogates, half a pair, any other character. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/g;

/**
 * JSON without halves of characters, which are no text: Pulumi's parser takes the replacement character for them.
 *
 * Source: Go's encoding/json (`unquoteBytes`).
 */
function wellFormed(json: string): string {
    return json.replace(ESCAPE, (written, half?: string) => (half === undefined ? written : "\\ufffd"));
}

class ConfigReader {
    private text = "";

    constructor(
        private readonly policies: readonly Policy[],
        private readonly file: string,
        private readonly problems: Notice[],
    ) {}

    readFile(): Fields {
        try {
            this.text = readFileSync(this.file, "utf8").replace(/^\uFEFF/, "");
            // Pulumi takes an empty file for an empty object.
            const values = this.text.trim() === "" ? {} : parseJson(wellFormed(this.text));
            if (isFields(values)) return values;
            this.problems.push({
                file: this.file,
                text: 'not a JSON object. Write {"<policy>": "<level>"} or {"<policy>": {"<key>": <value>}}.',
            });
        } catch (error) {
            this.problems.push(
                error instanceof SyntaxProblem
                    ? { file: this.file, line: error.line, column: error.column, text: error.reason }
                    : { file: this.file, text: accessProblem(error) },
            );
        }
        return {};
    }

    levelOfAll(value: unknown): EnforcementLevel | undefined {
        if (value === undefined) return undefined;
        const level = isFields(value) ? value.enforcementLevel : value;
        const others = isFields(value) ? Object.keys(value).filter(key => key !== "enforcementLevel") : [];
        for (const key of others) {
            this.report(
                ["all", key],
                `Configuration of all: ${JSON.stringify(key)} cannot be set for all policies at once, only "enforcementLevel" can.`,
            );
        }
        return this.level("all", level, isFields(value) ? ["all", "enforcementLevel"] : ["all"]);
    }

    checkEnvironments(value: unknown): void {
        if (value === undefined) return;
        if (Array.isArray(value) && value.every(name => typeof name === "string")) return;
        this.report(["environments"], '"environments" must be a list of names of Pulumi ESC environments.');
    }

    readWish(name: string, value: unknown): Wish {
        if (!this.policies.some(policy => policy.name === name)) {
            this.report([name], `There is no policy ${JSON.stringify(name)}${this.suggestion(name)}`);
            return NO_WISH;
        }
        if (!isFields(value)) {
            const level = this.level(name, value, [name]);
            return level ? { level, config: {} } : NO_WISH;
        }
        const { enforcementLevel, ...config } = value;
        if (enforcementLevel === undefined) return { config };
        const level = this.level(name, enforcementLevel, [name, "enforcementLevel"]);
        return level ? { level, config } : { config };
    }

    private level(name: string, value: unknown, path: readonly Step[]): EnforcementLevel | undefined {
        const level = LEVELS.find(known => known === value);
        if (!level) this.report(path, levelError(name, value));
        return level;
    }

    private suggestion(name: string): string {
        const names = [...this.policies.map(policy => policy.name), ...RESERVED];
        const nearest = suggest(name, names);
        return nearest ? `. Did you mean "${nearest}"?` : ". policies/README.md lists them all.";
    }

    /** Reports a problem at the line of the key that it is about. */
    report(path: readonly Step[], text: string): void {
        this.problems.push({ file: this.file, ...new Locator(this.text).positionOf(path), text });
    }
}
