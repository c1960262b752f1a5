import type { KubeObject } from "../model/object";
import type { Matches, ObjectIndex } from "../model/object-index";
import { selectionsOf } from "../model/references";
import type { Resolver } from "../model/resolver";
import type { Node } from "../model/stack";
import { beforeStart, partsOf } from "../model/start-order";
import { shorten } from "../model/text";
import { NOTHING } from "../model/value";
import { mustAdmit, requiredWebhooks, type Webhook } from "../model/webhooks";
import type { Need } from "./needs";

/**
 * What a webhook of the stack must admit: it can't be created until the pods behind the webhook are ready. What those
 * pods, the Service or the webhook need themselves can't wait for them, and is there before.
 */
export function webhookNeeds(index: ObjectIndex, resolver: Resolver, others: readonly Need[]): Need[] {
    const webhooks = requiredWebhooks(index);
    if (webhooks.length === 0) return [];
    const needed = neededBy(others);
    const told = new Set<string>();
    return webhooks.flatMap(webhook => {
        const pods = podsBehind(webhook.service, index, resolver);
        // Of a Service without known pods nobody can tell what is to be waited for.
        if (pods.certain.length === 0) return [];
        const nodesOf = (objects: readonly KubeObject[]) => objects.flatMap(object => index.nodeOf(object) ?? []);
        const servers = nodesOf([webhook.service, ...pods.certain]);
        const enough = [...servers, ...nodesOf(pods.possible)];
        const configuration = index.nodeOf(webhook.configuration);
        const own = closure([...enough, ...(configuration ? [configuration] : [])], needed);
        return index.objects.flatMap(object => {
            const node = index.nodeOf(object);
            if (!node || own.has(node) || object.is("CustomResourceDefinition")) return [];
            if (index.clusterOf(node) !== index.placeOf(webhook.configuration).cluster) return [];
            const key = `${node.urn} ${webhook.service.resource.urn}`;
            if (told.has(key) || mustAdmit(webhook, object, index) !== "yes") return [];
            told.add(key);
            return servers.map(target => needOf(webhook, object, node, target, enough));
        });
    });
}

function needOf({ name }: Webhook, from: KubeObject, node: Node, target: Node, others: readonly Node[]): Need {
    return {
        from,
        node,
        target,
        at: NOTHING,
        label: target.resource.label,
        symptom: `creation fails with 'failed calling webhook "${shorten(name)}"' until its pods are ready`,
        isName: false,
        others,
    };
}

/** The workloads behind a Service, and those that may be. */
function podsBehind(service: KubeObject, index: ObjectIndex, resolver: Resolver): Matches<KubeObject> {
    const [selection] = selectionsOf(service);
    if (!selection) return { certain: [], possible: [] };
    const { certain, possible } = resolver.pods(selection, index.placeOf(service));
    return { certain: certain.map(({ object }) => object), possible: possible.map(({ object }) => object) };
}

/** What each resource needs, whether it waits for it or not. */
function neededBy(needs: readonly Need[]): ReadonlyMap<Node, readonly Node[]> {
    const needed = new Map<Node, Node[]>();
    for (const { node, target } of needs) {
        const known = needed.get(node);
        if (known) known.push(target);
        else needed.set(node, [target]);
    }
    return needed;
}

/** Some resources, and all that is or should be there before them. */
function closure(from: readonly Node[], needed: ReadonlyMap<Node, readonly Node[]>): ReadonlySet<Node> {
    const found = new Set(from);
    for (const node of found) {
        for (const one of [...beforeStart(node), ...partsOf(node), ...(needed.get(node) ?? [])]) found.add(one);
    }
    return found;
}
