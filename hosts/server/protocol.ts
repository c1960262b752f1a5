import type { EnforcementLevel, Severity } from "../../framework/define";
import { type JsonObject, StructReader, writeStruct } from "./struct";
import { Kind, Reader, type Span, tagOf, Writer } from "./wire";

/**
 * The numbers of the fields that are read and written, by message.
 *
 * Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto, plugin.proto
 */
export const FIELDS = {
    AnalyzeRequest: { type: 1, properties: 2, urn: 3, name: 4, options: 5, provider: 6 },
    AnalyzerResource: {
        type: 1,
        properties: 2,
        urn: 3,
        name: 4,
        options: 5,
        provider: 6,
        parent: 7,
        dependencies: 8,
        propertyDependencies: 9,
    },
    AnalyzerResourceOptions: { protect: 1, ignoreChanges: 2, customTimeouts: 7, parent: 8 },
    CustomTimeouts: { create: 1, update: 2, delete: 3 },
    AnalyzerProviderResource: { type: 1, properties: 2, urn: 3, name: 4 },
    AnalyzerPropertyDependencies: { urns: 1 },
    AnalyzeStackRequest: { resources: 1 },
    AnalyzeResponse: { diagnostics: 2, notApplicable: 3 },
    AnalyzeDiagnostic: {
        policyName: 1,
        policyPackName: 2,
        policyPackVersion: 3,
        description: 4,
        message: 5,
        enforcementLevel: 7,
        urn: 8,
        severity: 9,
    },
    PolicyNotApplicable: { policyName: 1, reason: 2 },
    RemediateResponse: { remediations: 1, notApplicable: 2 },
    Remediation: { policyName: 1, policyPackName: 2, policyPackVersion: 3, description: 4, properties: 5 },
    AnalyzerInfo: {
        name: 1,
        displayName: 2,
        policies: 3,
        version: 4,
        supportsConfig: 5,
        initialConfig: 6,
        description: 7,
        readme: 8,
        provider: 9,
        tags: 10,
        repository: 11,
    },
    PolicyInfo: {
        name: 1,
        displayName: 2,
        description: 3,
        enforcementLevel: 5,
        configSchema: 6,
        policyType: 7,
        severity: 8,
        framework: 9,
        tags: 10,
        remediationSteps: 11,
        url: 12,
    },
    PolicyConfigSchema: { properties: 1 },
    PolicyComplianceFramework: { name: 1, version: 2, reference: 3, specification: 4 },
    PolicyConfig: { enforcementLevel: 1, properties: 2 },
    ConfigureAnalyzerRequest: { policyConfig: 1 },
    AnalyzerStackConfigureRequest: { dryRun: 4, config: 7, tags: 8 },
    PluginInfo: { version: 1 },
} as const;

/** The fields of every entry of a map. */
const ENTRY = { key: 1, value: 2 };

/** Levels by their number. */
export const LEVEL_NUMBERS = [
    "advisory",
    "mandatory",
    "disabled",
    "remediate",
] as const satisfies readonly EnforcementLevel[];

/** Severities by their number; 0 is none. */
export const SEVERITY_NUMBERS = [undefined, "low", "medium", "high", "critical"] as const satisfies readonly (
    | Severity
    | undefined
)[];

/** What a policy is for, by its number. */
export const POLICY_TYPES = { resource: 1, stack: 2 } as const;

/** Properties as they were sent, with the marks of secrets and whether there are any such marks. */
export interface SentProperties {
    readonly properties: JsonObject;
    readonly hasSignature: boolean;
}

/** A provider as the engine sends it. */
export interface SentProvider extends SentProperties {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
}

/** The options of a resource as the engine sends them. Times in seconds. */
export interface SentOptions {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly customTimeouts: { readonly create: number; readonly update: number; readonly delete: number };
    readonly parent: string;
}

/** A resource as the engine sends it. What is large is read when it is asked for. */
export class SentResource {
    type = "";
    urn = "";
    name = "";
    parent = "";
    readonly dependencies: string[] = [];
    readonly propertyDependencies: Record<string, readonly string[]> = {};
    private optionsAt: Span | undefined;
    private propertiesAt: Span | undefined;
    private providerAt: Span | undefined;

