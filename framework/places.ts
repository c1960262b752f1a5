import { CONTAINER_LISTS } from "../model/kubernetes/pod";
import { compareText, joinSome, shorten } from "../model/text";
import type { Step, Value } from "../model/value";

/** A place as a sentence says it: a field, and the list element that it is a field of. */
interface Spot {
    /** The field, from its element on; empty where the place is the element itself. */
    readonly field: string;
    readonly element: Element | undefined;
}

/** An element of a list. */
interface Element {
    /** What it is called, `init container`, or the path of its list. */
    readonly list: string;
    /** `"web"`, or its index. */
    readonly name: string;
    /** Whether it is said as `container "web"`, not as a path. */
    readonly isNamed: boolean;
}

/** What messages call the named elements of a pod's lists, in the order in which a sentence tells them. */
const ELEMENT_WORDS: ReadonlyMap<Step, string> = new Map([
    ["containers", "container"],
    ["initContainers", "init container"],
    ["ephemeralContainers", "ephemeral container"],
    ["volumes", "volume"],
]);

const WORDS_IN_ORDER = [...ELEMENT_WORDS.values()];

/** How many elements of a list, and how many groups, a sentence names. */
const MOST_NAMED = 10;

/**
 * Places, grouped under what they share: `spec.replicas`, `image of containers "web" and "db"`, `host of spec.rules[0]
 * and spec.rules[1]`. In a stable order and each once.
 */
export function placesOf(values: readonly Value[]): string {
    const spots = distinct(values);
    const [only] = spots;
    if (spots.length === 1 && only && !only.element?.isNamed) return pathOf(only);
    const byElement = new Map<string, { element: Element | undefined; fields: string[] }>();
    for (const { field, element } of spots) {
        const key = element ? keyOf(element) : "";
        const group = byElement.get(key) ?? { element, fields: [] };
        byElement.set(key, group);
        group.fields.push(field);
    }
    // Elements with the same fields are told together.
    const byFields = new Map<string, { fields: readonly string[]; elements: Element[] }>();
    for (const { element, fields } of byElement.values()) {
        if (!element) for (const field of fields) byFields.set(`path ${field}`, { fields: [field], elements: [] });
        else {
            const key = `${element.isNamed} ${JSON.stringify(fields)}`;
            const group = byFields.get(key) ?? { fields, elements: [] };
            byFields.set(key, group);
            group.elements.push(element);
        }
    }
    const groups = [...byFields.values()].map(({ fields, elements }) => {
        const names = namesOf(elements);
        const own = joinSome(
            fields.filter(field => field !== ""),
            fields.filter(field => field !== "").length,
            MOST_NAMED,
        );
        if (names === "") return own;
        return own === "" ? names : `${own} of ${names}`;
    });
    return joinSome(groups, groups.length, MOST_NAMED);
}

/**
 * Whose places they are, to begin a sentence with: `Container "web"`, `Containers "web" and "db" and init container
 * "migrate"`, `Volume "data"`, `The pod` for what is elsewhere in a pod, else the places themselves.
 */
