import { distance } from "fastest-levenshtein";
import type { CommonConfig } from "../framework/define";
import { asksForExemption, dateOf, EXEMPT_ANNOTATION } from "../framework/exemptions";
import { suggest } from "../framework/suggest";
import type { ActivePolicy, LeveledViolation } from "../hosts/in-process";
import { Glob } from "../model/glob";
import type { KubeObject } from "../model/kubernetes/object";
import type { Resource } from "../model/pulumi/resource";
import { printable } from "../model/text";
import type { Value } from "../model/value";
import type { Notice } from "./notice";
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
): Notice[] {
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
    const misplaced = resources.flatMap(({ objects, source }) =>
        objects.flatMap(object =>
            misplacedNotes(object).map(text => ({
                file: source?.file,
                line: source?.line,
                text: `${object.label}: ${text}`,
            })),
        ),
    );
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
    return [...configured, ...annotated, ...misplaced];
}

/** How many misplaced annotations of one object are told. */
const MOST_MISPLACED = 10;

/** Annotations that were meant to exempt an object and do not: misspelt, a label instead, or on what the object makes. */
function misplacedNotes(object: KubeObject): string[] {
    const misspelt = object.annotations
        .keys()
        .filter(isMisspelt)
        .map(key => `annotation ${printable(key)} does nothing. Write it as ${EXEMPT_ANNOTATION}<policy>`);
    const labels = exemptKeys(object.labels).map(
        key => `label ${printable(key)} does nothing. Make it an annotation of the object`,
    );
    const templates = madeBy(object).flatMap(([what, metadata]) =>
        exemptKeys(metadata.get("annotations")).map(
            key =>
                `annotation ${printable(key)} does nothing in the ${what}. Move it to the metadata of the ${object.kind}`,
        ),
    );
    return [...misspelt, ...labels, ...templates].slice(0, MOST_MISPLACED);
}

function exemptKeys(map: Value): string[] {
    return map.keys().filter(key => key.startsWith(EXEMPT_ANNOTATION) || isMisspelt(key));
}

/** What an object makes others from, and the metadata it gives them. */
function madeBy(object: KubeObject): (readonly [string, Value])[] {
    return [
        ...(object.pod?.isTemplate ? [["pod template", object.pod.metadata] as const] : []),
        ...object.root.select("spec.jobTemplate.metadata").map(metadata => ["job template", metadata] as const),
        ...object.root
            .select("spec.volumeClaimTemplates[].metadata")
            .map(metadata => ["volume claim template", metadata] as const),
    ];
}

/** Whether a key of an annotation is nearly one that exempts: another case, separator or prefix, or a letter wrong. */
function isMisspelt(key: string): boolean {
    if (key.startsWith(EXEMPT_ANNOTATION) || key.length > 300) return false;
    const words = key.toLowerCase();
    if (words.includes("guardrail") && words.includes("exempt")) return true;
    const end = key.search(/[./](?=[^./]*$)/);
    return distance(words.slice(0, end + 1), EXEMPT_ANNOTATION) <= 3;
}

function entryNote(
    { resource, until }: Entry,
    violations: readonly LeveledViolation[],
    today: string,
): string | undefined {
    if (until !== undefined && until < today) return `ended on ${until}. Remove or renew it`;
    const glob = new Glob(resource);
    const isUsed = violations.some(
        ({ urn, reference }) => glob.matchesParts([urn]) !== "no" || glob.matchesParts(reference) !== "no",
    );
    return isUsed ? undefined : "is not used. Remove it";
}

function namesNoPolicy(name: string, known: readonly string[]): string {
    const near = suggest(name, known);
    return near === undefined ? "names no policy. Correct it" : `names no policy. Did you mean "${near}"?`;
}

function annotationNote(
    policy: string,
    object: KubeObject,
    policies: ReadonlyMap<string, ActivePolicy>,
    violated: ReadonlySet<string>,
): string | undefined {
    const active = policies.get(policy);
    if (!active) return namesNoPolicy(policy, [...policies.keys()]);
    if (active.level === "disabled" || active.config === undefined) return undefined;
    if (!active.config.annotationExemptions) return "does nothing: only the configuration can exempt from this policy";
    const { urn } = object.resource;
    return violated.has(`${policy} ${objectKey({ urn, label: object.label })}`) ? undefined : "is not used. Remove it";
}
