import type { KubeObject } from "./object";
import type { Resource } from "./resource";

/** Components whose children are the real clusters and node pools, by the beginning of their type tokens. */
const CLUSTER_COMPONENTS = "eks:index:";

/**
 * What policies that see one resource at a time may know of others. While resources still arrive it holds those that
 * came before: what refers to a namespace comes after it, and a child after its parent.
 */
export class Inventory {
    private readonly namespaces = new Map<string, KubeObject>();
    private readonly components = new Map<string, Resource>();

    add(resource: Resource): void {
        if (resource.type.startsWith(CLUSTER_COMPONENTS)) this.components.set(resource.urn, resource);
        for (const object of resource.objects) {
            if (object.is("Namespace") && object.name.string) {
                this.namespaces.set(`${resource.provider?.urn} ${object.name.string}`, object);
            }
        }
    }

    /** The Namespace object of that name, managed by the same provider as a resource. */
    namespace(resource: Resource, name: string): KubeObject | undefined {
        return this.namespaces.get(`${resource.provider?.urn} ${name}`);
    }

    /**
     * The component that made a cluster or node pool and speaks for it. Some SDKs send a component's inputs to no
     * policy: such a component speaks for nothing.
     */
    component(resource: Resource): Resource | undefined {
        const component = this.components.get(resource.parent ?? "");
        return component && hasInputs(component) ? component : undefined;
    }

    clear(): void {
        this.components.clear();
        this.namespaces.clear();
    }
}

/** Whether a resource is a component of whose inputs nothing is known. */
export function isSilentComponent(resource: Resource): boolean {
    return resource.type.startsWith(CLUSTER_COMPONENTS) && !hasInputs(resource);
}

function hasInputs({ props }: Resource): boolean {
    return props.keys().length > 0;
}
