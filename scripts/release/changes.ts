import { isDeepStrictEqual } from "node:util";
import type { EnforcementLevel } from "../../framework/define";
import type { JsonSchema } from "../../framework/settings";
import type { PackInterface, PolicyInterface, Preset } from "./interface";

/** What a change asks of the version: VERSIONING.md says which change is what. */
export type Kind = "breaking" | "feature" | "fix";

/** One difference between two versions that users can see in their configuration. */
export interface Change {
    readonly kind: Kind;
    /** What it is, for people. */
    readonly text: string;
    /** What the changelog's line about it has to have. */
    readonly words: readonly string[];
    /** Why no version may have it. */
    readonly refusal?: string;
}

/** The differences between the interfaces of two versions, policies first, in alphabetical order. */
export function changesBetween(before: PackInterface, after: PackInterface): Change[] {
    return [
        ...pairs(before.policies, after.policies).flatMap(([name, old, now]) => policyChanges(name, old, now)),
        ...pairs(before.presets, after.presets).flatMap(([file, old, now]) => presetChanges(file, old, now)),
    ];
}

/** Everything of a first version. There is nobody yet whom it could surprise: policies come with their levels. */
export function firstChanges({ policies, presets }: PackInterface): Change[] {
    return [
        ...Object.entries(policies).map(([name, { level }]) => added(name, level)),
        ...Object.keys(presets).map(file => feature(`new preset ${file}`, [])),
    ];
}

function policyChanges(name: string, old: PolicyInterface | undefined, now: PolicyInterface | undefined): Change[] {
    if (!now) return [breaking(`the policy ${name} is gone`, [code(name)])];
    if (!old) {
        const change = added(name, now.level);
        if (!canFail(now.level)) return [change];
        return [
            { ...change, kind: "breaking", refusal: `the new policy ${name} has to begin as advisory or disabled` },
        ];
    }
    return [
        ...levelChanges(`the level of ${name}`, [code(name)], old.level, now.level),
        ...remediationChanges(name, old, now),
        ...pairs(old.configuration, now.configuration).flatMap(([key, was, is]) =>
            keyChanges(name, key, was, is, canFail(now.level)),
        ),
    ];
}

function added(name: string, level: EnforcementLevel): Change {
    return feature(`new policy ${name}, ${level}`, [code(name), level]);
}

/** Who relies on a guard is as surprised when it is gone as others are when there is one. */
function levelChanges(what: string, words: readonly string[], old: string, now: string): Change[] {
    if (old === now) return [];
    const kind = canFail(old) === canFail(now) ? "feature" : "breaking";
    return [{ kind, text: `${what} was ${old} and is ${now}`, words: [...words, now] }];
}

/** Whether violations at a level stop a deployment. */
function canFail(level: string): boolean {
    return level === "mandatory" || level === "remediate";
}

function remediationChanges(name: string, old: PolicyInterface, now: PolicyInterface): Change[] {
    if (old.remediates === now.remediates) return [];
    if (now.remediates) return [feature(`${name} repairs`, [code(name), "remediat"])];
    return [breaking(`${name} no longer repairs`, [code(name), "remediat"])];
}

function keyChanges(
    policy: string,
    key: string,
    old: JsonSchema | undefined,
    now: JsonSchema | undefined,
    canFail: boolean,
): Change[] {
    const words = [code(policy), code(key)];
    if (!now) return [breaking(`${policy} has no key ${key} any more`, words)];
    if (!old) return [feature(`${policy} has a new key ${key}`, words)];
    const { default: oldDefault, ...oldShape } = old;
    const { default: nowDefault, ...nowShape } = now;
    const changes: Change[] = [];
    if (!isDeepStrictEqual(oldDefault, nowDefault)) {
        const text = `the default of ${policy}.${key} was ${JSON.stringify(oldDefault)} and is ${JSON.stringify(nowDefault)}`;
        changes.push({ kind: canFail ? "breaking" : "feature", text, words });
    }
    const kind = schemaChange(oldShape, nowShape);
    if (kind === "breaking") changes.push(breaking(`${policy}.${key} no longer takes all that it took`, words));
    if (kind === "feature") changes.push(feature(`${policy}.${key} takes more`, words));
    // A description that is clearer needs no announcement.
    if (kind === "fix") changes.push({ kind, text: `${policy}.${key} is described otherwise`, words: [] });
    return changes;
}

