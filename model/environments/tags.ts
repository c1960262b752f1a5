import type { Provider } from "../pulumi/resource";
import { Value } from "../value";
import { PROVIDER_DEFAULT_TAGS, type ProviderDefaultTags, type TagPath, type TagShape } from "./cluster-types";

/** One tag or label of a cloud resource. */
export interface Tag {
    /** As it is written; undefined for a bare word in a list of strings. */
    readonly key: string | undefined;
    /** What follows the namespace where keys are `Namespace.Key`. */
    readonly localKey?: string;
    /** A text, or unknown. */
    readonly value: Value;
    /** Where it stands in the inputs. */
    readonly at: Value;
}

/** Tags of one property that are known, at least in part. */
export interface KnownTags {
    readonly tags: readonly Tag[];
    /** Whether there may be more, which only the update will know. */
    readonly open: boolean;
}

/** The tags of one property; "unknown" when nothing of them is known. */
export type Tags = KnownTags | "unknown";

const NO_TAGS: KnownTags = { tags: [], open: false };

/**
 * Reads the tags at a path. Never fails: what can be no tag is left out, such as numbers, booleans, and the keys that
 * begin with `__`, which the bridge to Terraform adds.
 *
 * A list is accepted where an object is expected and the other way round, since the forms of a provider differ in
 * that.
 */
export function readTags(props: Value, { path, shape }: TagPath): Tags {
    return joined(props.select(path).map(value => tagsOf(value, shape)));
}

/** Tags of several values taken as one. */
function joined(parts: readonly Tags[]): Tags {
    const known = parts.filter(part => part !== "unknown");
    if (known.length === 0 && parts.length > 0) return "unknown";
    return {
        tags: known.flatMap(({ tags }) => tags),
        open: known.length < parts.length || known.some(({ open }) => open),
    };
}

function tagsOf(value: Value, shape: TagShape): Tags {
    if (value.isUnknown) return "unknown";
    if (value.isList) return joined(value.items().map(item => elementTags(item, shape)));
    if (value.isMap) return shape === "pairs" && isPair(value, shape) ? pairTags(value) : mapTags(value, shape);
    return value.string === undefined || shape === "map" || shape === "namespaced-map"
        ? NO_TAGS
        : wordTags(value, value.string, shape);
}

function elementTags(element: Value, shape: TagShape): Tags {
    if (element.isUnknown) return "unknown";
    if (element.isMap) return isPair(element, shape) ? pairTags(element) : mapTags(element, shape);
    return element.string === undefined ? NO_TAGS : wordTags(element, element.string, "word");
}

/** The key of a `{key, value}` or `{name, value}`. */
function pairKey(pair: Value): Value {
    const key = pair.get("key");
    return key.isUnset ? pair.get("name") : key;
}

function isPair(value: Value, shape: TagShape): boolean {
    return !pairKey(value).isUnset && (shape === "pairs" || !value.get("value").isUnset);
}

function pairTags(pair: Value): Tags {
    const key = pairKey(pair);
    if (key.isUnknown) return "unknown";
    return key.string === undefined ? NO_TAGS : tagList(key.string, pair.get("value"));
}

function mapTags(map: Value, shape: TagShape): Tags {
    return joined(map.entries().map(([key, value]) => tagList(key, value, shape)));
}

/** One tag, or none when key and value can be none. */
function tagList(key: string, value: Value, shape?: TagShape): KnownTags {
    if (key.startsWith("__") || (value.string === undefined && !value.isUnknown)) return NO_TAGS;
    const dot = shape === "namespaced-map" ? key.indexOf(".") : -1;
    return { tags: [{ key, ...(dot >= 0 && { localKey: key.slice(dot + 1) }), value, at: value }], open: false };
}

function wordTags(at: Value, text: string, shape: TagShape): KnownTags {
    const words = shape === "words" ? text.split(/\s+/) : [text.trim()];
    return { tags: words.filter(word => word !== "").map(word => wordTag(at, word)), open: false };
}

function wordTag(at: Value, word: string): Tag {
    const separator = word.search(/[:=]/);
    if (separator < 0) return { key: undefined, value: new Value(word), at };
    return { key: word.slice(0, separator).trim(), value: new Value(word.slice(separator + 1).trim()), at };
}

