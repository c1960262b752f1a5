import { clusterType, followerType } from "./cluster-types";
import type { KubeObject } from "./object";
import type { Provider, Resource } from "./resource";
import type { Value } from "./value";

/** Components whose children are the real clusters and node pools, by the beginning of their type tokens. */
const CLUSTER_COMPONENTS = "eks:index:";

const PROVIDERS = "pulumi:providers:";

/** What the cluster's component makes besides the cluster, and gives none of its user's tags. */
const FARGATE_PROFILE = "aws:eks/fargateProfile:FargateProfile";

/**
 * What policies that see one resource at a time may know of others. While resources still arrive it holds those that
 * came before: what refers to a namespace comes after it, and a child after its parent.
 */
export class Inventory {
    /** Namespaces and their patches, by provider and name. */
    private readonly namespaces = new Map<string, KubeObject[]>();
    /** Providers of Namespaces and patches whose name is not known. */
    private readonly nameless = new Set<string | undefined>();
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
            if (!object.is("Namespace")) continue;
            if (object.name.string) {
                const key = `${resource.provider?.urn} ${object.name.string}`;
                const known = this.namespaces.get(key);
                if (known) known.push(object);
                else this.namespaces.set(key, [object]);
            }
            if (object.name.isUnknown && !isBare(object)) this.nameless.add(resource.provider?.urn);
        }
    }

    /**
     * The Namespace object of that name and its patches, managed by the same provider as a resource; "unknown" when one
     * may be it.
     */
    namespace(resource: Resource, name: Value): readonly KubeObject[] | "unknown" {
        const urn = resource.provider?.urn;
        const known = this.namespaces.get(`${urn} ${name.string}`);
        return known ?? (this.nameless.has(urn) ? "unknown" : []);
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
    }
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
