import { definePolicy, type Report } from "../framework/define";
import { choice, texts } from "../framework/settings";
import { namespaceOfRelease } from "../model/environments/clusters";
import { Glob } from "../model/glob";
import { withoutRandomSuffix } from "../model/kubernetes/names";
import type { KubeObject } from "../model/kubernetes/object";
import { RELEASE } from "../model/pulumi/charts";
import type { Node } from "../model/pulumi/stack";
import { NearNames } from "../model/references/near-names";
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
    type SelectorReference,
    selectorReferencesOf,
    targetLabel,
} from "../model/references/references";
import { isAlwaysThere, type Resolution, Resolver } from "../model/references/resolver";
import { shorten } from "../model/text";
import type { Value } from "../model/value";
import { emptySelection } from "./shared/references/empty-selection";
import {
    type AutoNamed,
    autoNamed,
    key,
    type MissingKey,
    missing,
    misspelt,
    nameOfResource,
    type OtherProvider,
    port,
    provider,
    selector,
    targetPort,
    type UnnamedPort,
    volume,
} from "./shared/references/wording";

const messages = { missing, autoNamed, misspelt, volume, provider, key, port, selector, targetPort };

type Reporter = Report<typeof messages>;

export const noDanglingReferences = definePolicy({
    name: "no-dangling-references",
    category: "readiness",
    description: "Forbid references to objects, keys and ports that do not exist.",
    why: "A pod whose ConfigMap, Secret or claim does not exist never starts, and a Service that selects nothing answers nobody.",
    url: "https://kubernetes.io/docs/tasks/debug/debug-application/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The deployment hangs or serves nobody, and Pulumi says so only after minutes of waiting.",
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
    messages,
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const external = config.external.map(source => new Glob(source));
        const resolver = new Resolver(index, { world: config.world, external });
        for (const node of stack.nodes) {
            const found = node.resource.type === RELEASE ? namespaceByResourceName(node, index) : undefined;
            if (found) report("autoNamed", found.at, found);
        }
        for (const object of [...index.objects, ...index.patches]) {
            const own = namespaceReference(object, index);
            for (const reference of [...(own ? [own] : []), ...referencesOf(object, index)]) {
                checkReference(reference, resolver, report);
                const left = leftOnDefault(reference, index);
                if (left) report("provider", left.object, left);
            }
            for (const selection of selectorReferencesOf(object)) {
                if (resolver.resolveSelector(selection) !== "missing") continue;
                report("selector", selection.at, emptySelection(selection, resolver));
            }
            for (const { at, ...unnamed } of unnamedTargetPorts(object, resolver, index)) {
                report("targetPort", at, unnamed);
            }
            const pod = object.pod ?? index.podOf(object);
            for (const mount of pod ? mountsWithoutVolume(pod) : []) report("volume", mount, mount.string ?? "");
        }
    },
});

function checkReference(reference: Reference, resolver: Resolver, report: Reporter): void {
    const { type, element } = reference;
    const resolution = resolver.resolve(reference);
    if (resolution.state !== "found") {
        reportUnfound(reference, resolution, report);
        return;
    }
    const { target, missingKeys } = resolution;
    for (const at of missingKeys) report("key", at, missingKey(reference, target, at));
    const at = type.port === undefined ? undefined : element.get(type.port);
    if (at && target.is("Service") && hasPort(target, at) === "no") {
        const meant = at.isMap ? [at.get("name"), at.get("number")].find(value => !value.isUnset) : at;
        report("port", meant ?? at, {
            label: targetLabel(reference),
            port: portText(meant ?? at),
            ports: portsOf(target),
        });
    }
}

/**
 * The one of two objects that a program has left on the default provider, where the other is on a provider of its own
 * and both may well be on one cluster.
 */
function leftOnDefault(
    { from, name, kind, location }: Reference,
    index: ObjectIndex,
): (OtherProvider & { readonly object: KubeObject }) | undefined {
    if (isAlwaysThere(kind, name)) return undefined;
    const target = index.elsewhere(location, kind, name);
    if (!target) return undefined;
    const [isFromLeft, isTargetLeft] = [from, target].map(({ resource }) =>
        index.clusters.isCurrent(resource.provider),
    );
    if (isFromLeft === isTargetLeft) return undefined;
    const [object, other, label] = isTargetLeft
        ? [target, from, from.label]
        : [from, target, targetLabel({ kind, name, location })];
    return { object, label, provider: JSON.stringify(other.resource.provider?.name) };
}

