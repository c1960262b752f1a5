import { builtInKind } from "../../model/kubernetes/kinds";
import type { Step } from "../../model/value";
import { type Fields, isFields } from "../fields";
import type { Manifest } from "./manifests";

/** A placeholder of a template, and what fills it in. */
interface Placeholder {
    readonly pattern: RegExp;
    /** What to run, in whose output there are objects. */
    readonly run: string;
}

/**
 * Sources: https://helm.sh/docs/chart_template_guide/, `$(NAME)` of https://kubectl.docs.kubernetes.io/references/kustomize/,
 * https://docs.openshift.com/container-platform/4.17/openshift_images/using-templates.html (`${{NAME}}`), and
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution for `${NAME:=default}`.
 */
const PLACEHOLDERS: readonly Placeholder[] = [
    { pattern: /\$\{\{\w+\}\}/, run: "oc process -f <template>" },
    { pattern: /\{\{.{0,500}?\}\}/s, run: "helm template <chart>" },
    { pattern: /\$\{[A-Za-z_]\w{0,200}(?:[:=?+-][^{}]{0,200})?\}/, run: "envsubst < <file>" },
    { pattern: /\$\([A-Za-z_][\w.]{0,200}\)/, run: "kustomize build <folder>" },
];

/** A placeholder in an object that is still to be filled in. */
export interface Unfilled {
    /** As it stands there: `${TAG}`. */
    readonly text: string;
    readonly run: string;
    /** Where it is, from the object. */
    readonly path: readonly Step[];
}

/**
 * The first placeholder of a built-in kind that stands for something which never has its form: a name, a label, an image, a
 * number. Elsewhere, as in arguments, environment values and scripts, such texts are for the programs in the containers.
 */
export function unfilledIn({ apiVersion, kind, fields }: Manifest): Unfilled | undefined {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const isTyped = builtInKind(group, kind) !== undefined;
    const places = isTyped
        ? placesIn(fields)
        : [["apiVersion"], ["kind"]].map(path => ({ path, value: fields[path[0] ?? ""] }));
    for (const { path, value } of places) {
        if (typeof value !== "string") continue;
        for (const { pattern, run } of PLACEHOLDERS) {
            const [text] = pattern.exec(value) ?? [];
            if (text !== undefined) return { text, run, path };
        }
    }
    return undefined;
}

interface Place {
    readonly path: readonly Step[];
    readonly value: unknown;
}

/** Fields that hold a name, a number or an image, wherever they are in an object. */
const STRICT = new Set(["image", "replicas", "containerPort", "minReplicas", "maxReplicas"]);

/** The values that cannot be placeholders: those of metadata, images, numbers. Templates of pods are in the same form. */
function* placesIn(fields: Fields): Generator<Place> {
    for (const key of ["apiVersion", "kind"]) yield { path: [key], value: fields[key] };
    yield* metadataIn(fields, []);
    const spec = isFields(fields.spec) ? fields.spec : {};
    yield* strictIn(spec, ["spec"], 0);
}

/** How deep images are: `spec.jobTemplate.spec.template.spec.containers[0].image`. */
const DEPTH = 7;

function* strictIn(value: unknown, path: readonly Step[], depth: number): Generator<Place> {
    if (depth > DEPTH) return;
    if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) yield* strictIn(item, [...path, index], depth + 1);
        return;
    }
    if (!isFields(value)) return;
    for (const [key, item] of Object.entries(value)) {
        if (STRICT.has(key)) yield { path: [...path, key], value: item };
        else if (key === "metadata") yield* metadataIn({ metadata: item }, path);
        else if (typeof item === "object") yield* strictIn(item, [...path, key], depth + 1);
    }
}

function* metadataIn({ metadata }: Fields, path: readonly Step[]): Generator<Place> {
    if (!isFields(metadata)) return;
    for (const key of ["name", "namespace"]) yield { path: [...path, "metadata", key], value: metadata[key] };
    const { labels } = metadata;
    if (!isFields(labels)) return;
    for (const [key, value] of Object.entries(labels)) {
        yield { path: [...path, "metadata", "labels", key], value: key };
        yield { path: [...path, "metadata", "labels", key], value };
    }
}
