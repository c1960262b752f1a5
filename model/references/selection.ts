import type { KubeObject } from "../kubernetes/object";
import type { Pod } from "../kubernetes/pod";
import { mapSelects, selects } from "../kubernetes/selector";
import { type Answer, all, UNKNOWN, type Value } from "../value";
import { type Location, labelsKey, type Matches, type ObjectIndex, withoutContent } from "./object-index";

/** The pods that a selector selects. */
export interface SelectedPods extends Matches<Pod> {
    /** Those on clusters that may be the same, of which `possible` has one at least; the same lists for all who ask. */
    readonly beside: readonly (readonly Pod[])[];
}

/** A way to select pods, the same for all selectors of one key. */
export interface PodSelector {
    readonly key: string;
    /** Labels that it asks for with their values, which narrow the search. */
    readonly equalities: Iterable<readonly [string, Value]>;
    selects(pod: Pod): Answer;
}

/** What selectors select, by location and selector: in a location alone, and with the other clusters that may be the same. */
interface Decided {
    readonly alone: Map<string, Matches<Pod>>;
    readonly all: Map<string, SelectedPods>;
}

const results = new WeakMap<ObjectIndex, Decided>();

/**
 * The pods that a selector selects in a location. The same selector is decided once: while its values are not known, many
 * are the same.
 */
export function podsIn(index: ObjectIndex, location: Location, selector: PodSelector): SelectedPods {
    const decided = results.get(index) ?? { alone: new Map(), all: new Map() };
    results.set(index, decided);
    const key = keyOf(location.cluster, location.namespace, selector.key);
    const known = decided.all.get(key);
    if (known) return known;
    const { certain, possible } = podsAlone(index, location, selector, decided);
    const beside = index.beside(location).map(other => eitherOf(podsAlone(index, other, selector, decided)));
    const elsewhere = beside.flatMap(pods => pods.find(({ object }) => !index.isOn(object, location.cluster)) ?? []);
    const found = { certain, possible: elsewhere.length > 0 ? [...possible, ...elsewhere] : possible, beside };
    decided.all.set(key, found);
    return found;
}

function podsAlone(
    index: ObjectIndex,
    location: Location,
    { key, equalities, selects }: PodSelector,
    { alone }: Decided,
): Matches<Pod> {
    const ofPlace = keyOf(location.cluster, location.namespace, key);
    const found = alone.get(ofPlace) ?? index.selected(location, equalities, selects);
    alone.set(ofPlace, found);
    return found;
}

function eitherOf({ certain, possible }: Matches<Pod>): readonly Pod[] {
    return possible.length === 0 ? certain : [...certain, ...possible];
}

/** The pods that a label selector in an object selects, of its namespace. */
export function podsOf(index: ObjectIndex, object: KubeObject, selector: Value): SelectedPods {
    return podsIn(index, index.locationOf(object), labelSelector(selector));
}

/** A label selector as the API has them, with `matchLabels` and `matchExpressions`. */
export function labelSelector(selector: Value): PodSelector {
    return {
        key: selectorKey(selector),
        equalities: equalities(selector),
        selects: pod => selects(selector, { labels: pod.labels }),
    };
}

/** A selector that is a map of labels, as Services have it. */
export function mapSelector(selector: Value): PodSelector {
    const equal = selector.entries().map(([key, value]) => [key, withoutContent(value)]);
    return {
        key: JSON.stringify(["map", withoutContent(selector), equal]),
        equalities: selector.entries(),
        selects: pod => mapSelects(selector, { labels: pod.labels }),
    };
}

/** What a selector selects in a location, one after the other: pods that it selects for sure, and those that it may. */
export function* eachOf(
    index: ObjectIndex,
    location: Location,
    { equalities, selects }: PodSelector,
): Generator<readonly [Pod, Answer]> {
    for (const pods of index.candidates(location, equalities)) {
        for (const pod of pods) {
            const answer = all([index.isIn(pod, location.namespace), selects(pod)]);
            if (answer !== "no") yield [pod, answer];
        }
    }
}

