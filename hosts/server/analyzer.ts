import type { EnforcementLevel, Policy } from "../../framework/define";
import {
    type ConfiguredPolicy,
    checkResource,
    checkStack,
    messageOf,
    remediate,
    type Violation,
} from "../../framework/evaluate";
import { Resource } from "../../model/pulumi/resource";
import type { NodeInit } from "../../model/pulumi/stack";
import { fitting, Room, sizeOf, sizeOfProperties } from "../answer";
import { metadataOf } from "../metadata";
import { Concern, HAS_OWN_NAMING, IS_UPDATE, reasonNotToApply, Session } from "../session";
import { applyEdits, plainProperties } from "./properties";
import * as protocol from "./protocol";

/** What a pack is made of. */
export interface PackArgs {
    readonly policies: readonly Policy[];
    readonly enforcementLevel?: EnforcementLevel | undefined;
    readonly displayName?: string | undefined;
    readonly description?: string | undefined;
    readonly readme?: string | undefined;
    readonly provider?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly repository?: string | undefined;
    /** The pack's version, where it is not that of package.json in the working folder. */
    readonly version?: string | undefined;
}

/** Levels and configuration that a pack begins with, by policy. */
export type InitialConfig = Readonly<
    Record<string, { readonly enforcementLevel: EnforcementLevel; readonly [key: string]: unknown }>
>;

/** A policy that is enabled, with its place among all and its configuration. */
interface EnabledPolicy extends ConfiguredPolicy {
    readonly index: number;
    readonly level: Exclude<EnforcementLevel, "disabled">;
}

/** What is worked out once for each configuration. */
interface Setup {
    readonly enabled: readonly EnabledPolicy[];
    /** Those that decide the stack. */
    readonly ofStack: readonly EnabledPolicy[];
    readonly remediating: readonly EnabledPolicy[];
    /** The resource policies. */
    readonly concern: Concern<EnabledPolicy>;
    /** Answers about policies that do not concern a resource, by those that do. */
    readonly notApplicable: Map<readonly EnabledPolicy[], Buffer>;
}

/** A policy pack's answers to the engine. */
export class Analyzer {
    private readonly session = new Session();
    private readonly providers = new protocol.ProviderCache();
    private settings: ReadonlyMap<string, protocol.SentSettings> = new Map();
    private setup: Setup | undefined;
    private stack: protocol.SentStack | undefined;

    constructor(
        private readonly name: string,
        private readonly version: string,
        private readonly args: PackArgs,
        private readonly initialConfig: InitialConfig,
    ) {}

    /** What the engine calls, by name: bytes of the request, bytes of the answer. */
    readonly methods = {
        GetAnalyzerInfo: () => this.info(),
        GetPluginInfo: () => protocol.writePluginInfo(this.version),
        Configure: (request: Buffer) => {
            this.settings = protocol.readConfigureRequest(request);
            this.setup = undefined;
            return protocol.EMPTY;
        },
        ConfigureStack: (request: Buffer) => {
            this.stack = protocol.readConfigureStackRequest(request);
            return protocol.EMPTY;
        },
        Analyze: (request: Buffer) => this.analyze(protocol.readAnalyzeRequest(request)),
        AnalyzeStack: (request: Buffer) => this.analyzeStack(protocol.readAnalyzeStackRequest(request)),
        Remediate: (request: Buffer) => this.remediate(request),
    };

    private info(): Buffer {
        const { args, name, version, initialConfig } = this;
        const policies = args.policies.map(policy => ({
            ...metadataOf(policy),
            enforcementLevel: policy.enforcementLevel ?? args.enforcementLevel ?? "advisory",
            type: policy.definition.checkStack ? ("stack" as const) : ("resource" as const),
        }));
        return protocol.writeInfo({ ...args, name, version, policies, initialConfig });
    }

    private get current(): Setup {
        this.setup ??= this.makeSetup();
        return this.setup;
    }

    private makeSetup(): Setup {
        const enabled = this.args.policies.flatMap((policy, index): EnabledPolicy[] => {
            const settings = this.settings.get(policy.name);
            const level = settings?.level ?? policy.enforcementLevel ?? this.args.enforcementLevel ?? "advisory";
            if (level === "disabled") return [];
            return [{ ...this.session.configure(policy, settings?.properties ?? {}), index, level }];
        });
        return {
            enabled,
            ofStack: enabled.filter(({ policy }) => policy.definition.checkStack),
            remediating: enabled.filter(({ level, policy }) => level === "remediate" && !policy.definition.checkStack),
            concern: new Concern(enabled.filter(({ policy }) => !policy.definition.checkStack)),
            notApplicable: new Map(),
        };
    }

    private analyze(sent: protocol.SentResource): Buffer {
        const { enabled, concern } = this.current;
        if (enabled.length === 0) return protocol.EMPTY;
        const resource = this.resourceOf(sent);
        this.session.add(resource);
        const run = this.session.runContext(this.tags);
        const room = new Room();
        const answer: protocol.Diagnostic[] = [];
        const concerned = concern.of(resource);
        const toCheck = new Set(concerned);
        for (const policy of enabled) {
            const wrong = this.session.configurationMessage(policy, resource);
            if (wrong !== undefined) answer.push(this.diagnostic(policy, wrong, resource.urn, "mandatory"));
            if (!toCheck.has(policy)) continue;
            const violations = checkResource(policy, resource, run);
            this.report(policy, violations, room, this.args.policies.length - policy.index, answer);
        }
        return protocol.writeAnalyzeResponse(answer, this.notApplicable(concerned));
    }

