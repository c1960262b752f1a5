import { CLUSTER_PROPERTIES } from "../../../model/environments/clusters";
import { fingerprint } from "../../../model/kubernetes/fingerprint";
import type { KubeObject } from "../../../model/kubernetes/object";
import { Multimap } from "../../../model/multimap";
import type { Provider, Resource } from "../../../model/pulumi/resource";
import type { Deleted } from "../../../model/pulumi/stack";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";

/** An object that a preview creates while it is there, and a resource whose deletion then takes it away. */
export interface DeletedAfterwards {
    readonly object: KubeObject;
    /** The same resource where it is replaced, another one where it has been renamed. */
    readonly deleted: Resource;
}

/**
 * The objects that a preview creates before it deletes the same ones. Until 4.29 the provider took over an object that
 * was there, and the deletion then removed it; since then it fails, unless its option upsertExistingObjects is on.
 *
 * The provider itself sees to it that an object of the same name is deleted before it is replaced, but the option
 * deleteBeforeReplace overrides it, and it is not asked where a provider changes or the user forces the replacement.
 *
 * Source: https://github.com/pulumi/pulumi-kubernetes/pull/4278, pulumi/pulumi-kubernetes provider/pkg/provider/
 * provider.go (`Diff`), pulumi/pulumi pkg/resource/deploy/step_generator.go (`DeleteBeforeReplace`, `GenerateDeletes`).
 */
export function deletedAfterwards(index: ObjectIndex): DeletedAfterwards[] {
    const { deleted } = index.stack;
    if (deleted.length === 0) return [];
    const byKey = new Multimap<Deleted>();
    for (const one of deleted) {
        for (const object of one.resource.objects) for (const key of keysOf(object)) byKey.add(one, ...key);
    }
    return index.objects.flatMap(object => {
        const createdAt = index.nodeOf(object)?.createdAt;
        if (createdAt === undefined) return [];
        // Of several the last one takes it away for good.
        const after = keysOf(object).flatMap(key => byKey.get(...key).at(-1) ?? []);
        return after
            .filter(({ at }) => at > createdAt)
            .slice(0, 1)
            .map(({ resource }) => ({ object, deleted: resource }));
    });
}

/** Under what an object is the same before and after the update; nothing while some of it is not known. */
function keysOf(object: KubeObject): string[][] {
    const { provider } = object.resource;
    const name = object.name.string;
    const { namespace } = object;
    if (object.isPatch || !name || namespace.isUnknown || !provider) return [];
    // A custom resource that says no namespace may be in none, or in one that only its provider knows.
    const owner = object.scope === "unknown" ? provider.urn : "";
    return clusterKeys(provider).map(cluster => [cluster, kindId(object), namespace.string ?? "", name, owner]);
}

/** The cluster of a provider: the same provider unchanged, or one that says the same of its cluster. */
function clusterKeys({ kept, props }: Provider): string[] {
    const properties = [...CLUSTER_PROPERTIES, "renderYamlToDirectory"].map(name => fingerprint(props.get(name)));
    const isKnown = !props.isUnknown && properties.every(property => property !== undefined);
    return [...(kept ? [kept] : []), ...(isKnown ? [JSON.stringify(properties)] : [])];
}

/**
 * The alias by which a resource takes over from another one: its name where that is all that differs, else its URN.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
 */
export function aliasFor(resource: Resource, old: Resource): string {
    const place = ({ urn, parent }: Resource) => JSON.stringify([urn.split("::", 3), parent]);
    return place(resource) === place(old) ? `{ name: ${JSON.stringify(old.name)} }` : JSON.stringify(old.urn);
}
