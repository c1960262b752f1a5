import { definePolicy, type GroupedWording } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { NameRule } from "../model/kubernetes/kinds";
import {
    annotationKeyError,
    LABEL_RULES,
    labelKeyError,
    labelValueError,
    MAX_ANNOTATIONS_BYTES,
    NAME_RULES,
    nameError,
    RELEASE_NAME_RULE,
    releaseNameError,
} from "../model/kubernetes/names";
import type { KubeObject } from "../model/kubernetes/object";
import { type AutoName, autoNameOf, autoNameOfRelease } from "../model/pulumi/auto-names";
import { RELEASE, type Resource } from "../model/pulumi/resource";
import { withArticle } from "../model/text";
import type { Value } from "../model/value";

export const validLabels = definePolicy({
    name: "valid-labels",
    category: "metadata",
    description: "Forbid names, labels and annotations that the API server rejects.",
    why: "A preview without a cluster accepts any text, even a resource name that Pulumi cannot turn into a valid name; the update then fails halfway, with part of the stack created.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    severity: "medium",
    enforcementLevel: "mandatory",
    levelReason: "The API server refuses the object in the middle of the update.",
    since: "0.1.0",
    remediationSteps: "Write the name, key or value as the message says.",
    whenNotToUse: "Never: no cluster accepts such an object.",
    config: {},
    messages: {
        ...nameMessages(),
        autoName: (findings: Findings<{ name: string; error: string }>) => ({
            what: `Pulumi names it ${findings.data.name}, which ${findings.data.error}`,
            fix: "Set metadata.name or rename the resource",
        }),
        longName: (findings: Findings<{ kind: string; length: number; most: number; isPrefix: boolean }>) => {
            const { kind, length, most, isPrefix } = findings.data;
            return {
                what: `${findings.places} ${isPrefix ? "makes names of" : "has"} ${length} characters instead of at most ${most} for a ${kind}`,
                fix: "Shorten it",
            };
        },
        releaseName: (findings: Findings<{ name: string; isAuto: boolean; error: string }>) => {
            const { name, isAuto, error } = findings.data;
            return {
                what: `${isAuto ? "Pulumi names it" : "Its name is"} ${name}, which ${error}`,
                fix: RELEASE_NAME_RULE,
            };
        },
        labelKey: keyMessage("key", LABEL_RULES.key),
        labelValue: keyMessage("value", LABEL_RULES.value),
        annotationKey: keyMessage("key", LABEL_RULES.key),
        annotationsSize: (findings: Findings<{ bytes: number }>) => ({
            what: `${findings.places} ${findings.word("takes", "take")} ${findings.data.bytes} bytes, which exceeds the limit of ${MAX_ANNOTATIONS_BYTES}`,
            fix: "Keep large data elsewhere, such as in a ConfigMap",
        }),
        notMap: {
            per: ({ data }) => data.type,
            message: (findings: Findings<{ type: TypeName }>) => ({
                what: `${findings.places} must be ${findings.word("a map", "maps")}, but ${typesOf(findings)}`,
                fix: "Write each key with its value",
            }),
        },
        notText: {
            per: ({ data }) => data.type,
            message: (findings: Findings<{ type: TypeName }>) => ({
                what: `${findings.places} must be text, but ${typesOf(findings)}`,
                fix: ["number", "boolean"].includes(findings.data.type)
                    ? `Put the ${findings.word("value", "values")} in quotes`
                    : `Write the ${findings.word("value", "values")} as text in quotes`,
            }),
        },
    },
    checkObject(object, { report }) {
        checkNames(object, report);
        const metadata = [object.get("metadata")];
        if (object.pod?.isTemplate) metadata.push(object.pod.metadata);
        for (const place of metadata) {
            for (const map of [place.get("labels"), place.get("annotations")]) {
                if (map.isSet && !map.isMap) report("notMap", map, { type: typeOf(map) });
            }
            checkLabels(place.get("labels"), report);
            checkAnnotations(place.get("annotations"), report);
        }
    },
    resources: { what: "Helm releases", includes: type => type === RELEASE },
    checkResource(resource, { report }) {
        if (resource.objects.length === 0) checkRelease(resource, report);
    },
});

/** What is wrong with a name, key or value, as model/kubernetes/names.ts says it. */
interface Invalid {
    readonly error: string;
}

/** What the checks report. */
interface Reports {
    (problem: NameRule | "labelKey" | "labelValue" | "annotationKey", at: Value, data: Invalid): void;
    (problem: "autoName", at: Value, data: { name: string; error: string }): void;
    (problem: "releaseName", at: Value, data: { name: string; isAuto: boolean; error: string }): void;
    (problem: "longName", at: Value, data: { kind: string; length: number; most: number; isPrefix: boolean }): void;
    (problem: "annotationsSize", at: Value, data: { bytes: number }): void;
    (problem: "notMap" | "notText", at: Value, data: { type: TypeName }): void;
}

type InvalidMessage = GroupedWording<Invalid, unknown>;

/** Names of each rule are one problem, so that the message tells the rule once. */
function nameMessages(): Record<NameRule, InvalidMessage> {
    const message = (rule: NameRule) => invalidMessage(({ places }) => places, NAME_RULES[rule]);
    return {
        subdomain: message("subdomain"),
        label: message("label"),
        "path-segment": message("path-segment"),
    };
}