    constructor(private readonly reader: Reader) {
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) this.read(tag);
    }

    private read(tag: number): void {
        const { reader } = this;
        switch (tag) {
            case TAGS.type:
                this.type = reader.string();
                break;
            case TAGS.properties:
                this.propertiesAt = reader.span();
                break;
            case TAGS.urn:
                this.urn = reader.string();
                break;
            case TAGS.name:
                this.name = reader.string();
                break;
            case TAGS.options:
                this.optionsAt = reader.span();
                break;
            case TAGS.provider:
                this.providerAt = reader.span();
                break;
            case TAGS.parent:
                this.parent = reader.string();
                break;
            case TAGS.dependencies:
                this.dependencies.push(reader.string());
                break;
            case TAGS.propertyDependencies:
                inside(reader, () => {
                    const [key, urns] = readEntry(reader, readUrns);
                    Object.defineProperty(this.propertyDependencies, key, { value: urns ?? [], enumerable: true });
                });
                break;
            default:
                reader.skip(tag);
        }
    }

    /** The properties, secrets and all as they were sent. */
    properties(): SentProperties {
        return readProperties(this.reader, this.propertiesAt);
    }

    /** The options; undefined from an engine that is too old to have any. */
    options(): SentOptions | undefined {
        return this.optionsAt && readOptions(this.reader.at(this.optionsAt));
    }

    /**
     * The provider.
     * @param cache keeps the last one: the same provider, with a kubeconfig, comes with every resource.
     */
    provider(cache: ProviderCache): SentProvider | undefined {
        return this.providerAt && cache.read(this.reader, this.providerAt);
    }
}

const TAGS = {
    type: tagOf(FIELDS.AnalyzerResource.type, Kind.Bytes),
    properties: tagOf(FIELDS.AnalyzerResource.properties, Kind.Bytes),
    urn: tagOf(FIELDS.AnalyzerResource.urn, Kind.Bytes),
    name: tagOf(FIELDS.AnalyzerResource.name, Kind.Bytes),
    options: tagOf(FIELDS.AnalyzerResource.options, Kind.Bytes),
    provider: tagOf(FIELDS.AnalyzerResource.provider, Kind.Bytes),
    parent: tagOf(FIELDS.AnalyzerResource.parent, Kind.Bytes),
    dependencies: tagOf(FIELDS.AnalyzerResource.dependencies, Kind.Bytes),
    propertyDependencies: tagOf(FIELDS.AnalyzerResource.propertyDependencies, Kind.Bytes),
} as const;

/** Keeps providers as they were read, by their bytes: few are different. */
export class ProviderCache {
    private known: { readonly bytes: Buffer; readonly provider: SentProvider }[] = [];

    read(reader: Reader, span: Span): SentProvider {
        const bytes = reader.bytes(span);
        const index = this.known.findIndex(one => one.bytes.equals(bytes));
        const found = this.known[index] ?? { bytes: Buffer.from(bytes), provider: readProvider(reader.at(span)) };
        if (index !== 0) {
            if (index > 0) this.known.splice(index, 1);
            this.known = [found, ...this.known.slice(0, MOST_PROVIDERS - 1)];
        }
        return found.provider;
    }
}

/** How many providers are kept: more than the clusters of most stacks. */
const MOST_PROVIDERS = 8;

function readProvider(reader: Reader): SentProvider {
    const { type, properties, urn, name } = FIELDS.AnalyzerProviderResource;
    const result = { type: "", urn: "", name: "" };
    let at: Span | undefined;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(type, Kind.Bytes)) result.type = reader.string();
        else if (tag === tagOf(properties, Kind.Bytes)) at = reader.span();
        else if (tag === tagOf(urn, Kind.Bytes)) result.urn = reader.string();
        else if (tag === tagOf(name, Kind.Bytes)) result.name = reader.string();
        else reader.skip(tag);
    }
    return { ...result, ...readProperties(reader, at) };
}

