import type { KubeObject } from "../kubernetes/object";
import { isBefore, type ProviderVersion, providerVersionOf } from "../pulumi/provider-version";
import type { Resource } from "../pulumi/resource";
import { isHeadless } from "../references/references";
import { printable, shorten } from "../text";
import { type Answer, all, any, not, type Value } from "../value";

/** Annotations that change what the provider waits for. */
export const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT = "pulumi.com/timeoutSeconds";
const WAIT_FOR = "pulumi.com/waitFor";

/** What the provider waits for after it has created or changed an object, before it goes on to what depends on it. */
export interface Await {
    /** The built-in kind. */
    readonly kind: string;
    /** Which objects of the kind, for readers; all of them where it is missing. */
    readonly which?: string;
    /** Whether an object of the kind is meant. */
    readonly isMeant?: (object: KubeObject) => Answer;
    /** In words that follow "complete once". */
    readonly once: string;
    /** What else there is to know. */
    readonly note?: string;
    /** The first version of the provider that waits so, and the first that does not; all from 4.0 on where they are missing. */
    readonly since?: ProviderVersion;
    readonly before?: ProviderVersion;
    /** The time after which it gives up, in words. */
    readonly timeout: string;
    /** Whether the annotation for another time, and the option customTimeouts, have no effect. */
    readonly isFixed?: true;
    /** Where the provider's repository (pulumi/pulumi-kubernetes) says so. */
    readonly source: string;
}

const AWAITERS = "provider/pkg/await/awaiters.go";
const SERVICE = "provider/pkg/await/service.go";
const TEN_MINUTES = "10 minutes";
const ANY_POD: ProviderVersion = [4, 17, 0];
const BINDING_MODES: ProviderVersion = [4, 16, 0];
const READY = "its pods are ready";

/**
 * What the provider waits for, by kind and version; read at the tags v4.0.0, v4.11.0 to v4.18.4 and v4.32.0. It waits for
 * nothing else: a ConfigMap, a Role or a custom resource is complete once the API server has it. Patches are not waited
 * for, nor is what a Release makes, for which Helm waits itself.
 */
export const AWAITS: readonly Await[] = [
    {
        kind: "DaemonSet",
        once: READY,
        note: "On a cluster without nodes it has no pods that could be unready.",
        since: [4, 12, 0],
        timeout: TEN_MINUTES,
        source: "provider/pkg/await/daemonset.go, #2953",
    },
    { kind: "Deployment", once: READY, timeout: TEN_MINUTES, source: "provider/pkg/await/deployment.go" },
    {
        kind: "Ingress",
        once: "the Services behind it have endpoints and it has an address",
        note: "For endpoints it waits about a minute at most.",
        timeout: TEN_MINUTES,
        source: "provider/pkg/await/ingress.go, #1832",
    },
    { kind: "Job", once: "it has completed", timeout: TEN_MINUTES, source: "provider/pkg/await/job.go" },
    { kind: "PersistentVolume", once: "it is available", timeout: "5 minutes", isFixed: true, source: AWAITERS },
    {
        kind: "PersistentVolumeClaim",
        once: "it is bound",
        note: "A claim whose StorageClass waits for the first pod (`WaitForFirstConsumer`) is bound only with that pod.",
        before: BINDING_MODES,
        timeout: "5 minutes",
        isFixed: true,
        source: AWAITERS,
    },
    {
        kind: "PersistentVolumeClaim",
        once: "it is bound",
        note: "A claim whose StorageClass waits for the first pod (`WaitForFirstConsumer`) is complete while it is Pending.",
        since: BINDING_MODES,
        timeout: "5 minutes",
        isFixed: true,
        source: `${AWAITERS} (\`pvcBindMode\`), #3130`,
    },
    { kind: "Pod", once: "it is ready", timeout: TEN_MINUTES, source: "provider/pkg/await/pod.go" },
    { kind: "ReplicationController", once: READY, timeout: TEN_MINUTES, isFixed: true, source: AWAITERS },
    { kind: "ResourceQuota", once: "its limits are in force", timeout: "1 minute", isFixed: true, source: AWAITERS },
    {
        kind: "Secret",
        which: "of the type `kubernetes.io/service-account-token`",
        isMeant: object => object.get("type").is("kubernetes.io/service-account-token"),
        once: "its token is there",
        timeout: "5 seconds",
        isFixed: true,
        source: AWAITERS,
    },
    {
        kind: "Service",
        which: "with a selector",
        isMeant: service => all([waitsForPods(service), not(isLoadBalancer(service))]),
        once: "the pods behind it are ready",
        note: "It waits until there is a pod.",
        before: ANY_POD,
        timeout: TEN_MINUTES,
        source: SERVICE,
    },
    {
        kind: "Service",
        which: "with a selector",
        isMeant: service => all([waitsForPods(service), not(isLoadBalancer(service))]),
        once: "the pods behind it are ready",
        note: "Without any pods it is complete, too.",
        since: ANY_POD,
        timeout: TEN_MINUTES,
        source: `${SERVICE} (\`endpointsPending\`), #3142`,
    },
    {
        kind: "Service",
        which: "of the type `LoadBalancer` with a selector",
        isMeant: service => all([waitsForPods(service), isLoadBalancer(service)]),
        once: "it has an address and the pods behind it are ready",
        note: "Since 4.17 it is complete without any pods, too.",
        timeout: TEN_MINUTES,
        source: SERVICE,
    },
    {
        kind: "Service",
        which: "of the type `LoadBalancer` without a selector",
        isMeant: service => all([hasNoSelector(service), isLoadBalancer(service)]),
        once: "it has an address",
        note: "Before 4.17 it waits for endpoints, too.",
        timeout: TEN_MINUTES,
        source: SERVICE,
    },
    {
        kind: "Service",
        which: "of another type without a selector, neither headless nor `ExternalName`",
        isMeant: service => all([hasNoSelector(service), not(isLoadBalancer(service))]),
        once: "it has endpoints",
        before: ANY_POD,
        timeout: TEN_MINUTES,
        source: `${SERVICE} (\`isWithoutSelector\`), #3142`,
    },
    {
        kind: "ServiceAccount",
        which: "on clusters before Kubernetes 1.24",
        isMeant: () => "unknown",
        once: "its token is there",
        timeout: "5 minutes",
        isFixed: true,
        source: AWAITERS,
    },
    { kind: "StatefulSet", once: READY, timeout: TEN_MINUTES, source: "provider/pkg/await/statefulset.go" },
];

