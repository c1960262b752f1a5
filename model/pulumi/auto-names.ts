import type { KubeObject } from "../kubernetes/object";
import type { Answer } from "../value";
import type { Resource } from "./resource";

/** What Pulumi appends to the name of a resource, as messages show it. */
export const RANDOM_SUFFIX = "<8 random characters>";

/** Stands for that in a name whose syntax and length are judged. */
const SAMPLE = "00000000";

/** Names that Pulumi may have made: 8 hexadecimal digits today, 7 or 8 letters and digits in old versions. */
const AUTO_NAME = /^(.+)-[0-9a-z]{7,8}$/;

const AUTO_NAMED = "pulumi.com/autonamed";

/** The name that Pulumi gives an object which says none. */
export interface AutoName {
    /** As messages show it: `cart-<8 random characters>`. */
    readonly shown: string;
    /** A name of the same syntax and length; the name itself where the provider has chosen it. */
    readonly sample: string;
    /** Whether the provider has chosen it. */
    readonly isChosen: boolean;
}

/**
 * The name that the provider gives an object without one: the name of its resource, a dash and random characters,
 * however long and whatever characters that makes. Undefined for an object that says its name, lets the API server
 * choose one or changes an object that exists, and where nobody can tell: what is not known, and what a stack's own rules
 * for names decide.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/metadata/naming.go (`AssignNameIfAutonamable`), provider/pkg/provider
 * /provider.go (`Check`, which refuses Patch resources without a name).
 */
export function autoNameOf(object: KubeObject): AutoName | undefined {
    const { name, resource } = object;
    if (name.string) {
        const isChosen = isNameChosen(object) === "yes";
        return isChosen ? { shown: name.string, sample: name.string, isChosen } : undefined;
    }
    const isNamed = !isBlank(name) || !isBlank(object.get("metadata", "generateName"));
    if (isNamed || object.isPatch || resource.hasOwnNaming || !isOfProgram(resource) || isItem(object))
        return undefined;
    return autoName(resource);
}

/**
 * Whether the provider has chosen the name that an object has. Its annotation proves that; while nobody knows the
 * annotation, the name may still be one that the provider makes for such a resource.
 */
export function isNameChosen({ name, resource, annotations, isPatch }: KubeObject): Answer {
    const mark = annotations.get(AUTO_NAMED);
    if (!name.string || isPatch) return "no";
    if (!mark.isUnknown) return mark.raw === "true" ? "yes" : "no";
    return resource.hasOwnNaming || withoutSuffix(name.string) === resource.name ? "unknown" : "no";
}

/**
 * The name that the provider gives a Helm release without one. Rules of the stack for names do not reach it.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/provider/helm_release.go (`assignNameIfAutonameable`).
 */
export function autoNameOfRelease(resource: Resource): AutoName | undefined {
    const name = resource.props.get("name");
    return isBlank(name) && isOfProgram(resource) ? autoName(resource) : undefined;
}

/** What a name would be without what Pulumi appended to it, if it can be such a name. */
export function withoutSuffix(name: string): string | undefined {
    return AUTO_NAME.exec(name)?.[1];
}

function autoName({ name }: Resource): AutoName {
    return { shown: `${name}-${RANDOM_SUFFIX}`, sample: `${name}-${SAMPLE}`, isChosen: false };
}

function isBlank(value: { readonly isUnset: boolean; readonly raw: unknown }): boolean {
    return value.isUnset || value.raw === "";
}

/** Whether the Kubernetes provider manages it: manifests have no provider. */
function isOfProgram({ provider }: Resource): boolean {
    return provider !== undefined;
}

/** Whether it is an item of a List, which the provider refuses. */
function isItem({ root, resource }: KubeObject): boolean {
    return root !== resource.props;
}
