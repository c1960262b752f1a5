import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EnforcementLevel, Policy } from "../../framework/define";
import { PACK_DIR } from "./build";
import { type Base, dependenciesOf, type FixtureResource, onlyKeys, resourcesOf } from "./documents";
import type { StackInfo } from "./pack-process";
import { isMap, type Wire, type WireMap } from "./wire";
import { parseDocuments } from "./yaml";

/** The folder of the fixtures. */
export const FIXTURES_DIR = join(PACK_DIR, "fixtures");

const OUTCOMES = ["pass", "fail", "unknown", "remediate"] as const;
const LEVELS = ["advisory", "mandatory", "remediate", "disabled"];

/** What a fixture shows, by the beginning of its file's name. */
export type Outcome = (typeof OUTCOMES)[number];

/** What a fixture expects of one of its resources. */
export interface Expectation {
    /** The resource, as the fixture calls it. */
    readonly object: string;
    /** The violation as the user sees it, without the policy's description; undefined for no violation. */
    readonly message?: string;
    /** The level it is reported at. */
    readonly level: EnforcementLevel;
    /** What the remediation does, as a merge patch. */
    readonly changes?: WireMap;
}

/** One case of one policy. */
export interface Fixture {
    readonly policy: Policy;
    /** The file's name without its ending. */
    readonly name: string;
    readonly outcome: Outcome;
    /** The policy's configuration as a user would write it. */
    readonly config: WireMap;
    readonly level: EnforcementLevel;
    readonly stack: StackInfo;
    readonly resources: readonly FixtureResource[];
    readonly expect: readonly Expectation[];
}

/** All fixtures that are as they must be, and what is wrong with the others. */
export interface Fixtures {
    readonly fixtures: readonly Fixture[];
    /** One line each, beginning with the path of the file or folder. */
    readonly problems: readonly string[];
}

/** Reads the fixtures of all policies. */
export function loadFixtures(policies: readonly Policy[], dir = FIXTURES_DIR): Fixtures {
    const problems: string[] = [];
    const fixtures: Fixture[] = [];
    for (const folder of foldersIn(dir)) {
        if (folder.startsWith("_")) continue;
        const policy = policies.find(({ name }) => name === folder);
        if (policy) fixtures.push(...loadPolicy(policy, dir, problems));
        else problems.push(`${folder}: no policy has this name`);
    }
    for (const policy of policies) {
        const outcomes = new Set(fixtures.filter(fixture => fixture.policy === policy).map(({ outcome }) => outcome));
        for (const outcome of OUTCOMES) {
            if (outcome === "remediate" && !policy.definition.remediate) continue;
            if (!outcomes.has(outcome)) problems.push(`${policy.name}: has no ${outcome}- case`);
        }
    }
    return { fixtures, problems };
}

function loadPolicy(policy: Policy, dir: string, problems: string[]): Fixture[] {
    const byContent = new Map<string, string>();
    return readdirSync(join(dir, policy.name))
        .sort()
        .flatMap(file => {
            const path = `${policy.name}/${file}`;
            try {
                const { fixture, content } = parseFixture(policy, file, readFileSync(join(dir, path), "utf8"), dir);
                const twin = byContent.get(content);
                if (twin !== undefined) throw new Error(`is the same case as ${twin}`);
                byContent.set(content, file);
                return [fixture];
            } catch (error) {
                problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
                return [];
            }
        });
}

/**
 * Reads one fixture.
 * @param dir where `_base` is.
 * @returns the fixture, and all that decides its outcome as one text.
 * @throws when it is not as `fixtures/README.md` says.
 */
