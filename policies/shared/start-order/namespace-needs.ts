import { namespaceOfRelease } from "../../../model/environments/clusters";
import { RELEASE } from "../../../model/pulumi/charts";
import type { Node } from "../../../model/pulumi/stack";
import { waitsBy } from "../../../model/pulumi/start-order";
import type { ObjectIndex } from "../../../model/references/object-index";
import { isAlwaysThere } from "../../../model/references/resolver";
import { shorten } from "../../../model/text";
import type { Value } from "../../../model/value";
import { clusterOfInstaller } from "./installers";
import { labelOf, MOST_MAKERS, type Need } from "./need";

/**
 * The namespaces of Releases and charts, which neither makes unless it is told to, and what is in a namespace that a
 * Release makes.
 */
export function namespaceNeeds(index: ObjectIndex): Need[] {
    const installers = index.stack.nodes.flatMap(node => installerOf(node, index) ?? []);
    const makers = new Makers(installers);
    return [
        ...installers.flatMap(installer => needsOfInstaller(installer, makers, index)),
        ...(makers.isEmpty
            ? []
            : index.objects.flatMap(object => {
                  const node = index.nodeOf(object);
                  const at = object.get("metadata", "namespace");
                  const location = index.locationOf(object);
                  return node ? needsOfPlace({ node, from: object, at, ...location }, makers, index) : [];
              })),
    ];
}

const NOT_FOUND = {
    looks: 'creation fails with "namespace not found"',
    afterwards: "and Pulumi gives up after 5 tries",
};

/**
 * Helm tries once.
 *
 * Source: helm/helm pkg/action/install.go (`RunWithContext`, `CreateNamespace`).
 */
function helmFails(namespace: string): string {
    return `Helm fails with 'namespaces "${shorten(namespace)}" not found'`;
}

/** A Release, or a chart that has not been rendered: what it renders says itself where it is. */
interface Installer {
    readonly node: Node;
    readonly cluster: string;
    readonly namespace: Value;
    /** Whether it makes its namespace. */
    readonly makes: Value;
}

/** The Releases that make namespaces, for sure or perhaps. */
class Makers {
    private readonly sure = new Map<string, Node[]>();
    private readonly possible = new Map<string, Node[]>();

    constructor(installers: readonly Installer[]) {
        for (const { node, cluster, namespace, makes } of installers) {
            if (makes.isUnset || makes.raw === false) continue;
            const isSure = makes.raw === true && namespace.string !== undefined;
            const key = `${cluster} ${namespace.string ?? ""}`;
            const nodes = isSure ? this.sure : this.possible;
            const known = nodes.get(key);
            if (known) known.push(node);
            else nodes.set(key, [node]);
        }
    }

    get isEmpty(): boolean {
        return this.sure.size === 0;
    }

    /** One that makes a namespace for sure, and what would do as well; none where too many would. */
    of(cluster: string, namespace: string): { readonly target: Node | undefined; readonly others: readonly Node[] } {
        const sure = this.sure.get(`${cluster} ${namespace}`) ?? [];
        const lists = [sure, ...[namespace, ""].map(name => this.possible.get(`${cluster} ${name}`) ?? [])];
        const isMany = lists.reduce((count, { length }) => count + length, 0) > MOST_MAKERS;
        const [target] = isMany ? [] : sure;
        return { target, others: target ? lists.flat().slice(1) : [] };
    }
}

function installerOf(node: Node, index: ObjectIndex): Installer | undefined {
    const { resource } = node;
    const isChart = /:Chart$/.test(resource.type) && waitsBy(node) !== undefined && node.children.length === 0;
    if (resource.type !== RELEASE && !isChart) return undefined;
    const cluster = clusterOfInstaller(node, index);
    if (cluster === undefined) return undefined;
    const namespace = isChart ? resource.props.get("namespace") : namespaceOfRelease(resource);
    return { node, cluster, namespace, makes: resource.props.get("createNamespace") };
}

function needsOfInstaller({ node, cluster, namespace, makes }: Installer, makers: Makers, index: ObjectIndex): Need[] {
    const name = namespace.string;
    const isRelease = node.resource.type === RELEASE;
    // Pulumi gives no text for a boolean, but programs do.
    if (name === undefined || (isRelease && !makes.isUnset && makes.raw !== false)) return [];
    const from = node.resource;
    const [object] = index.find({ cluster, namespace: "" }, "Namespace", name).certain;
    const target = object && index.nodeOf(object);
    if (!target || isAlwaysThere("Namespace", name)) {
        return needsOfPlace({ node, from, at: namespace, cluster, namespace: name }, makers, index);
    }
    return [
        {
            from,
            node,
            target,
            at: namespace,
            label: `Namespace ${name}`,
            symptom: isRelease ? { looks: helmFails(name) } : { ...NOT_FOUND, until: "exists" },
            isName: true,
        },
    ];
}

/** Where something is, of which nothing but a Release may make the namespace. */
interface Located extends Pick<Need, "node" | "from" | "at"> {
    readonly cluster: string;
    readonly namespace: string;
}

function needsOfPlace({ node, from, at, cluster, namespace }: Located, makers: Makers, index: ObjectIndex): Need[] {
    const { target, others } = makers.of(cluster, namespace);
    if (!target || isAlwaysThere("Namespace", namespace)) return [];
    const { certain, possible } = index.find({ cluster, namespace: "" }, "Namespace", namespace);
    if (certain.length > 0 || possible.length > 0) return [];
    return [
        {
            from,
            node,
            target,
            at,
            label: labelOf(target),
            role: `, which creates Namespace ${namespace}`,
            symptom: { ...NOT_FOUND, until: "installed" },
            isName: false,
            others,
            instead: `Remove createNamespace, and create Namespace ${namespace} by a resource of its own on which both depend`,
        },
    ];
}