export function subjectsOf(values: readonly Value[]): string {
    const elements = distinctElements(values.map(namedElementOf));
    const others = values.filter(value => !namedElementOf(value));
    const isInPod = others.length > 0 && others.every(value => namedEnd(value) === 0 && isOfPod(value));
    const rest = others.length === 0 ? [] : [isInPod ? "the pod" : placesOf(others.map(elementAt))];
    const text = [...(elements.length > 0 ? [namesOf(elements)] : []), ...rest].join(" and ");
    return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** The container or volume that a value is in, which has no name, else the value itself. */
function elementAt(value: Value): Value {
    const end = namedEnd(value);
    return end === 0 ? value : value.root.get(...value.path.slice(0, end));
}

function distinct(values: readonly Value[]): Spot[] {
    const byPath = new Map(values.map(value => [value.path.join("\0"), value]));
    return [...byPath.values()]
        .map(value => ({ value, text: value.toString() }))
        .filter(({ text }) => text !== "")
        .sort((a, b) => compareText(a.text, b.text))
        .map(({ value }) => spotOf(value));
}

function spotOf(value: Value): Spot {
    const named = namedElementOf(value);
    const steps = value.path;
    const end = named ? namedEnd(value) : steps.findLastIndex(step => typeof step === "number") + 1;
    // The item of a List is an object, and no part of one.
    const isItem = !named && end === 2 && steps[0] === "items";
    if (end <= 0 || isItem) return { field: value.toString(), element: undefined };
    const head = value.root.get(...steps.slice(0, end)).toString();
    const field = value.toString().slice(head.length).replace(/^\./, "");
    return { field, element: named ?? elementOf(value, steps.slice(0, end)) };
}

function elementOf(value: Value, steps: readonly Step[]): Element {
    const list = value.root.get(...steps.slice(0, -1)).toString();
    return {
        list,
        name: value.root
            .get(...steps)
            .toString()
            .slice(list.length),
        isNamed: false,
    };
}

/** The steps to the container or volume of a pod that a path leads into; 0 where it leads into none. */
function namedEnd(value: Value): number {
    const steps = value.path;
    const list = steps.findIndex(
        (step, index) =>
            ELEMENT_WORDS.has(step) &&
            typeof steps[index + 1] === "number" &&
            (CONTAINER_LISTS.includes(step as string) || isVolume(value, index)),
    );
    return list < 0 ? 0 : list + 2;
}

/** Claim templates and other kinds have volumes too, which are something else. */
function isVolume(value: Value, index: number): boolean {
    return value.path[index - 1] === "spec" && isPod(value, index - 1);
}

/** The container or volume that a value is in; undefined also where that has no name to call it by. */
function namedElementOf(value: Value): Element | undefined {
    const end = namedEnd(value);
    if (end === 0) return undefined;
    const steps = value.path.slice(0, end);
    const name = value.root.get(...steps).get("name").string;
    const list = ELEMENT_WORDS.get(steps.at(-2) ?? "");
    return name && list ? { list, name: JSON.stringify(shorten(name)), isNamed: true } : undefined;
}

/** Whether a value is a pod or pod template, or in one. */
function isOfPod(value: Value): boolean {
    return [...value.path, ""].some((_, length) => isPod(value, length));
}

/** Whether so many steps of a value's path lead to a Pod or pod template. */
function isPod(value: Value, length: number): boolean {
    const steps = value.path.slice(0, length);
    const holder = value.root.get(...steps);
    const spec = holder.get("spec");
    if (CONTAINER_LISTS.some(list => !spec.get(list).isUnset)) return true;
    return (steps.at(-1) === "template" && !spec.isUnset) || holder.get("kind").string === "Pod";
}

function pathOf({ field, element }: Spot): string {
    if (!element) return field;
    const path = `${element.list}${element.name}`;
    if (field === "") return path;
    return field.startsWith("[") ? `${path}${field}` : `${path}.${field}`;
}

function keyOf({ list, name }: Element): string {
    return `${list} ${name}`;
}

function distinctElements(elements: readonly (Element | undefined)[]): Element[] {
    return [...new Map(elements.flatMap(element => (element ? [[keyOf(element), element]] : []))).values()];
}

/** Elements, those of one list together: `containers "web" and "db" and init container "migrate"`. */
function namesOf(elements: readonly Element[]): string {
    const byList = new Map<string, string[]>();
    for (const { list, name, isNamed } of elements) {
        // Those of other lists are paths, which have nothing to leave out.
        const key = isNamed ? list : "";
        const names = byList.get(key) ?? [];
        byList.set(key, names);
        names.push(isNamed ? name : `${list}${name}`);
    }
    const groups = [...byList]
        .sort(([one], [other]) => WORDS_IN_ORDER.indexOf(one) - WORDS_IN_ORDER.indexOf(other))
        .map(([list, names]) => {
            const some = joinSome(names.sort(compareText), names.length, MOST_NAMED);
            return list === "" ? some : `${list}${names.length === 1 ? "" : "s"} ${some}`;
        });
    return joinSome(groups);
}
