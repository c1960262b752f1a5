import { KUBERNETES_PROVIDER } from "../../../model/environments/clusters";
import { RELEASE } from "../../../model/pulumi/charts";
import type { Node } from "../../../model/pulumi/stack";
import { waitsBy } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";

/**
 * The cluster that a Release, a chart or an add-on installs into; undefined where that is not known. A component that
 * has rendered nothing yet does not say on which provider: it is on the only cluster that there is, if there is one.
 */
export function clusterOfInstaller(node: Node, index: ObjectIndex): string | undefined {
    const { provider } = node.resource;
    if (provider?.type === KUBERNETES_PROVIDER) return index.clusterOf(node);
    if (!waitsBy(node) && node.resource.type !== RELEASE) return index.clusters.of(node)?.id;
    if (provider === undefined && node.resource.type === RELEASE) return index.clusterOf(node);
    const clusters = clustersOf(index);
    const [only] = clusters;
    return clusters.size === 1 ? only : undefined;
}

const known = new WeakMap<ObjectIndex, ReadonlySet<string>>();

/** The clusters that the stack's objects and Releases are on. */
function clustersOf(index: ObjectIndex): ReadonlySet<string> {
    let clusters = known.get(index);
    if (clusters === undefined) {
        const nodes = index.stack.nodes.filter(
            ({ resource }) => resource.objects.length > 0 || resource.provider?.type === KUBERNETES_PROVIDER,
        );
        clusters = new Set(nodes.map(node => index.clusterOf(node)));
        known.set(index, clusters);
    }
    return clusters;
}
