import type { KubeObject } from "./object";
import type { Matches, ObjectIndex } from "./object-index";
import type { Pod } from "./pod";
import { selects } from "./selector";
import { type Answer, UNKNOWN, type Value } from "./value";

/** The pods that a label selector in an object selects, of its namespace. */
export function podsOf(index: ObjectIndex, object: KubeObject, selector: Value): Matches<Pod> {
    return index.selected(index.placeOf(object), equalities(selector), pod =>
        selects(selector, { labels: pod.labels }),
    );
}

/** Labels with the one value that a selector takes. */
function equalities(selector: Value): [string, Value][] {
    const single = selector
        .get("matchExpressions")
        .items()
        .flatMap((expression): [string, Value][] => {
            const [value, ...others] = expression.get("values").items();
            const key = expression.get("key").string;
            const isOne = value && others.length === 0 && expression.get("operator").is("In") === "yes";
            return isOne && key !== undefined ? [[key, value]] : [];
        });
    return [...selector.get("matchLabels").entries(), ...single];
}

/** Which objects select each pod. */
export class Selection {
    private readonly certain = new Map<Pod, KubeObject[]>();
    private readonly possible = new Set<Pod>();
    /** Namespaces in which any pod may be selected, and clusters, whose namespace is "". */
    private readonly open = new Set<string>();
    private readonly openClusters = new Set<string>();

    constructor(private readonly index: ObjectIndex) {}

    /** Adds what an object selects. */
    add(object: KubeObject, { certain, possible }: Matches<Pod>): void {
        for (const pod of certain) {
            const objects = this.certain.get(pod);
            if (objects) objects.push(object);
            else this.certain.set(pod, [object]);
        }
        for (const pod of possible) this.possible.add(pod);
    }

    /** Adds an object that may select any pod of its namespace, of the whole cluster where it is in none. */
    addOpen(object: KubeObject): void {
        const { cluster, namespace } = this.index.placeOf(object);
        this.open.add(keyOf(cluster, namespace === UNKNOWN ? "" : namespace));
        this.openClusters.add(cluster);
    }

    /** The objects that select a pod for sure. */
    of(pod: Pod): readonly KubeObject[] {
        return this.certain.get(pod) ?? [];
    }

    /** Whether any object selects a pod. */
    isSelected(pod: Pod): Answer {
        if (this.certain.has(pod)) return "yes";
        const { cluster, namespace } = this.index.placeOf(pod.object);
        const isOpen =
            namespace === UNKNOWN ? this.openClusters.has(cluster) : this.open.has(keyOf(cluster, namespace));
        return this.possible.has(pod) || isOpen || this.open.has(keyOf(cluster, "")) ? "unknown" : "no";
    }

    /** The pods that more than one object selects, with these. */
    get several(): [Pod, readonly KubeObject[]][] {
        return [...this.certain].filter(([, objects]) => objects.length > 1);
    }
}

function keyOf(cluster: string, namespace: string): string {
    return `${cluster}\n${namespace}`;
}
