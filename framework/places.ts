import { CONTAINER_LISTS } from "../model/kubernetes/pod";
import { compareText, joinSome } from "../model/text";
import type { Step, Value } from "../model/value";

/** A place as a sentence says it: a field, and the list element that it is a field of. */
interface Spot {
    /** The field, from its element on; empty where the place is the element itself. */
    readonly field: string;
    readonly element: Element | undefined;
}

/** An element of a list. */
interface Element {
    /** `container`, or the path of any other list. */
    readonly list: string;
    /** `"web"`, or its index. */
    readonly name: string;
    readonly isContainer: boolean;
}

/** What messages call the containers of a list. */
const CONTAINER_WORDS: Readonly<Record<string, string>> = {
    containers: "container",
    initContainers: "init container",
    ephemeralContainers: "ephemeral container",
};

/** How many elements of a list, and how many groups, a sentence names. */
const MOST_NAMED = 10;

/**
 * Places, grouped under what they share: `spec.replicas`, `image of containers "web" and "db"`, `host of spec.rules[0]
 * and spec.rules[1]`. In a stable order and each once.
 */
export function placesOf(values: readonly Value[]): string {
    const spots = distinct(values);
    const [only] = spots;
    if (spots.length === 1 && only && !only.element?.isContainer) return pathOf(only);
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
            const key = `${element.isContainer} ${JSON.stringify(fields)}`;
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
 * "migrate"`, `The pod` for what is in a pod but in no container, else the places themselves.
 */
export function subjectsOf(values: readonly Value[]): string {
    const containers = distinctElements(values.map(containerOf));
    const others = values.filter(value => !containerOf(value));
    const isInPod = others.length > 0 && others.every(value => value.path.includes("spec"));
    const rest = others.length === 0 ? [] : [isInPod ? "the pod" : placesOf(others)];
    const text = [...(containers.length > 0 ? [namesOf(containers)] : []), ...rest].join(" and ");
    return isInPod || containers.length > 0 ? text.charAt(0).toUpperCase() + text.slice(1) : text;
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
    const container = containerOf(value);
    const steps = value.path;
    const end = container ? containerEnd(steps) : steps.findLastIndex(step => typeof step === "number") + 1;
    if (end <= 0) return { field: value.toString(), element: undefined };
    const head = value.root.get(...steps.slice(0, end)).toString();
    const field = value.toString().slice(head.length).replace(/^\./, "");
    return { field, element: container ?? elementOf(value, steps.slice(0, end)) };
}

function elementOf(value: Value, steps: readonly Step[]): Element {
    const list = value.root.get(...steps.slice(0, -1)).toString();
    return {
        list,
        name: value.root
            .get(...steps)
            .toString()
            .slice(list.length),
        isContainer: false,
    };
}

/** The steps to the container that a path leads into. */
function containerEnd(steps: readonly Step[]): number {
    const list = steps.findIndex(
        (step, index) =>
            typeof step === "string" && CONTAINER_LISTS.includes(step) && typeof steps[index + 1] === "number",
    );
    return list < 0 ? 0 : list + 2;
}

function containerOf(value: Value): Element | undefined {
    const steps = value.path;
    const end = containerEnd(steps);
    const list = steps[end - 2];
    if (end === 0 || list === undefined) return undefined;
    const name = value.root.get(...steps.slice(0, end), "name").string;
    return {
        list: CONTAINER_WORDS[list] ?? "container",
        name: name === undefined ? `${list}[${steps[end - 1]}]` : JSON.stringify(name),
        isContainer: true,
    };
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
    const byList = new Map<string, Element[]>();
    for (const element of elements) {
        const same = byList.get(element.list);
        if (same) same.push(element);
        else byList.set(element.list, [element]);
    }
    return [...byList]
        .map(([list, same]) => {
            const names = same.map(({ name }) => name);
            const [first] = same;
            if (!first?.isContainer) {
                const paths = names.map(name => `${list}${name}`);
                return joinSome(paths, paths.length, MOST_NAMED);
            }
            return `${list}${names.length === 1 ? "" : "s"} ${joinSome(names, names.length, MOST_NAMED)}`;
        })
        .join(" and ");
}
