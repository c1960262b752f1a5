import type { KubeObject } from "./object";
import { shorten } from "./text";
import type { Value } from "./value";

/** The two sides that must not meet. */
export type EnvironmentClass = "production" | "non-production";

/** Words that name environments, by class, in lower case. */
export interface Vocabulary {
    readonly production: readonly string[];
    readonly nonProduction: readonly string[];
}

/** The words that people use for their environments. */
export const VOCABULARY: Vocabulary = {
    production: ["production", "prod", "prd", "live"],
    nonProduction: [
        ...["development", "develop", "dev", "test", "testing", "tst", "qa", "staging", "stage", "stg", "uat"],
        ...["preview", "preprod", "nonprod", "sandbox", "sbx", "demo", "ephemeral", "integration", "ci", "local"],
    ],
};

/** A vocabulary of words in any case. */
export function vocabularyOf({ production, nonProduction }: Vocabulary): Vocabulary {
    const lower = (words: readonly string[]) => words.map(word => word.toLowerCase());
    return { production: lower(production), nonProduction: lower(nonProduction) };
}

/** Short forms, and what they stand for. */
const CANONICAL_NAMES: Readonly<Record<string, string>> = {
    ...{ prod: "production", prd: "production", live: "production", dev: "development", develop: "development" },
    ...{ tst: "test", testing: "test", stage: "staging", stg: "staging", sbx: "sandbox" },
};

/** What an environment is called whatever short form was written, in lower case. */
export function canonicalName(name: string): string {
    const lower = name.toLowerCase();
    return Object.hasOwn(CANONICAL_NAMES, lower) ? (CANONICAL_NAMES[lower] ?? lower) : lower;
}

function environment(name: string, side: EnvironmentClass | undefined, evidence: string): Environment {
    return { name, canonicalName: canonicalName(name), class: side, evidence };
}

/** Keys of tags and labels that name the environment, compared ignoring case. */
export const TAG_KEYS: readonly string[] = ["environment", "env"];

/** How environments are found. */
export interface EnvironmentSettings {
    readonly tagKeys: readonly string[];
    readonly vocabulary: Vocabulary;
    /** Whether names tell where no tag does. */
    readonly inferFromNames: boolean;
}

export const DEFAULT_ENVIRONMENT_SETTINGS: EnvironmentSettings = {
    tagKeys: TAG_KEYS,
    vocabulary: VOCABULARY,
    inferFromNames: true,
};

/** An environment, and how it is known. */
export interface Environment {
    /** As it was written, or the word of a name that tells it. */
    readonly name: string;
    /** What messages call it: `production` for `prd`. */
    readonly canonicalName: string;
    /** Undefined when the name is in neither list of words. */
    readonly class: EnvironmentClass | undefined;
    /** Where it is from, for messages: `tag Environment=prod`. */
    readonly evidence: string;
}

/** How a message shows an environment: `production (tag Environment=prod)`. */
export function describeEnvironment({ canonicalName: name, evidence }: Environment): string {
    return `${name} (${shorten(evidence)})`;
}

/** An environment, or why there is none: nothing tells it, its evidence contradicts itself, or the update will know. */
export type FoundEnvironment = Environment | "none" | "contradictory" | "unknown";

/** An environment that is on one of the two sides. */
export type KnownEnvironment = Environment & { readonly class: EnvironmentClass };

/** The environment when there is one of a known class. */
export function known(found: FoundEnvironment): KnownEnvironment | undefined {
    if (typeof found === "string" || found.class === undefined) return undefined;
    return { ...found, class: found.class };
}

/** `pre-prod`, `non-production` and the like, also in one word. */
const NEGATED = /^(pre|non|not)[^\p{L}\p{N}]*(.+)$/su;

/** The two parts of such a word, which is in lower case; both empty for any other. */
function negated(word: string): { readonly prefix: string; readonly rest: string } {
    const [, prefix = "", rest = ""] = NEGATED.exec(word) ?? [];
    return { prefix, rest };
}

/** The class of one word or of a whole value, compared ignoring case. */
export function classOfWord(word: string, { production, nonProduction }: Vocabulary): EnvironmentClass | undefined {
    const lower = word.toLowerCase();
    if (production.includes(lower)) return "production";
    if (nonProduction.includes(lower)) return "non-production";
    const { prefix, rest } = negated(lower);
    const isNegated = production.includes(rest) || nonProduction.includes(prefix + rest);
    return isNegated || (prefix === "pre" && nonProduction.includes(rest)) ? "non-production" : undefined;
}

/** Whether a value is one of these, in any case and spelling: `preprod` also allows `pre-prod` and `pre-production`. */
export function isAllowedValue(value: string, allowed: readonly string[]): boolean {
    const lower = value.toLowerCase();
    const words = allowed.map(word => word.toLowerCase());
    if (words.includes(lower)) return true;
    const { prefix, rest } = negated(lower);
    const synonyms = VOCABULARY.production.includes(rest) ? VOCABULARY.production : [rest];
    return synonyms.some(synonym => words.includes(prefix + synonym));
}

/** The words of a name: split at anything but letters and digits, `pre` and `non` kept with what follows. */
function wordsOf(name: string): string[] {
    const words = name.toLowerCase().match(/(?:(?:pre|non|not)[^\p{L}\p{N}]+)?[\p{L}\p{N}]+/gu) ?? [];
    return words.map(word => word.replace(NEGATED, (_, prefix, rest) => `${prefix}${rest}`));
}

