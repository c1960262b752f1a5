import { definePolicy } from "../framework/define";
import type { KubeObject } from "../model/kubernetes/object";
import { Multimap } from "../model/multimap";
import { indexOf } from "../model/references/object-index";
import { withArticle } from "../model/text";
import { madeByCluster } from "./shared/owners/cluster-made";
import { type SharedField, sharedFields } from "./shared/owners/fields";
import { identityOf, nameOf, othersOf } from "./shared/owners/identity";
import { namespacesCreatedTwice, releasesOfOneName } from "./shared/owners/releases";
import { aliasFor, deletedAfterwards } from "./shared/owners/steps";

export const oneOwnerPerObject = definePolicy({
    name: "one-owner-per-object",
    category: "pulumi",
    description:
        "Forbid resources that manage an object, field or Helm release which another one or the cluster manages.",
    why: "Each update of one resource undoes what the other has set or is refused, and deleting one deletes the object of both. What the cluster has made itself already exists when Pulumi creates it. The check command also reads from previews what the update deletes after it has created the same object: a resource renamed without an alias, a replacement of the same name. The engine shows packs no such steps.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Remove all but one of the resources, give the objects different names, or change the object of another resource with a Patch resource. Give a renamed resource an alias, and a replaced one deleteBeforeReplace.",
    whenNotToUse: "Never: nobody can tell which of the resources wins.",
    config: {},
    messages: {
        shared: offenders => ({
            what: `the same object is also managed by ${offenders.details}`,
            fix: "keep one of the resources, rename one of the objects, or use a Patch resource for what one adds",
        }),
        renamed: offenders => ({
            what: `the update creates this object before it deletes that of ${offenders.details}, which is the same: either creation fails with "already exists", or deletion removes the new object`,
            fix: `keep the object with the resource option aliases: [${offenders.remedies}]`,
        }),
        replaced: () => ({
            what: 'the update creates the replacement of this object, which has the same name, before it deletes the old one: either creation fails with "already exists", or deletion removes the new object',
            fix: "set the resource option deleteBeforeReplace: true",
        }),
        otherValue: offenders => ({
            what: `sets ${offenders}`,
            fix: `set ${offenders.word("the field", "each field")} in one of the resources only: the API server refuses the later value`,
        }),
        sameValue: offenders => ({
            what: `sets ${offenders}`,
            fix: `set ${offenders.word("the field", "each field")} in one of the resources only: once the values differ the API server refuses the later one`,
            level: "advisory",
        }),
        release: offenders => ({
            what: `the same release is also managed by ${offenders.details}, and Helm refuses the later one ("cannot re-use a name that is still in use")`,
            fix: "keep one of the resources, or give the releases different names or namespaces",
        }),
        createdTwice: offenders => ({
            what: `createNamespace may make ${offenders.details} first, whose creation then fails with "already exists" (before version 4.29 of the provider both resources own it)`,
            fix: `remove createNamespace and make it dependsOn ${offenders.remedies}`,
        }),
        createdBefore: offenders => ({
            what: `createNamespace changes nothing, since ${offenders.details} is there before`,
            fix: "remove createNamespace",
            level: "advisory",
        }),
        ofCluster: offenders => ({
            what: 'the cluster makes this object itself: its creation fails with "already exists", or before version 4.29 of the provider takes it over, and the object goes with the stack',
            fix: `change it with ${offenders.details}, or take it over with the resource options import and protect`,
        }),
        ofMostClusters: offenders => ({
            what: 'most clusters make this object themselves: its creation then fails with "already exists", or before version 4.29 of the provider takes it over, and the object goes with the stack',
            fix: `change it with ${offenders.details}, or take it over with the resource options import and protect`,
            level: "advisory",
        }),
    },
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const owners = new Multimap<KubeObject>();
        for (const object of [...index.objects, ...index.patches]) {
            const identity = identityOf(object, index);
            if (identity) owners.add(object, ...identity);
        }
        for (const objects of owners.values()) {
            checkOwners(objects, (object, others) => report(object, "shared", undefined, others));
            for (const { object, at, setters, differs } of sharedFieldsOf(objects)) {
                const others = othersOf(object.resource, setters);
                if (differs) report(object, "otherValue", at, `(another value than ${others})`);
                else report(object, "sameValue", at, `(as ${others})`);
            }
        }
        for (const object of index.objects) {
            const made = madeByCluster(object, index);
            if (made) report(object, made === "certain" ? "ofCluster" : "ofMostClusters", undefined, patchFor(object));
        }
        for (const { object, deleted } of deletedAfterwards(index)) {
            const { resource } = object;
            if (deleted.urn === resource.urn) report(object, "replaced");
            else
                report(
                    object,
                    "renamed",
                    undefined,
                    `resource ${nameOf(deleted, resource)}`,
                    aliasFor(resource, deleted),
                );
        }
        for (const releases of releasesOfOneName(index)) {
            for (const one of releases) report(one, "release", undefined, othersOf(one, releases));
        }
        for (const { release, namespace, isLater } of namespacesCreatedTwice(index)) {
            const made = `the resource ${JSON.stringify(namespace.resource.name)}`;
            if (isLater) report(release, "createdBefore", release.props.get("createNamespace"), namespace.label);
            else report(release, "createdTwice", release.props.get("createNamespace"), namespace.label, made);
        }
    },
});

/** Several resources that manage one object, Patches apart. */
function checkOwners(objects: readonly KubeObject[], report: (object: KubeObject, others: string) => void): void {
    const owned = objects.filter(({ isPatch }) => !isPatch);
    const owners = new Set(owned.map(({ resource }) => resource));
    if (owners.size < 2) return;
    for (const object of owned) report(object, othersOf(object.resource, owners));
}

/** The fields of one object that Patches set besides another resource. Owners among themselves are told as such. */
function sharedFieldsOf(objects: readonly KubeObject[]): SharedField[] {
    const patches = objects.filter(({ isPatch }) => isPatch);
    const owner = objects.find(({ isPatch }) => !isPatch);
    if (patches.length === 0 || (patches.length === 1 && !owner)) return [];
    return sharedFields(owner ? [owner, ...patches] : patches);
}

/** `a NamespacePatch`. */
function patchFor({ kind }: KubeObject): string {
    return withArticle(`${kind}Patch`);
}