/** Which tags name an environment. */
export interface EnvironmentTagQuestion {
    /** Keys, compared ignoring case. */
    readonly tagKeys: readonly string[];
    /** Whether a bare word of a list of strings is an environment by itself. Without it bare words say nothing. */
    readonly isEnvironment?: (word: string) => boolean;
}

/** What tags say of the environment. */
export type EnvironmentTag =
    /** All tags that name it in the first place where any does; values may differ or be unknown, one is known. */
    | { readonly state: "set"; readonly tags: readonly Tag[] }
    | { readonly state: "unknown" }
    | { readonly state: "unset" };

/**
 * The tags that name the environment, from the first source that has any. What is not known yet may name it, so that
 * no source after it counts. In one source, keys count before bare words.
 * @param sources in falling weight: the resource's own tags before the provider's defaults.
 */
export function environmentTag(
    sources: readonly Tags[],
    { tagKeys, isEnvironment = () => false }: EnvironmentTagQuestion,
): EnvironmentTag {
    const wanted = new Set(tagKeys.map(key => key.toLowerCase()));
    const isWanted = (key: string | undefined) => key !== undefined && wanted.has(key.toLowerCase());
    for (const source of sources) {
        if (source === "unknown") return { state: "unknown" };
        const keyed = source.tags.filter(({ key, localKey }) => isWanted(key) || isWanted(localKey));
        const tags =
            keyed.length > 0
                ? keyed
                : source.tags.filter(({ key, value }) => key === undefined && isEnvironment(value.string ?? ""));
        if (tags.some(({ value }) => !value.isUnknown)) return { state: "set", tags };
        if (tags.length > 0 || source.open) return { state: "unknown" };
    }
    return { state: "unset" };
}

/**
 * The tags that a provider adds to those at a path of its resources. None when it is no provider with default tags,
 * or they do not reach that path.
 * @param path path of the resource's own tags.
 */
export function providerDefaultTags(provider: Provider | undefined, path: string): Tags {
    const defaults = provider && defaultTagsOf(provider.type);
    if (!provider || !defaults?.reaches.includes(path)) return NO_TAGS;
    const input = structured(provider.props, defaults.input);
    const tags = joined(input.select(defaults.nested ?? "").map(value => tagsOf(value, "map")));
    return defaults.ignoreInput === undefined ? tags : withoutIgnored(tags, provider, defaults.ignoreInput);
}

function defaultTagsOf(providerType: string): ProviderDefaultTags | undefined {
    return PROVIDER_DEFAULT_TAGS.find(({ providers }) => providers.includes(providerType));
}

/** An input of a provider that is an object or its JSON text; one unknown value makes the whole text unknown. */
function structured(props: Value, input: string): Value {
    const value = props.get(input);
    if (value.string === undefined) return value;
    return new Value(parsed(value.string), props, input);
}

/** What a JSON text says; nothing when it is none, which the provider itself refuses. */
function parsed(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch {
        return undefined;
    }
}

/** Tags without those that the provider removes again. What it removes may be unknown, and then so is what is left. */
function withoutIgnored(tags: Tags, provider: Provider, input: string): Tags {
    if (tags === "unknown" || tags.tags.length === 0) return tags;
    const ignored = structured(provider.props, input);
    const keys = ignored.select("keys[]");
    const prefixes = ignored.select("keyPrefixes[]");
    if ([...keys, ...prefixes].some(({ isUnknown }) => isUnknown)) return "unknown";
    const isIgnored = (key: string) =>
        keys.some(ignoredKey => ignoredKey.string === key) ||
        prefixes.some(prefix => prefix.string !== undefined && key.startsWith(prefix.string));
    return { ...tags, tags: tags.tags.filter(({ key }) => !isIgnored(key ?? "")) };
}

/**
 * Everything that tells the tags of a resource, in falling weight: its own, then what its provider adds.
 *
 * A provider computes the merged tags as a whole, unknown as soon as any part is. Merging by hand tells more, and
 * takes their place.
 */
export function tagSources(props: Value, paths: readonly TagPath[], provider: Provider | undefined): Tags[] {
    const own = paths.filter(path => !path.merged).map(path => readTags(props, path));
    const merged = paths.filter(path => path.merged).map(path => readTags(props, path));
    const known = merged.filter(tags => tags !== "unknown");
    const defaults = paths.map(({ path }) => providerDefaultTags(provider, path));
    // Without the provider nobody knows what it added.
    return [...own, ...(provider ? known : merged), ...defaults];
}
