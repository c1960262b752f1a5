import { createRequire } from "node:module";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import {
    analyzeRequest,
    analyzeStackRequest,
    type Diagnostic,
    diagnosticsOf,
    type EngineResource,
    type Remediated,
    remediateRequest,
    remediationsOf,
} from "./engine";
import type { PolicySettings } from "./pack-process";

/** A policy in the SDK's form. */
export type SdkPolicy = ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;

type Callback<Response> = (error: Error | null | undefined, response: Response | undefined) => void;
type Rpc<Request, Response> = (call: { request: Request }, callback: Callback<Response>) => Promise<void>;
type MakeRpc<Request, Response> = (
    packName: string,
    packVersion: string,
    packLevel: string,
    policies: readonly SdkPolicy[],
) => Rpc<Request, Response>;

/** What the SDK's server is made of. The package exports it to nobody, but only these give policies real arguments. */
interface SdkServer {
    makeAnalyzeRpcFun: MakeRpc<analyzer.AnalyzeRequest, analyzer.AnalyzeResponse>;
    makeAnalyzeStackRpcFun: MakeRpc<analyzer.AnalyzeStackRequest, analyzer.AnalyzeResponse>;
    makeRemediateRpcFun: MakeRpc<analyzer.AnalyzeRequest, analyzer.RemediateResponse>;
}

const server = createRequire(__filename)("@pulumi/policy/server") as SdkServer;

/** Policies as the SDK serves them, proxies and all, without a process and a connection. */
export class SdkHost {
    private readonly policies: readonly SdkPolicy[];

    /**
     * @param policies in the SDK's form.
     * @param settings level and configuration by policy; a policy not named here is disabled.
     */
    constructor(
        policies: readonly SdkPolicy[],
        settings: Readonly<Record<string, PolicySettings>>,
        stackTags: Readonly<Record<string, string>> = {},
    ) {
        const tags = new Map(Object.entries(stackTags));
        this.policies = policies.map(policy => configured(policy, settings[policy.name], tags));
    }

    /** What the policies say to one resource. */
    async analyze(resource: EngineResource): Promise<Diagnostic[]> {
        return diagnosticsOf(await this.answerTo(analyzeRequest(resource)), resource.urn);
    }

    /** What the policies at the level `remediate` make of one resource. */
    async remediate(resource: EngineResource): Promise<Remediated[]> {
        return remediationsOf(await this.repairsOf(remediateRequest(resource)));
    }

    /** What the stack policies say to all resources together. */
    async analyzeStack(resources: readonly EngineResource[]): Promise<Diagnostic[]> {
        return diagnosticsOf(await this.answerToStack(analyzeStackRequest(resources)));
    }

    answerTo(request: analyzer.AnalyzeRequest): Promise<analyzer.AnalyzeResponse> {
        return this.call(server.makeAnalyzeRpcFun, request);
    }

    answerToStack(request: analyzer.AnalyzeStackRequest): Promise<analyzer.AnalyzeResponse> {
        return this.call(server.makeAnalyzeStackRpcFun, request);
    }

    repairsOf(request: analyzer.AnalyzeRequest): Promise<analyzer.RemediateResponse> {
        return this.call(server.makeRemediateRpcFun, request);
    }

    private call<Request, Response>(make: MakeRpc<Request, Response>, request: Request): Promise<Response> {
        return new Promise((resolve, reject) => {
            const rpc = make("kubernetes-guardrails", "0.0.0", "advisory", this.policies);
            rpc({ request }, (error, response) => {
                if (response) resolve(response);
                else reject(error ?? new Error("no response"));
            }).catch(reject);
        });
    }
}

/** The SDK keeps configuration and tags in variables that only its own server sets; policies get them here. */
function configured(
    policy: SdkPolicy,
    settings: PolicySettings | undefined,
    stackTags: Map<string, string>,
): SdkPolicy {
    const { validateResource, validateStack, remediateResource } = policy;
    const own = {
        stackTags,
        getConfig: <T extends object>() => ({ ...settings?.properties }) as T,
    };
    if (Array.isArray(validateResource)) throw new Error(`${policy.name} has a list of validations`);
    return {
        ...policy,
        enforcementLevel: settings?.level ?? "disabled",
        ...(validateResource && {
            validateResource: (args, report) => validateResource({ ...args, ...own }, report),
        }),
        ...(validateStack && {
            validateStack: (args, report) => validateStack({ ...args, ...own }, report),
        }),
        ...(remediateResource && {
            remediateResource: args => remediateResource({ ...args, ...own }),
        }),
    };
}
