import { definePolicy } from "../framework/define";
import { choice, texts } from "../framework/settings";
import { namespaceOfRelease } from "../model/environments/clusters";
import { Glob } from "../model/glob";
import { withoutRandomSuffix } from "../model/kubernetes/names";
import type { KubeObject } from "../model/kubernetes/object";
import { mapSelects } from "../model/kubernetes/selector";
import { autoNameOf } from "../model/pulumi/auto-names";
import { RELEASE } from "../model/pulumi/charts";
import type { Node } from "../model/pulumi/stack";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import {
    hasPort,
    isHeadless,
    kindName,
    mountsWithoutVolume,
    namesPort,
    namespaceReference,
    type Reference,
    referencesOf,
    type Selection,
    selectionsOf,
    targetLabel,
} from "../model/references/references";
import { isAlwaysThere, type Resolution, Resolver } from "../model/references/resolver";
import type { Value } from "../model/value";

export const noDanglingReferences = definePolicy({
    name: "no-dangling-references",
    category: "readiness",
    description: "Forbid references to objects, keys and ports that do not exist.",
    why: "A pod whose ConfigMap, Secret or claim does not exist never starts, and a Service that selects nothing answers nobody.",
    url: "https://kubernetes.io/docs/tasks/debug/debug-application/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Create the target, correct its name, or list it in the key external when it exists elsewhere.",
    whenNotToUse: "Stacks whose objects refer to what other tools create in the same namespaces.",
    config: {
        world: choice(
            ["namespace", "stack"],
            "namespace",
            "What must be in the stack: what belongs into namespaces that it creates (and what is in no namespace only where the stack has it under almost the same name), or everything.",
        ),
        external: texts(
            [],
            "Globs over Kind/namespace/name (Kind/name when in no namespace) of what exists elsewhere.",
        ),
    },
    messages: {
        missing: offenders => ({
            what: offenders.toString(),
            fix: `create ${offenders.word("it", "them")} or correct the ${offenders.word("name", "names")}; for what exists elsewhere set external: [${offenders.remedies}]`,
        }),
        autoNamed: offenders => ({
            what: offenders.toString(),
            fix: `refer to the output metadata.name of ${offenders.remedies}, or set its metadata.name`,
        }),
        misspelt: offenders => ({
            what: offenders.toString(),
            fix: `correct the ${offenders.word("name", "names")}; for what exists elsewhere set external: [${offenders.remedies}]`,
            // Another stack, a chart or an operator may have an object of just this name.
            level: "advisory",
        }),
        volume: offenders => ({
            what: offenders.toString(),
            fix: `add ${offenders.word("it", "them")} to volumes or correct the ${offenders.word("name", "names")}`,
        }),
        provider: ({ details }) => ({
            what: `is on the default provider, unlike what it works with: ${details}`,
            fix: "pass the same provider in its options",
            // Both may lead to the same cluster, as long as whoever runs Pulumi is logged in to that.
            level: "advisory",
        }),
        key: offenders => ({
            what: offenders.toString(),
            fix: "add the key to its data or correct it",
        }),
        port: offenders => ({
            what: offenders.toString(),
            fix: "name one of the ports that it has, by name or number",
        }),
        headless: offenders => ({
            what: offenders.toString(),
            fix: "name a Service with clusterIP: None that selects the pods of this StatefulSet",
        }),
        selector: offenders => ({
            what: `${offenders} ${offenders.word("selects", "select")} nothing`,
            fix: `give the ${offenders.remedies} the labels that the selector asks for, correct the selector, or name what exists elsewhere in the key external`,
        }),
        targetPort: offenders => ({
            what: `${offenders} ${offenders.are} not among the named ports of the containers behind it`,
            fix: "name the container's port so, with the same protocol, or write its number",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const external = config.external.map(source => new Glob(source));
        const resolver = new Resolver(index, { world: config.world, external });
        for (const node of stack.nodes) {
            const found = node.resource.type === RELEASE ? namespaceOfAnotherName(node, index) : undefined;
            if (found) report(node.resource, "autoNamed", found.at, found.detail, found.remedy);
        }
        for (const object of [...index.objects, ...index.patches]) {
            const own = namespaceReference(object, index);
            for (const reference of [...(own ? [own] : []), ...referencesOf(object, index)]) {
                checkReference(reference, resolver, index, (problem, at, detail, remedy) =>
                    report(object, problem, at, detail, remedy),
                );
                const left = leftOnDefault(reference, index);
                if (left) report(left.object, "provider", undefined, left.detail);
            }
            for (const selection of selectionsOf(object)) {
                if (resolver.resolveSelector(selection) !== "missing") continue;
                const selected = selection.type.selects === "pods" ? "pods" : "Services";
                report(object, "selector", selection.at, undefined, selected);
            }
            for (const port of unnamedTargetPorts(object, resolver, index)) report(object, "targetPort", port);
            const pod = object.pod ?? index.podOf(object);
            for (const mount of pod ? mountsWithoutVolume(pod) : []) {
                report(object, "volume", mount, "names a volume that the pod does not have");
            }
        }
    },
});

type ReferenceReport = (
    problem: "missing" | "autoNamed" | "misspelt" | "key" | "port" | "headless",
    at: Value,
    detail: string,
    remedy?: string,
) => void;

function checkReference(reference: Reference, resolver: Resolver, index: ObjectIndex, report: ReferenceReport): void {
    const { from, type, element } = reference;
    const resolution = resolver.resolve(reference);
    if (resolution.state !== "found") {
        reportUnfound(reference, resolution, report);
        return;
    }
    const { target, missingKeys } = resolution;
    for (const key of missingKeys) report("key", key, keyProblem(reference, target, key));
    const port = type.port === undefined ? undefined : element.get(type.port);
    if (port && target.is("Service") && hasPort(target, port) === "no") {
        report("port", port, `is not a port of ${targetLabel(reference)}`);
    }
    if (from.is("StatefulSet") && target.is("Service")) checkGoverningService(reference, target, index, report);
}

/**
 * The one of two objects that a program has left on the default provider, where the other is on a provider of its own
 * and both may well be on one cluster.
 */
function leftOnDefault(
    { from, name, kind, place }: Reference,
    index: ObjectIndex,
): { readonly object: KubeObject; readonly detail: string } | undefined {
    if (isAlwaysThere(kind, name)) return undefined;
    const target = index.elsewhere(place, kind, name);
    if (!target) return undefined;
    const [isFromLeft, isTargetLeft] = [from, target].map(({ resource }) =>
        index.clusters.isCurrent(resource.provider),
    );
    if (isFromLeft === isTargetLeft) return undefined;
    const [object, other, label] = isTargetLeft
        ? [target, from, from.label]
        : [from, target, targetLabel({ kind, name, place })];
    return { object, detail: `${label} (provider ${JSON.stringify(other.resource.provider?.name)})` };
}

/** Reports a reference to what the stack does not show, where that is missing or another name was most likely meant. */
function reportUnfound(
    reference: Reference,
    resolution: Exclude<Resolution, { state: "found" }>,
    report: ReferenceReport,
): void {
    const { at, type, kind } = reference;
    const { state, near } = resolution;
    const label = targetLabel(reference);
    const external = JSON.stringify(externalName(reference));
    const guess = near === undefined ? "" : `, but the stack has ${near}`;
    const looks = type.without?.looks ?? type.looks;
    if (state === "missing" && resolution.autoNamed) {
        const { detail, remedy } = otherName(label, kindName(kind), resolution.autoNamed);
        report("autoNamed", at, detail, remedy);
    } else if (state === "missing") {
        report("missing", at, `names the missing ${label}${looks ? ` (${looks})` : ""}${guess}`, external);
    } else if (near !== undefined) {
        report("misspelt", at, `names ${label}${guess}`, external);
    }
}

/** That a program names an object by its resource, although Pulumi calls the object otherwise. */
function otherName(
    label: string,
    kind: string,
    object: KubeObject,
): { readonly detail: string; readonly remedy: string } {
    const resource = `the resource "${object.resource.name}"`;
    const detail = `names ${label}, but the ${kind} of ${resource} is called ${autoNameOf(object)?.shown}`;
    return { detail, remedy: resource };
}

/** The namespace that a Release names by the resource of a Namespace, of which Pulumi chooses the name. */
function namespaceOfAnotherName(
    node: Node,
    index: ObjectIndex,
): { readonly at: Value; readonly detail: string; readonly remedy: string } | undefined {
    const { resource } = node;
    const at = namespaceOfRelease(resource);
    const makesIt = resource.props.get("createNamespace");
    if (at.string === undefined || !(makesIt.isUnset || makesIt.raw === false)) return undefined;
    const place = { cluster: index.clusterOf(node), namespace: "" };
    const { certain, possible } = index.find(place, "Namespace", at.string);
    const [named] = index.autoNamedFrom(place, "Namespace", at.string);
    if (!named || certain.length > 0 || possible.length > 0) return undefined;
    return { at, ...otherName(`Namespace ${at.string}`, "Namespace", named) };
}

/** What is wrong with a key that a target lacks, or holds where it is not looked for. */
function keyProblem(reference: Reference, target: KubeObject, { raw }: Value): string {
    const label = targetLabel(reference);
    const looks = reference.type.without?.looks;
    const isBinary = reference.type.keysIn !== undefined && target.get("binaryData", String(raw)).isSet;
    if (isBinary) return `names a key that ${label} has in binaryData, not in data (${looks})`;
    return `names a key that ${label} does not have (${looks})`;
}

/** The Service that gives the pods of a StatefulSet their names. */
function checkGoverningService(
    { at, from, ...reference }: Reference,
    service: KubeObject,
    index: ObjectIndex,
    report: ReferenceReport,
): void {
    const label = targetLabel(reference);
    if (isHeadless(service) === "no") report("headless", at, `names ${label} that is not headless`);
    const selector = service.get("spec", "selector");
    const pod = index.podOf(from);
    if (pod && selector.isMap && mapSelects(selector, { labels: pod.labels }) === "no") {
        report("headless", at, `names ${label} that does not select its pods`);
    }
}

/**
 * The ports of a Service that lead to a container's port by a name which none of its pods gives to one. A headless
 * Service leads nowhere: its clients find the pods, and the ports they know.
 */
function unnamedTargetPorts(object: KubeObject, resolver: Resolver, index: ObjectIndex): Value[] {
    const [selection]: Selection[] = object.is("Service") ? selectionsOf(object) : [];
    const place = index.placeOf(object);
    if (!selection || isHeadless(object) !== "no" || resolver.mayBeMadeByOthers(place)) return [];
    const { certain, possible } = resolver.pods(selection, place);
    if (certain.length === 0 || possible.length > 0) return [];
    return object.root.select("spec.ports[]").flatMap(port => {
        const target = port.get("targetPort");
        const isUnnamed = target.string !== undefined && certain.every(pod => namesPort(pod, port) === "no");
        return isUnnamed ? [target] : [];
    });
}

/** What the key external calls a target, whatever it will be called the next time. */
function externalName({ kind, name, place }: Reference): string {
    const names = place.namespace === "" ? [name] : [place.namespace, name];
    return [kindName(kind), ...names.slice(0, -1), withoutRandomSuffix(name)].join("/");
}