/** The environment that a name tells by its words; none when they are of both classes. */
export function environmentOfName(name: string, vocabulary: Vocabulary, evidence: string): FoundEnvironment {
    const found = wordsOf(name)
        .map(word => ({ word, class: classOfWord(word, vocabulary) }))
        .filter(({ class: side }) => side !== undefined);
    const [first] = found;
    if (!first || found.some(({ class: side }) => side !== first.class)) return "none";
    return environment(first.word, first.class, evidence);
}

/** The environment that a tag's value is. */
export function environmentOfValue(value: string, vocabulary: Vocabulary, evidence: string): Environment {
    return environment(value, classOfWord(value, vocabulary), evidence);
}

/** Several pieces of evidence of equal weight: where they disagree on the class, nothing can be known. */
export function agree(found: readonly FoundEnvironment[]): FoundEnvironment {
    for (const state of ["unknown", "contradictory"] as const) if (found.includes(state)) return state;
    const environments = found.filter(one => typeof one !== "string");
    const [first] = environments;
    if (!first) return "none";
    return environments.every(one => one.class === first.class) ? first : "contradictory";
}

/**
 * The first evidence that says anything, in falling weight. What is not known yet may say anything, so that nothing
 * after it counts.
 */
export function firstOf(candidates: Iterable<() => FoundEnvironment>): FoundEnvironment {
    for (const candidate of candidates) {
        const found = candidate();
        if (found !== "none") return found;
    }
    return "none";
}

/** The environment of a stack: a tag, else its name. */
export function environmentOfStack(
    stack: string,
    stackTags: ReadonlyMap<string, string>,
    { tagKeys, vocabulary }: EnvironmentSettings,
): FoundEnvironment {
    const wanted = tagKeys.map(key => key.toLowerCase());
    const tags = [...stackTags].filter(([key, value]) => wanted.includes(key.toLowerCase()) && value !== "");
    if (tags.length > 0) {
        return agree(tags.map(([key, value]) => environmentOfValue(value, vocabulary, `stack tag ${key}=${value}`)));
    }
    return environmentOfName(stack, vocabulary, `name of stack ${stack}`);
}

/** The environment that a map of labels or annotations names. */
function environmentOfLabels(
    map: Value,
    what: string,
    where: string,
    { tagKeys, vocabulary }: EnvironmentSettings,
): FoundEnvironment {
    if (map.isUnknown) return "unknown";
    const wanted = tagKeys.map(key => key.toLowerCase());
    const found = map
        .entries()
        .filter(([key, value]) => wanted.includes(key.toLowerCase()) && (value.string || value.isUnknown));
    return agree(
        found.map(([key, value]) => {
            if (value.string === undefined) return "unknown";
            return environmentOfValue(value.string, vocabulary, `${what} ${key}=${value.string}${where}`);
        }),
    );
}

/** The environment that an object's own labels and annotations name, labels first. */
export function environmentOfMetadata(
    object: KubeObject,
    where: string,
    settings: EnvironmentSettings,
): FoundEnvironment {
    return firstOf([
        () => environmentOfLabels(object.labels, "label", where, settings),
        () => environmentOfLabels(object.annotations, "annotation", where, settings),
    ]);
}

/** What an object's environment may be read from besides the object itself. */
export interface Surroundings {
    /**
     * The Namespace object of that name on the object's cluster, where there is one; the name may be unknown.
     * "unknown" when a Namespace whose name is not known may be it.
     */
    namespace(name: Value): KubeObject | "unknown" | undefined;
    /** The environment of the stack. */
    stack(): FoundEnvironment;
}

/**
 * The environment of an object: its own labels and annotations, else those of its namespace, else the namespace's
 * name, else the stack.
 */
export function environmentOfObject(
    object: KubeObject,
    surroundings: Surroundings,
    settings: EnvironmentSettings,
): FoundEnvironment {
    return firstOf([
        () => environmentOfMetadata(object, "", settings),
        () =>
            object.is("Namespace")
                ? environmentOfNamespaceName(object.name.isUnknown ? undefined : object.displayName, settings)
                : environmentOfNamespace(object.namespace, surroundings, settings),
        surroundings.stack,
    ]);
}

/** The environment that a namespace tells, by its object's metadata, else by its name. */
export function environmentOfNamespace(
    namespace: Value,
    surroundings: Pick<Surroundings, "namespace">,
    settings: EnvironmentSettings,
): FoundEnvironment {
    if (namespace.isUnset) return "none";
    const object = surroundings.namespace(namespace);
    if (object === "unknown") return "unknown";
    const ownName = object && !object.name.isUnknown ? object.displayName : undefined;
    const name = namespace.isUnknown ? ownName : namespace.string;
    return firstOf([
        () => (object ? environmentOfMetadata(object, ` on Namespace ${name ?? ""}`.trimEnd(), settings) : "none"),
        () => environmentOfNamespaceName(name, settings),
    ]);
}

function environmentOfNamespaceName(name: string | undefined, settings: EnvironmentSettings): FoundEnvironment {
    if (name === undefined) return "unknown";
    if (!settings.inferFromNames) return "none";
    return environmentOfName(name, settings.vocabulary, `name of Namespace ${name}`);
}
