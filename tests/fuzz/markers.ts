import type { EngineResource } from "../support/engine";
import { isMap, type Wire, type WireMap } from "../support/wire";

/** Part of every planted secret. No message may have it. */
export const MARKER = "q7Zk9mWx3VtB8nRd";

/** Secrets as they occur, each with the marker in what must not be seen. */
const FORMS = [
    MARKER,
    `postgres://cart:${MARKER}@db.example.com/cart`,
    `--password=${MARKER}`,
    `ghp_${MARKER}${MARKER}abcd`,
    `-----BEGIN RSA PRIVATE KEY-----\n${MARKER}\n-----END RSA PRIVATE KEY-----`,
    `{"auths":{"registry.example.com":{"password":"${MARKER}"}}}`,
    `Server=db;User=cart;Password=${MARKER};`,
    `a, b; ${MARKER} {}`,
];

function form(index: number): string {
    return FORMS[index % FORMS.length] ?? MARKER;
}

/** A kubeconfig whose credentials are the marker. */
const KUBECONFIG = JSON.stringify({
    "current-context": "prod",
    contexts: [{ name: "prod", context: { cluster: "prod", user: "admin" } }],
    clusters: [{ name: "prod", cluster: { server: `https://cart:${MARKER}@prod.example.com` } }],
    users: [{ name: "admin", user: { token: MARKER, "client-key-data": MARKER, password: MARKER } }],
});

/** The resource with the marker at the places where secrets stand. */
export function plantMarkers(resource: EngineResource): EngineResource {
    // What others call annotations or values are the tags of their clusters, which policies quote.
    if (!/^(pulumi:providers|kubernetes):/.test(resource.type)) return resource;
    const props = planted(resource.props, isKeeper(resource.props));
    return { ...resource, props: isMap(props) ? props : {} };
}

/** Whether the whole of `data` is to be kept from view. */
function isKeeper({ kind }: WireMap): boolean {
    return kind === "Secret" || kind === "ConfigMap";
}

function planted(value: Wire, keeper: boolean): Wire {
    if (Array.isArray(value)) return value.map(item => planted(item, isMap(item) && isKeeper(item)));
    if (!isMap(value)) return value;
    const entries = Object.entries(value).map(([key, item]): [string, Wire] => {
        switch (key) {
            case "env":
            case "httpHeaders":
                return [key, Array.isArray(item) ? item.map(plantedEntry) : item];
            case "args":
                return [key, everyText(item)];
            // The first word says what is run, which policies may name.
            case "command":
                return [key, Array.isArray(item) ? [...item.slice(0, 1), ...item.slice(1).map(everyText)] : item];
            case "data":
            case "stringData":
            case "binaryData":
                return [key, keeper ? everyText(item) : item];
            case "values":
            case "annotations":
                return [key, isMap(item) ? everyText(item) : item];
            case "kubeconfig":
                return [key, typeof item === "string" && item.startsWith("{") ? KUBECONFIG : item];
            default:
                return [key, planted(item, isMap(item) && isKeeper(item))];
        }
    });
    return Object.fromEntries(entries);
}

function plantedEntry(entry: Wire, index: number): Wire {
    if (!isMap(entry) || typeof entry.value !== "string") return entry;
    return Object.fromEntries(Object.entries(entry).map(([key, item]) => [key, key === "value" ? form(index) : item]));
}

function everyText(value: Wire, index = 0): Wire {
    if (typeof value === "string") return form(index + value.length);
    if (Array.isArray(value)) return value.map(everyText);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item], place) => [key, everyText(item, place)]));
}
