import { groupedBy } from "../../../model/groups";
import type { KubeObject } from "../../../model/kubernetes/object";
import type { Node } from "../../../model/pulumi/stack";
import { beforeStart, partsOf } from "../../../model/pulumi/start-order";
import type { Matches, ObjectIndex } from "../../../model/references/object-index";
import { selectorReferencesOf } from "../../../model/references/references";
import type { Resolver } from "../../../model/references/resolver";
import { isAboutKind, mustAdmit, requiredWebhooks, type Webhook } from "../../../model/references/webhooks";
import { shorten } from "../../../model/text";
import { NOTHING } from "../../../model/value";
import type { Need } from "./need";

/** More webhooks than any cluster has for one kind of object: of others, nothing is said. */
const MOST_WEBHOOKS = 20;

/** Of how many webhooks one object is told: who has made it wait for these hardly misses the others. */
const MOST_TOLD = 3;

/** Of how many resources it is worked out whether one of them is behind a webhook's Service, and there in time. */
const MOST_SERVERS = 5;

/** A webhook with what it needs to answer. */
interface Server {
    readonly webhook: Webhook;
    /** Its Service and the pods that are certainly behind it. */
    readonly nodes: readonly Node[];
    /** These, and the pods that may be behind it. */
    readonly enough: readonly Node[];
}

/**
 * What a webhook of the stack must admit: it can't be created until the pods behind the webhook are ready. What those
 * pods, the Service or the webhook need themselves can't wait for them, and is there before.
 */
export function webhookNeeds(index: ObjectIndex, resolver: Resolver, others: readonly Need[]): Need[] {
    const servers = requiredWebhooks(index).flatMap(webhook => serverOf(webhook, index, resolver) ?? []);
    if (servers.length === 0) return [];
    const byCluster = groupedBy(servers, ({ webhook }) => index.locationOf(webhook.configuration).cluster);
    const needed = neededBy(others);
    const before = new Map<Server, ReadonlySet<Node>>();
    const beforeServer = (server: Server) => {
        const configuration = index.nodeOf(server.webhook.configuration);
        const known =
            before.get(server) ?? closure([...server.enough, ...(configuration ? [configuration] : [])], needed);
        before.set(server, known);
        return known;
    };
    const byKind = new Map<string, readonly Server[]>();
    const told = new Set<string>();
    return index.objects.flatMap(object => {
        const node = index.nodeOf(object);
        if (!node || object.is("CustomResourceDefinition")) return [];
        const cluster = index.clusterOf(node);
        const key = [cluster, object.group, object.version, object.kind, object.scope].join("\n");
        const possible = byKind.get(key) ?? serversFor(object, byCluster.get(cluster) ?? [], index);
        byKind.set(key, possible);
        let count = 0;
        return possible.flatMap(server => {
            const pair = `${node.urn} ${server.webhook.service.resource.urn}`;
            if (count === MOST_TOLD || told.has(pair) || mustAdmit(server.webhook, object, index) !== "yes") return [];
            if (beforeServer(server).has(node)) return [];
            told.add(pair);
            count++;
            return server.nodes.map(target => needOf(server.webhook, object, node, target, server.enough));
        });
    });
}

/** Undefined for a Service without known pods, or with too many: nobody can tell what is to be waited for. */
function serverOf(webhook: Webhook, index: ObjectIndex, resolver: Resolver): Server | undefined {
    const pods = podsBehind(webhook.service, index, resolver);
    if (pods.certain.length === 0) return undefined;
    const nodesOf = (objects: readonly KubeObject[]) => objects.flatMap(object => index.nodeOf(object) ?? []);
    const nodes = nodesOf([webhook.service, ...pods.certain]);
    const enough = [...nodes, ...nodesOf(pods.possible)];
    return enough.length > MOST_SERVERS ? undefined : { webhook, nodes, enough };
}

/** Those of a cluster's webhooks that are asked about objects of a kind and API version. */
function serversFor(object: KubeObject, servers: readonly Server[], index: ObjectIndex): Server[] {
    return servers.filter(({ webhook }) => isAboutKind(webhook, object, index) === "yes").slice(0, MOST_WEBHOOKS);
}

function needOf({ name }: Webhook, from: KubeObject, node: Node, target: Node, others: readonly Node[]): Need {
    return {
        from,
        node,
        target,
        at: NOTHING,
        label: target.resource.label,
        role: ` behind webhook ${JSON.stringify(shorten(name))}`,
        symptom: { looks: 'creation fails with "failed calling webhook"', until: "ready" },
        isName: false,
        others,
    };
}

/** The workloads behind a Service, and those that may be. */
function podsBehind(service: KubeObject, index: ObjectIndex, resolver: Resolver): Matches<KubeObject> {
    const [selection] = selectorReferencesOf(service);
    if (!selection) return { certain: [], possible: [] };
    const { certain, possible } = resolver.pods(selection, index.locationOf(service));
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
