import { Resource, type ResourceInit } from "../../model/pulumi/resource";

/** The type of a manifest's resource: the core group is spelled `core` in it. */
export function tokenOf(apiVersion: string, kind: string): string {
    return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/**
 * A resource with a manifest.
 * @param id its Pulumi name.
 */
export function kubeResource(
    id: string,
    apiVersion: string,
    kind: string,
    props: object,
    more: Partial<ResourceInit> = {},
): Resource {
    const type = tokenOf(apiVersion, kind);
    return new Resource({
        urn: `urn:pulumi:dev::shop::${type}::${id}`,
        type,
        name: id,
        props: { apiVersion, kind, ...props },
        ...more,
    });
}
