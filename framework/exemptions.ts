import { Glob } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import type { Resource } from "../model/pulumi/resource";
import { any } from "../model/value";
import type { CommonConfig } from "./define";
import { isBlank, seemsToEnd } from "./reason";

/** Whether an object may violate a policy. */
export type Exemption =
    | { readonly state: "none" }
    /** It may, as the configuration or the object itself says; without a reason where that is not known yet. */
    | { readonly state: "holds"; readonly inObject?: true; readonly reason?: string; readonly until?: string }
    /** It might until a day that has passed. */
    | { readonly state: "expired"; readonly reason: string; readonly until: string }
    /** It asks for an exemption in a form that gives none. */
    | { readonly state: "invalid"; readonly problem: string; readonly fix: string };

const NONE: Exemption = { state: "none" };

/** Prefix of the annotation by which an object exempts itself from a policy. */
export const EXEMPT_ANNOTATION = "kubernetes-guardrails/exempt.";

const asking = new WeakMap<KubeObject, boolean>();

/** Whether an object has any annotation that asks for an exemption; looked up once for all policies. */
export function asksForExemption(object: KubeObject): boolean {
    let asks = asking.get(object);
    if (asks === undefined) {
        asks = object.annotations.keys().some(key => key.startsWith(EXEMPT_ANNOTATION));
        asking.set(object, asks);
    }
    return asks;
}

/** The date of a moment, YYYY-MM-DD in UTC. */
export function dateOf(moment: Date): string {
    return moment.toISOString().slice(0, 10);
}

/** Whether a text is a day that exists, YYYY-MM-DD. */
function isDate(text: string): boolean {
    const moment = new Date(`${text}T00:00:00Z`);
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(moment.getTime()) && dateOf(moment) === text;
}

/** Looks for an exemption in the configuration and in the object's annotations; the one that helps most wins. */
export function findExemption(
    policy: string,
    config: CommonConfig,
    resource: Resource,
    object: KubeObject | undefined,
    today: string,
): Exemption {
    const found = [
        ...configExemptions(config, resource, object, today),
        ...(config.annotationExemptions && object ? [annotationExemption(policy, object, today)] : []),
    ];
    for (const state of ["holds", "invalid", "expired"]) {
        const exemption = found.find(candidate => candidate.state === state);
        if (exemption) return exemption;
    }
    return NONE;
}

/** What the configuration may name a resource by, or an object of it, besides the URN. */
export function referenceOf({ type, name }: Resource, object: KubeObject | undefined): readonly string[] {
    return object?.reference ?? [type.split(":").at(-1) ?? "", name];
}

function configExemptions(
    config: CommonConfig,
    resource: Resource,
    object: KubeObject | undefined,
    today: string,
): Exemption[] {
    const reference = referenceOf(resource, object);
    return config.exempt
        .filter(entry => {
            const glob = new Glob(entry.resource);
            // An exemption that may hold is one: the update, where all is known, decides.
            return any([glob.matchesParts([resource.urn]), glob.matchesParts(reference)]) !== "no";
        })
        .map(({ reason, until }) => limited(reason, until, today));
}

function annotationExemption(policy: string, object: KubeObject, today: string): Exemption {
    const key = EXEMPT_ANNOTATION + policy;
    if (object.annotations.isUnknown) return NONE;
    const annotation = object.annotations.get(key);
    if (annotation.isUnset) return NONE;
    if (annotation.isUnknown) return { state: "holds", inObject: true };
    const text = annotation.string ?? "";
    const ending = /;\s*until\s*=/.exec(text);
    const reason = text.slice(0, ending?.index).trim();
    const until = ending ? text.slice(ending.index + ending[0].length).trim() : undefined;
    if (isBlank(reason)) {
        return {
            state: "invalid",
            problem: `The annotation ${key} gives no reason`,
            fix: "Write as its value why the object may violate the policy",
        };
    }
    if (until === undefined ? seemsToEnd(reason) : !isDate(until)) {
        const isWritten = /^\d{4}-\d{2}-\d{2}$/.test(until ?? "");
        return {
            state: "invalid",
            problem: isWritten
                ? `The annotation ${key} ends on a date that does not exist`
                : `The annotation ${key} seems to name an end date in a form that cannot be read`,
            fix: 'Write the end date as "; until=YYYY-MM-DD", or give a reason without a date',
        };
    }
    const exemption = limited(reason, until, today);
    return exemption.state === "holds" ? { ...exemption, inObject: true } : exemption;
}

function limited(reason: string, until: string | undefined, today: string): Exemption {
    if (until === undefined) return { state: "holds", reason };
    return { state: until >= today ? "holds" : "expired", reason, until };
}
