import { isDefaultProviderName } from "../../model/pulumi/resource";
import type { EngineOptions, EngineProvider, EngineResource } from "./engine";
import { tokenOf } from "./kube-resource";
import type { StackInfo } from "./pack-process";
import { hasUnknown, isMap, mergePatch, type Wire, type WireMap } from "./wire";

/** A resource of a fixture: what the engine tells of it, and what the fixture calls it. */
export interface FixtureResource extends EngineResource {
    /** `Kind namespace/name` as the manifest says them, or the resource's Pulumi name. */
    readonly id: string;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Dependencies;
}

/** Which objects of `fixtures/_base` the documents of a fixture are changes of. */
export interface Base {
    /** The objects of the base. */
    readonly objects: readonly WireMap[];
    /** Whether those objects that no document changes are part of the fixture, too. */
    readonly whole: boolean;
    /** Those that are not, by `Kind namespace/name`. */
    readonly without: readonly string[];
    /** What the objects depend on, as far as it is in the fixture too. */
    readonly dependsOn: Dependencies;
}

/** Dependencies between documents, by what the fixture calls them. */
export type Dependencies = Readonly<Record<string, readonly string[]>>;

/** A document before names are resolved. */
interface Draft {
    readonly id: string;
    readonly type: string;
    readonly name: string;
    readonly props: WireMap;
    readonly provider?: string | undefined;
    readonly parent?: string | undefined;
    readonly options: EngineOptions;
    readonly dependsOn: readonly string[];
    readonly propertyDependencies: Dependencies;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * The resources that a fixture's documents describe, the stack's own first.
 * @throws when a document is not as `fixtures/README.md` says.
 */
export function resourcesOf(
    documents: readonly Wire[],
    stack: StackInfo,
    dependsOn: Dependencies,
    base: Base | undefined,
): FixtureResource[] {
    const drafts = base
        ? mergeDocuments(documents, base)
        : documents.map((document, index) => draftOf(document, index));
    const byId = new Map<string, Draft>();
    for (const draft of drafts) {
        if (byId.has(draft.id)) throw new Error(`two documents are called "${draft.id}"`);
        byId.set(draft.id, draft);
    }
    const prefix = `urn:pulumi:${stack.name}::${stack.project}`;
    const root = `${prefix}::${STACK_TYPE}::${stack.project}-${stack.name}`;
    const find = (id: string): Draft => {
        const draft = byId.get(id);
        if (!draft) throw new Error(`no document is called "${id}"; there are ${[...byId.keys()].join(", ")}`);
        return draft;
    };
    for (const id of Object.keys(dependsOn)) find(id);
    const allDependenciesOf = ({ id, dependsOn: own }: Draft) => [
        ...own,
        ...(dependsOn[id] ?? []),
        ...(base?.dependsOn[id] ?? []).filter(name => byId.has(name)),
    ];
    const urnOf = (draft: Draft): string => `${prefix}::${typeChain(draft, find)}::${draft.name}`;
    const providerOf = (id: string): EngineProvider => {
        const { type, name, props, ...draft } = find(id);
        return { urn: urnOf({ type, name, props, ...draft }), type, name, props };
    };
    const stackResource = {
        id: "the stack",
        urn: root,
        type: STACK_TYPE,
        name: `${stack.project}-${stack.name}`,
        props: {},
        dependencies: [],
        propertyDependencies: {},
    };
    return [
        stackResource,
        ...drafts.map(draft => {
            const urnsOf = (ids: readonly string[]) => ids.map(id => urnOf(find(id)));
            const byProperty = Object.fromEntries(
                Object.entries(draft.propertyDependencies).map(([property, ids]) => [property, urnsOf(ids)]),
            );
            return {
                id: draft.id,
                urn: urnOf(draft),
                type: draft.type,
                name: draft.name,
                props: draft.props,
                ...(draft.provider !== undefined && { provider: providerOf(draft.provider) }),
                ...parentOf(draft.parent === undefined ? rootOf(draft, root) : urnOf(find(draft.parent))),
                options: draft.options,
                // The engine counts what a property depends on among the dependencies.
                dependencies: [...new Set([...urnsOf(allDependenciesOf(draft)), ...Object.values(byProperty).flat()])],
                propertyDependencies: byProperty,
            };
        }),
    ];
}

/** What a program gives no parent has the stack; the providers that the engine makes have none. */
function rootOf({ type, name }: Draft, root: string): string | undefined {
    return type.startsWith("pulumi:providers:") && isDefaultProviderName(name) ? undefined : root;
}

function parentOf(parent: string | undefined) {
    return parent === undefined ? {} : { parent };
}

/** A URN has the types of all parents but the stack. */
function typeChain(draft: Draft, find: (id: string) => Draft): string {
    return draft.parent === undefined ? draft.type : `${typeChain(find(draft.parent), find)}$${draft.type}`;
}

function mergeDocuments(documents: readonly Wire[], base: Base): Draft[] {
    const changed = new Set<WireMap>();
    const drafts = documents.map((document, index) => {
        const original = originalOf(document, base);
        if (!original) return draftOf(document, index);
        if (changed.has(original)) throw new Error(`two documents change the base's ${idOf(original, 0)}`);
        if (base.whole) changed.add(original);
        return draftOf(changedDocument(document, original), index);
    });
    if (!base.whole) return drafts;
    const ids = base.objects.map(object => idOf(object, 0));
    for (const id of base.without) {
        if (!ids.includes(id)) throw new Error(`the base has no "${id}"; it has ${ids.join(", ")}`);
    }
    const rest = base.objects.filter(object => !changed.has(object) && !base.without.includes(idOf(object, 0)));
    return [...rest.map(object => draftOf(object, 0)), ...drafts];
}

/** The object of the base that a document is a change of: that of its kind, and of its name where it has the same. */
function originalOf(document: Wire, base: Base): WireMap | undefined {
    const manifest = manifestOf(document);
    if (!manifest) return undefined;
    const ofKind = base.objects.filter(object => object.kind === manifest.kind);
    const name = nameOf(manifest);
    const original = ofKind.find(object => name !== undefined && nameOf(object) === name) ?? ofKind[0];
    if (!original && manifest.apiVersion === undefined) {
        throw new Error(`the base has no ${String(manifest.kind)}, so the document must be complete`);
    }
    return original;
}

function nameOf(manifest: WireMap): Wire | undefined {
    return isMap(manifest.metadata) ? manifest.metadata.name : undefined;
}

/** The Kubernetes object of a document, unless it is a patch or another provider's resource. */
function manifestOf(document: Wire): WireMap | undefined {
    if (!isMap(document) || "patch" in document) return undefined;
    if (!("resource" in document)) return document;
    const { resource } = document;
    if (!isMap(resource) || !isMap(resource.props) || resource.props.kind === undefined) return undefined;
    const isKubernetes = resource.type === undefined || String(resource.type).startsWith("kubernetes:");
    return isKubernetes ? resource.props : undefined;
}

function changedDocument(document: Wire, original: WireMap): Wire {
    if (!isMap(document) || !isMap(document.resource)) return mergePatch(original, document);
    const { resource } = document;
    return { ...document, resource: { ...resource, props: mergePatch(original, resource.props ?? {}) } };
}

function draftOf(document: Wire, index: number): Draft {
    if (!isMap(document)) throw new Error("a document must be an object");
    if ("resource" in document) {
        onlyKeys(document, ["resource"], "a resource document");
        return resourceDraft(document.resource ?? null, index);
    }
    if ("patch" in document) {
        onlyKeys(document, ["patch"], "a patch document");
        if (!isMap(document.patch)) throw new Error("patch: must be an object");
        const draft = manifestDraft(document.patch, index);
        return { ...draft, type: `${draft.type}Patch` };
    }
    return manifestDraft(document, index);
}

function manifestDraft(props: WireMap, index: number): Draft {
    return {
        id: idOf(props, index),
        type: typeOf(props),
        name: pulumiNameOf(props, index),
        props,
        options: {},
        dependsOn: [],
        propertyDependencies: {},
    };
}

function resourceDraft(resource: Wire, index: number): Draft {
    if (!isMap(resource)) throw new Error("resource: must be an object");
    onlyKeys(
        resource,
        ["type", "name", "props", "provider", "parent", "options", "dependsOn", "propertyDependencies"],
        "resource",
    );
    const props = resource.props ?? {};
    if (!isMap(props)) throw new Error("resource.props: must be an object");
    const name = optionalText(resource, "name");
    return {
        id: name ?? idOf(props, index),
        type: optionalText(resource, "type") ?? typeOf(props),
        name: name ?? pulumiNameOf(props, index),
        props,
        provider: optionalText(resource, "provider"),
        parent: optionalText(resource, "parent"),
        options: optionsOf(resource.options ?? {}),
        dependsOn: namesOf(resource.dependsOn ?? [], "resource.dependsOn"),
        propertyDependencies: dependenciesOf(resource.propertyDependencies ?? {}, "resource.propertyDependencies"),
    };
}

/** Reads lists of names by name. */
export function dependenciesOf(value: Wire, where: string): Dependencies {
    if (!isMap(value)) throw new Error(`${where}: must be an object`);
    return Object.fromEntries(Object.entries(value).map(([key, names]) => [key, namesOf(names, `${where}.${key}`)]));
}

function optionsOf(options: Wire): EngineOptions {
    if (!isMap(options)) throw new Error("resource.options: must be an object");
    onlyKeys(options, ["protect", "ignoreChanges", "customTimeouts"], "resource.options");
    const timeouts = options.customTimeouts ?? {};
    if (!isMap(timeouts)) throw new Error("resource.options.customTimeouts: must be an object");
    onlyKeys(timeouts, ["create", "update", "delete"], "resource.options.customTimeouts");
    for (const [key, seconds] of Object.entries(timeouts)) {
        if (typeof seconds !== "number") throw new Error(`resource.options.customTimeouts.${key}: must be seconds`);
    }
    const protect = options.protect ?? false;
    if (typeof protect !== "boolean") throw new Error("resource.options.protect: must be true or false");
    return {
        protect,
        ignoreChanges: namesOf(options.ignoreChanges ?? [], "resource.options.ignoreChanges"),
        customTimeouts: timeouts as Record<string, number>,
    };
}

/** The type of a manifest's resource. */
function typeOf({ apiVersion, kind }: WireMap): string {
    if (typeof apiVersion !== "string" || typeof kind !== "string") {
        throw new Error("a manifest must have apiVersion and kind; give other resources a type");
    }
    return tokenOf(apiVersion, kind);
}

/** What a fixture calls a manifest: `Kind namespace/name`, as far as the manifest says them. */
function idOf(props: WireMap, index: number): string {
    return `${String(props.kind)} ${pulumiNameOf(props, index)}`;
}

/** A manifest's Pulumi name: `namespace/name` as far as it says them; without a name its place among the documents. */
function pulumiNameOf(props: WireMap, index: number): string {
    const metadata = isMap(props.metadata) ? props.metadata : {};
    const text = (value: Wire | undefined) =>
        typeof value === "string" && value !== "" && !hasUnknown(value) ? value : undefined;
    const name = text(metadata.name) ?? text(metadata.generateName) ?? `unnamed-${index + 1}`;
    const namespace = text(metadata.namespace);
    return namespace === undefined ? name : `${namespace}/${name}`;
}

function optionalText(map: WireMap, key: string): string | undefined {
    const value = map[key];
    if (value !== undefined && typeof value !== "string") throw new Error(`resource.${key}: must be a text`);
    return value;
}

function namesOf(value: Wire, key: string): string[] {
    if (!Array.isArray(value) || value.some(name => typeof name !== "string")) {
        throw new Error(`${key}: must be a list of texts`);
    }
    return value as string[];
}

/** Refuses keys that mean nothing: they would be misspelled ones that silently do nothing. */
export function onlyKeys(map: WireMap, keys: readonly string[], where: string): void {
    for (const key of Object.keys(map)) {
        if (!keys.includes(key))
            throw new Error(`${where} has the unknown key "${key}"; the keys are ${keys.join(", ")}`);
    }
}
