import { isDefaultProviderName, Resource, type ResourceInit, type Source } from "../../model/pulumi/resource";
import { HIDDEN, SECRET, SecretPaths, SIGNATURE } from "../../model/pulumi/secret-paths";
import type { NodeInit } from "../../model/pulumi/stack";
import { UNKNOWN } from "../../model/value";
import { type Fields, isFields } from "../fields";
import type { Changes } from "./preview";
import { isMadeInApply } from "./stack-trace";

/**
 * The key that marks an object as something else than an object, and what its value says it is.
 *
 * Source: pulumi/pulumi sdk/nodejs/runtime/rpc.ts (`specialSigKey` and the signatures below it).
 */
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/**
 * The resources in what `pulumi stack export` prints (`deployment.resources`) or in a checkpoint file of a self-managed
 * backend (`checkpoint.latest.resources`); undefined when the value is neither.
 *
 * Source: pulumi/pulumi sdk/go/common/apitype/core.go (`UntypedDeployment`, `DeploymentV3`, `CheckpointV3`).
 */
export function stateResources(value: unknown): readonly unknown[] | undefined {
    if (!isFields(value)) return undefined;
    const latest = isFields(value.checkpoint) ? value.checkpoint.latest : undefined;
    const deployment = isFields(value.deployment) ? value.deployment : latest;
    if (!isFields(deployment)) return undefined;
    if (Array.isArray(deployment.resources)) return deployment.resources;
    // A stack without resources leaves the list out; the manifest is always there.
    return isFields(deployment.manifest) ? [] : undefined;
}

/** What is known of a state or preview as a whole. */
interface Circumstances {
    /** Whether the resources do not tell their options and dependencies. */
    readonly withoutOptions?: boolean;
    /** Whether the stack's configuration has rules for the names of what has none. */
    readonly hasOwnNaming?: boolean;
    /** The stack's configuration, where it is known: the inputs of default providers. */
    readonly config?: unknown;
    /** What the update would do, where it is a preview. */
    readonly changes?: Changes;
}

/**
 * The resources of a stack and their dependencies, as an update would show them to policies. Those that wait to be
 * deleted, because others replaced them, are left out; those that the program only reads are marked.
 *
 * Source: pulumi/pulumi sdk/go/common/apitype/core.go (`ResourceV3`).
 */
export function readState(resources: readonly unknown[], file: string, circumstances: Circumstances = {}): NodeInit[] {
    const states = resources.filter(isFields).filter(isThere);
    const byUrn = new Map(states.map(state => [textOf(state.urn), state]));
    const { changes } = circumstances;
    const nodes = states.map(state => ({
        resource: new Resource(describe(state, byUrn, { file }, circumstances)),
        outputs: properties(state.outputs),
        isMadeInApply: isMadeInApply(state.stackTrace),
        ...(state.external === true && { isRead: true }),
        createdAt: changes?.created.get(state.urn),
        dependencies: textsOf(state.dependencies),
        propertyDependencies: Object.fromEntries(
            Object.entries(isFields(state.propertyDependencies) ? state.propertyDependencies : {}).map(
                ([property, urns]) => [property, textsOf(urns)],
            ),
        ),
    }));
    return changes ? [...nodes, ...deletedNodes(changes, byUrn, file, circumstances)] : nodes;
}

/** What goes, with its provider as it was. */
function deletedNodes(
    { deleted, changedProviders }: Changes,
    byUrn: ReadonlyMap<string, Fields>,
    file: string,
    circumstances: Circumstances,
): NodeInit[] {
    if (deleted.length === 0) return [];
    const before = new Map(byUrn);
    for (const [urn, state] of changedProviders) if (state) before.set(textOf(urn), state);
    return deleted
        .filter(({ state }) => isThere(state))
        .map(({ at, state }) => ({
            resource: new Resource(describe(state, before, { file }, circumstances)),
            deletedAt: at,
        }));
}

function isThere({ urn, delete: isReplaced }: Fields): boolean {
    return typeof urn === "string" && isReplaced !== true;
}

