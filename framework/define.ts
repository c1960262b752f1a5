import type { BuiltInKind } from "../model/kubernetes/kinds";
import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import type { Provider, Resource } from "../model/pulumi/resource";
import type { Stack } from "../model/pulumi/stack";
import type { Value } from "../model/value";
import type { Finding, Findings, Place } from "./findings";
import { isBlank, seemsToEnd } from "./reason";
import { type ConfigOf, date, fields, flag, listOf, type Setting, type Settings, text, texts } from "./settings";

/** How a violation is treated; `remediate` repairs the resource where the policy can. */
export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** How bad it is when the policy is violated. */
export type Severity = "low" | "medium" | "high" | "critical";

/** The groups of the reference. */
export type Category =
    | "workloads"
    | "environments"
    | "metadata"
    | "readiness"
    | "pod-security"
    | "images"
    | "resources"
    | "availability"
    | "networking"
    | "access"
    | "secrets"
    | "namespaces"
    | "storage"
    | "pulumi";

/** An item of a compliance framework that the policy decides. */
export interface FrameworkItem {
    readonly framework: "CIS Kubernetes Benchmark" | "Pod Security Standards";
    readonly version: string;
    /** Number or name of the item: `5.7.2`, `restricted/runAsNonRoot`. */
    readonly item: string;
    readonly title: string;
}

/** What is wrong and what to do about it, each a sentence; the period at its end is added. */
export interface Message {
    /** What is wrong: `spec.replicas is 1, the minimum is 2`. */
    readonly what: string;
    /** What to do, an imperative: `Set spec.replicas to at least 2`. */
    readonly fix: string;
    /**
     * The level of this problem where it is lower than its policy's: the object then has a violation of its own for it.
     * No problem counts for more than the level in force says.
     */
    readonly level?: "advisory";
}

/** Words all places of one problem in one object. */
export type Wording<D, C> = (findings: Findings<D>, config: C) => Message;

/** A problem whose places are worded in groups, a message for each. */
export interface GroupedWording<D, C> {
    /** What the places of one group have in common; groups are sorted by it. */
    readonly per: (finding: Finding<D>) => string;
    readonly message: Wording<D, C>;
}

/**
 * The wording of a policy's problems, by id: a kebab- or camel-case name that never changes, since baselines know a
 * violation by it. The type of what a check says of each place is that of the wording's parameter:
 * `duplicate: (findings: Findings<{ times: number }>) => …`.
 */
// biome-ignore lint/suspicious/noExplicitAny: each problem has data of its own.
export type Messages<C> = Record<string, Wording<any, C> | GroupedWording<any, C>>;

/** What a check must say of each place of a problem; never when that is nothing. */
export type DataOf<P> = P extends { message: (findings: Findings<infer D>, ...rest: never[]) => Message }
    ? Unless<D>
    : P extends (findings: Findings<infer D>, ...rest: never[]) => Message
      ? Unless<D>
      : never;

/** Nothing where a wording does not say of what type its findings are. */
type Unless<D> = 0 extends 1 & D ? never : unknown extends D ? never : [D] extends [undefined] ? never : D;

/**
 * Says that something has a problem: a value, or a pod, object or resource as a whole. In a stack, the place also tells
 * whose violation it is.
 * @param data what the wording says of this place.
 */
export type Report<M> = <K extends keyof M & string>(
    problem: K,
    at: Place,
    ...data: [DataOf<M[K]>] extends [never] ? [] : [data: DataOf<M[K]>]
) => void;

/** What a policy's check is given besides the object. */
export interface CheckContext<C, M> {
    readonly config: C;
    readonly report: Report<M>;
    /** Tags of the stack, where the backend has them. */
    readonly stackTags: ReadonlyMap<string, string>;
    /** The component that made the cluster or node pool, so that the same is not said twice. */
    readonly component: Resource | undefined;
    /**
     * Whether what many resources share, by a key, has not been said of another of them yet. Once it is reported for
     * this one, and is not exempt, it has been.
     */
    isFirst(shared: string): boolean;
    /** Whether a Secret known so far, of this name and in the object's namespace, holds the token of a service account. */
    isToken(object: KubeObject, name: Value): boolean;
    /** The providers of a package that are known so far: a component does not say which is its own. */
    providers(name: string): readonly Provider[];
}

/** What a stack policy's check is given besides the stack. */
export interface StackContext<C, M> {
    readonly config: C;
    readonly report: Report<M>;
    readonly stackTags: ReadonlyMap<string, string>;
    /** The environment that the user of the check command names: that of the one cluster all objects are on. */
    readonly environment: string | undefined;
}

/** What a remediation is given besides the object. */
export interface RemediationContext<C> {
    readonly config: C;
    readonly stackTags: ReadonlyMap<string, string>;
    /** Sets a value that is unset; objects on the way are created. */
    set(at: Value, value: string): void;
}

/** The metadata of a policy, shown in Pulumi Cloud, on the command line and in the reference. */
export interface PolicyInfo {
    /** Kebab-case; also the name of its file, its fixtures and its section in the reference. */
    readonly name: string;
    readonly category: Category;
    /** One sentence that begins with Require, Forbid, Restrict or Check. */
    readonly description: string;
    /** What goes wrong without the policy, and the source that says so. */
    readonly why: string;
    /** Where the rule comes from. */
    readonly url: string;
    readonly severity: Severity;
    readonly enforcementLevel: EnforcementLevel;
    /** Why a violation is worth that level, of a chart that somebody else wrote too: one sentence. Mandatory policies have one. */
    readonly levelReason?: string;
    /** The version of the pack that brought the policy. */
    readonly since: string;
    readonly remediationSteps: string;
    readonly whenNotToUse: string;
    readonly frameworks?: readonly FrameworkItem[];
    /** Only the organization can exempt, not the object itself by an annotation. */
    readonly organizationOnly?: boolean;
    /** The environments that the policy is for where the configuration says nothing; all when empty. */
    readonly environments?: readonly string[];
}

