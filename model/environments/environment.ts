import type { KubeObject } from "../kubernetes/object";
import { joinWords, shorten } from "../text";
import type { Value } from "../value";

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

/**
 * Names of clusters that serve all environments alike: of neither class, and no mistake either.
 *
 * A cluster may say so of itself; an object or a stack that says so still belongs somewhere.
 */
export const NEUTRAL_NAMES: readonly string[] = ["shared", "platform", "management", "tooling", "infra"];

/**
 * The words that name nothing but an environment. The others of the vocabulary are also names of tools, teams and
 * products: `gitlab-ci`, `local-path-storage`, `live-chat`, `demo-bookings`.
 */
const CLEAR_WORDS: readonly string[] = [
    ...["production", "prod", "development", "dev", "test", "testing", "qa", "staging", "stg", "uat"],
];

/**
 * The words of a vocabulary that leave no doubt: the clear ones of the pack, and those that the configuration added,
 * which its author knows to name environments.
 */
export function clearVocabulary({ production, nonProduction }: Vocabulary): Vocabulary {
    const usual = new Set([...VOCABULARY.production, ...VOCABULARY.nonProduction]);
    const isClear = (word: string) => CLEAR_WORDS.includes(word) || !usual.has(word);
    return { production: production.filter(isClear), nonProduction: nonProduction.filter(isClear) };
}

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
    const isNeutral = side === undefined && NEUTRAL_NAMES.includes(name.toLowerCase());
    return { name, canonicalName: canonicalName(name), class: side, isNeutral, evidence, passedOver: [] };
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
    /** Whether the name is one of those that clusters for all environments have. */
    readonly isNeutral: boolean;
    /** Where it is from, for messages: `tag Environment=prod`. */
    readonly evidence: string;
    /** What names no environment of either class although it should: evidence of more weight, or of the same. */
    readonly passedOver: readonly Environment[];
    /** Whether only the name of a Namespace tells it, over which a label decides. */
    readonly isOfNamespaceName?: true;
}

/** How a message shows an environment: `production (tag Environment=prod)`. */
export function describeEnvironment({ canonicalName: name, evidence, passedOver }: Environment): string {
    const others = [...new Set(passedOver.map(describePassedOver))];
    return `${name} (${shorten(evidence)}${others.length > 0 ? `, since ${joinWords(others)}` : ""})`;
}

/** How a message names evidence that says nothing: `label environment=banana is not a known environment`. */
export function describePassedOver({ evidence }: Environment): string {
    return `${shorten(evidence)} is not a known environment`;
}

/**
 * Whether an environment is one of these, each a class or a name in any spelling. A name in neither list of words,
 * over which the search went on, counts as well.
 */
