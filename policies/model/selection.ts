import type { KubeObject } from "./object";
import { labelsKey, type Matches, type ObjectIndex, withoutContent } from "./object-index";
import type { Pod } from "./pod";
import { selects } from "./selector";
import { type Answer, UNKNOWN, type Value } from "./value";

const results = new WeakMap<ObjectIndex, Map<string, Matches<Pod>>>();

/**
 * The pods that a label selector in an object selects, of its namespace. The same selector is decided once: while its
 * values are not known, many are the same.
 */
export function podsOf(index: ObjectIndex, object: KubeObject, selector: Value): Matches<Pod> {
    const place = index.placeOf(object);
    const known = results.get(index) ?? new Map<string, Matches<Pod>>();
    results.set(index, known);
    const key = keyOf(place.cluster, place.namespace, selectorKey(selector));
    const found =
        known.get(key) ?? index.selected(place, equalities(selector), pod => selects(selector, { labels: pod.labels }));
    known.set(key, found);
    return found;
}

/** What is the same for selectors that say the same. */
function selectorKey(selector: Value): string {
    const labels = selector.get("matchLabels");
    const expressions = selector.get("matchExpressions");
    const conditions = expressions.items().map(expression => {
        const values = expression.get("values");
        const parts = [expression.get("key"), expression.get("operator"), values, ...values.items()];
        return parts.map(withoutContent);
    });
    const equal = labels.entries().map(([key, value]) => [key, withoutContent(value)]);
    return JSON.stringify([...[selector, labels, expressions].map(withoutContent), equal, conditions]);
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

/** Stands for every namespace. */
const EVERY = "*";

/** Which objects select each pod. */
export class Selection {
    private readonly certain = new Map<Pod, KubeObject[]>();
    /** Namespaces and labels of pods that may be selected; the namespace is `EVERY` where it may be any. */
    private readonly possible = new Set<string>();
    /** Lists of pods that may be selected, from which that was taken. */
    private readonly seen = new Set<readonly Pod[]>();
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
        if (this.seen.has(possible)) return;
        this.seen.add(possible);
        const isAnywhere = this.index.placeOf(object).namespace === UNKNOWN;
        for (const pod of possible) {
            const { cluster, namespace } = this.index.placeOf(pod.object);
            this.possible.add(keyOf(cluster, isAnywhere ? EVERY : namespace, labelsKey(pod)));
        }
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
        const labels = labelsKey(pod);
        const isPossible = [namespace, EVERY].some(space => this.possible.has(keyOf(cluster, space, labels)));
        const isOpen =
            namespace === UNKNOWN ? this.openClusters.has(cluster) : this.open.has(keyOf(cluster, namespace));
        return isPossible || isOpen || this.open.has(keyOf(cluster, "")) ? "unknown" : "no";
    }

    /** The pods that more than one object selects, with these. */
    get several(): [Pod, readonly KubeObject[]][] {
        return [...this.certain].filter(([, objects]) => objects.length > 1);
    }
}

function keyOf(...parts: readonly string[]): string {
    return parts.join("\n");
}
