import analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { EnforcementLevel } from "../../framework/define";
import type { Wire, WireMap } from "./wire";

/** A resource as the engine tells policy packs of it. */
export interface EngineResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly props: WireMap;
    readonly provider?: EngineProvider;
    /** URN of the parent. */
    readonly parent?: string;
    readonly options?: EngineOptions;
    /** URNs of the resources it depends on; only stack policies see them. */
    readonly dependencies?: readonly string[];
    /** The same by the property that depends on them. */
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** The provider that manages a resource. */
export interface EngineProvider {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly props: WireMap;
}

/** The options of a resource. Times in seconds. */
export interface EngineOptions {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly customTimeouts?: { readonly create?: number; readonly update?: number; readonly delete?: number };
}

/** What a policy reported. */
export interface Diagnostic {
    readonly policy: string;
    /** URN of the resource, where the policy named one or the engine asked about one. */
    readonly urn: string;
    readonly description: string;
    /** As the user sees it. By the SDK the description is its first line. */
    readonly message: string;
    readonly level: EnforcementLevel;
}

/** What a policy's remediation made of a resource. */
export interface Remediated {
    readonly policy: string;
    /** The properties, secrets and unknown values in them; undefined when the remediation failed. */
    readonly props: WireMap | undefined;
    /** Why it failed; else empty. */
    readonly diagnostic: string;
}

const LEVELS = ["advisory", "mandatory", "disabled", "remediate"] as const satisfies readonly EnforcementLevel[];

/** The engine's number of a level. */
export function levelNumber(level: EnforcementLevel): analyzer.EnforcementLevel {
    return LEVELS.indexOf(level);
}

/** The level of a number of the engine's. */
export function levelOf(number: number): EnforcementLevel {
    const level = LEVELS[number];
    if (!level) throw new Error(`the pack reported the level ${number}, which is none`);
    return level;
}

/** A protocol buffer's struct of a JSON object. */
export function struct(value: WireMap): Struct {
    return Struct.fromJavaScript(value as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** The request that asks about one resource. */
export function analyzeRequest(resource: EngineResource): analyzer.AnalyzeRequest {
    const request = new analyzer.AnalyzeRequest();
    fill(request, resource, withoutInternals(resource.props));
    return request;
}

/** The request that asks to repair one resource, which has the same form but shows internal properties too. */
export function remediateRequest(resource: EngineResource): analyzer.AnalyzeRequest {
    const request = new analyzer.AnalyzeRequest();
    fill(request, resource, resource.props);
    return request;
}

/** The request that asks about a stack. */
export function analyzeStackRequest(resources: readonly EngineResource[]): analyzer.AnalyzeStackRequest {
    const request = new analyzer.AnalyzeStackRequest();
    for (const resource of resources) {
        const message = new analyzer.AnalyzerResource();
        fill(message, resource, withoutInternals(resource.props));
        message.setParent(resource.parent ?? "");
        message.setDependenciesList([...(resource.dependencies ?? [])]);
        for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
            const list = new analyzer.AnalyzerPropertyDependencies();
            list.setUrnsList([...urns]);
            message.getPropertydependenciesMap().set(property, list);
        }
        request.addResources(message);
    }
    return request;
}

/** Top-level properties with two underscores are the engine's own. */
function withoutInternals(props: WireMap): WireMap {
    return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}

function fill(
    message: analyzer.AnalyzeRequest | analyzer.AnalyzerResource,
    resource: EngineResource,
    props: WireMap,
): void {
    message.setUrn(resource.urn);
    message.setType(resource.type);
    message.setName(resource.name);
    message.setProperties(struct(props));
    message.setOptions(optionsMessage(resource));
    if (resource.provider) {
        const provider = new analyzer.AnalyzerProviderResource();
        provider.setUrn(resource.provider.urn);
        provider.setType(resource.provider.type);
        provider.setName(resource.provider.name);
        provider.setProperties(struct(withoutInternals(resource.provider.props)));
        message.setProvider(provider);
    }
}

function optionsMessage({ options = {}, parent }: EngineResource): analyzer.AnalyzerResourceOptions {
    const message = new analyzer.AnalyzerResourceOptions();
    message.setProtect(options.protect ?? false);
    message.setIgnorechangesList([...(options.ignoreChanges ?? [])]);
    message.setParent(parent ?? "");
    const timeouts = new analyzer.AnalyzerResourceOptions.CustomTimeouts();
    timeouts.setCreate(options.customTimeouts?.create ?? 0);
    timeouts.setUpdate(options.customTimeouts?.update ?? 0);
    timeouts.setDelete(options.customTimeouts?.delete ?? 0);
    message.setCustomtimeouts(timeouts);
    return message;
}

/** What policies reported, as their answer says. `urn` is the resource that was asked about. */
export function diagnosticsOf(response: analyzer.AnalyzeResponse, urn = ""): Diagnostic[] {
    return response.getDiagnosticsList().map(diagnostic => ({
        policy: diagnostic.getPolicyname(),
        urn: diagnostic.getUrn() || urn,
        description: diagnostic.getDescription(),
        message: diagnostic.getMessage(),
        level: levelOf(diagnostic.getEnforcementlevel()),
    }));
}

/** What remediations made of a resource, in the order in which they ran. */
export function remediationsOf(response: analyzer.RemediateResponse): Remediated[] {
    return response.getRemediationsList().map(remediation => ({
        policy: remediation.getPolicyname(),
        props: remediation.getProperties()?.toJavaScript() as { [key: string]: Wire } | undefined,
        diagnostic: remediation.getDiagnostic(),
    }));
}
