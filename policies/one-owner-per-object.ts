import { definePolicy } from "./define";
import { Multimap } from "./model/multimap";
import type { KubeObject } from "./model/object";
import { indexOf, kindId, type ObjectIndex } from "./model/object-index";
import { joinWords } from "./model/text";
import { UNKNOWN } from "./model/value";

/** The most owners that one message names. */
const MAX_NAMED = 3;

export const oneOwnerPerObject = definePolicy({
    name: "one-owner-per-object",
    category: "pulumi",
    description: "Forbid two resources of one stack from managing the same object on the cluster.",
    why: "Each update of one resource undoes what the other has set, and deleting one deletes the object of both.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Remove all but one of the resources, give the objects different names, or change the object of another resource with a Patch resource.",
    whenNotToUse: "Never: nobody can tell which of the resources wins.",
    config: {},
    messages: {
        shared: offenders => ({
            what: `the same object is also managed by ${offenders.details}`,
            fix: "keep one of the resources, rename one of the objects, or use a Patch resource for what one adds",
        }),
    },
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const owners = new Multimap<KubeObject>();
        for (const object of index.objects) {
            const identity = identityOf(object, index);
            if (identity) owners.add(object, ...identity);
        }
        for (const objects of owners.values()) {
            if (new Set(objects.map(({ resource }) => resource)).size < 2) continue;
            for (const object of objects) report(object, "shared", undefined, othersOf(object, objects));
        }
    },
});

/** What the API server knows an object by; undefined while some of it is not known. */
function identityOf(object: KubeObject, index: ObjectIndex): string[] | undefined {
    const { cluster, namespace } = index.placeOf(object);
    const name = object.name.string;
    if (name === undefined || name === "" || namespace === UNKNOWN) return undefined;
    // A custom resource that says no namespace may be in none, or in one that only its provider knows.
    const provider = object.scope === "unknown" ? (object.resource.provider?.urn ?? "") : "";
    return [cluster, kindId(object), namespace, name, provider];
}

/** The first of the other resources, by Pulumi name or file; equal names are told apart by the URN. */
function othersOf(object: KubeObject, all: readonly KubeObject[]): string {
    const others = all.filter(({ resource }) => resource !== object.resource);
    const named = others.slice(0, MAX_NAMED).map(({ resource: { name, urn, source } }) => {
        if (source) return source.line === undefined ? source.file : `${source.file}:${source.line}`;
        return `resource ${name === object.resource.name ? urn : JSON.stringify(name)}`;
    });
    const more = others.length - named.length;
    return joinWords(more > 0 ? [...named, `${more} more`] : named);
}
