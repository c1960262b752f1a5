import type {
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import type { Policy } from "../framework/define";
import {
    type ConfiguredPolicy,
    checkResource,
    checkStack,
    type Edit,
    messageOf,
    remediate,
    type Violation,
} from "../framework/evaluate";
import { Resource } from "../model/pulumi/resource";
import type { Stack } from "../model/pulumi/stack";
import { UNKNOWN } from "../model/value";
import { fitting, Room, sizeOf, sizeOfProperties } from "./answer";
import { metadataOf } from "./metadata";
import { Concern, HAS_OWN_NAMING, IS_UPDATE, reasonNotToApply, Session } from "./session";
import { takePropertyDependencies, takeSecretPaths, watchStackRequests } from "./stack-request";

/**
 * The form of reportViolation that can say a level of its own. It exists since version 1.20 of the SDK, whose
 * declarations leave it out.
 */
type ReportWithLevel = (violation: { message: string; enforcementLevel: string; urn: string }) => void;

/**
 * The policies in the form that the Pulumi SDK serves to the engine.
 *
 * The engine asks about one resource at a time, the SDK then calls each enabled policy in turn. What a resource is
 * made of is worked out once for all of them. Stack policies have to be resource policies too: the SDK shows the inputs
 * to no others.
 */
export function pulumiPolicies(
    policies: readonly Policy[],
): (ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>)[] {
    const host = new Host(policies);
    return policies.map((policy, index) => {
        const { properties, tags, ...metadata } = metadataOf(policy);
        return {
            ...metadata,
            tags: [...tags],
            configSchema: { properties } as PolicyConfigSchema,
            validateResource: (args: ResourceValidationArgs, report: ReportViolation) =>
                host.validate(policy, index, args, report),
            ...(policy.definition.checkStack && {
                validateStack: (args: StackValidationArgs, report: ReportViolation) =>
                    host.validateStack(policy, index, args, report),
            }),
            ...(policy.definition.remediate && {
                remediateResource: (args: ResourceValidationArgs) => host.remediate(policy, index, args),
            }),
        };
    });
}

/** What is kept while one call of the engine lasts. */
interface Call {
    /** The policy that was run last; infinite once the call has ended. */
    index: number;
    /** What is left of the answer. */
    readonly room: Room;
}

/** A call about one resource, and the policies that have anything to check in it. */
interface ResourceCall extends Call {
    readonly resource: Resource;
    readonly concerned: ReadonlySet<Policy>;
}

/** What is kept between the SDK's calls. */
class Host {
    private readonly session = new Session();
    /** The resource of the call under way, and the policy that saw it last. */
    private current: ResourceCall | undefined;
    /** The stack of the call under way, and the policy that saw it last; undefined while resources come in. */
    private currentStack: (Call & { readonly stack: Stack }) | undefined;
    /** The remediations under way. */
    private repairs: Call | undefined;

    private readonly concern: Concern<ConfiguredPolicy>;

    constructor(private readonly policies: readonly Policy[]) {
        this.concern = new Concern(policies.map(policy => ({ policy, config: undefined, problems: [] })));
        watchStackRequests();
    }

    validate(policy: Policy, index: number, args: ResourceValidationArgs, report: ReportViolation): void {
        const { resource, concerned, room } = this.callFor(index, args);
        const configured = this.session.configure(policy, args.getConfig());
        const wrong = this.session.configurationMessage(configured, resource);
        if (wrong !== undefined) reportAt(report, policy, "mandatory", wrong, resource.urn);
        if (!concerned.has(policy)) {
            if (wrong === undefined) sayNotApplicable(args, reasonNotToApply(policy));
            return;
        }
        const violations = checkResource(configured, resource, this.session.runContext(args.stackTags));
        reportViolations(violations, room, this.policies.length - index, report);
    }

    validateStack(policy: Policy, index: number, args: StackValidationArgs, report: ReportViolation): void {
        if (!goesOn(this.currentStack, index)) {
            this.currentStack = lastingOneCall({ stack: this.stackOf(args), index, room: new Room() });
        }
        const { stack, room } = this.currentStack;
        const configured = this.session.configure(policy, args.getConfig());
        const violations = checkStack(configured, stack, this.session.runContext(args.stackTags));
        const toCome = this.policies.slice(index).filter(({ definition }) => definition.checkStack);
        reportViolations(violations, room, toCome.length, report);
    }

    /** The stack, each resource with its inputs where they have been seen. */
    private stackOf(args: StackValidationArgs): Stack {
        const asSent = takePropertyDependencies();
        const nodes = args.resources.map(resource => {
            const outputs = shallowCopy(resource.props);
            return {
                resource: this.session.inputsOf(resource.urn) ?? new Resource(describe(resource, outputs)),
                outputs,
                parent: resource.parent?.urn,
                dependencies: resource.dependencies.map(({ urn }) => urn),
                propertyDependencies: asSent.get(resource.urn) ?? urnsByProperty(resource.propertyDependencies),
            };
        });
        return this.session.stackOf(nodes, IS_UPDATE ?? false);
    }

    remediate(policy: Policy, index: number, args: ResourceValidationArgs): Record<string, unknown> | undefined {
        if (!goesOn(this.repairs, index)) this.repairs = lastingOneCall({ index, room: new Room() });
        const configured = this.session.configure(policy, args.getConfig());
        const resource = new Resource(describe(args, deepCopy(args.props)));
        const edits = remediate(configured, resource, this.session.runContext(args.stackTags));
        if (edits.length === 0) return undefined;
        // The answer repeats the whole resource for each policy. What is too large to be repaired is reported.
        if (!this.repairs.room.take(sizeOfProperties(shallowCopy(args.props)))) return undefined;
        applyEdits(args.props, edits);
        return args.props;
    }

    /**
     * The call that asks about one resource, which is worked out once. Policies are called in their order, so one that
     * is not behind the last is of another call, even for the same resource.
     */
    private callFor(index: number, args: ResourceValidationArgs): ResourceCall {
        if (this.current?.resource.urn === args.urn && goesOn(this.current, index)) return this.current;
        const resource = new Resource({ ...describe(args, shallowCopy(args.props)), secrets: takeSecretPaths() });
        const concerned = new Set(this.concern.of(resource).map(({ policy }) => policy));
        this.current = lastingOneCall({ resource, concerned, index, room: new Room() });
        this.currentStack = undefined;
        this.session.add(resource);
        return this.current;
    }
}

/**
 * Marks what belongs to a call of the engine as past once the call has ended: the SDK runs all policies of one without
 * returning to the event loop, and the next may enable other policies and tell of the same resource again.
 */
function lastingOneCall<T extends Call>(kept: T): T {
    setImmediate(() => {
        kept.index = Number.POSITIVE_INFINITY;
    });
    return kept;
}

/** Whether a policy runs in the same call as the one before it: policies are called in their order. */
function goesOn<T extends Call>(call: T | undefined, index: number): call is T {
    if (call === undefined || index <= call.index) return false;
    call.index = index;
    return true;
}

/** The SDK makes an error of it, which takes its time to say where it comes from: nobody asks. */
function sayNotApplicable(args: ResourceValidationArgs, reason: string): void {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        args.notApplicable(reason);
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}

/** Reports what one of the policies found that an answer must have room for. */
function reportViolations(
    violations: readonly Violation[],
    room: Room,
    policies: number,
    report: ReportViolation,
): void {
    const inForce = violations.filter(({ exemption }) => !exemption);
    for (const violation of fitting(inForce, room.share(policies))) {
        room.take(sizeOf(violation));
        reportViolation(violation, report);
    }
}

function reportViolation(violation: Violation, report: ReportViolation): void {
    if (violation.level) reportAt(report, violation.policy, violation.level, messageOf(violation), violation.urn);
    else report(messageOf(violation), violation.urn);
}

/** Reports at another level than the policy's, in the form in which the SDK words all violations. */
function reportAt(report: ReportViolation, policy: Policy, level: string, message: string, urn: string): void {
    const violation = { message: `${policy.description}\n${message}`, enforcementLevel: level, urn };
    (report as unknown as ReportWithLevel)(violation);
}

function urnsByProperty(dependencies: PolicyResource["propertyDependencies"]): Record<string, string[]> {
    return Object.fromEntries(
        Object.entries(dependencies).map(([property, resources]) => [property, resources.map(({ urn }) => urn)]),
    );
}

/** What both phases tell of a resource. */
type ResourceArgs = Pick<ResourceValidationArgs, "urn" | "type" | "name" | "opts" | "provider">;

function describe(args: ResourceArgs, props: unknown) {
    const { opts, provider } = args;
    return {
        urn: args.urn,
        type: args.type,
        name: args.name,
        props,
        provider: provider && { ...provider, props: shallowCopy(provider.props) },
        options: {
            protect: opts.protect,
            ignoreChanges: opts.ignoreChanges,
            customTimeouts: {
                create: opts.customTimeouts.createSeconds,
                update: opts.customTimeouts.updateSeconds,
                delete: opts.customTimeouts.deleteSeconds,
            },
        },
        parent: opts.parent,
        hasOwnNaming: HAS_OWN_NAMING ?? false,
    };
}

/**
 * The properties without the SDK's proxies, which throw at an unknown value. A property descriptor shows what is
 * behind a proxy, and below it there are none.
 */
function shallowCopy(props: Record<string, unknown>): Record<string, unknown> {
    const copy: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(props)) {
        const descriptor = Object.getOwnPropertyDescriptor(props, key);
        copy[key] = descriptor && "value" in descriptor ? descriptor.value : read(props, key);
    }
    return copy;
}

/** The same for a remediation, whose properties also hide secrets: those only reading through the proxy unwraps. */
function deepCopy(value: unknown): unknown {
    if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => deepCopy(read(value, index)));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.keys(value).map(key => [key, deepCopy(read(value, key))]));
}

function read(target: object, key: string | number): unknown {
    try {
        return (target as Record<string | number, unknown>)[key];
    } catch {
        return UNKNOWN;
    }
}

/** Changes the properties in place: the SDK keeps what is unknown or secret only where an object is not rebuilt. */
function applyEdits(props: Record<string, unknown>, edits: readonly Edit[]): void {
    for (const { path, value } of edits) {
        let target = props as Record<string | number, unknown>;
        for (const step of path.slice(0, -1)) {
            if (target[step] === undefined || target[step] === null) target[step] = {};
            target = target[step] as Record<string | number, unknown>;
        }
        const last = path.at(-1);
        if (last !== undefined) target[last] = value;
    }
}