export function isOneOf(found: Environment, names: readonly string[]): boolean {
    const own = [found, ...found.passedOver].map(({ canonicalName: name }) => name);
    return names.some(name => own.includes(canonicalName(name)) || name.toLowerCase() === found.class);
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

/**
 * Several pieces of evidence of equal weight. Where two disagree on the class, which no further one can mend, nothing
 * can be known; words in neither list are passed over.
 */
export function agree(found: readonly FoundEnvironment[]): FoundEnvironment {
    if (found.includes("contradictory") || contradictionIn(found)) return "contradictory";
    if (found.includes("unknown")) return "unknown";
    const environments = found.filter(one => typeof one !== "string");
    const chosen =
        environments.find(one => one.class !== undefined) ??
        environments.find(({ isNeutral }) => isNeutral) ??
        environments[0];
    if (!chosen) return "none";
    return withPassedOver(
        chosen,
        environments.filter(one => one !== chosen && one.class === undefined),
    );
}

/** The first two pieces of evidence that disagree on the class. */
export function contradictionIn(
    found: readonly FoundEnvironment[],
): readonly [KnownEnvironment, KnownEnvironment] | undefined {
    const [first, ...others] = found.flatMap(one => known(one) ?? []);
    const other = others.find(one => one.class !== first?.class);
    return first && other && [first, other];
}

function withPassedOver(found: Environment, passedOver: readonly Environment[]): Environment {
    const words = passedOver.filter(({ isNeutral }) => !isNeutral);
    return words.length === 0 ? found : { ...found, passedOver: [...words, ...found.passedOver] };
}

/**
 * The first evidence that tells a class, in falling weight. What contradicts itself or names neither class does not end
 * the search, or one label could take a resource out of every comparison. What is not known yet may say anything, so
 * that nothing after it counts.
 * @param ends whether evidence of neither class ends the search all the same.
 */
export function firstOf(
    candidates: Iterable<() => FoundEnvironment>,
    ends: (found: Environment) => boolean = () => false,
): FoundEnvironment {
    const passedOver: Environment[] = [];
    let isContradictory = false;
    for (const candidate of candidates) {
        const found = candidate();
        if (found === "unknown") return "unknown";
        if (found === "contradictory") isContradictory = true;
        if (typeof found === "string") continue;
        if (found.class !== undefined || ends(found)) return withPassedOver(found, passedOver);
        passedOver.push(found, ...found.passedOver);
    }
    if (isContradictory) return "contradictory";
    const [first, ...others] = passedOver;
    return first ? withPassedOver({ ...first, passedOver: [] }, others) : "none";
}

/** The environment of a stack: a tag, else its name. */
export function environmentOfStack(
    stack: string,
    stackTags: ReadonlyMap<string, string>,
    settings: EnvironmentSettings,
): FoundEnvironment {
    return firstOf([
        () => agree(statementsOfStackTags(stackTags, settings)),
        () => environmentOfName(stack, settings.vocabulary, `name of stack ${stack}`),
    ]);
}

/** What each tag of a stack says of its environment. */
export function statementsOfStackTags(
    stackTags: ReadonlyMap<string, string>,
    { tagKeys, vocabulary }: EnvironmentSettings,
): Environment[] {
    const wanted = tagKeys.map(key => key.toLowerCase());
    return [...stackTags]
        .filter(([key, value]) => wanted.includes(key.toLowerCase()) && value !== "")
        .map(([key, value]) => environmentOfValue(value, vocabulary, `stack tag ${key}=${value}`));
}

/** What each label or annotation of a map says of the environment. */
function statementsOf(
    map: Value,
    what: string,
    where: string,
    { tagKeys, vocabulary }: EnvironmentSettings,
): (Environment | "unknown")[] {
    if (map.isUnknown) return ["unknown"];
    const wanted = tagKeys.map(key => key.toLowerCase());
    return map
        .entries()
        .filter(([key, value]) => wanted.includes(key.toLowerCase()) && (value.string || value.isUnknown))
        .map(([key, value]) => {
            if (value.string === undefined) return "unknown";
            return environmentOfValue(value.string, vocabulary, `${what} ${key}=${value.string}${where}`);
        });
}

/** What each of an object's own labels and annotations says of its environment, labels first. */
export function statementsOfMetadata(
    object: KubeObject,
    where: string,
    settings: EnvironmentSettings,
): (Environment | "unknown")[] {
    return [
        ...statementsOf(object.labels, "label", where, settings),
        ...statementsOf(object.annotations, "annotation", where, settings),
    ];
}

/**
 * The environment that the labels and annotations of an object name, labels first; of several objects that together
 * are one, as a Namespace and its patches, those of all.
 */
export function environmentOfMetadata(
    objects: readonly KubeObject[],
    where: string,
    settings: EnvironmentSettings,
): FoundEnvironment {
    return firstOf([
        () => agree(objects.flatMap(({ labels }) => statementsOf(labels, "label", where, settings))),
        () => agree(objects.flatMap(({ annotations }) => statementsOf(annotations, "annotation", where, settings))),
    ]);
}

/** What an object's environment may be read from besides the object itself. */
export interface Surroundings {
    /** Whose stack and project it is in. */
    readonly home: Home;
    /**
     * The Namespace object of that name on the object's cluster and its patches, where there are any; the name may be
     * unknown. "unknown" when a Namespace whose name is not known may be it.
     */
    namespace(name: Value): readonly KubeObject[] | "unknown";
    /** The environment of the stack. */
    stack(): FoundEnvironment;
}

/** The names of a stack and its project. */
export interface Home {
    readonly project: string;
    readonly stack: string;
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
        () =>
            environmentOfMetadata(object.is("Namespace") ? withPatches(object, surroundings) : [object], "", settings),
        () =>
            object.is("Namespace")
                ? environmentOfNamespaceName(
                      object.name.isUnknown ? undefined : object.displayName,
                      surroundings.home,
                      settings,
                  )
                : environmentOfNamespace(object.namespace, surroundings, settings),
        surroundings.stack,
    ]);
}

/** A Namespace and its patches, which label it as well as it does itself. */
function withPatches(namespace: KubeObject, { namespace: find }: Surroundings): readonly KubeObject[] {
    const found = namespace.name.string === undefined ? [] : find(namespace.name);
    return found === "unknown" ? [namespace] : [namespace, ...found.filter(object => object !== namespace)];
}

/** The environment that a namespace tells, by its object's metadata, else by its name. */
export function environmentOfNamespace(
    namespace: Value,
    { home, namespace: find }: Pick<Surroundings, "home" | "namespace">,
    settings: EnvironmentSettings,
): FoundEnvironment {
    if (namespace.isUnset) return "none";
    const objects = find(namespace);
    if (objects === "unknown") return "unknown";
    const [ownName] = objects.flatMap(object => (object.name.isUnknown ? [] : object.displayName));
    const name = namespace.isUnknown ? ownName : namespace.string;
    return firstOf([
        () => environmentOfMetadata(objects, ` on Namespace ${name ?? ""}`.trimEnd(), settings),
        () => environmentOfNamespaceName(name, home, settings),
    ]);
}

/**
 * The environment that the name of a namespace tells. Most words in such names say what runs there, so that only a name
 * counts that is nothing but an environment, beside the words of its own stack and project: `dev`, `shop-dev` in project
 * shop. Where the project itself is called so (`dev-portal`), the word is the product's.
 */
function environmentOfNamespaceName(
    name: string | undefined,
    { project, stack }: Home,
    { inferFromNames, vocabulary }: EnvironmentSettings,
): FoundEnvironment {
    if (name === undefined) return "unknown";
    if (!inferFromNames) return "none";
    const clear = clearVocabulary(vocabulary);
    const [ofProject, ofStack] = [wordsOf(project), wordsOf(stack)];
    const words = wordsOf(name);
    const isClear = (word: string) => classOfWord(word, clear) !== undefined;
    if (!words.every(word => isClear(word) || ofProject.includes(word) || ofStack.includes(word))) return "none";
    const telling = words.every(isClear) ? words : words.filter(word => !ofProject.includes(word));
    const found = environmentOfName(telling.join(" "), clear, `name of Namespace ${name}`);
    return typeof found === "string" ? found : { ...found, isOfNamespaceName: true };
}