/** The rows of a kind that hold in a version, or may where the version is not known. */
function rowsOf({ facts, kind, isPatch, resource }: KubeObject): Await[] {
    if (facts === undefined || isPatch) return [];
    const version = providerVersionOf(resource);
    return AWAITS.filter(row => row.kind === kind && (version === undefined || holdsIn(row, version)));
}

function holdsIn({ since, before }: Await, version: ProviderVersion): boolean {
    return !(since && isBefore(version, since)) && (before === undefined || isBefore(version, before));
}

/**
 * What the provider waits for with an object unless it is told otherwise; undefined where it waits for nothing, or that
 * is not known. Where the version is not known, what all versions wait for.
 */
export function builtInAwait(object: KubeObject): Await | undefined {
    const rows = rowsOf(object).filter(({ isMeant }) => (isMeant?.(object) ?? "yes") === "yes");
    const isSure =
        providerVersionOf(object.resource) !== undefined ||
        (rows.some(({ since }) => !since) && rows.some(({ before }) => !before));
    return isSure ? rows.at(-1) : undefined;
}

/** Whether there may be something that the provider waits for with an object, in some version of it. */
function mayHaveBuiltIn(object: KubeObject): boolean {
    return rowsOf(object).some(({ isMeant }) => (isMeant?.(object) ?? "yes") !== "no");
}

/**
 * What must hold before Pulumi goes on after an object, in words that follow "complete once": what its annotation says,
 * else what the provider knows of its kind; undefined when it waits for nothing.
 */
export function awaited(object: KubeObject): string | undefined {
    const conditions = conditionsOf(object);
    if (conditions === undefined) return builtInAwait(object)?.once;
    return conditions === "unknown" ? undefined : printable(conditions.map(words).join(" and ")) || undefined;
}

function words(condition: Condition): string {
    if (condition.form === "condition")
        return `its condition ${shorten(condition.type)} is ${shorten(condition.status)}`;
    const { path, value } = condition;
    return value === undefined ? `${shorten(path)} is set` : `${shorten(path)} is ${shorten(value)}`;
}

/** A condition that the annotation waitFor names. */
export type Condition =
    | { readonly form: "condition"; readonly type: string; readonly status: string }
    /** @property path as the program wrote it, with its braces. */
    | { readonly form: "jsonpath"; readonly path: string; readonly value: string | undefined };

/** The first version that knows the annotation waitFor, and the first in which it replaces what is built in. */
const KNOWS_WAIT_FOR: ProviderVersion = [4, 18, 0];
const PREFERS_WAIT_FOR: ProviderVersion = [4, 18, 4];

/**
 * What an object is waited for by its annotation, all of it; undefined where there is none, or the version of the
 * provider does not regard it, "unknown" where that is not known. Who writes it has a provider that knows it, where the
 * version is not known. What is no condition is left out: it fails the update.
 *
 * Sources: pulumi/pulumi-kubernetes provider/pkg/metadata/overrides.go (`ReadyCondition`), CHANGELOG.md 4.18.0 and 4.18.4.
 */
