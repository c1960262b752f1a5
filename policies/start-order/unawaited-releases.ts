import { definitionsOf, needsPodsOf } from "../model/chart-definitions";
import { chartOf, RELEASE } from "../model/charts";
import type { ObjectIndex } from "../model/object-index";
import type { Node } from "../model/stack";
import { readyBefore, startsBefore, type UnawaitedParts } from "./unawaited";

/**
 * The Releases that others wait for to be ready, and that are complete before their pods are.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/provider/helm_release.go (`client.Wait = !newRelease.SkipAwait`).
 */
export function releasesNotAwaited(index: ObjectIndex): UnawaitedParts[] {
    const dependents = new Map<Node, Node[]>();
    for (const node of index.stack.nodes) {
        const { type, props } = node.resource;
        if (type === RELEASE && props.get("skipAwait").raw === true) dependents.set(node, []);
    }
    if (dependents.size === 0) return [];
    for (const node of index.stack.nodes) {
        for (const first of readyBefore(node)) {
            const others = dependents.get(first);
            if (others && needsPods(node, first)) others.push(node);
        }
    }
    return [...dependents].flatMap(([{ resource }, others]) => {
        if (others.length === 0) return [];
        const detail = `${startsBefore(others)} the pods of the chart are ready`;
        return [{ resource, at: resource.props.get("skipAwait"), detail }];
    });
}

/**
 * Whether a resource may need the pods of a Release, not only its definitions or its namespace: what is only stored
 * needs none, unless a webhook of the chart looks at it.
 */
function needsPods({ resource }: Node, release: Node): boolean {
    if (resource.objects.length === 0) return true;
    return resource.objects.some(object => {
        if (object.facts) return object.isWorkload;
        // A chart that is not known may define the kind.
        const chart = chartOf(release.resource);
        const definitions = chart && definitionsOf(chart);
        if (!definitions) return false;
        return (needsPodsOf(definitions, object.group, object.kind) ?? "yes") === "yes";
    });
}