function readProperties(reader: Reader, span: Span | undefined): SentProperties {
    if (!span) return { properties: {}, hasSignature: false };
    const structs = new StructReader(reader.at(span));
    return { properties: structs.struct(), hasSignature: structs.hasSignature };
}

function readOptions(reader: Reader): SentOptions {
    const { protect, ignoreChanges, customTimeouts, parent } = FIELDS.AnalyzerResourceOptions;
    const ignored: string[] = [];
    const times = { create: 0, update: 0, delete: 0 };
    const result = { protect: false, ignoreChanges: ignored, customTimeouts: times, parent: "" };
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(protect, Kind.Varint)) result.protect = reader.bool();
        else if (tag === tagOf(ignoreChanges, Kind.Bytes)) ignored.push(reader.string());
        else if (tag === tagOf(parent, Kind.Bytes)) result.parent = reader.string();
        else if (tag === tagOf(customTimeouts, Kind.Bytes)) inside(reader, () => readTimes(reader, times));
        else reader.skip(tag);
    }
    return result;
}

function readTimes(reader: Reader, times: { create: number; update: number; delete: number }): void {
    const { create, update, delete: remove } = FIELDS.CustomTimeouts;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(create, Kind.Fixed64)) times.create = reader.double();
        else if (tag === tagOf(update, Kind.Fixed64)) times.update = reader.double();
        else if (tag === tagOf(remove, Kind.Fixed64)) times.delete = reader.double();
        else reader.skip(tag);
    }
}

function readUrns(reader: Reader): string[] {
    const urns: string[] = [];
    inside(reader, () => {
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
            if (tag === tagOf(FIELDS.AnalyzerPropertyDependencies.urns, Kind.Bytes)) urns.push(reader.string());
            else reader.skip(tag);
        }
    });
    return urns;
}

/** The entry of a map that the rest of the message is. */
function readEntry<T>(reader: Reader, readValue: (reader: Reader) => T): readonly [string, T | undefined] {
    let key = "";
    let value: T | undefined;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(ENTRY.key, Kind.Bytes)) key = reader.string();
        else if (tag === tagOf(ENTRY.value, Kind.Bytes)) value = readValue(reader);
        else reader.skip(tag);
    }
    return [key, value];
}

function inside(reader: Reader, read: () => void): void {
    const outer = reader.enter();
    read();
    reader.leave(outer);
}

/** The resource that the engine asks about. */
export function readAnalyzeRequest(request: Buffer): SentResource {
    return new SentResource(new Reader(request));
}

/** The stack that the engine asks about. */
export function readAnalyzeStackRequest(request: Buffer): SentResource[] {
    const reader = new Reader(request);
    const resources: SentResource[] = [];
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(FIELDS.AnalyzeStackRequest.resources, Kind.Bytes))
            resources.push(new SentResource(reader.at(reader.span())));
        else reader.skip(tag);
    }
    return resources;
}

/** What the engine configures a policy with. */
export interface SentSettings {
    readonly level: EnforcementLevel;
    readonly properties: JsonObject;
}

/** Levels and configuration by policy. */
export function readConfigureRequest(request: Buffer): Map<string, SentSettings> {
    const reader = new Reader(request);
    const settings = new Map<string, SentSettings>();
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag !== tagOf(FIELDS.ConfigureAnalyzerRequest.policyConfig, Kind.Bytes)) {
            reader.skip(tag);
            continue;
        }
        inside(reader, () => {
            const [name, value] = readEntry(reader, readSettings);
            settings.set(name, value ?? { level: LEVEL_NUMBERS[0], properties: {} });
        });
    }
    return settings;
}

function readSettings(reader: Reader): SentSettings {
    let number = 0;
    let properties: Span | undefined;
    inside(reader, () => {
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
            if (tag === tagOf(FIELDS.PolicyConfig.enforcementLevel, Kind.Varint)) number = reader.varint();
            else if (tag === tagOf(FIELDS.PolicyConfig.properties, Kind.Bytes)) properties = reader.span();
            else reader.skip(tag);
        }
    });
    const level = LEVEL_NUMBERS[number];
    if (!level) throw new Error(`Unknown enforcement level ${number}.`);
    return { level, properties: readProperties(reader, properties).properties };
}