/** Whether a selector may also select a pod on another cluster that may be the one of the location. */
export function selectsBeside(index: ObjectIndex, location: Location, selector: PodSelector): boolean {
    return index.beside(location).some(other => {
        // The group of clusters that may be the same has the location's own pods, too.
        for (const [pod] of eachOf(index, other, selector)) if (!index.isOn(pod.object, location.cluster)) return true;
        return false;
    });
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
    private readonly openSpaces = new Set<string>();
    private readonly openClusters = new Set<string>();

    /** Of lists of candidates, those that may have more objects to keep. */
    private readonly open = new Map<readonly Pod[], Pod[]>();
    /** Pods that are known to be selected perhaps, from clusters that may be the same. */
    private readonly seenElsewhere = new Set<string>();

    /** @param most how many objects to keep for a pod that is asked about by selectors. */
    constructor(
        private readonly index: ObjectIndex,
        private readonly most = Number.POSITIVE_INFINITY,
    ) {}

    /**
     * Adds what a selector of an object selects. A pod that enough objects select is not looked at again, so that many
     * selectors which all select the same many pods take no longer than one. An object given twice is kept once.
     */
    addSelector(object: KubeObject, selector: PodSelector): void {
        const location = this.index.locationOf(object);
        const isAnywhere = location.namespace === UNKNOWN;
        for (const list of this.index.candidates(location, selector.equalities)) {
            const pods = this.open.get(list) ?? [...list];
            const left = pods.filter(pod => this.of(pod).length < this.most);
            this.open.set(list, left);
            for (const pod of left) {
                const answer = all([this.index.isIn(pod, location.namespace), selector.selects(pod)]);
                if (answer === "yes") this.keep(object, pod);
                if (answer === "unknown") this.mark(pod, isAnywhere, false);
            }
        }
        for (const other of this.index.beside(location)) {
            for (const list of this.index.candidates(other, selector.equalities)) {
                for (const pod of list) {
                    const key = `${isAnywhere} ${this.index.locationOf(pod.object).cluster} ${labelsKey(pod)}`;
                    if (this.seenElsewhere.has(key)) continue;
                    if (all([this.index.isIn(pod, other.namespace), selector.selects(pod)]) === "no") continue;
                    this.seenElsewhere.add(key);
                    this.mark(pod, isAnywhere, true);
                }
            }
        }
    }

    private keep(object: KubeObject, pod: Pod): void {
        const objects = this.certain.get(pod);
        if (!objects) this.certain.set(pod, [object]);
        else if (!objects.some(one => one.identity === object.identity)) objects.push(object);
    }

    /** Remembers that pods with the labels of this one may be selected. */
    private mark(pod: Pod, isAnywhere: boolean, isElsewhere: boolean): void {
        const { cluster, namespace } = this.index.locationOf(pod.object);
        const where = isElsewhere ? this.index.clusters.withGroup(cluster) : [cluster];
        const space = isAnywhere ? EVERY : namespace;
        for (const one of where) this.possible.add(keyOf(one, space, labelsKey(pod)));
    }

    /** Adds what an object selects. */
    add(object: KubeObject, { certain, possible, beside }: SelectedPods): void {
        for (const pod of certain) {
            const objects = this.certain.get(pod);
            if (objects) objects.push(object);
            else this.certain.set(pod, [object]);
        }
        // What is in no namespace selects in all, as what may be in any may.
        const isAnywhere = ["", UNKNOWN].includes(this.index.locationOf(object).namespace);
        for (const pods of [possible, ...beside]) {
            if (this.seen.has(pods)) continue;
            this.seen.add(pods);
            const isElsewhere = pods !== possible;
            for (const pod of pods) this.mark(pod, isAnywhere, isElsewhere);
        }
    }

    /** Adds an object that may select any pod of its namespace, of the whole cluster where it is in none. */
    addOpen(object: KubeObject): void {
        const { cluster, namespace } = this.index.locationOf(object);
        for (const where of this.index.clusters.withGroup(cluster)) {
            this.openSpaces.add(keyOf(where, namespace === UNKNOWN ? "" : namespace));
            this.openClusters.add(where);
        }
    }

    /** The objects that select a pod for sure. */
    of(pod: Pod): readonly KubeObject[] {
        return this.certain.get(pod) ?? [];
    }

    /** Whether any object selects a pod. */
    isSelected(pod: Pod): Answer {
        if (this.certain.has(pod)) return "yes";
        const { cluster, namespace } = this.index.locationOf(pod.object);
        const labels = labelsKey(pod);
        const isPossible = this.index.clusters
            .withGroup(cluster)
            .some(where => [namespace, EVERY].some(space => this.possible.has(keyOf(where, space, labels))));
        return isPossible || this.isOpen(cluster, namespace) ? "unknown" : "no";
    }

    private isOpen(cluster: string, namespace: string): boolean {
        if (this.index.stack.isPartial) return true;
        return [cluster, ...this.index.clusters.beside(cluster)].some(where => {
            const isInSpace =
                namespace === UNKNOWN ? this.openClusters.has(where) : this.openSpaces.has(keyOf(where, namespace));
            return isInSpace || this.openSpaces.has(keyOf(where, ""));
        });
    }

    /** The pods that more than one object selects, with these. */
    get several(): [Pod, readonly KubeObject[]][] {
        return [...this.certain].filter(([, objects]) => objects.length > 1);
    }
}

function keyOf(...parts: readonly string[]): string {
    return parts.join("\n");
}
