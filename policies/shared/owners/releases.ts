import type { KubeObject } from "../../../model/kubernetes/object";
import { Multimap } from "../../../model/multimap";
import { RELEASE, type Resource } from "../../../model/pulumi/resource";
import type { Node } from "../../../model/pulumi/stack";
import { StartOrder } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN } from "../../../model/value";

/** Helm releases that have one name in one namespace of one cluster. */
export function releasesOfOneName(index: ObjectIndex): ReadonlySet<Resource>[] {
    const releases = new Multimap<Resource>();
    for (const node of releasesOf(index)) {
        const name = node.resource.props.get("name").string;
        const namespace = namespaceOf(node.resource);
        if (name && namespace !== UNKNOWN) releases.add(node.resource, index.clusterOf(node), namespace, name);
    }
    return releases.values().flatMap(list => (list.length > 1 ? [new Set(list)] : []));
}

/** A Helm release that makes a namespace which the stack itself makes. */
export interface CreatedTwice {
    readonly release: Resource;
    readonly namespace: KubeObject;
    /** Whether the release comes later for sure: it then finds the namespace and leaves it alone. */
    readonly isLater: boolean;
}

/**
 * The releases that make a Namespace of the stack. Helm leaves a namespace that exists as it is, the Namespace's own
 * resource fails where the release was faster.
 *
 * Source: helm/helm pkg/action/install.go (`CreateNamespace`, which ignores "already exists").
 */
export function namespacesCreatedTwice(index: ObjectIndex): CreatedTwice[] {
    const found = releasesOf(index).flatMap(node => {
        const { resource } = node;
        if (resource.props.get("createNamespace").is(true) !== "yes") return [];
        const location = { cluster: index.clusterOf(node), namespace: "" };
        const { certain } = index.find(location, "Namespace", namespaceOf(resource));
        return certain.flatMap(namespace => {
            const made = index.nodeOf(namespace);
            return made ? [{ node, namespace, made }] : [];
        });
    });
    const order = new StartOrder(
        index.stack.nodes,
        found.map(({ made }) => made),
    );
    return found.map(({ node, namespace, made }) => ({
        release: node.resource,
        namespace,
        // Without options nothing is known of dependencies either.
        isLater: node.resource.options === undefined || order.isBefore(made, node),
    }));
}

function releasesOf({ stack }: ObjectIndex): Node[] {
    return stack.nodes.filter(({ resource }) => resource.type === RELEASE && resource.provider !== undefined);
}

/**
 * The namespace of a release: its own, else its provider's, else that of the kubeconfig's context, which is `default`
 * if it says nothing; what the context of a kubeconfig says that is not known is the same for all of one provider.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/provider/helm_release.go (`Check`), provider.go (`Configure`).
 */
function namespaceOf({ props, provider }: Resource): string {
    for (const value of [props.get("namespace"), provider?.props.get("namespace")]) {
        if (value && !value.isUnset && value.raw !== "") return value.string ?? UNKNOWN;
    }
    return provider?.props.get("kubeconfig").isUnknown ? `default of ${provider.urn}` : "default";
}