/** What the engine says of the stack at work. */
export interface SentStack {
    readonly isPreview: boolean;
    /** The stack's configuration by its full keys, secrets in plain. */
    readonly configKeys: readonly string[];
    readonly tags: ReadonlyMap<string, string>;
}

/** The stack at work; of its configuration, which holds secrets, only the keys. */
export function readConfigureStackRequest(request: Buffer): SentStack {
    const { dryRun, config, tags } = FIELDS.AnalyzerStackConfigureRequest;
    const reader = new Reader(request);
    const found = new Map<string, string>();
    const configKeys: string[] = [];
    let isPreview = false;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
        if (tag === tagOf(dryRun, Kind.Varint)) isPreview = reader.bool();
        else if (tag === tagOf(config, Kind.Bytes))
            inside(reader, () => configKeys.push(readEntry(reader, skipText)[0]));
        else if (tag === tagOf(tags, Kind.Bytes)) {
            inside(reader, () => {
                const [key, value] = readEntry(reader, one => one.string());
                found.set(key, value ?? "");
            });
        } else reader.skip(tag);
    }
    return { isPreview, configKeys, tags: found };
}

function skipText(reader: Reader): void {
    reader.span();
}

/** What a pack tells of itself. */
export interface PackInfo {
    readonly name: string;
    readonly version: string;
    readonly displayName?: string | undefined;
    readonly description?: string | undefined;
    readonly readme?: string | undefined;
    readonly provider?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly repository?: string | undefined;
    readonly policies: readonly PolicyMetadata[];
    /** Levels and configuration that the pack begins with, by policy. */
    readonly initialConfig: Readonly<Record<string, { readonly enforcementLevel: EnforcementLevel }>>;
}

/** What a pack tells of one policy. */
export interface PolicyMetadata {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly type: keyof typeof POLICY_TYPES;
    readonly enforcementLevel: EnforcementLevel;
    readonly severity: Severity;
    readonly properties: JsonObject;
    readonly framework?:
        | {
              readonly name: string;
              readonly version: string;
              readonly reference: string;
              readonly specification: string;
          }
        | undefined;
    readonly tags: readonly string[];
    readonly remediationSteps: string;
    readonly url: string;
}

/** A pack's answer about itself. */
export function writeInfo(pack: PackInfo): Buffer {
    const fields = FIELDS.AnalyzerInfo;
    const writer = new Writer();
    writer.string(fields.name, pack.name);
    writer.string(fields.displayName, pack.displayName);
    for (const policy of pack.policies) writer.message(fields.policies, () => writePolicy(writer, policy));
    writer.string(fields.version, pack.version);
    writer.bool(fields.supportsConfig, true);
    for (const [name, { enforcementLevel, ...properties }] of Object.entries(pack.initialConfig)) {
        writer.message(fields.initialConfig, () => {
            writer.string(ENTRY.key, name);
            writer.message(ENTRY.value, () => writeSettings(writer, enforcementLevel, properties));
        });
    }
    writer.string(fields.description, pack.description);
    writer.string(fields.readme, pack.readme);
    writer.string(fields.provider, pack.provider);
    writer.strings(fields.tags, pack.tags);
    writer.string(fields.repository, pack.repository);
    return writer.finish();
}

function writeSettings(writer: Writer, level: EnforcementLevel, properties: JsonObject): void {
    writer.number(FIELDS.PolicyConfig.enforcementLevel, LEVEL_NUMBERS.indexOf(level));
    if (Object.keys(properties).length === 0) return;
    writer.message(FIELDS.PolicyConfig.properties, () => writeStruct(writer, properties));
}

