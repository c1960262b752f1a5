import type { KubeObject } from "./object";
import type { Resource } from "./resource";

/**
 * The Namespace objects of a run by cluster and name. While resources still arrive it holds those that came before:
 * what refers to a namespace comes after it.
 */
export class Inventory {
    private readonly namespaces = new Map<string, KubeObject>();

    add(resource: Resource): void {
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

    clear(): void {
        this.namespaces.clear();
    }
}
