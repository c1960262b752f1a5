import type { NameRule } from "./kinds";

/**
 * The syntax that the API server requires of names, labels and annotations. Each function returns what is wrong, or
 * undefined: the end of a sentence about the name, key or value, which quotes nothing of it.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
 * kubernetes/apimachinery pkg/util/validation/validation.go.
 */
type Verdict = string | undefined;

const NOT_ALLOWED = "contains characters that are not allowed";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** The most bytes that all annotations of an object may take together, keys and values. */
export const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** What each rule of names allows, as a message tells it. */
export const NAME_RULES: Readonly<Record<NameRule, string>> = {
    subdomain: `Use at most ${MAX_SUBDOMAIN} lower-case letters, digits, "-" and ".", with a letter or digit at both ends and around each "."`,
    label: `Use at most ${MAX_LABEL} lower-case letters, digits and "-", with a letter or digit at both ends`,
    "path-segment": 'Use neither "/" nor "%", nor "." or ".." alone',
};

/**
 * The same for the name of a Helm release, which is also a part of the names of what it makes.
 *
 * Source: helm/helm pkg/chart/v2/util/validate_name.go (`ValidateReleaseName`).
 */
export const RELEASE_NAME_RULE =
    'Set name to at most 53 lower-case letters, digits, "-" and ".", with a letter or digit at both ends and around each "."';
const MAX_RELEASE = 53;

/** The same for the keys and values of labels. */
export const LABEL_RULES = {
    key: `Use at most ${MAX_LABEL} letters, digits, "-", "_" and ".", with a letter or digit at both ends, optionally after a DNS name and "/"`,
    value: `Use at most ${MAX_LABEL} letters, digits, "-", "_" and ".", with a letter or digit at both ends`,
};

/** Judges a text by its length and its characters; the latter fail in the middle or at an end. */
function judge(text: string, most: number, whole: RegExp, character: RegExp): Verdict {
    if (text.length > most) return `has ${text.length} characters instead of at most ${most}`;
    if (whole.test(text)) return undefined;
    if (text === "") return "is empty";
    return character.test(text) ? "begins or ends with a character that is not allowed there" : NOT_ALLOWED;
}

function subdomainError(text: string): Verdict {
    return judge(text, MAX_SUBDOMAIN, SUBDOMAIN, /^[-a-z0-9.]*$/);
}

function qualifiedError(text: string): Verdict {
    return judge(text, MAX_LABEL, QUALIFIED, /^[-A-Za-z0-9_.]*$/);
}

/** Checks an object's name by the rule of its kind; a generateName may end in a dash. */
export function nameError(name: string, rule: NameRule, isPrefix: boolean): Verdict {
    // Something is appended to a prefix, so that a dash at its end is none in the name.
    const text = isPrefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
    switch (rule) {
        case "path-segment":
            return (isPrefix ? /[/%]/ : /^\.\.?$|[/%]/).test(name) ? NOT_ALLOWED : undefined;
        case "subdomain":
            return subdomainError(text);
        case "label":
            return judge(text, MAX_LABEL, LABEL, /^[-a-z0-9]*$/);
    }
}

/** Checks the name of a Helm release. */
export function releaseNameError(name: string): Verdict {
    return name.length > MAX_RELEASE
        ? `has ${name.length} characters instead of at most ${MAX_RELEASE}`
        : subdomainError(name);
}

/** Checks the key of a label: a name, with a DNS subdomain and a slash before it or not. */
export function labelKeyError(key: string): Verdict {
    const [first = "", second, ...more] = key.split("/");
    if (more.length > 0) return 'contains more than one "/"';
    if (second === undefined) return qualifiedError(first);
    const prefixError = subdomainError(first);
    return prefixError ? `${prefixError} before the "/"` : qualifiedError(second);
}

/** Checks the key of an annotation: as a label's, upper case allowed everywhere. */
export function annotationKeyError(key: string): Verdict {
    return labelKeyError(key.toLowerCase());
}

/** Checks the value of a label. */
export function labelValueError(value: string): Verdict {
    return value === "" ? undefined : qualifiedError(value);
}

/**
 * What is added to names so that each object has its own: by Pulumi, by kustomize, and UUIDs of volumes.
 *
 * Sources: pulumi/pulumi-kubernetes provider/pkg/metadata/naming.go (`AssignNameIfAutonamable`), kubernetes-sigs/kustomize
 * api/hasher/hasher.go (`encode`), kubernetes-sigs/sig-storage-lib-external-provisioner (`getProvisionedVolumeName`).
 */
const RANDOM_SUFFIX = /-([\da-f]{8}|[2456789bcdfghkmt]{10}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/;

/** A glob for a name that ends in something random, which the next object will not have; any other name as it is. */
export function withoutRandomSuffix(name: string): string {
    return name.replace(RANDOM_SUFFIX, "-*");
}
