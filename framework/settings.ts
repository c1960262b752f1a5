import type { OutputUnit, Schema } from "@cfworker/json-schema";
import { format, Validator } from "@cfworker/json-schema";
import { Glob, Globs } from "../model/glob";
import { Quantity } from "../model/quantity";
import { compareText } from "../model/text";

/** A part of a JSON schema (draft 7), as Pulumi takes it for policy configuration. */
export type JsonSchema = Record<string, unknown>;

/** What is wrong in a policy's configuration: where, and what to write instead. */
export interface ConfigProblem {
    /** The key, with those it lies in: `labels.team.pattern`. */
    readonly key: string;
    readonly problem: string;
}

/** A value of the configuration: the schema it must fulfil, and what policies read. */
export interface Setting<T> {
    readonly schema: JsonSchema;
    /** Turns a value that fulfils the schema into what policies read; tells what no schema can. */
    parse(raw: unknown, key: string, problems: ConfigProblem[]): T;
}

/** The settings of a policy by key. Every schema has a default and a description. */
export type Settings = Record<string, Setting<unknown>>;

/** What policies read of their settings. */
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

function plain<T>(schema: JsonSchema): Setting<T> {
    return { schema, parse: raw => raw as T };
}

/** A switch. */
export function flag(byDefault: boolean, description: string): Setting<boolean> {
    return plain({ type: "boolean", default: byDefault, description });
}

/** A whole number, of at least `minimum`. */
export function integer(byDefault: number, minimum: number, description: string): Setting<number> {
    return plain({ type: "integer", minimum, default: byDefault, description });
}

/** A whole number that may be left out, of at least `minimum`. */
export function optionalInteger(minimum: number, description: string): Setting<number> {
    return plain({ type: "integer", minimum, description });
}

/** A list of whole numbers, each of at least `minimum`. */
export function integers(
    byDefault: readonly number[],
    minimum: number,
    description: string,
): Setting<readonly number[]> {
    return plain({ type: "array", items: { type: "integer", minimum }, default: byDefault, description });
}

/** One of some texts. */
export function choice<const T extends string>(values: readonly T[], byDefault: T, description: string): Setting<T> {
    return plain({ type: "string", enum: values, default: byDefault, description });
}

/** A list of texts; with `values` only these. */
export function texts(
    byDefault: readonly string[],
    description: string,
    values?: readonly string[],
): Setting<readonly string[]> {
    const items = values ? { type: "string", enum: values } : { type: "string", minLength: 1 };
    return plain({ type: "array", items, default: byDefault, description });
}

/**
 * A list of globs (`*` any characters, `?` one), of which one must match.
 * @param problemOf why a glob cannot be meant, as half a sentence: `it matches no image`.
 */
export function globs(
    byDefault: readonly string[],
    description: string,
    problemOf: (glob: Glob) => string | undefined = () => undefined,
): Setting<Globs> {
    return {
        schema: { type: "array", items: { type: "string", minLength: 1 }, default: byDefault, description },
        parse(raw, key, problems) {
            const parsed = new Globs(raw as string[]);
            for (const [index, glob] of parsed.globs.entries()) {
                const problem = problemOf(glob);
                if (problem)
                    problems.push({
                        key: `${key}[${index}]`,
                        problem: `is ${JSON.stringify(glob.source)}: ${problem}`,
                    });
            }
            return parsed;
        },
    };
}

/** An amount of a resource as Kubernetes writes it, or a number; not negative. */
export function quantity(description: string): Setting<Quantity> {
    return {
        schema: { type: ["string", "number"], description },
        parse(raw, key, problems) {
            const parsed = Quantity.parse(raw);
            if (parsed && !parsed.isNegative) return parsed;
            const problem = `is ${JSON.stringify(raw)}: it must be a quantity such as 500m, 2 or 1.5Gi, not below 0`;
            problems.push({ key, problem });
            return Quantity.ZERO;
        },
    };
}

/** An amount that may be left out: empty text stands for none. */
export function optionalQuantity(description: string): Setting<Quantity | undefined> {
    const amount = quantity(description);
    return {
        schema: { ...amount.schema, default: "" },
        parse: (raw, key, problems) => (raw === "" ? undefined : amount.parse(raw, key, problems)),
    };
}

/** One text. */
export function text(description: string): Setting<string> {
    return plain({ type: "string", minLength: 1, description });
}

/** A date without a time, kept as `YYYY-MM-DD`. */
export function date(description: string): Setting<string> {
    return plain({ type: "string", format: "date", description });
}

/** A whole-value regular expression. */
export interface Pattern {
    readonly source: string;
    /** Whether all of the value matches, in time linear in its length. */
    matches(value: string): boolean;
}

/** A regular expression in RE2 syntax (as Go, kyverno and gatekeeper have it), which cannot be made to hang. */
export function pattern(description: string): Setting<Pattern> {
    return {
        schema: { type: "string", format: "regex", description },
        parse(raw, key, problems) {
            const source = raw as string;
            try {
                // Loaded only when a pattern is configured: it would take a twentieth of the pack's boot.
                const { RE2JS } = require("re2js") as typeof import("re2js");
                const compiled = RE2JS.compile(source);
                return { source, matches: value => compiled.matches(value) };
            } catch (error) {
                const reason = (error instanceof Error ? error.message : String(error)).replace(/^.*?: /, "");
                problems.push({ key, problem: `is not a regular expression (${reason}): ${JSON.stringify(source)}` });
                return { source, matches: () => true };
            }
        },
    };
}