/** What every policy has besides its checks. */
interface PolicyBase<S extends Settings, M extends Messages<ConfigOf<S>>> extends PolicyInfo {
    readonly config: S;
    /** In the order in which an object's problems are told. */
    readonly messages: M;
}

/** Some types of resources: the engine is told of the others that the policy does not apply to them. */
export interface ResourceTypes {
    /** As the reason says it: `Policy only applies to <clusters>`. */
    readonly what: string;
    /** Whether resources of a type, such as `aws:eks/cluster:Cluster`, are among them. */
    includes(type: string): boolean;
}

/** A policy that decides each resource by itself. Checks report; they never throw. */
export interface ResourcePolicyDefinition<S extends Settings, M extends Messages<ConfigOf<S>>>
    extends PolicyBase<S, M> {
    /** The built-in kinds that its checks are for; everything when left out. */
    readonly kinds?: readonly BuiltInKind[];
    /** Decides one Kubernetes object. */
    checkObject?(object: KubeObject, context: CheckContext<ConfigOf<S>, M>): void;
    /** Decides one Pod or pod template. */
    checkPod?(pod: Pod, context: CheckContext<ConfigOf<S>, M>): void;
    /** The resources that `checkResource` is for, by their type; all when left out. */
    readonly resources?: ResourceTypes;
    /** Decides one resource of any provider. */
    checkResource?(resource: Resource, context: CheckContext<ConfigOf<S>, M>): void;
    /** Repairs one Kubernetes object, at the level `remediate`. */
    remediate?(object: KubeObject, context: RemediationContext<ConfigOf<S>>): void;
    checkStack?: never;
}

/** A policy that decides what only the whole stack can tell. */
export interface StackPolicyDefinition<S extends Settings, M extends Messages<ConfigOf<S>>> extends PolicyBase<S, M> {
    checkStack(stack: Stack, context: StackContext<ConfigOf<S>, M>): void;
    kinds?: never;
    resources?: never;
    checkObject?: never;
    checkPod?: never;
    checkResource?: never;
    remediate?: never;
}

/** What a policy is made of: checks of single resources, or one of the whole stack. */
export type PolicyDefinition<S extends Settings, M extends Messages<ConfigOf<S>>> =
    | ResourcePolicyDefinition<S, M>
    | StackPolicyDefinition<S, M>;

/** An exemption that says why, in words that people can see, and when it ends, if it does, in its own field. */
function withReason<T extends { readonly reason: string; readonly until?: string }>(entry: Setting<T>): Setting<T> {
    return {
        schema: entry.schema,
        parse(raw, key, problems) {
            const exemption = entry.parse(raw, key, problems);
            const { reason, until } = exemption;
            if (isBlank(reason)) {
                problems.push({ key: `${key}.reason`, problem: "is blank: it must say why the resource is exempt" });
            } else if (until === undefined && seemsToEnd(reason)) {
                problems.push({
                    key: `${key}.reason`,
                    problem: 'names an end date: write it in "until" as YYYY-MM-DD',
                });
            }
            return exemption;
        },
    };
}

/** The keys that every policy has. */
const commonSettings = (environments: readonly string[]) => ({
    exempt: listOf(
        withReason(
            fields(
                {
                    resource: text(
                        "Glob over the resource's URN or over Kind/namespace/name (Kind/name when in no namespace).",
                    ),
                    reason: text("Why the resource may violate the policy."),
                    until: date("Last day of the exemption, YYYY-MM-DD; without it the exemption does not end."),
                },
                ["resource", "reason"],
            ),
        ),
        "Resources that may violate the policy.",
    ),
    environments: texts(
        environments,
        "Environments that the policy applies to: names, or production or non-production for all of a class; all when empty.",
    ),
});

const ANNOTATION_SETTINGS = {
    annotationExemptions: flag(
        true,
        "Whether an object may exempt itself by the annotation kubernetes-guardrails/exempt.<policy>.",
    ),
};

/** What policies and the framework read of any policy's configuration. */
export type CommonConfig = ConfigOf<ReturnType<typeof commonSettings>> & Partial<ConfigOf<typeof ANNOTATION_SETTINGS>>;

/** A policy as hosts run it, its types erased. */
export interface Policy extends PolicyInfo {
    /** Name for people: `No naked pods`. */
    readonly displayName: string;
    /** All keys, those common to all policies included. */
    readonly settings: Settings;
    readonly definition: ErasedDefinition;
}

/** A definition whose configuration only itself knows. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds policies of all configurations, as no other type can.
export type ErasedDefinition = PolicyDefinition<any, any>;

/**
 * Defines a policy: its metadata, configuration, wording and checks. Hosts add exemptions, configuration errors and
 * unknown values.
 */
export function definePolicy<S extends Settings, M extends Messages<ConfigOf<S>>>(
    definition: PolicyDefinition<S, M>,
): Policy {
    const { config, messages, checkObject, checkPod, checkResource, checkStack, remediate, ...info } = definition;
    const words = info.name.replaceAll("-", " ");
    return {
        ...info,
        displayName: words.charAt(0).toUpperCase() + words.slice(1),
        settings: {
            ...config,
            ...commonSettings(info.environments ?? []),
            ...(info.organizationOnly ? {} : ANNOTATION_SETTINGS),
        },
        definition,
    };
}
