import { definePolicy } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import type { KubeObject } from "../model/kubernetes/object";
import { Multimap } from "../model/multimap";
import { indexOf } from "../model/references/object-index";
import { withArticle } from "../model/text";
import { madeByCluster } from "./shared/owners/cluster-made";
import { type SharedField, sharedFields } from "./shared/owners/fields";
import { identityOf, nameOf, othersOf } from "./shared/owners/identity";
import { namespacesCreatedTwice, releasesOfOneName } from "./shared/owners/releases";
import { aliasFor, deletedAfterwards } from "./shared/owners/steps";

const messages = {
    shared: ({ data: { others, isFile } }: Findings<{ others: string; isFile: boolean }>) => ({
        what: `this object is also ${isFile ? "defined in" : "managed by"} ${others}`,
        fix: isFile
            ? "Keep one of the definitions, or give the objects different names"
            : "Keep one of the resources, give the objects different names, or use a Patch resource for what one adds",
    }),
    renamed: ({ data: { old, alias } }: Findings<{ old: string; alias: string }>) => ({
        what: `the update creates this object before it deletes the same one of ${old}, so either the creation fails with "already exists" or the deletion removes the new object`,
        fix: `Set the resource option aliases: [${alias}]`,
    }),
    replaced: () => ({
        what: 'the update replaces this object with one of the same name before it deletes the old one, so either the creation fails with "already exists" or the deletion removes the new object',
        fix: "Set the resource option deleteBeforeReplace: true",
    }),
    otherValue: {
        per: ({ data: others }: Finding<string>) => others,
        message: (findings: Findings<string>) => ({
            what: `${findings.places} ${findings.word("has another value", "have other values")} in ${findings.data}, so the API server refuses whichever is applied later`,
            fix: `Set ${findings.word("the field", "each field")} in only one of the resources`,
        }),
    },
    sameValue: {
        per: ({ data: others }: Finding<string>) => others,
        message: (findings: Findings<string>) => ({
            what: `${findings.places} ${findings.are} also set by ${findings.data}, so the API server refuses the first change in only one of them`,
            fix: `Set ${findings.word("the field", "each field")} in only one of the resources`,
            level: "advisory" as const,
        }),
    },
    release: ({ data: others }: Findings<string>) => ({
        what: `this release is also managed by ${others}, so Helm refuses the later one with "cannot re-use a name that is still in use"`,
        fix: "Keep one of the resources, or give the releases different names or namespaces",
    }),
    createdTwice: ({ data: { namespace, resource } }: Findings<CreatedTwice>) => ({
        what: `createNamespace may create ${namespace} before resource ${resource} does, whose creation then fails with "already exists" (before version 4.29 of the provider, both own it)`,
        fix: `Remove createNamespace, and add resource ${resource} to the option dependsOn of the Release`,
    }),
    createdBefore: ({ data: namespace }: Findings<string>) => ({
        what: `createNamespace has no effect, because ${namespace} exists before the Release is installed`,
        fix: "Remove createNamespace",
        level: "advisory" as const,
    }),
    ofCluster: ({ data: patch }: Findings<string>) => ({
        what: `the cluster creates this object itself, so ${ITS_CREATION_FAILS}`,
        fix: adopt(patch),
    }),
    ofMostClusters: ({ data: patch }: Findings<string>) => ({
        what: `most clusters create this object themselves, and there ${ITS_CREATION_FAILS}`,
        fix: adopt(patch),
        level: "advisory" as const,
    }),
};

/** A namespace that a Release and another resource make, in words. */
interface CreatedTwice {
    readonly namespace: string;
    /** The Pulumi name in quotes. */
    readonly resource: string;
}

const ITS_CREATION_FAILS =
    'its creation fails with "already exists" (before version 4.29, the provider takes the object over and deletes it with the stack)';

function adopt(patch: string): string {
    return `Change the object with ${patch}, or adopt it with the resource options import and protect`;
}

export const oneOwnerPerObject = definePolicy({
    name: "one-owner-per-object",
    category: "pulumi",
    description:
        "Forbid resources that manage an object, field or Helm release which another one or the cluster manages.",
    why: "Each update of one resource undoes what the other has set or is refused, and deleting one deletes the object of both. What the cluster has made itself already exists when Pulumi creates it. The check command also reads from previews what the update deletes after it has created the same object: a resource renamed without an alias, a replacement of the same name. The engine shows packs no such steps.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The update fails or undoes itself, and a later one deletes what another resource still needs.",
    since: "0.1.0",
    remediationSteps:
        "Remove all but one of the resources, give the objects different names, or change the object of another resource with a Patch resource. Give a renamed resource an alias, and a replaced one deleteBeforeReplace.",
    whenNotToUse: "Never: nobody can tell which of the resources wins.",
    config: {},
    messages,
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const owners = new Multimap<KubeObject>();
        for (const object of [...index.objects, ...index.patches]) {
            const identity = identityOf(object, index);
            if (identity) owners.add(object, ...identity);
        }
        for (const objects of owners.values()) {
            checkOwners(objects, (object, others) =>
                report("shared", object, { others, isFile: object.resource.isManifest }),
            );
            for (const { object, at, setters, differs } of sharedFieldsOf(objects)) {
                report(differs ? "otherValue" : "sameValue", at, othersOf(object.resource, setters));
            }
        }
        for (const object of index.objects) {
            const made = madeByCluster(object, index);
            if (made) report(made === "certain" ? "ofCluster" : "ofMostClusters", object, patchFor(object));
        }
        for (const { object, deleted } of deletedAfterwards(index)) {
            const { resource } = object;
            if (deleted.urn === resource.urn) report("replaced", object);
            else {
                const old = `resource ${nameOf(deleted, resource)}`;
                report("renamed", object, { old, alias: aliasFor(resource, deleted) });
            }
        }
        for (const releases of releasesOfOneName(index)) {
            for (const one of releases) report("release", one, othersOf(one, releases));
        }
        for (const { release, namespace, isLater } of namespacesCreatedTwice(index)) {
            const at = release.props.get("createNamespace");
            const resource = JSON.stringify(namespace.resource.name);
            if (isLater) report("createdBefore", at, namespace.label);
            else report("createdTwice", at, { namespace: namespace.label, resource });
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