/** A map from any key to values of one form. */
export function mapOf<T>(
    item: Setting<T>,
    byDefault: Record<string, unknown>,
    description: string,
): Setting<ReadonlyMap<string, T>> {
    return {
        schema: { type: "object", additionalProperties: item.schema, default: byDefault, description },
        parse: (raw, key, problems) =>
            new Map(
                Object.entries(raw as object).map(([name, value]) => [
                    name,
                    item.parse(value, `${key}.${name}`, problems),
                ]),
            ),
    };
}

/**
 * A map from globs to texts, in the order in which they count: the most specific first, that with the most characters
 * besides `*`. The engine hands over no order of keys.
 */
export function globMap(description: string): Setting<readonly (readonly [Glob, string])[]> {
    const specificity = (glob: string) => glob.replaceAll("*", "").length;
    return {
        schema: {
            type: "object",
            additionalProperties: { type: "string", minLength: 1 },
            default: {},
            description: `${description} Where several match, the most specific counts.`,
        },
        parse: raw =>
            Object.entries(raw as Record<string, string>)
                .sort(([one], [other]) => specificity(other) - specificity(one) || compareText(one, other))
                .map(([glob, value]) => [new Glob(glob), value]),
    };
}

/** A list of values of one form. */
export function listOf<T>(item: Setting<T>, description: string): Setting<readonly T[]> {
    return {
        schema: { type: "array", items: item.schema, default: [], description },
        parse: (raw, key, problems) =>
            (raw as unknown[]).map((value, index) => item.parse(value, `${key}[${index}]`, problems)),
    };
}

/** What an object with these fields gives policies: optional ones may be absent. */
type FieldsOf<S extends Settings, R extends keyof S> = {
    readonly [K in R]: S[K] extends Setting<infer T> ? T : never;
} & { readonly [K in Exclude<keyof S, R>]?: S[K] extends Setting<infer T> ? T : never };

/** An object with these fields and no others. */
export function fields<S extends Settings, R extends keyof S & string = never>(
    properties: S,
    required: readonly R[] = [],
): Setting<FieldsOf<S, R>> {
    return {
        schema: {
            type: "object",
            properties: schemasOf(properties),
            ...(required.length > 0 && { required }),
            additionalProperties: false,
        },
        parse: (raw, key, problems) =>
            parseFields(properties, raw as Record<string, unknown>, `${key}.`, problems) as FieldsOf<S, R>,
    };
}

/** A setting as a key of a policy: what it is where nothing is said, and what it is for. */
export function withDefault<T>(setting: Setting<T>, byDefault: unknown, description: string): Setting<T> {
    return { schema: { ...setting.schema, default: byDefault, description }, parse: setting.parse };
}

/** The schemas of settings by key: the `configSchema.properties` of a Pulumi policy. */
export function schemasOf(settings: Settings): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, setting.schema]));
}

function parseFields(settings: Settings, raw: Record<string, unknown>, prefix: string, problems: ConfigProblem[]) {
    const parsed: Record<string, unknown> = {};
    for (const [key, setting] of Object.entries(settings)) {
        const value = Object.hasOwn(raw, key) ? raw[key] : setting.schema.default;
        if (value !== undefined) parsed[key] = setting.parse(value, prefix + key, problems);
    }
    return parsed;
}

/**
 * Reads a policy's configuration: defaults where nothing is said, and all that is wrong in it. What policies read is
 * undefined when anything is.
 */
export function readConfig<S extends Settings>(
    settings: S,
    raw: Readonly<Record<string, unknown>>,
): { config: ConfigOf<S> | undefined; problems: ConfigProblem[] } {
    const problems = Object.keys(raw).length > 0 ? schemaProblems(settings, raw) : [];
    if (problems.length > 0) return { config: undefined, problems };
    const config = parseFields(settings, raw, "", problems) as ConfigOf<S>;
    return { config: problems.length > 0 ? undefined : config, problems };
}

// The validator would take a regular expression for JavaScript's; `pattern` decides by RE2 instead.
const formats = format as Record<string, (value: string) => boolean>;
formats.regex = () => true;

function schemaProblems(settings: Settings, raw: Readonly<Record<string, unknown>>): ConfigProblem[] {
    const schema: Schema = { type: "object", properties: schemasOf(settings), additionalProperties: false };
    const { errors } = new Validator(schema, "7", false).validate(raw);
    return errors.filter(isCause).map(error => describe(error, settings, raw));
}

/** The validator also names all objects on the way to what is wrong: those are not the cause. */
function isCause(error: OutputUnit): boolean {
    return !["properties", "additionalProperties", "items"].includes(error.keyword);
}

function describe(error: OutputUnit, settings: Settings, raw: unknown): ConfigProblem {
    const steps = error.instanceLocation
        .split("/")
        .slice(1)
        .map(step => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
    const key = steps
        .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`))
        .join("");
    if (error.keyword === "false") {
        const known = steps.length === 1 ? `; the keys are ${Object.keys(settings).sort().join(", ")}` : "";
        return { key, problem: `is not a key of this policy${known}` };
    }
    let value: unknown = raw;
    for (const step of steps) value = (value as Record<string, unknown>)[step];
    const reason = error.error.replace(/^Instance /, "").replace(/\.$/, "");
    return { key, problem: `is ${JSON.stringify(value)}: ${reason}` };
}
