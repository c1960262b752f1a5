import type { KubeObject } from "../kubernetes/object";
import type { Provider, Resource } from "../pulumi/resource";
import { Stack } from "../pulumi/stack";
import type { Answer, Value } from "../value";
import { clusterType, followerType } from "./cluster-types";
import { Clusters } from "./clusters";

/**
 * The type of Secrets that hold the token of a service account.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
 */
export const TOKEN_TYPE = "kubernetes.io/service-account-token";

/** Components whose children are the real clusters and node pools, by the beginning of their type tokens. */
const CLUSTER_COMPONENTS = "eks:index:";

const PROVIDERS = "pulumi:providers:";

/** What the cluster's component makes besides the cluster, and gives none of its user's tags. */
const FARGATE_PROFILE = "aws:eks/fargateProfile:FargateProfile";

/** Of how many providers it is worked out which are of one cluster; of more, a resource's own counts. */
const MOST_PROVIDERS = 50;

/** The objects on a cluster, and those that may be on it. */
interface Namespaces {
    readonly same: readonly KubeObject[];
    readonly possible: readonly KubeObject[];
}

/** How some providers are related to that of a resource. */
interface Related {
    /** How many there were. */
    readonly size: number;
    readonly same: readonly string[];
    readonly possible: readonly string[];
}

/** Namespaces and patches of one name or of none that is known, by their provider; "" for what has none. */
type ByProvider = Map<string, KubeObject[]>;

/**
 * What policies that see one resource at a time may know of others. While resources still arrive it holds those that
 * came before: what refers to a namespace comes after it, and a child after its parent.
 */
export class Inventory {
    /** Namespaces and their patches, by name. */
    private readonly namespaces = new Map<string, ByProvider>();
    /** Namespaces and patches whose name is not known, but that say something. */
    private readonly nameless: ByProvider = new Map();
    /** Which providers are of one cluster, for each one that asked about some others. */
    private readonly relations = new Map<string, Related>();
    /** Secrets that hold tokens of service accounts, by namespace and name. */
    private readonly tokens = new Map<string, ByProvider>();
    private readonly components = new Map<string, Resource>();
    private readonly providersByUrn = new Map<string, Provider>();
    /** The URN of the resource for which something was said that it shares with others. */
    private readonly claims = new Map<string, string>();

    add(resource: Resource): void {
        if (resource.type.startsWith(PROVIDERS)) {
            this.providersByUrn.set(resource.urn, { ...resource, isDefault: false });
        }
        if (isClusterComponent(resource)) this.components.set(resource.urn, resource);
        for (const object of resource.objects) {
            if (object.is("Secret") && !object.isPatch) this.addToken(object);
            if (!object.is("Namespace")) continue;
            const { name } = object;
            if (name.string) {
                const known = this.namespaces.get(name.string) ?? new Map();
                this.namespaces.set(name.string, known);
                addTo(known, object);
            }
            if (name.isUnknown && !isBare(object)) addTo(this.nameless, object);
        }
    }

    /**
     * The Namespace object of that name and its patches, on the same cluster as a resource; "unknown" when one may be
     * it: its name is not known, or whether it is on that cluster.
     */
    namespace(resource: Resource, name: Value): readonly KubeObject[] | "unknown" {
        const named = this.namespaces.get(name.string ?? "") ?? new Map();
        const { same, possible } = this.related(resource, `name ${name.string}`, named);
        if (same.length > 0) return same;
        if (possible.some(object => !isBare(object))) return "unknown";
        return this.related(resource, "", this.nameless).same.length > 0 ? "unknown" : [];
    }

    private addToken(secret: KubeObject): void {
        if (secret.get("type").string !== TOKEN_TYPE) return;
        const key = `${secret.namespace.string}/${secret.name.string}`;
        const known = this.tokens.get(key) ?? new Map();
        this.tokens.set(key, known);
        addTo(known, secret);
    }