/** Reports a reference to what the stack does not show, where that is missing or another name was most likely meant. */
function reportUnfound(
    reference: Reference,
    resolution: Exclude<Resolution, { state: "found" }>,
    report: Reporter,
): void {
    const { at, type, kind } = reference;
    const { state, near } = resolution;
    const label = targetLabel(reference);
    if (state === "missing" && resolution.autoNamed) {
        report("autoNamed", at, nameOfResource(label, kindName(kind), resolution.autoNamed));
    } else if (state === "missing" || near !== undefined) {
        const external = JSON.stringify(externalName(reference));
        const looks = type.without?.looks ?? type.looks;
        report(state === "missing" ? "missing" : "misspelt", at, { label, looks, near, external });
    }
}

/** The namespace that a Release names by the resource of a Namespace, of which Pulumi chooses the name. */
function namespaceByResourceName(node: Node, index: ObjectIndex): (AutoNamed & { readonly at: Value }) | undefined {
    const { resource } = node;
    const at = namespaceOfRelease(resource);
    const makesIt = resource.props.get("createNamespace");
    if (at.string === undefined || !(makesIt.isUnset || makesIt.raw === false)) return undefined;
    const location = { cluster: index.clusterOf(node), namespace: "" };
    const { certain, possible } = index.find(location, "Namespace", at.string);
    const [named] = index.autoNamedFrom(location, "Namespace", at.string);
    if (!named || certain.length > 0 || possible.length > 0) return undefined;
    return { at, ...nameOfResource(`Namespace ${at.string}`, "Namespace", named) };
}

/** Among how many keys the one is looked for that was most likely meant. */
const MOST_KEYS = 100;

/** What is wrong with a key that a target lacks, or holds where it is not looked for. */
function missingKey(reference: Reference, target: KubeObject, { raw }: Value): MissingKey {
    const { type } = reference;
    const isBinary = type.keysIn !== undefined && target.get("binaryData", String(raw)).isSet;
    const held = (type.keysIn ?? ["data", "stringData", "binaryData"]).flatMap(field => target.get(field).keys());
    return {
        label: targetLabel(reference),
        key: JSON.stringify(shorten(String(raw))),
        looks: type.without?.looks,
        near: held.length > MOST_KEYS ? undefined : new NearNames(held).nearest(String(raw)),
        isBinary,
    };
}

/** Most ports of a Service that a message lists. */
const MOST_PORTS = 5;

/** What a reference may say to mean a port of a Service: its name, else its number. */
function portsOf(service: KubeObject): string[] {
    const ports = service.root
        .select("spec.ports[]")
        .map(one => (one.get("name").isSet ? one.get("name") : one.get("port")));
    return ports.length > MOST_PORTS || ports.some(one => !one.isSet) ? [] : ports.map(portText);
}

function portText({ raw }: Value): string {
    return typeof raw === "number" ? String(raw) : JSON.stringify(shorten(String(raw)));
}

/**
 * The ports of a Service that lead to a container's port by a name which none of its pods gives to one. A headless
 * Service leads nowhere: its clients find the pods, and the ports they know.
 */
function unnamedTargetPorts(
    object: KubeObject,
    resolver: Resolver,
    index: ObjectIndex,
): (UnnamedPort & { readonly at: Value })[] {
    const [selection]: SelectorReference[] = object.is("Service") ? selectorReferencesOf(object) : [];
    const location = index.locationOf(object);
    if (!selection || isHeadless(object) !== "no" || resolver.mayBeMadeByOthers(location)) return [];
    const { certain, possible } = resolver.pods(selection, location);
    if (certain.length === 0 || possible.length > 0) return [];
    return object.root.select("spec.ports[]").flatMap(port => {
        const at = port.get("targetPort");
        if (at.string === undefined || certain.some(pod => namesPort(pod, port) !== "no")) return [];
        const isOther = certain.some(pod => namesPort(pod, port, "any protocol") === "yes");
        return [{ at, name: JSON.stringify(at.string), protocol: port.get("protocol").string ?? "TCP", isOther }];
    });
}

/** What the key external calls a target, whatever it will be called the next time. */
function externalName({ kind, name, location }: Reference): string {
    const names = location.namespace === "" ? [name] : [location.namespace, name];
    return [kindName(kind), ...names.slice(0, -1), withoutRandomSuffix(name)].join("/");
}
