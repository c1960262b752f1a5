import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import type { Provider, Resource } from "../model/pulumi/resource";
import type { Stack } from "../model/pulumi/stack";
import { compareText, shorten } from "../model/text";
import type { Value } from "../model/value";
import { type ConfigOf, date, fields, flag, listOf, type Settings, text, texts } from "./settings";

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

/** A place that a problem was found at. */
export interface Offender {
    readonly at: Value;
    /** What is to be said about this place, behind its path. */
    readonly detail?: string | undefined;
    /** What would repair this place, for the message's second half. */
    readonly remedy?: string | undefined;
}

/** All places of one problem in one object, as its message lists them. */
export class Offenders {
    constructor(readonly list: readonly Offender[]) {}

    /** How many places there are, each counted once. */
    get count(): number {
        return this.places.length;
    }

    /** "is" or "are", by their number. */
    get are(): string {
        return this.count === 1 ? "is" : "are";
    }

    /** "has" or "have", by their number. */
    get have(): string {
        return this.count === 1 ? "has" : "have";
    }

    /** One or the other word, by their number. */
    word(one: string, many: string): string {
        return this.count === 1 ? one : many;
    }

    /** `path detail, path detail`, in a stable order and each once. */
    toString(): string {
        return listed(this.places);
    }

    private get places(): string[] {
        const places = this.list.map(({ at, detail }) => [at.toString(), detail].filter(Boolean).join(" "));
        return [...new Set(places)].sort(compareText);
    }

    /** The details alone, in a stable order and each once. */
    get details(): string {
        return listed(distinct(this.list.map(({ detail }) => detail)));
    }

    /** What would repair each of the places, in a stable order and each once. */
    get remedies(): string {
        return listed(distinct(this.list.map(({ remedy }) => remedy)));
    }
}

/** How many places, and characters of them, one problem lists: a message is for people, and thousands may follow. */
const MOST_LISTED = 100;
const LONGEST_LIST = 4000;

/** `one, other`, or `one, other and 17 more` where there are too many to read. */
export function listed(texts: readonly string[], most = MOST_LISTED): string {
    let length = 0;
    const readable = texts.slice(0, most).map(text => shorten(text, LONGEST_LIST));
    const fitting = readable.filter((text, index) => {
        length += text.length;
        return index === 0 || length <= LONGEST_LIST;
    });
    const others = texts.length - fitting.length;
    return others === 0 ? fitting.join(", ") : `${fitting.join(", ")} and ${others} more`;
}

function distinct(texts: readonly (string | undefined)[]): string[] {
    return [...new Set(texts.flatMap(text => text ?? []))].sort(compareText);
}

/** What is wrong and what to do about it; together they read as one sentence after the object's name. */
export interface Message {
    readonly what: string;
    readonly fix: string;
    /**
     * The level of this problem where it is lower than its policy's: the object then has a violation of its own for it.
     * No problem counts for more than the level in force says.
     */
    readonly level?: "advisory";
}

/** The wording of a problem whose places, with their details, say all that is wrong. */
export function problem(fix: string): (offenders: Offenders) => Message {
    return offenders => ({ what: `${offenders}`, fix });
}

/** The wording of a policy's problems, by id. */
export type Messages<C> = Record<string, (offenders: Offenders, config: C) => Message>;

/** Says that an object has a problem, at a place in it or as a whole. Places of one problem become one message. */
export type Report<M> = (problem: keyof M & string, at?: Value, detail?: string) => void;

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
    /** The providers of a package that are known so far: a component does not say which is its own. */
    providers(name: string): readonly Provider[];
}

/** Says that an object, or a resource that is none, has a problem. */
export type StackReport<M> = (
    target: KubeObject | Resource,
    problem: keyof M & string,
    at?: Value,
    detail?: string,
    remedy?: string,
) => void;

/** What a stack policy's check is given besides the stack. */
export interface StackContext<C, M> {
    readonly config: C;
    readonly report: StackReport<M>;
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

/** What a policy is made of. A check decides each thing by itself and reports; it never throws. */
export interface PolicyDefinition<S extends Settings, M extends Messages<ConfigOf<S>>> extends PolicyInfo {
    readonly config: S;
    readonly messages: M;
    /** The built-in kinds that `checkObject` is for; all objects when left out. */
    readonly kinds?: readonly string[];
    /** Decides one Kubernetes object. */
    checkObject?(object: KubeObject, context: CheckContext<ConfigOf<S>, M>): void;
    /** Decides one Pod or pod template. */
    checkPod?(pod: Pod, context: CheckContext<ConfigOf<S>, M>): void;
    /** Decides one resource of any provider. */
    checkResource?(resource: Resource, context: CheckContext<ConfigOf<S>, M>): void;
    /** Decides what only the whole stack can tell. A policy with this check has no other. */
    checkStack?(stack: Stack, context: StackContext<ConfigOf<S>, M>): void;
    /** Repairs one Kubernetes object, at the level `remediate`. */
    remediate?(object: KubeObject, context: RemediationContext<ConfigOf<S>>): void;
}

/** The keys that every policy has. */
const commonSettings = (environments: readonly string[]) => ({
    exempt: listOf(
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
    const { config, messages, checkObject, checkPod, checkResource, remediate, ...info } = definition;
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
