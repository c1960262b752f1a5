import { definePolicy } from "./define";
import { annotationKeyError, labelKeyError, labelValueError, MAX_ANNOTATIONS_BYTES, nameError } from "./model/names";
import type { KubeObject } from "./model/object";
import type { Value } from "./model/value";

export const validLabels = definePolicy({
    name: "valid-labels",
    category: "metadata",
    description: "Forbid names, labels and annotations that the API server refuses.",
    why: "A preview without a cluster accepts any text; the update then fails half-way, with part of the stack created.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Write the names, keys and values in the characters and length that the message gives.",
    whenNotToUse: "Never: no cluster accepts such an object.",
    config: {},
    messages: {
        name: offenders => ({ what: `${offenders}`, fix: "choose a name that is valid for the kind" }),
        labelKey: offenders => ({ what: `${offenders}`, fix: "rename the label" }),
        labelValue: offenders => ({ what: `${offenders}`, fix: "write the label's value in the allowed form" }),
        annotationKey: offenders => ({ what: `${offenders}`, fix: "rename the annotation" }),
        annotationValue: offenders => ({ what: `${offenders}`, fix: "write the annotation's value as a string" }),
        annotationsSize: offenders => ({
            what: `${offenders}`,
            fix: "keep large data elsewhere, in a ConfigMap for example",
        }),
    },
    checkObject(object, { report }) {
        checkName(object, report);
        const metadata = [object.get("metadata")];
        if (object.pod?.isTemplate) metadata.push(object.pod.metadata);
        for (const { labels, annotations } of metadata.map(parts)) {
            for (const [key, label] of labels.entries()) {
                const keyError = labelKeyError(key);
                if (keyError) report("labelKey", label, `is not a valid label: its key ${keyError}`);
                const valueError = textError(label) ?? (label.string && labelValueError(label.string));
                if (valueError) report("labelValue", label, `is not a valid label: its value ${valueError}`);
            }
            for (const [key, annotation] of annotations.entries()) {
                const keyError = annotationKeyError(key);
                if (keyError) report("annotationKey", annotation, `is not a valid annotation: its key ${keyError}`);
                const valueError = textError(annotation);
                if (valueError)
                    report("annotationValue", annotation, `is not a valid annotation: its value ${valueError}`);
            }
            const size = sizeOf(annotations);
            if (size > MAX_ANNOTATIONS_BYTES) {
                report("annotationsSize", annotations, `takes ${size} bytes, of at most ${MAX_ANNOTATIONS_BYTES}`);
            }
        }
    },
});

function parts(metadata: Value) {
    return { labels: metadata.get("labels"), annotations: metadata.get("annotations") };
}

function checkName(object: KubeObject, report: (problem: "name", at: Value, detail: string) => void): void {
    for (const field of ["name", "generateName"]) {
        const name = object.get("metadata", field);
        if (!name.isSet || name.raw === "") continue;
        const longest = object.isPatch ? undefined : object.facts?.nameMaxLength;
        const text = name.string;
        let error = textError(name) ?? (text && nameError(text, object.facts?.name ?? "subdomain", field !== "name"));
        if (!error && text && longest && field === "name" && text.length > longest) {
            error = `is ${text.length} characters long, of at most ${longest} for a ${object.kind}`;
        }
        if (error) report("name", name, error);
    }
    const namespace = object.get("metadata", "namespace");
    const error = textError(namespace) ?? (namespace.string && nameError(namespace.string, "label", false));
    if (error) report("name", namespace, error);
}

/** YAML turns `yes`, `1` and the like into values that are not text; the API server takes nothing else. */
function textError(value: Value): string | undefined {
    if (!value.isSet || value.string !== undefined) return undefined;
    return value.isList || value.isMap ? "is not text" : `is a ${typeof value.raw}, not text (put it in quotes)`;
}

/** Bytes of all annotations; those that are not known yet count nothing. */
function sizeOf(annotations: Value): number {
    return annotations
        .entries()
        .reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value.string ?? ""), 0);
}
