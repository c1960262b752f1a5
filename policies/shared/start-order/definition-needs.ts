import { bringsKind, type Definitions, definitionsOf } from "../../../model/pulumi/chart-definitions";
import { chartOf, mayBeAnyChart } from "../../../model/pulumi/charts";
import type { Node } from "../../../model/pulumi/stack";
import type { ObjectIndex } from "../../../model/references/object-index";
import { clusterOfInstaller } from "./installers";
import { labelOf, MOST_MAKERS, type Need } from "./need";

/** A resource that brings definitions of custom kinds which no policy sees. */
interface Definer {
    readonly node: Node;
    readonly definitions: Definitions;
}

/** Custom resources whose kind comes with a well-known chart or add-on of the stack, as far as no object defines it. */
export function definitionNeeds(index: ObjectIndex): Need[] {
    const definers = definersOf(index);
    if (definers.size === 0) return [];
    const open = index.stack.nodes.filter(({ resource }) => mayBeAnyChart(resource));
    return [...index.objects, ...index.patches].flatMap(object => {
        const node = index.nodeOf(object);
        if (object.facts || !node || index.definitionOf(object)) return [];
        const own = definers.get(`${index.clusterOf(node)} ${object.group}`) ?? [];
        if (own.length + open.length > MOST_MAKERS) return [];
        const answers = own.map(one => ({
            node: one.node,
            answer: bringsKind(one.definitions, object.group, object.kind),
        }));
        const first = answers.find(({ answer }) => answer === "yes")?.node;
        if (!first) return [];
        const others = answers
            .filter(({ answer }) => answer !== "no")
            .map(one => one.node)
            .concat(open);
        const need: Need = {
            from: object,
            node,
            target: first,
            at: object.get("kind"),
            label: labelOf(first),
            role: ", which installs its kind",
            symptom: {
                looks: 'creation fails with "no matches for kind"',
                until: "installed",
                afterwards: "and Pulumi gives up after 5 tries",
            },
            isName: false,
            others,
        };
        return [need];
    });
}

/** What brings definitions, by cluster and API group. */
function definersOf(index: ObjectIndex): ReadonlyMap<string, readonly Definer[]> {
    const definers = new Map<string, Definer[]>();
    for (const node of index.stack.nodes) {
        // What a chart has rendered is there to be seen.
        const chart = node.children.length === 0 ? chartOf(node.resource) : undefined;
        const definitions = chart && definitionsOf(chart);
        const cluster = definitions && clusterOfInstaller(node, index);
        if (!definitions || cluster === undefined) continue;
        for (const group of definitions.groups) {
            const key = `${cluster} ${group}`;
            const known = definers.get(key);
            if (known) known.push({ node, definitions });
            else definers.set(key, [{ node, definitions }]);
        }
    }
    return definers;
}
