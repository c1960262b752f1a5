import analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import type { Policy } from "../../framework/define";
import { Analyzer } from "../../hosts/server/analyzer";
import {
    analyzeRequest,
    analyzeStackRequest,
    type Diagnostic,
    diagnosticsOf,
    type EngineResource,
    levelNumber,
    type Remediated,
    remediateRequest,
    remediationsOf,
    struct,
} from "./engine";
import type { PolicySettings } from "./pack-process";

/** A protocol buffer's message. */
interface Message {
    serializeBinary(): Uint8Array;
}

/** The pack's own server without a process and a connection: bytes in, bytes out, made and read by the SDK's protocol. */
export class OwnHost {
    readonly analyzer: Analyzer;

    constructor(
        policies: readonly Policy[],
        settings: Readonly<Record<string, PolicySettings>>,
        stackTags: Readonly<Record<string, string>> = {},
    ) {
        this.analyzer = new Analyzer("kubernetes-guardrails", "0.0.0", { policies }, {});
        this.analyzer.methods.Configure(bytesOf(configureRequest(settings)));
        const stack = new analyzer.AnalyzerStackConfigureRequest();
        stack.setDryRun(true);
        for (const [key, value] of Object.entries(stackTags)) stack.getTagsMap().set(key, value);
        this.analyzer.methods.ConfigureStack(bytesOf(stack));
    }

    async analyze(resource: EngineResource): Promise<Diagnostic[]> {
        return diagnosticsOf(this.answerTo(analyzeRequest(resource)), resource.urn);
    }

    async remediate(resource: EngineResource): Promise<Remediated[]> {
        return remediationsOf(this.repairsOf(remediateRequest(resource)));
    }

    async analyzeStack(resources: readonly EngineResource[]): Promise<Diagnostic[]> {
        return diagnosticsOf(this.answerToStack(analyzeStackRequest(resources)));
    }

    answerTo(request: analyzer.AnalyzeRequest): analyzer.AnalyzeResponse {
        return analyzer.AnalyzeResponse.deserializeBinary(this.analyzer.methods.Analyze(bytesOf(request)));
    }

    answerToStack(request: analyzer.AnalyzeStackRequest): analyzer.AnalyzeResponse {
        return analyzer.AnalyzeResponse.deserializeBinary(this.analyzer.methods.AnalyzeStack(bytesOf(request)));
    }

    repairsOf(request: analyzer.AnalyzeRequest): analyzer.RemediateResponse {
        return analyzer.RemediateResponse.deserializeBinary(this.analyzer.methods.Remediate(bytesOf(request)));
    }
}

/** The request that sets levels and configuration. */
export function configureRequest(
    settings: Readonly<Record<string, PolicySettings>>,
): analyzer.ConfigureAnalyzerRequest {
    const request = new analyzer.ConfigureAnalyzerRequest();
    for (const [name, { level, properties }] of Object.entries(settings)) {
        const config = new analyzer.PolicyConfig();
        config.setEnforcementlevel(levelNumber(level));
        config.setProperties(struct(properties));
        request.getPolicyconfigMap().set(name, config);
    }
    return request;
}

/** A message on the wire. */
export function bytesOf(message: Message): Buffer {
    return Buffer.from(message.serializeBinary());
}
