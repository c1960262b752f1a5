import { definePolicy, type Message, type Offenders, type OldReport } from "../framework/define";
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
import type { Value } from "../model/value";

export const validLabels = definePolicy({
    name: "valid-labels",
    category: "metadata",
    description: "Forbid names, labels and annotations that the API server refuses.",
    why: "A preview without a cluster accepts any text, also a resource name of which Pulumi cannot make a valid name; the update then fails half-way, with part of the stack created.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Write the names, keys and values as the message says.",
    whenNotToUse: "Never: no cluster accepts such an object.",
    config: {},
    messages: {
        ...nameMessages(),
        autoName: offenders => ({
            what: `Pulumi names it ${offenders.details}`,
            fix: "set metadata.name or rename the resource",
        }),
        longName: offenders => ({ what: `${offenders}`, fix: "shorten the name" }),
        releaseName: offenders => ({
            what: offenders.details,
            fix: `set its name or rename the resource; ${RELEASE_NAME_RULE}`,
        }),
        labelKey: offenders => ({
            what: `${offenders} ${offenders.word("is not a valid label key", "are not valid label keys")}`,
            fix: LABEL_RULES.key,
        }),
        labelValue: offenders => ({
            what: `${offenders} ${offenders.word("is not a valid label value", "are not valid label values")}`,
            fix: LABEL_RULES.value,
        }),
        annotationKey: offenders => ({
            what: `${offenders} ${offenders.word("is not a valid annotation key", "are not valid annotation keys")}`,
            fix: LABEL_RULES.key,
        }),
        annotationsSize: offenders => ({
            what: `${offenders}`,
            fix: "keep large data elsewhere, in a ConfigMap for example",
        }),
        notMap: offenders => ({
            what: `${offenders} ${offenders.word("is not a map", "are not maps")}`,
            fix: "write keys, each with its value",
        }),
        notText: offenders => ({
            what: `${offenders} ${offenders.are} not text`,
            fix: `put the ${offenders.word("value", "values")} in quotes`,
        }),
    },
    checkObject(object, { report }) {
        checkNames(object, report);
        const metadata = [object.get("metadata")];
        if (object.pod?.isTemplate) metadata.push(object.pod.metadata);
        for (const place of metadata) {
            for (const map of [place.get("labels"), place.get("annotations")]) {
                if (map.isSet && !map.isMap) report("notMap", map, `(${typeName(map)})`);
            }
            checkLabels(place.get("labels"), report);
            checkAnnotations(place.get("annotations"), report);
        }
    },
    checkResource(resource, { report }) {
        if (resource.type === RELEASE) checkRelease(resource, report);
    },
});

type Problem =
    | NameRule
    | "autoName"
    | "releaseName"
    | "longName"
    | "labelKey"
    | "labelValue"
    | "annotationKey"
    | "annotationsSize"
    | "notMap"
    | "notText";

/** Names of each rule are one problem, so that the message tells the rule once. */
function nameMessages(): Record<NameRule, (offenders: Offenders) => Message> {
    const message = (rule: NameRule) => (offenders: Offenders) => ({
        what: `${offenders} ${offenders.word("is not a valid name", "are not valid names")}`,
        fix: NAME_RULES[rule],
    });
    return {
        subdomain: message("subdomain"),
        label: message("label"),
        "path-segment": message("path-segment"),
    };
}

/**
 * What the API server appends to a generateName, and how much of it comes before that.
 *
 * Source: kubernetes/apiserver pkg/storage/names/generate.go.
 */
const SUFFIX = 5;
const LONGEST_PREFIX = 58;

function checkNames(object: KubeObject, report: OldReport<Record<Problem, unknown>>): void {
    const { facts } = object;
    const check = (name: Value, rule: NameRule, isPrefix: boolean) => {
        const error = name.string && nameError(name.string, rule, isPrefix);
        if (isNotText(name)) report("notText", name, `(${typeName(name)})`);
        else if (error) report(rule, name, `(${error})`);
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
    const most = `of at most ${longest} for a ${object.kind}`;
    const made = Math.min(generateName.string?.length ?? 0, LONGEST_PREFIX) + SUFFIX;
    if (name.string && name.string.length > longest) {
        report("longName", name, `is ${name.string.length} characters long, ${most}`);
    } else if (name.isUnset && generateName.string && made > longest) {
        report("longName", generateName, `makes names of ${made} characters, ${most}`);
    }
}

function checkAutoName(object: KubeObject, name: AutoName, report: OldReport<Record<Problem, unknown>>): void {
    const { facts } = object;
    const { sample } = name;
    const error = nameError(sample, facts?.name ?? "subdomain", false);
    const isTooLong = facts?.nameMaxLength !== undefined && sample.length > facts.nameMaxLength;
    if (error) report("autoName", object.name, `${name.shown}, which is not a valid name (${error})`);
    else if (isTooLong) {
        const detail = `${sample.length} characters long, of at most ${facts?.nameMaxLength} for a ${object.kind}`;
        report("autoName", object.name, `${name.shown}, ${detail}`);
    }
}

/** Helm refuses a release by its name before it does anything. */
function checkRelease(resource: Resource, report: OldReport<Record<Problem, unknown>>): void {
    const at = resource.props.get("name");
    const own = at.string || undefined;
    const auto = autoNameOfRelease(resource);
    const error = releaseNameError(own ?? auto?.sample ?? "a");
    if (error === undefined) return;
    const detail = auto ? `Pulumi names it ${auto.shown}, which` : `its name ${own}`;
    report("releaseName", at, `${detail} is not a valid name for a release (${error})`);
}

function checkLabels(labels: Value, report: OldReport<Record<Problem, unknown>>): void {
    for (const [key, label] of labels.entries()) {
        const keyError = labelKeyError(key);
        if (keyError) report("labelKey", label, `(${keyError})`);
        const valueError = label.string && labelValueError(label.string);
        if (isNotText(label)) report("notText", label, `(${typeName(label)})`);
        else if (valueError) report("labelValue", label, `(${valueError})`);
    }
}

function checkAnnotations(annotations: Value, report: OldReport<Record<Problem, unknown>>): void {
    for (const [key, annotation] of annotations.entries()) {
        const keyError = annotationKeyError(key);
        if (keyError) report("annotationKey", annotation, `(${keyError})`);
        if (isNotText(annotation)) report("notText", annotation, `(${typeName(annotation)})`);
    }
    const size = sizeOf(annotations);
    if (size > MAX_ANNOTATIONS_BYTES) {
        report("annotationsSize", annotations, `takes ${size} bytes, of at most ${MAX_ANNOTATIONS_BYTES}`);
    }
}

/** YAML turns `yes`, `1` and the like into values that are not text; the API server takes nothing else. */
function isNotText(value: Value): boolean {
    return value.isSet && value.string === undefined;
}

function typeName(value: Value): string {
    if (value.isList) return "a list";
    return value.isMap ? "an object" : `a ${typeof value.raw}`;
}

/** Bytes of all annotations; those that are not known yet count nothing. */
function sizeOf(annotations: Value): number {
    return annotations
        .entries()
        .reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value.string ?? ""), 0);
}
