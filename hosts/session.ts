import type { Policy } from "../framework/define";
import {
    type ConfiguredPolicy,
    configurationErrors,
    configure,
    PolicySelector,
    type RunContext,
} from "../framework/evaluate";
import { Inventory } from "../model/environments/inventory";
import type { Resource } from "../model/pulumi/resource";
import { type NodeInit, Stack } from "../model/pulumi/stack";

/** The type of the resource that stands for the stack itself, which the engine registers first. */
const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * What is known of a stack while the engine works on it, whatever server speaks with the engine: its resources one by
 * one, then all together; one operation after the other.
 */
export class Session {
    /**
     * The resources of this operation as the engine showed them one by one, by URN. In the preview of a new cluster
     * the engine gives stack policies empty properties, these are all there is.
     */
    private readonly seen = new Map<string, Resource>();
    private readonly inventory = new Inventory();
    private readonly configured = new Map<
        string,
        { raw: Readonly<Record<string, unknown>>; result: ConfiguredPolicy }
    >();
    /** The resource on which a policy's wrong configuration was reported, by policy and stack. */
    private readonly reported = new Map<string, string>();
    /** Whether the resource that stands for the stack has been seen in this operation. */
    private hasRoot = false;
    /** Whether the stack as a whole has been seen, which comes last. */
    private isOver = false;

    /** Takes in a resource as the engine shows it, before it exists. */
    add(resource: Resource): void {
        if (this.beginsOperation(resource)) this.startOver();
        if (resource.type === STACK_TYPE) this.hasRoot = true;
        this.seen.set(resource.urn, resource);
        this.inventory.add(resource);
    }

    /** A resource as the engine showed it before it existed. */
    inputsOf(urn: string): Resource | undefined {
        return this.seen.get(urn);
    }

    /**
     * The stack as a whole, with which the operation ends.
     * @param isUpdate whether resources are created in the order in which they were shown.
     */
    stackOf(nodes: readonly NodeInit[], isUpdate: boolean): Stack {
        this.isOver = true;
        if (!isUpdate) return new Stack(nodes);
        const arrivals = new Map([...this.seen.keys()].map((urn, index) => [urn, index]));
        return new Stack(nodes.map(node => withArrival(node, arrivals.get(node.resource.urn))));
    }

    runContext(stackTags: ReadonlyMap<string, string>): RunContext {
        return { stackTags, now: new Date(), inventory: this.inventory };
    }

    /** A policy with its configuration, which is read once: servers hand out new objects with the same values in them. */
    configure(policy: Policy, raw: Readonly<Record<string, unknown>>): ConfiguredPolicy {
        const known = this.configured.get(policy.name);
        const keys = Object.keys(raw);
        if (known && keys.length === Object.keys(known.raw).length && keys.every(key => raw[key] === known.raw[key])) {
            return known.result;
        }
        const result = configure(policy, raw);
        this.configured.set(policy.name, { raw, result });
        return result;
    }

    /**
     * What is to be said of a policy's configuration on a resource. The engine checks types before anything runs; what it
     * cannot see stops the deployment at its first resource.
     */
    configurationMessage(configured: ConfiguredPolicy, resource: Resource): string | undefined {
        const { policy, problems } = configured;
        if (problems.length === 0) return undefined;
        // Said once a stack; to see the same resource again means that a new operation has begun.
        const key = `${policy.name} ${resource.stack}::${resource.project}`;
        const first = this.reported.get(key) ?? resource.urn;
        if (first !== resource.urn) return undefined;
        this.reported.set(key, first);
        return configurationErrors(configured).join("\n");
    }

    /**
     * Whether a resource is of another operation: one after a whole stack or, where the engine asks about none, one
     * that stands for a stack when another such was there before.
     */
    private beginsOperation({ type }: Resource): boolean {
        return this.isOver || (type === STACK_TYPE && this.hasRoot);
    }

    private startOver(): void {
        this.isOver = false;
        this.hasRoot = false;
        this.seen.clear();
        this.inventory.clear();
    }
}

/** A node's outputs may be read when they are asked for: they must not be copied. */
function withArrival(node: NodeInit, arrival: number | undefined): NodeInit {
    return arrival === undefined ? node : Object.create(node, { arrival: { value: arrival } });
}

/** Tells policies that have anything to check in a resource from those that do not. */
export class Concern<T extends ConfiguredPolicy> {
    private readonly selector: PolicySelector<T>;
    private readonly absent = new Map<readonly T[], readonly T[]>();

    /** @param policies those that are enabled; stack policies concern no single resource. */
    constructor(private readonly policies: readonly T[]) {
        this.selector = new PolicySelector(policies.filter(({ policy }) => !policy.definition.checkStack));
    }

    /** The policies that have anything to check in a resource, in their order; the same list for the same ones. */
    of(resource: Resource): readonly T[] {
        return this.selector.of(resource);
    }

    /** The others: the same list for the same ones. */
    others(concerned: readonly T[]): readonly T[] {
        let others = this.absent.get(concerned);
        if (!others) {
            const set = new Set(concerned);
            others = this.policies.filter(policy => !set.has(policy));
            this.absent.set(concerned, others);
        }
        return others;
    }
}

/** What a policy is about, as the reason for which it says nothing of a resource. */
export function reasonNotToApply({ definition }: Policy): string {
    const { kinds, resources, checkStack, checkObject, checkPod } = definition;
    if (checkStack) return "Policy only applies to the stack as a whole";
    const objects = checkObject ? "Kubernetes objects" : checkPod ? "Pods and pod templates" : undefined;
    const subjects = [
        ...(kinds ?? []),
        ...(!kinds && objects ? [objects] : []),
        ...(resources ? [resources.what] : []),
    ];
    return `Policy only applies to ${subjects.join(", ")}`;
}

/**
 * Whether the stack's configuration has rules for names; undefined where nothing tells. The engine hands it to the pack
 * as JSON in its environment.
 *
 * Source: pulumi/pulumi pkg/cmd/pulumi/autonaming/config.go, sdk/policy_proxy.go.
 */
export const HAS_OWN_NAMING = process.env.PULUMI_CONFIG?.includes('"pulumi:autonaming"');

/**
 * Whether the pack runs for an update; undefined where nothing tells, as in `pulumi policy analyze`, whose order is a
 * file's.
 *
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/analyzer_plugin.go (`constructEnv`),
 * sdk/nodejs/cmd/pulumi-language-nodejs/main.go (`RunPlugin`).
 */
export const IS_UPDATE = isUpdate(process.env.PULUMI_NODEJS_DRY_RUN ?? process.env.PULUMI_DRY_RUN);

function isUpdate(dryRun: string | undefined): boolean | undefined {
    return dryRun === undefined ? undefined : dryRun === "false";
}