function writePolicy(writer: Writer, policy: PolicyMetadata): void {
    const fields = FIELDS.PolicyInfo;
    writer.string(fields.name, policy.name);
    writer.string(fields.displayName, policy.displayName);
    writer.string(fields.description, policy.description);
    writer.number(fields.enforcementLevel, LEVEL_NUMBERS.indexOf(policy.enforcementLevel));
    writer.message(fields.configSchema, () =>
        writer.message(FIELDS.PolicyConfigSchema.properties, () => writeStruct(writer, policy.properties)),
    );
    writer.number(fields.policyType, POLICY_TYPES[policy.type]);
    writer.number(fields.severity, SEVERITY_NUMBERS.indexOf(policy.severity));
    const { framework } = policy;
    if (framework) {
        writer.message(fields.framework, () => {
            for (const [key, field] of Object.entries(FIELDS.PolicyComplianceFramework))
                writer.string(field, framework[key as keyof typeof framework]);
        });
    }
    writer.strings(fields.tags, policy.tags);
    writer.string(fields.remediationSteps, policy.remediationSteps);
    writer.string(fields.url, policy.url);
}

/** Which policy of which pack an answer is from. */
export interface Origin {
    readonly policyName: string;
    readonly policyPackName: string;
    readonly policyPackVersion: string;
    readonly description: string;
}

/** What a policy reports. */
export interface Diagnostic extends Origin {
    readonly message: string;
    readonly level: EnforcementLevel;
    readonly urn: string;
    readonly severity: Severity;
}

/** What a policy makes of a resource. */
export interface Remediation extends Origin {
    readonly properties: JsonObject;
}

/** A policy that does not concern a resource, and why. */
export interface NotApplicable {
    readonly policyName: string;
    readonly reason: string;
}

/** The answer of policies that validate. `notApplicable` is written already. */
export function writeAnalyzeResponse(diagnostics: readonly Diagnostic[], notApplicable?: Buffer): Buffer {
    // Most answers are the same for thousands of resources.
    if (diagnostics.length === 0) return notApplicable ?? EMPTY;
    const fields = FIELDS.AnalyzeDiagnostic;
    const writer = new Writer();
    for (const diagnostic of diagnostics) {
        writer.message(FIELDS.AnalyzeResponse.diagnostics, () => {
            writeOrigin(writer, diagnostic);
            writer.string(fields.message, diagnostic.message);
            writer.number(fields.enforcementLevel, LEVEL_NUMBERS.indexOf(diagnostic.level));
            writer.string(fields.urn, diagnostic.urn);
            writer.number(fields.severity, SEVERITY_NUMBERS.indexOf(diagnostic.severity));
        });
    }
    if (notApplicable) writer.raw(notApplicable);
    return writer.finish();
}

/** The part of an answer that says which policies do not concern a resource. */
export function writeNotApplicable(
    answer: "AnalyzeResponse" | "RemediateResponse",
    all: readonly NotApplicable[],
): Buffer {
    const writer = new Writer();
    for (const { policyName, reason } of all) {
        writer.message(FIELDS[answer].notApplicable, () => {
            writer.string(FIELDS.PolicyNotApplicable.policyName, policyName);
            writer.string(FIELDS.PolicyNotApplicable.reason, reason);
        });
    }
    return writer.finish();
}

/** The answer of policies that repair. */
export function writeRemediateResponse(remediations: readonly Remediation[], notApplicable?: Buffer): Buffer {
    const writer = new Writer();
    for (const remediation of remediations) {
        writer.message(FIELDS.RemediateResponse.remediations, () => {
            writeOrigin(writer, remediation);
            writer.message(FIELDS.Remediation.properties, () => writeStruct(writer, remediation.properties));
        });
    }
    if (notApplicable) writer.raw(notApplicable);
    return writer.finish();
}

/** A remediation and a diagnostic begin with the same four fields. */
function writeOrigin(writer: Writer, { policyName, policyPackName, policyPackVersion, description }: Origin): void {
    const fields = FIELDS.Remediation;
    writer.string(fields.policyName, policyName);
    writer.string(fields.policyPackName, policyPackName);
    writer.string(fields.policyPackVersion, policyPackVersion);
    writer.string(fields.description, description);
}

/** A plugin's answer about itself. */
export function writePluginInfo(version: string): Buffer {
    const writer = new Writer();
    writer.string(FIELDS.PluginInfo.version, version);
    return writer.finish();
}

/** A message without any fields. */
export const EMPTY = Buffer.alloc(0);
