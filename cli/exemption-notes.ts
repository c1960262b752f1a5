import type { CommonConfig } from "../framework/define";
import { asksForExemption, dateOf, EXEMPT_ANNOTATION } from "../framework/exemptions";
import type { ActivePolicy, LeveledViolation } from "../hosts/in-process";
import { Glob } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import type { Resource } from "../model/pulumi/resource";
import type { Problem } from "./problem";
import { objectKey } from "./report/report";

type Entry = CommonConfig["exempt"][number];

/**
 * Exemptions that do nothing: those in the configuration that have ended or match no violation, and annotations of
 * objects that name no policy, one that takes no annotations, or one that the object does not violate.
 * @param configFile names the configuration in what is said.
 */
export function exemptionNotes(
    policies: readonly ActivePolicy[],
    resources: readonly Resource[],
    violations: readonly LeveledViolation[],
    { now, configFile }: { readonly now: Date; readonly configFile: string | undefined },
): Problem[] {
    const byPolicy = new Map<string, LeveledViolation[]>();
    for (const violation of violations) {
        const list = byPolicy.get(violation.policy.name);
        if (list) list.push(violation);
        else byPolicy.set(violation.policy.name, [violation]);
    }
    const today = dateOf(now);
    const active = policies.filter(({ level }) => level !== "disabled");
    const configured = active.flatMap(({ policy, config }) =>
        (config?.exempt ?? []).flatMap(entry => {
            const text = entryNote(entry, byPolicy.get(policy.name) ?? [], today);
            return text
                ? [{ file: configFile, text: `the exemption of ${entry.resource} from ${policy.name} ${text}` }]
                : [];
        }),
    );
    const byName = new Map(policies.map(policy => [policy.policy.name, policy]));
    const violated = new Set(violations.map(violation => `${violation.policy.name} ${objectKey(violation)}`));
    const annotated = resources.flatMap(({ objects, source }) =>
        objects.filter(asksForExemption).flatMap(object =>
            object.annotations
                .keys()
                .filter(key => key.startsWith(EXEMPT_ANNOTATION))
                .flatMap(key => {
                    const text = annotationNote(key.slice(EXEMPT_ANNOTATION.length), object, byName, violated);
                    const line = source?.line;
                    return text
                        ? [{ file: source?.file, line, text: `${object.label}: annotation ${key} ${text}` }]
                        : [];
                }),
        ),
    );
    return [...configured, ...annotated];
}

function entryNote(
    { resource, until }: Entry,
    violations: readonly LeveledViolation[],
    today: string,
): string | undefined {
    if (until !== undefined && until < today) return `ended on ${until}, remove or renew it`;
    const glob = new Glob(resource);
    const isUsed = violations.some(
        ({ urn, reference }) => glob.matchesParts([urn]) !== "no" || glob.matchesParts(reference) !== "no",
    );
    return isUsed ? undefined : "is not used, remove it";
}

function annotationNote(
    policy: string,
    object: KubeObject,
    policies: ReadonlyMap<string, ActivePolicy>,
    violated: ReadonlySet<string>,
): string | undefined {
    const active = policies.get(policy);
    if (!active) return "names no policy, correct it";
    if (active.level === "disabled" || active.config === undefined) return undefined;
    if (!active.config.annotationExemptions) return "does nothing: only the configuration can exempt from this policy";
    const { urn } = object.resource;
    return violated.has(`${policy} ${objectKey({ urn, label: object.label })}`) ? undefined : "is not used, remove it";
}