    private analyzeStack(sent: readonly protocol.SentResource[]): Buffer {
        const stack = this.session.stackOf(
            sent.map(one => this.nodeOf(one)),
            this.isUpdate,
        );
        const { ofStack } = this.current;
        const run = this.session.runContext(this.tags);
        const room = new Room();
        const answer: protocol.Diagnostic[] = [];
        const all = this.args.policies.filter(({ definition }) => definition.checkStack);
        for (const policy of ofStack) {
            const toCome = all.length - all.indexOf(policy.policy);
            this.report(policy, checkStack(policy, stack, run), room, toCome, answer);
        }
        return protocol.writeAnalyzeResponse(answer);
    }

    private remediate(request: Buffer): Buffer {
        const { remediating } = this.current;
        if (remediating.length === 0) return protocol.EMPTY;
        const sent = protocol.readAnalyzeRequest(request);
        const run = this.session.runContext(this.tags);
        const room = new Room();
        const { properties } = sent.properties();
        const answer: protocol.Remediation[] = [];
        const notApplicable: protocol.NotApplicable[] = [];
        for (const configured of remediating) {
            const { policy } = configured;
            if (!policy.definition.remediate) {
                const reason = "Policy does not implement remediateResource";
                notApplicable.push({ policyName: policy.name, reason });
                continue;
            }
            const edits = remediate(configured, this.resourceOf(sent, properties), run);
            if (edits.length === 0) continue;
            // The answer repeats the whole resource for each policy. What is too large to be repaired is reported.
            if (!room.take(sizeOfProperties(properties))) continue;
            applyEdits(properties, edits);
            answer.push({ ...this.origin(policy), properties: structuredClone(properties) });
        }
        const others = protocol.writeNotApplicable("RemediateResponse", notApplicable);
        return protocol.writeRemediateResponse(answer, others);
    }

    /** A resource of a request. */
    private resourceOf(sent: protocol.SentResource, changed?: Record<string, unknown>): Resource {
        const options = sent.options();
        if (!options) {
            throw new Error(
                "A more recent version of the Pulumi CLI is required. To upgrade, see https://www.pulumi.com/docs/get-started/install/",
            );
        }
        const provider = sent.provider(this.providers);
        const properties = changed ? { properties: changed, hasSignature: true } : sent.properties();
        const { parent, ...others } = options;
        return new Resource({
            urn: sent.urn,
            type: sent.type,
            name: sent.name,
            ...plainProperties(properties),
            provider: provider && {
                urn: provider.urn,
                type: provider.type,
                name: provider.name,
                props: plainProperties(provider).props,
            },
            options: others,
            parent: parent || undefined,
            hasOwnNaming: this.hasOwnNaming,
        });
    }

    /** A resource of a stack, with the inputs that were shown before. Its outputs are read only where a policy does. */
    private nodeOf(sent: protocol.SentResource): NodeInit {
        return {
            resource: this.session.inputsOf(sent.urn) ?? this.resourceOf(sent),
            get outputs() {
                return plainProperties(sent.properties()).props;
            },
            parent: sent.parent,
            dependencies: sent.dependencies,
            propertyDependencies: sent.propertyDependencies,
        };
    }

    /** Reports what one of the policies found that an answer must have room for. */
    private report(
        policy: EnabledPolicy,
        violations: readonly Violation[],
        room: Room,
        policies: number,
        answer: protocol.Diagnostic[],
    ): void {
        const inForce = violations.filter(({ exemption }) => !exemption);
        for (const violation of fitting(inForce, room.share(policies))) {
            room.take(sizeOf(violation));
            answer.push(this.diagnostic(policy, messageOf(violation), violation.urn, violation.level ?? policy.level));
        }
    }

    private diagnostic(
        { policy }: EnabledPolicy,
        message: string,
        urn: string,
        level: EnforcementLevel,
    ): protocol.Diagnostic {
        // What a remediation has left is as bad as what nobody repairs.
        const inForce = level === "remediate" ? "mandatory" : level;
        return { ...this.origin(policy), message, urn, level: inForce, severity: policy.severity };
    }

    private origin({ name, description }: Policy): protocol.Origin {
        return { policyName: name, policyPackName: this.name, policyPackVersion: this.version, description };
    }

    private notApplicable(concerned: readonly EnabledPolicy[]): Buffer {
        const { notApplicable, concern } = this.current;
        let answer = notApplicable.get(concerned);
        if (!answer) {
            const others = concern.others(concerned).map(({ policy }) => ({
                policyName: policy.name,
                reason: reasonNotToApply(policy),
            }));
            answer = protocol.writeNotApplicable("AnalyzeResponse", others);
            notApplicable.set(concerned, answer);
        }
        return answer;
    }

    private get tags(): ReadonlyMap<string, string> {
        return this.stack?.tags ?? NO_TAGS;
    }

    private get hasOwnNaming(): boolean {
        return HAS_OWN_NAMING ?? this.stack?.configKeys.includes("pulumi:autonaming") ?? false;
    }

    private get isUpdate(): boolean {
        return IS_UPDATE ?? (this.stack !== undefined && !this.stack.isPreview);
    }
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();
