import type {
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import type { FrameworkItem, Policy } from "../framework/define";
import {
    type ConfiguredPolicy,
    checkResource,
    checkStack,
    configurationErrors,
    configure,
    type Edit,
    messageOf,
    type RunContext,
    remediate,
    type Violation,
} from "../framework/evaluate";
import { schemasOf } from "../framework/settings";
import { Inventory } from "../model/environments/inventory";
import { Resource } from "../model/pulumi/resource";
import { Stack } from "../model/pulumi/stack";
import { UNKNOWN } from "../model/value";
import { fitting, Room, sizeOf, sizeOfProperties } from "./answer";
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
 * made of is worked out once for all of them.
 */
export function pulumiPolicies(
    policies: readonly Policy[],
): (ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>)[] {
    const host = new Host(policies);
    return policies.map((policy, index) => ({
        name: policy.name,
        displayName: policy.displayName,
        description: policy.description,
        enforcementLevel: policy.enforcementLevel,
        severity: policy.severity,
        tags: ["kubernetes", policy.category],
        url: policy.url,
        remediationSteps: policy.remediationSteps,
        configSchema: { properties: schemasOf(policy.settings) } as PolicyConfigSchema,
        ...(policy.frameworks && { framework: complianceFramework(policy.frameworks) }),
        validateResource: (args: ResourceValidationArgs, report: ReportViolation) =>
            host.validate(policy, index, args, report),
        ...(policy.definition.checkStack && {
            validateStack: (args: StackValidationArgs, report: ReportViolation) =>
                host.validateStack(policy, index, args, report),
        }),
        ...(policy.definition.remediate && {
            remediateResource: (args: ResourceValidationArgs) => host.remediate(policy, index, args),
        }),
    }));
}

/** Pulumi has room for one framework a policy: the first, with all of its items. */
function complianceFramework(items: readonly FrameworkItem[]): PolicyComplianceFramework {
    const [first] = items;
    const same = items.filter(item => item.framework === first?.framework);
    return {
        name: first?.framework ?? "",
        version: first?.version ?? "",
        reference: same.map(({ item }) => item).join(", "),
        specification: same.map(({ title }) => title).join("; "),
    };
}

/** The type of the resource that stands for the stack itself, which the engine registers first. */
const STACK_TYPE = "pulumi:pulumi:Stack";

/** What is kept while one call of the engine lasts. */
interface Call {
    /** The policy that was run last; infinite once the call has ended. */
    index: number;
    /** What is left of the answer. */
    readonly room: Room;
}

/** What is kept between the engine's calls. */
class Host {
    private readonly configured = new Map<string, { raw: Record<string, unknown>; result: ConfiguredPolicy }>();
    /** The resource on which a policy's wrong configuration was reported, by policy and stack. */
    private readonly reported = new Map<string, string>();
    /** The resource of the call under way, and the policy that saw it last. */
    private current: (Call & { readonly resource: Resource }) | undefined;
    /** The stack of the call under way, and the policy that saw it last; undefined while resources come in. */
    private currentStack: (Call & { readonly stack: Stack }) | undefined;
    /** The remediations under way. */
    private repairs: Call | undefined;
    /**
     * The resources of this operation as the engine showed them one by one, by URN. In the preview of a new cluster
     * the engine gives stack policies empty properties, these are all there is.
     */
    private readonly seen = new Map<string, Resource>();
    private readonly inventory = new Inventory();
    /** Whether the resource that stands for the stack has been seen in this operation. */
    private hasRoot = false;

    constructor(private readonly policies: readonly Policy[]) {
        watchStackRequests();
    }

    validate(policy: Policy, index: number, args: ResourceValidationArgs, report: ReportViolation): void {
        const { resource, room } = this.callFor(index, args);
        const configured = this.configure(policy, args.getConfig());
        this.reportConfiguration(configured, resource, report);
        const violations = checkResource(configured, resource, this.runContext(args));
        reportViolations(violations, room, this.policies.length - index, report);
    }

    validateStack(policy: Policy, index: number, args: StackValidationArgs, report: ReportViolation): void {
        if (!goesOn(this.currentStack, index)) {
            this.currentStack = lastingOneCall({ stack: this.stackOf(args), index, room: new Room() });
        }
        const { stack, room } = this.currentStack;
        const configured = this.configure(policy, args.getConfig());
        const violations = checkStack(configured, stack, this.runContext(args));
        const toCome = this.policies.slice(index).filter(({ definition }) => definition.checkStack);
        reportViolations(violations, room, toCome.length, report);
    }

    /** The stack, each resource with its inputs where they have been seen. */
    private stackOf(args: StackValidationArgs): Stack {
        const arrivals = new Map(IS_UPDATE ? [...this.seen.keys()].map((urn, index) => [urn, index]) : []);
        const asSent = takePropertyDependencies();
        return new Stack(
            args.resources.map(resource => {
                const outputs = shallowCopy(resource.props);
                return {
                    resource: this.seen.get(resource.urn) ?? new Resource(describe(resource, outputs)),
                    outputs,
                    parent: resource.parent?.urn,
                    arrival: arrivals.get(resource.urn),
                    dependencies: resource.dependencies.map(({ urn }) => urn),
                    propertyDependencies: asSent.get(resource.urn) ?? urnsByProperty(resource.propertyDependencies),
                };
            }),
        );
    }

    remediate(policy: Policy, index: number, args: ResourceValidationArgs): Record<string, unknown> | undefined {
        if (!goesOn(this.repairs, index)) this.repairs = lastingOneCall({ index, room: new Room() });
        const configured = this.configure(policy, args.getConfig());
        const edits = remediate(configured, new Resource(describe(args, deepCopy(args.props))), this.runContext(args));
        if (edits.length === 0) return undefined;
        // The answer repeats the whole resource for each policy. What is too large to be repaired is reported.
        if (!this.repairs.room.take(sizeOfProperties(shallowCopy(args.props)))) return undefined;
        applyEdits(args.props, edits);
        return args.props;
    }

    private runContext({ stackTags }: Pick<ResourceValidationArgs, "stackTags">): RunContext {
        return { stackTags, now: new Date(), inventory: this.inventory };
    }

    /**
     * The call that asks about one resource, which is worked out once. Policies are called in their order, so one that
     * is not behind the last is of another call, even for the same resource.
     */
    private callFor(index: number, args: ResourceValidationArgs): Call & { readonly resource: Resource } {
        if (this.current?.resource.urn === args.urn && goesOn(this.current, index)) return this.current;
        const resource = new Resource({ ...describe(args, shallowCopy(args.props)), secrets: takeSecretPaths() });
        this.current = lastingOneCall({ resource, index, room: new Room() });
        if (this.beginsOperation(resource)) this.startOver();
        if (args.type === STACK_TYPE) this.hasRoot = true;
        this.seen.set(args.urn, resource);
        this.inventory.add(resource);
        return this.current;
    }

    /**
     * Whether a resource is of another operation: one after a whole stack or, where no stack policy is enabled, one
     * that stands for a stack when another such was there before.
     */
    private beginsOperation({ type }: Resource): boolean {
        return this.currentStack !== undefined || (type === STACK_TYPE && this.hasRoot);
    }

    private startOver(): void {
        this.currentStack = undefined;
        this.hasRoot = false;
        this.seen.clear();
        this.inventory.clear();
    }

    /** The SDK hands out a new object each time, with the same values in it. */
    private configure(policy: Policy, raw: Record<string, unknown>): ConfiguredPolicy {
        const known = this.configured.get(policy.name);
        const keys = Object.keys(raw);
        if (known && keys.length === Object.keys(known.raw).length && keys.every(key => raw[key] === known.raw[key])) {
            return known.result;
        }
        const result = configure(policy, raw);
        this.configured.set(policy.name, { raw, result });
        return result;
    }

    /** The engine checks types before anything runs; what it cannot see stops the deployment at its first resource. */
    private reportConfiguration(configured: ConfiguredPolicy, resource: Resource, report: ReportViolation): void {
        const { policy, problems } = configured;
        if (problems.length === 0) return;
        // Reported once a stack; to see the same resource again means that a new operation has begun.
        const key = `${policy.name} ${resource.stack}::${resource.project}`;
        const first = this.reported.get(key) ?? resource.urn;
        if (first !== resource.urn) return;
        this.reported.set(key, first);
        reportAt(report, policy, "mandatory", configurationErrors(configured).join("\n"), resource.urn);
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
        hasOwnNaming: HAS_OWN_NAMING,
    };
}

/**
 * Whether the stack's configuration has rules for names. The engine hands it to the pack as JSON in its environment.
 *
 * Source: pulumi/pulumi pkg/cmd/pulumi/autonaming/config.go, sdk/policy_proxy.go.
 */
const HAS_OWN_NAMING = process.env.PULUMI_CONFIG?.includes('"pulumi:autonaming"') ?? false;

/**
 * Whether the pack runs for an update. Nothing says so to `pulumi policy analyze`, whose order is a file's.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/analyzer_plugin.go (`constructEnv`),
 * sdk/nodejs/cmd/pulumi-language-nodejs/main.go (`RunPlugin`).
 */
const IS_UPDATE = process.env.PULUMI_NODEJS_DRY_RUN === "false";

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