    /** Whether a Secret with the token of a service account, of this name, is in the namespace of an object. */
    isToken({ resource, namespace }: KubeObject, name: Value): boolean {
        const key = `${namespace.string}/${name.string}`;
        const named = name.string && namespace.string ? this.tokens.get(key) : undefined;
        return named !== undefined && this.related(resource, `token ${key}`, named).same.length > 0;
    }

    /** Which of some objects are on the cluster of a resource, and which may be. */
    private related(resource: Resource, which: string, all: ByProvider): Namespaces {
        const own = resource.provider?.urn ?? "";
        const size = all.size;
        // Mostly there is one provider, and nothing to compare.
        if (size === 0 || (size === 1 && all.has(own)) || size > MOST_PROVIDERS) {
            return { same: all.get(own) ?? [], possible: [] };
        }
        const key = `${own} ${which}`;
        const known = this.relations.get(key);
        const providers = known?.size === size ? known : { size, ...relate(resource, all) };
        this.relations.set(key, providers);
        const objects = (urns: readonly string[]) => urns.flatMap(urn => all.get(urn) ?? []);
        return { same: objects(providers.same), possible: objects(providers.possible) };
    }

    /** The providers of a type, by the name of their package. */
    providers(name: string): Provider[] {
        return [...this.providersByUrn.values()].filter(({ type }) => type === PROVIDERS + name);
    }

    /** The component that made a cluster or node pool, so that its user has only the component to change. */
    component(resource: Resource): Resource | undefined {
        const component = this.components.get(resource.parent ?? "");
        return component && isMadeBy(component, resource) ? component : undefined;
    }

    /** Whether what many resources share has not been said of another one yet. */
    isFree(shared: string, { urn }: Resource): boolean {
        return (this.claims.get(shared) ?? urn) === urn;
    }

    /** Remembers that what many resources share has been said of one. */
    claim(shared: string, { urn }: Resource): void {
        if (!this.claims.has(shared)) this.claims.set(shared, urn);
    }

    clear(): void {
        this.claims.clear();
        this.providersByUrn.clear();
        this.components.clear();
        this.namespaces.clear();
        this.nameless.clear();
        this.tokens.clear();
        this.relations.clear();
    }
}

/** The providers of the cluster that a resource is on, and those that may be. */
function relate(resource: Resource, all: ByProvider): Omit<Related, "size"> {
    const first = [...all.values()].flatMap(([object]) => object?.resource ?? []);
    const ofOne = [resource, ...first.filter(({ urn }) => urn !== resource.urn)];
    const clusters = new Clusters(new Stack(ofOne.map(one => ({ resource: one }))));
    const own = clusters.idOf(resource);
    const answers = first.map(one => ({
        urn: one.provider?.urn ?? "",
        answer: clusters.relation(own, clusters.idOf(one)),
    }));
    const those = (wanted: Answer) => answers.filter(({ answer }) => answer === wanted).map(({ urn }) => urn);
    return { same: those("yes"), possible: those("unknown") };
}

function addTo(all: ByProvider, object: KubeObject): void {
    const urn = object.resource.provider?.urn ?? "";
    const known = all.get(urn);
    if (known) known.push(object);
    else all.set(urn, [object]);
}

/** Whether an object has neither labels nor annotations, so that it says nothing of a namespace. */
function isBare({ labels, annotations }: KubeObject): boolean {
    return [labels, annotations].every(map => !map.isUnknown && map.keys().length === 0);
}

/** Whether a resource is a cluster component's inner cluster, pool or profile: a child may also be its user's own. */
function isMadeBy(component: Resource, { type }: Resource): boolean {
    if (!clusterType(component.type)) return followerType(type) !== undefined;
    return clusterType(type) !== undefined || type === FARGATE_PROFILE;
}

/** Whether a resource is a component that makes clusters or pools. */
export function isClusterComponent({ type }: Resource): boolean {
    return type.startsWith(CLUSTER_COMPONENTS);
}

/** Whether nothing is known of a component's inputs: some SDKs send them to no policy. */
export function isSilent({ props }: Resource): boolean {
    return props.keys().length === 0;
}
