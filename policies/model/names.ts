import type { NameRule } from "./kinds";

/**
 * The syntax that the API server demands of names, labels and annotations. Each function returns what is wrong as the
 * end of a sentence that begins with the thing, without quoting it, or undefined.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
 * kubernetes/apimachinery pkg/util/validation/validation.go.
 */
type Verdict = string | undefined;

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** The most bytes that all annotations of an object may take together, keys and values. */
export const MAX_ANNOTATIONS_BYTES = 256 * 1024;

function tooLong(text: string, most: number): Verdict {
    return text.length > most ? `is ${text.length} characters long, of at most ${most}` : undefined;
}

function subdomainError(text: string): Verdict {
    if (text.length > MAX_SUBDOMAIN) return tooLong(text, MAX_SUBDOMAIN);
    return SUBDOMAIN.test(text)
        ? undefined
        : 'has other characters than lower-case letters, digits, "-" and ".", or one of the last two at an end';
}

/** Checks an object's name by the rule of its kind; a generateName may end in a dash. */
export function nameError(name: string, rule: NameRule, isPrefix: boolean): Verdict {
    // Something is appended to a prefix, so that a dash at its end is none in the name.
    const text = isPrefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
    switch (rule) {
        case "path-segment":
            return /^\.\.?$|[/%]/.test(name) ? 'is "." or "..", or contains "/" or "%"' : undefined;
        case "subdomain":
            return subdomainError(text);
        case "label":
            if (text.length > MAX_LABEL) return tooLong(text, MAX_LABEL);
            return LABEL.test(text)
                ? undefined
                : 'has other characters than lower-case letters, digits and "-", or a "-" at an end';
        case "label-1035":
            if (text.length > MAX_LABEL) return tooLong(text, MAX_LABEL);
            return LABEL_1035.test(text)
                ? undefined
                : 'has other characters than lower-case letters, digits and "-", or does not begin with a letter or ends in "-"';
    }
}

/** Checks the key of a label: a name, with a DNS subdomain and a slash before it or not. */
export function labelKeyError(key: string): Verdict {
    const parts = key.split("/");
    const name = parts.at(-1) ?? "";
    if (parts.length > 2) return 'has more than one "/"';
    const prefix = parts.length === 2 ? parts[0] : undefined;
    if (prefix === "") return 'has nothing before the "/"';
    const prefixError = prefix === undefined ? undefined : subdomainError(prefix);
    if (prefixError) return `${prefixError} before the "/"`;
    if (name === "") return "has no name";
    if (name.length > MAX_LABEL) return tooLong(name, MAX_LABEL);
    return QUALIFIED.test(name)
        ? undefined
        : 'has other characters than letters, digits, "-", "_" and ".", or one of the last three at an end';
}

/** Checks the key of an annotation: as a label's, upper case allowed everywhere. */
export function annotationKeyError(key: string): Verdict {
    return labelKeyError(key.toLowerCase());
}

/** Checks the value of a label. */
export function labelValueError(value: string): Verdict {
    if (value.length > MAX_LABEL) return tooLong(value, MAX_LABEL);
    return value === "" || QUALIFIED.test(value)
        ? undefined
        : 'has other characters than letters, digits, "-", "_" and ".", or one of the last three at an end';
}