/** What it means for configurations that were valid that a schema is another now; undefined when it is the same. */
export function schemaChange(old: unknown, now: unknown): Kind | undefined {
    if (isDeepStrictEqual(old, now)) return undefined;
    if (!isSchema(old) || !isSchema(now)) return "breaking";
    return worst(pairs(old, now).map(([keyword, was, is]) => keywordChange(keyword, was, is)));
}

function keywordChange(keyword: string, old: unknown, now: unknown): Kind | undefined {
    if (isDeepStrictEqual(old, now)) return undefined;
    switch (keyword) {
        case "description":
            return "fix";
        // Within an item: a value for what the item leaves out.
        case "default":
            return "breaking";
        case "type":
        case "enum":
            return old !== undefined && isSubset(listed(old), now === undefined ? listed(old) : listed(now))
                ? "feature"
                : "breaking";
        case "required":
            return isSubset(listed(now), listed(old)) ? "feature" : "breaking";
        case "minimum":
        case "minLength":
            return now === undefined || (typeof old === "number" && typeof now === "number" && now < old)
                ? "feature"
                : "breaking";
        case "properties":
            return isSchema(old) && isSchema(now)
                ? worst(pairs(old, now).map(([, was, is]) => (was === undefined ? "feature" : schemaChange(was, is))))
                : "breaking";
        case "items":
        case "additionalProperties":
            return schemaChange(old, now);
        default:
            return "breaking";
    }
}

function presetChanges(file: string, old: Preset | undefined, now: Preset | undefined): Change[] {
    if (!now) return [breaking(`the preset ${file} is gone`, [file])];
    if (!old) return [feature(`new preset ${file}`, [file])];
    return pairs(old, now).flatMap(([policy, was, is]) => {
        const words = [file, code(policy)];
        const [oldLevel, nowLevel] = [levelIn(was), levelIn(is)];
        const changes = levelChanges(`the level of ${policy} in ${file}`, words, oldLevel, nowLevel);
        if (isDeepStrictEqual(keysIn(was), keysIn(is))) return changes;
        const text = `the keys of ${policy} in ${file} are others`;
        return [...changes, canFail(nowLevel) ? breaking(text, words) : feature(text, words)];
    });
}

/** The level that a configuration gives a policy; one that it does not name is as good as disabled. */
function levelIn(setting: unknown): string {
    if (typeof setting === "string") return setting;
    return isSchema(setting) ? String(setting.enforcementLevel) : "disabled";
}

function keysIn(setting: unknown): object {
    if (!isSchema(setting)) return {};
    const { enforcementLevel: _, ...keys } = setting;
    return keys;
}

function worst(kinds: readonly (Kind | undefined)[]): Kind | undefined {
    return (["breaking", "feature", "fix"] as const).find(kind => kinds.includes(kind));
}

/** The entries of two objects, side by side, by key. */
function pairs<T>(
    old: Readonly<Record<string, T>>,
    now: Readonly<Record<string, T>>,
): [string, T | undefined, T | undefined][] {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return keys.map(key => [key, old[key], now[key]]);
}

function listed(value: unknown): unknown[] {
    return value === undefined ? [] : [value].flat();
}

function isSubset(some: readonly unknown[], all: readonly unknown[]): boolean {
    return some.every(one => all.includes(one));
}

function isSchema(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function breaking(text: string, words: readonly string[]): Change {
    return { kind: "breaking", text, words };
}

function feature(text: string, words: readonly string[]): Change {
    return { kind: "feature", text, words };
}

function code(name: string): string {
    return `\`${name}\``;
}