function describe(
    state: Fields,
    byUrn: ReadonlyMap<string, Fields>,
    source: Source,
    { withoutOptions, hasOwnNaming, config, changes }: Circumstances,
): ResourceInit {
    const urn = textOf(state.urn);
    const timeouts = isFields(state.customTimeouts) ? state.customTimeouts : {};
    return {
        urn,
        type: typeOf(state),
        name: nameOf(urn),
        props: properties(state.inputs),
        provider: providerOf(state, byUrn, config, changes),
        options: withoutOptions
            ? undefined
            : {
                  protect: state.protect === true,
                  ignoreChanges: textsOf(state.ignoreChanges),
                  customTimeouts: {
                      create: numberOf(timeouts.create),
                      update: numberOf(timeouts.update),
                      delete: numberOf(timeouts.delete),
                  },
              },
        secrets: SecretPaths.of(state.inputs),
        isImported: typeof state.importID === "string" && state.importID !== "",
        hasOwnNaming,
        parent: textOf(state.parent) || undefined,
        source,
    };
}

/** A resource names its provider by URN and id: `urn:pulumi:...::id`. */
function providerOf(
    state: Fields,
    byUrn: ReadonlyMap<string, Fields>,
    config: unknown,
    changes: Changes | undefined,
): ResourceInit["provider"] {
    const reference = textOf(state.provider);
    if (reference === "") return undefined;
    const urn = reference.slice(0, reference.lastIndexOf("::"));
    const provider = byUrn.get(urn);
    const type = provider ? typeOf(provider) : typeOf({ urn });
    const name = nameOf(urn);
    const kept = changes && !changes.changedProviders.has(urn) && !reference.endsWith(`::${UNKNOWN}`);
    const known = { urn, type, name, ...(kept && { kept: reference }) };
    if (provider) return { ...known, props: properties(provider.inputs) };
    // Previews leave out what stays as it is. Any other provider may have any configuration.
    const isTold = isDefaultProviderName(name) && isFields(config);
    return { ...known, props: isTold ? configured(type, config) : UNKNOWN };
}

/**
 * What a stack's configuration gives the default providers of a package: `kubernetes:context` is their `context`.
 *
 * Source: pulumi/pulumi pkg/resource/deploy/default_providers.go (`newRegisterDefaultProviderEvent`)
 */
function configured(type: string, config: Fields): Fields {
    const prefix = `${type.slice(type.lastIndexOf(":") + 1)}:`;
    const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(
        own.map(([key, value]) => [key.slice(prefix.length), value === HIDDEN ? UNKNOWN : value]),
    );
}

/** The type that a state names, else the last of those in the URN: `parent$child`. */
function typeOf(state: Fields): string {
    return textOf(state.type) || (textOf(state.urn).split("::")[2]?.split("$").at(-1) ?? "");
}

/** The name ends a URN and may itself contain the separator. */
function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** A resource's properties without those that only the provider reads, as the engine sends them to policies. */
function properties(value: unknown): unknown {
    if (!isFields(value)) return {};
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => !key.startsWith("__"))
            .map(([key, item]) => [key, revealed(item)]),
    );
}

/** A value as policies see it: secrets in plain where the state has them so, unknown where it does not. */
function revealed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(revealed);
    if (!isFields(value)) return value;
    switch (value[SIGNATURE]) {
        case SECRET:
            return typeof value.plaintext === "string" ? decoded(value.plaintext) : UNKNOWN;
        case OUTPUT_VALUE:
            return "value" in value ? revealed(value.value) : UNKNOWN;
        case RESOURCE_REFERENCE:
            return textOf(value.id) || ("id" in value ? UNKNOWN : textOf(value.urn));
        case ASSET:
            return typeof value.text === "string" && value.text !== "" ? value.text : UNKNOWN;
        case ARCHIVE:
            return UNKNOWN;
        default:
            return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealed(item)]));
    }
}

/** `pulumi stack export --show-secrets` writes a secret's value as JSON in a string. */
function decoded(plaintext: string): unknown {
    try {
        return revealed(JSON.parse(plaintext));
    } catch {
        return UNKNOWN;
    }
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
    return typeof value === "number" ? value : 0;
}

function textsOf(value: unknown): string[] {
    return Array.isArray(value) ? value.filter(item => typeof item === "string") : [];
}