function keyMessage(part: "key" | "value", fix: string): InvalidMessage {
    return invalidMessage(findings => {
        const parts = findings.word(part, `${part}s`);
        return part === "key" ? `The ${parts} ${findings.places}` : `The ${parts} of ${findings.places}`;
    }, fix);
}

/** What has the same error is told together. */
function invalidMessage(subject: (findings: Findings<Invalid>) => string, fix: string): InvalidMessage {
    return {
        per: ({ data }) => data.error,
        message: findings => ({
            what: `${subject(findings)} ${findings.count === 1 ? findings.data.error : pluralVerb(findings.data.error)}`,
            fix,
        }),
    };
}

const PLURALS: Readonly<Record<string, string>> = {
    is: "are",
    has: "have",
    contains: "contain",
    begins: "begin",
    ends: "end",
};

/** The end of a sentence about one thing as that of a sentence about several. */
function pluralVerb(error: string): string {
    return error.replace(/^(\w+)( or (\w+))?/, (_, verb: string, more?: string, second = "") =>
        more ? `${PLURALS[verb]} or ${PLURALS[second]}` : (PLURALS[verb] ?? verb),
    );
}

/**
 * What the API server appends to a generateName, and how much of it comes before that.
 *
 * Source: kubernetes/apiserver pkg/storage/names/generate.go.
 */
const SUFFIX = 5;
const LONGEST_PREFIX = 58;

function checkNames(object: KubeObject, report: Reports): void {
    const { facts, kind } = object;
    const check = (name: Value, rule: NameRule, isPrefix: boolean) => {
        const error = name.string && nameError(name.string, rule, isPrefix);
        if (isNotText(name)) report("notText", name, { type: typeOf(name) });
        else if (error) report(rule, name, { error });
    };
    check(object.get("metadata", "namespace"), "label", false);
    const autoName = autoNameOf(object);
    if (autoName) {
        checkAutoName(object, autoName, report);
        return;
    }
    const [name, generateName] = [object.name, object.get("metadata", "generateName")];
    check(name, facts?.name ?? "subdomain", false);
    check(generateName, facts?.name ?? "subdomain", true);
    const longest = facts?.nameMaxLength;
    if (!longest) return;
    const made = Math.min(generateName.string?.length ?? 0, LONGEST_PREFIX) + SUFFIX;
    if (name.string && name.string.length > longest) {
        report("longName", name, { kind, length: name.string.length, most: longest, isPrefix: false });
    } else if (name.isUnset && generateName.string && made > longest) {
        report("longName", generateName, { kind, length: made, most: longest, isPrefix: true });
    }
}

function checkAutoName(object: KubeObject, name: AutoName, report: Reports): void {
    const { facts } = object;
    const { sample, shown } = name;
    const error = nameError(sample, facts?.name ?? "subdomain", false);
    const most = facts?.nameMaxLength;
    if (error) report("autoName", object.name, { name: shown, error });
    else if (most !== undefined && sample.length > most) {
        const tooLong = `has ${sample.length} characters instead of at most ${most} for a ${object.kind}`;
        report("autoName", object.name, { name: shown, error: tooLong });
    }
}

/** Helm refuses a release by its name before it does anything. */
function checkRelease(resource: Resource, report: Reports): void {
    const at = resource.props.get("name");
    const own = at.string || undefined;
    const auto = autoNameOfRelease(resource);
    const error = releaseNameError(own ?? auto?.sample ?? "a");
    if (error === undefined) return;
    report("releaseName", at, { name: auto?.shown ?? own ?? "", isAuto: auto !== undefined, error });
}

function checkLabels(labels: Value, report: Reports): void {
    for (const [key, label] of labels.entries()) {
        const keyError = labelKeyError(key);
        if (keyError) report("labelKey", label, { error: keyError });
        const valueError = label.string && labelValueError(label.string);
        if (isNotText(label)) report("notText", label, { type: typeOf(label) });
        else if (valueError) report("labelValue", label, { error: valueError });
    }
}

function checkAnnotations(annotations: Value, report: Reports): void {
    for (const [key, annotation] of annotations.entries()) {
        const keyError = annotationKeyError(key);
        if (keyError) report("annotationKey", annotation, { error: keyError });
        if (isNotText(annotation)) report("notText", annotation, { type: typeOf(annotation) });
    }
    const size = sizeOf(annotations);
    if (size > MAX_ANNOTATIONS_BYTES) {
        report("annotationsSize", annotations, { bytes: size });
    }
}

/** YAML turns `yes`, `1` and the like into values that are not text; the API server takes nothing else. */
function isNotText(value: Value): boolean {
    return value.isSet && value.string === undefined;
}

/** A type of values, as messages call it. */
type TypeName = "list" | "object" | "number" | "boolean" | "string";

function typeOf(value: Value): TypeName {
    if (value.isList) return "list";
    const type = typeof value.raw;
    return type === "number" || type === "boolean" || type === "string" ? type : "object";
}

/** `is a number`, `are numbers`. */
function typesOf(findings: Findings<{ type: TypeName }>): string {
    const { type } = findings.data;
    return findings.word(`is ${withArticle(type)}`, `are ${type}s`);
}

/** Bytes of all annotations; those that are not known yet count nothing. */
function sizeOf(annotations: Value): number {
    return annotations
        .entries()
        .reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value.string ?? ""), 0);
}