export function parseFixture(
    policy: Policy,
    file: string,
    text: string,
    dir = FIXTURES_DIR,
): { fixture: Fixture; content: string } {
    const [, outcome, name] = /^(pass|fail|unknown|remediate)-([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml$/.exec(file) ?? [];
    if (!isOutcome(outcome)) throw new Error(`is not named ${OUTCOMES.join("-, ")}-<case>.yaml, in kebab-case`);
    const [header = null, ...documents] = parseDocuments(text);
    if (!isMap(header)) throw new Error("the first document must be an object: {} if there is nothing to say");
    onlyKeys(header, ["base", "config", "dependsOn", "expect", "level", "stack"], "the first document");
    if (documents.length === 0 && header.base === undefined) throw new Error("there is no document after the first");
    const stack = stackOf(header.stack ?? {}, `${policy.name}.${outcome}-${name}`);
    const level = levelOf(header.level, policy, outcome);
    const config = header.config ?? {};
    if (!isMap(config)) throw new Error("config: must be an object");
    const dependsOn = dependenciesOf(header.dependsOn ?? {}, "dependsOn");
    const base = header.base === undefined ? undefined : baseOf(header.base, dir);
    const resources = resourcesOf(documents, stack, dependsOn, base);
    const expect = expectationsOf(header.expect ?? [], outcome, level, resources);
    return {
        fixture: { policy, name: `${outcome}-${name}`, outcome, config, level, stack, resources, expect },
        content: JSON.stringify([header.base, header.stack, header.dependsOn, config, level, documents]),
    };
}

function isOutcome(text: string | undefined): text is Outcome {
    return (OUTCOMES as readonly (string | undefined)[]).includes(text);
}

/** A policy that is disabled until configured runs as mandatory. */
function levelOf(given: Wire | undefined, policy: Policy, outcome: Outcome): EnforcementLevel {
    if (outcome === "remediate") {
        if (given !== undefined) throw new Error("level: a remediate- case always has the level remediate");
        return "remediate";
    }
    if (given !== undefined && !LEVELS.includes(String(given))) {
        throw new Error(`level: must be one of ${LEVELS.join(", ")}`);
    }
    const level = (given as EnforcementLevel | undefined) ?? policy.enforcementLevel;
    return given === undefined && level === "disabled" ? "mandatory" : level;
}

/** The name of a stack without a name of its own says nothing about environments. */
function stackOf(stack: Wire, project: string): StackInfo {
    if (!isMap(stack)) throw new Error("stack: must be an object");
    onlyKeys(stack, ["name", "project", "tags"], "stack");
    const tags = stack.tags ?? {};
    if (!isMap(tags) || Object.values(tags).some(tag => typeof tag !== "string")) {
        throw new Error("stack.tags: must be texts by name");
    }
    return {
        name: String(stack.name ?? "main"),
        project: String(stack.project ?? project),
        tags: tags as Record<string, string>,
    };
}

function baseOf(base: Wire, dir: string): Base {
    const { file, whole = false, without = [] } = isMap(base) ? base : { file: base };
    if (isMap(base)) onlyKeys(base, ["file", "whole", "without"], "base");
    if (typeof file !== "string") throw new Error("base: must be the name of a file of _base, without .yaml");
    if (typeof whole !== "boolean") throw new Error("base.whole: must be true or false");
    if (!Array.isArray(without)) throw new Error("base.without: must be a list of names");
    const [header = null, ...objects] = baseDocuments(join(dir, "_base", `${file}.yaml`));
    if (!isMap(header)) throw new Error(`_base/${file}.yaml: the first document must be an object`);
    onlyKeys(header, ["dependsOn"], `the first document of _base/${file}.yaml`);
    return {
        objects: objects.filter(isMap),
        whole,
        without: without.map(String),
        dependsOn: dependenciesOf(header.dependsOn ?? {}, `_base/${file}.yaml: dependsOn`),
    };
}

const bases = new Map<string, readonly Wire[]>();

/** Most fixtures have the same base: it is read once. */
function baseDocuments(path: string): readonly Wire[] {
    const documents = bases.get(path) ?? parseDocuments(readFileSync(path, "utf8"));
    bases.set(path, documents);
    return documents;
}

function expectationsOf(
    list: Wire,
    outcome: Outcome,
    level: EnforcementLevel,
    resources: readonly FixtureResource[],
): Expectation[] {
    if (!Array.isArray(list)) throw new Error("expect: must be a list");
    const expectations = list.map((item, index) => expectationOf(item, `expect[${index}]`, outcome, level, resources));
    if (outcome === "pass" && expectations.length > 0) throw new Error("expect: a pass- case has no expectations");
    if (outcome === "fail" && expectations.length === 0) throw new Error("expect: a fail- case must have some");
    if (outcome === "remediate" && !expectations.some(({ changes }) => changes)) {
        throw new Error("expect: a remediate- case must have changes");
    }
    return expectations;
}

function expectationOf(
    item: Wire,
    where: string,
    outcome: Outcome,
    level: EnforcementLevel,
    resources: readonly FixtureResource[],
): Expectation {
    if (!isMap(item)) throw new Error(`${where}: must be an object`);
    onlyKeys(item, ["object", "message", "level", "changes"], where);
    const { object, message, changes } = item;
    if (typeof object !== "string" || !resources.some(({ id }) => id === object)) {
        const ids = resources.map(({ id }) => id).join(", ");
        throw new Error(`${where}.object: must be one of ${ids}`);
    }
    if (message !== undefined && (typeof message !== "string" || message === "")) {
        throw new Error(`${where}.message: must be a text`);
    }
    if (changes !== undefined && (outcome !== "remediate" || !isMap(changes))) {
        throw new Error(`${where}.changes: must be an object, in a remediate- case`);
    }
    if (message === undefined && changes === undefined) throw new Error(`${where}: must say the message`);
    const reported = item.level ?? (level === "remediate" ? "mandatory" : level);
    if (!LEVELS.includes(String(reported))) throw new Error(`${where}.level: must be one of ${LEVELS.join(", ")}`);
    return {
        object,
        level: reported as EnforcementLevel,
        ...(message !== undefined && { message }),
        ...(changes !== undefined && { changes }),
    };
}

function foldersIn(dir: string): string[] {
    return readdirSync(dir)
        .filter(name => statSync(join(dir, name)).isDirectory())
        .sort();
}
