import type { Resource } from "./resource";

/** A version of the Kubernetes provider: major, minor, patch. */
export type ProviderVersion = readonly [major: number, minor: number, patch: number];

/**
 * The version of the Kubernetes provider that makes a resource: what the provider's own resource says, or the name that
 * the engine gives a default provider (`default_4_24_0`); undefined when neither tells.
 *
 * Source: pulumi/pulumi pkg/resource/deploy/default_providers.go (`newRegisterDefaultProviderEvent`), sdk/go/common/
 * resource/plugin and pkg/resource/deploy/providers/registry.go (`GetProviderVersion`).
 */
export function providerVersionOf({ provider }: Resource): ProviderVersion | undefined {
    if (provider?.type !== "pulumi:providers:kubernetes") return undefined;
    const version = provider.props.get("version");
    if (version.isUnknown) return undefined;
    const text =
        version.string ?? (provider.isDefault ? provider.name.replace(/^default_?/, "").replaceAll("_", ".") : "");
    return parseVersion(text);
}

/** A version as packages write it; what follows the three numbers does not matter. */
export function parseVersion(text: string): ProviderVersion | undefined {
    const [, major, minor, patch] = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?!\d)/.exec(text) ?? [];
    return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** Whether a version is older than another one. */
export function isBefore(version: ProviderVersion, other: ProviderVersion): boolean {
    const [major, minor, patch] = version.map((number, index) => number - (other[index] ?? 0));
    return (major || minor || patch || 0) < 0;
}

/** A version as people write it: `4.18`, or `4.18.4`. */
export function versionText([major, minor, patch]: ProviderVersion): string {
    return [major, minor, ...(patch === 0 ? [] : [patch])].join(".");
}