export function conditionsOf(object: KubeObject): readonly Condition[] | "unknown" | undefined {
    const annotation = object.annotations.get(WAIT_FOR);
    if (object.isPatch || annotation.isUnset || annotation.raw === "") return undefined;
    const version = providerVersionOf(object.resource);
    if (version && isBefore(version, KNOWS_WAIT_FOR)) return undefined;
    if (version && isBefore(version, PREFERS_WAIT_FOR) && mayHaveBuiltIn(object)) return undefined;
    if (annotation.isUnknown) return "unknown";
    return parseWaitFor(annotation.string ?? "");
}

/** Longest annotation that is read: who waits for more is not understood. */
const LONGEST = 1000;

/** The conditions of an annotation: one, or a list of them as JSON. */
export function parseWaitFor(text: string): Condition[] {
    if (text.length > LONGEST) return [];
    let expressions: readonly unknown[] = [text];
    try {
        const parsed: unknown = JSON.parse(text);
        if (Array.isArray(parsed) && parsed.every(one => typeof one === "string")) expressions = parsed;
    } catch {
        // One condition as it is.
    }
    return expressions.flatMap(expression => parseCondition(String(expression)) ?? []);
}

/**
 * Sources: pulumi/pulumi-kubernetes provider/pkg/await/condition/custom.go (`NewCustom`), provider/pkg/jsonpath/jsonpath.go
 * (`Parse`).
 */
function parseCondition(expression: string): Condition | undefined {
    if (expression.startsWith("condition=")) {
        const [type = "", ...status] = expression.slice("condition=".length).split("=");
        return { form: "condition", type, status: status.length > 0 ? status.join("=") : "True" };
    }
    const [, path, value] = /^jsonpath=((?:[^=]|==)*)(?:=((?:[^=]|==)+))?$/.exec(expression) ?? [];
    if (path === undefined || !(path.indexOf("{") < path.lastIndexOf("}"))) return undefined;
    // kubectl's way to name a condition.
    const type = /@\.type\s*==\s*['"]([^'"]+)['"]/.exec(path)?.[1];
    if (type !== undefined && /\.status\s*\}$/.test(path) && value !== undefined) {
        return { form: "condition", type, status: value };
    }
    return { form: "jsonpath", path, value };
}

/** Whether Pulumi waits for an object, whatever for, but for an annotation that tells it not to. */
export function isAwaited(object: KubeObject): boolean {
    const conditions = conditionsOf(object);
    return conditions === undefined ? builtInAwait(object) !== undefined : conditions !== "unknown";
}

/** The annotation by which the provider is told not to wait for an object at all. It goes before all others. */
export function awaitSwitchedOff(object: KubeObject): Value | undefined {
    const skipAwait = object.annotations.get(SKIP_AWAIT);
    return skipAwait.raw === "true" || skipAwait.raw === true ? skipAwait : undefined;
}

/** Whether it is not known before the update that an object is waited for. */
export function mayBeSwitchedOff({ annotations }: KubeObject): boolean {
    return [SKIP_AWAIT, TIMEOUT, WAIT_FOR].some(key => annotations.get(key).isUnknown);
}

/**
 * The annotation that leaves no time to wait for an object that is waited for: the update fails at once, in all versions.
 * The option customTimeouts goes before it; policies get to see 0 where that is not set.
 *
 * Sources: pulumi/pulumi-kubernetes provider/pkg/metadata/overrides.go (`TimeoutDuration`), provider/pkg/await/await.go
 * (`Creation`, `getTimeout`).
 */
export function timeoutAtOnce(object: KubeObject): Value | undefined {
    const timeout = object.annotations.get(TIMEOUT);
    const text = typeof timeout.raw === "number" ? String(timeout.raw) : (timeout.string ?? "");
    if (!/^(\+?0+|-\d+)$/.test(text) || awaitSwitchedOff(object) || hasOwnTimeout(object.resource)) return undefined;
    const conditions = conditionsOf(object);
    if (conditions !== undefined) return conditions === "unknown" ? undefined : timeout;
    const row = builtInAwait(object);
    return row === undefined || row.isFixed ? undefined : timeout;
}

function hasOwnTimeout({ options }: Resource): boolean {
    return (options?.customTimeouts.create ?? 0) > 0;
}

/**
 * Whether the provider waits for the pods behind a Service.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/service.go (`shouldWaitForPods`).
 */
export function waitsForPods(service: KubeObject): Answer {
    const selector = service.get("spec", "selector");
    const hasSelector = selector.isUnknown ? "unknown" : selector.keys().length > 0 ? "yes" : "no";
    return all([hasSelector, not(hasNoEndpoints(service))]);
}

function hasNoSelector(service: KubeObject): Answer {
    const selector = service.get("spec", "selector");
    const isEmpty = selector.isUnknown ? "unknown" : selector.keys().length === 0 ? "yes" : "no";
    return all([isEmpty, not(hasNoEndpoints(service))]);
}

function hasNoEndpoints(service: KubeObject): Answer {
    return any([service.get("spec", "type").is("ExternalName"), isHeadless(service)]);
}

function isLoadBalancer(service: KubeObject): Answer {
    return service.get("spec", "type").is("LoadBalancer");
}
