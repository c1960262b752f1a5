import { isMap, UNKNOWN_VALUES, type Wire } from "../support/wire";
import { at } from "./generators";

/** Names that mean something to Kubernetes or to everybody. */
const FIXED_NAMES = /^(|default|kubernetes|kube-.*|system:.*|cluster-admin|admin|edit|view|v\d.*|\d.*)$/;

/** The names and, unless told otherwise, the namespaces of the objects that some properties describe. */
export function namesIn(all: readonly Wire[], namespaces = true): ReadonlySet<string> {
    const objects = all.flatMap(props => {
        const items = at(props, ["items"]);
        return Array.isArray(items) ? items : [props];
    });
    const names = objects.flatMap(object => [
        at(object, ["metadata", "name"]),
        ...(namespaces ? [at(object, ["metadata", "namespace"])] : []),
    ]);
    return new Set(
        names.flatMap(name =>
            typeof name !== "string" || name === UNKNOWN_VALUES.string || FIXED_NAMES.test(name) ? [] : name,
        ),
    );
}

/** The value with something behind names wherever they stand: alone, or as a part of `namespace/name`, a host or the like. */
export function renamed<T extends Wire>(value: T, names: ReadonlySet<string>, suffix: string): T {
    return renamedIn("", value, names, suffix) as T;
}

function renamedIn(key: string, value: Wire, names: ReadonlySet<string>, suffix: string): Wire {
    if (typeof value === "string") {
        if (key === "kind" || key === "apiVersion") return value;
        const parts = value.split(/([/:.])/);
        return parts.map(part => (names.has(part) ? part + suffix : part)).join("");
    }
    if (Array.isArray(value)) return value.map(item => renamedIn(key, item, names, suffix));
    if (!isMap(value)) return value;
    return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, renamedIn(name, item, names, suffix)]),
    );
}
