import { decodeBase64 } from "../base64";
import { isUnknown, Value } from "../value";
import { readYaml } from "../yaml";

/** What a kubeconfig tells of the cluster that it leads to. */
export interface KubeconfigFacts {
    /**
     * Whether there is a text that cannot be read: a path, since no file is read, or what client-go refuses. Nothing is
     * known of its cluster then; where this is false, what is undefined is not there.
     */
    readonly isUnread: boolean;
    /** Name of the context in use. */
    readonly context: string | undefined;
    /** Name of its entry among the clusters. */
    readonly cluster: string | undefined;
    /** Address of the API server. */
    readonly server: string | undefined;
    /** Name or id of the cluster that the credentials are asked for. */
    readonly credentialsFor: string | undefined;
}

/** What a provider chooses of a kubeconfig; it comes before the kubeconfig's own choice. */
export interface KubeconfigChoice {
    readonly context?: string | undefined;
    /** Name of an entry among the clusters, instead of the context's. */
    readonly cluster?: string | undefined;
}

const NOTHING = { cluster: undefined, server: undefined, credentialsFor: undefined };

/** Options of the commands that fetch credentials which name the cluster: aws, gcloud, az, doctl, oci, linode. */
const CLUSTER_OPTIONS = new Set(["--cluster-name", "--cluster-id", "--cluster", "-i"]);

/** An option and its value in one word. */
const OPTION_WITH_VALUE = /^(--?[\w-]+)=(.*)$/s;

/**
 * Reads a kubeconfig as client-go does, and chooses of it as the Kubernetes provider does.
 *
 * @param given a text, or an object, which the provider takes for JSON; a text may be in base64 as a whole, as some
 * clouds give it and client-go does not take it
 *
 * Source: pulumi-kubernetes provider/pkg/provider/util.go (`parseKubeconfigPropertyValue`), client-go
 * tools/clientcmd/client_config.go (`getContext`, `getCluster`, `getAuthInfo`).
 */
export function readKubeconfig(given: unknown, choice: KubeconfigChoice = {}): KubeconfigFacts {
    const config = load(given);
    const name = choice.context ?? config?.get("current-context").string;
    const facts = { ...NOTHING, isUnread: config === undefined, context: name || undefined };
    const found = config && entry(config, "contexts", name);
    // A name that leads nowhere is an error; without a name, what has none is used.
    if (!config || (name && !found)) return facts;
    const context = found?.get("context");
    const cluster = choice.cluster ?? context?.get("cluster").string;
    const user = entry(config, "users", context?.get("user").string);
    return {
        ...facts,
        cluster: cluster || undefined,
        server: entry(config, "clusters", cluster)?.get("cluster", "server").string || undefined,
        credentialsFor: user && optionValue(user.get("user", "exec", "args")),
    };
}

function entry(config: Value, list: string, name = ""): Value | undefined {
    const items = config.get(list).items();
    return items.find(item => nameOf(item) === name);
}

/** An entry without a name is called "". */
function nameOf(entry: Value): string {
    return entry.get("name").string ?? "";
}

function optionValue(args: Value): string | undefined {
    const words = args.items().flatMap(({ string = "" }) => OPTION_WITH_VALUE.exec(string)?.slice(1) ?? [string]);
    const index = words.findIndex(word => CLUSTER_OPTIONS.has(word));
    return index < 0 ? undefined : words[index + 1] || undefined;
}

/**
 * Fields of a user that hold a credential itself, and not where to find or how to fetch one.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
const CREDENTIAL_FIELDS = ["client-key-data", "password", "token"];

/** The names of fields in which a kubeconfig holds credentials of any user, sorted; never a value. */
export function inlineCredentials(given: unknown): string[] {
    const users = load(given)?.get("users").items() ?? [];
    return CREDENTIAL_FIELDS.filter(field => users.some(user => holdsText(user.get("user", field))));
}

/** A key may be given as a list of bytes. */
function holdsText(value: Value): boolean {
    return value.string !== undefined ? value.string !== "" : value.items().length > 0;
}

/** What a kubeconfig holds; undefined when client-go would refuse it, or part of it is not known yet. */
function load(given: unknown): Value | undefined {
    if (typeof given === "object" && given !== null && holdsUnknown(given)) return undefined;
    const read = typeof given === "string" ? readYaml(decoded(given)) : { value: given };
    if (!read) return undefined;
    // Nothing at all is an empty kubeconfig.
    const config = new Value(read.value ?? {});
    return fits(config, CONFIG) && isConfig(config) ? config : undefined;
}

/** The text itself, or what it is in base64. */
function decoded(text: string): string {
    const isEncoded = /^[A-Za-z0-9+/\s]{64,}={0,2}$/.test(text.trimEnd());
    return isEncoded ? Buffer.from(text, "base64").toString() : text;
}

function holdsUnknown(root: object): boolean {
    const seen = new Set<unknown>([root]);
    for (const value of seen) {
        if (isUnknown(value)) return true;
        if (typeof value === "object" && value !== null) for (const child of Object.values(value)) seen.add(child);
    }
    return false;
}

/** What client-go takes for a value: null for anything, and fields that it does not know. */
type Shape =
    | "anything"
    | "string"
    | "boolean"
    | "bytes"
    | { readonly fields: Fields }
    | { readonly items: Shape }
    | { readonly values: Shape }
    /** A list that becomes a map by the `name` of its items, which must differ. */
    | { readonly named: Fields };

type Fields = Readonly<Record<string, Shape>>;

const EXTENSIONS: Shape = { named: { extension: "anything" } };

/** Source: client-go tools/clientcmd/api/v1/types.go, v0.31.4. */
const CONFIG: Shape = {
    fields: {
        kind: "string",
        apiVersion: "string",
        preferences: { fields: { colors: "boolean", extensions: EXTENSIONS } },
        clusters: {
            named: {
                cluster: {
                    fields: {
                        server: "string",
                        "tls-server-name": "string",
                        "insecure-skip-tls-verify": "boolean",
                        "certificate-authority": "string",
                        "certificate-authority-data": "bytes",
                        "proxy-url": "string",
                        "disable-compression": "boolean",
                        extensions: EXTENSIONS,
                    },
                },
            },
        },
        users: {
            named: {
                user: {
                    fields: {
                        "client-certificate": "string",
                        "client-certificate-data": "bytes",
                        "client-key": "string",
                        "client-key-data": "bytes",
                        token: "string",
                        tokenFile: "string",
                        as: "string",
                        "as-uid": "string",
                        "as-groups": { items: "string" },
                        "as-user-extra": { values: { items: "string" } },
                        username: "string",
                        password: "string",
                        "auth-provider": { fields: { name: "string", config: { values: "string" } } },
                        exec: {
                            fields: {
                                command: "string",
                                args: { items: "string" },
                                env: { items: { fields: { name: "string", value: "string" } } },
                                apiVersion: "string",
                                installHint: "string",
                                provideClusterInfo: "boolean",
                                interactiveMode: "string",
                            },
                        },
                        extensions: EXTENSIONS,
                    },
                },
            },
        },
        contexts: {
            named: {
                context: {
                    fields: { cluster: "string", user: "string", namespace: "string", extensions: EXTENSIONS },
                },
            },
        },
        "current-context": "string",
        extensions: EXTENSIONS,
    },
};

/** Source: sigs.k8s.io/json internal/golang/encoding/json/decode.go. */
function fits(value: Value, shape: Shape): boolean {
    if (value.isUnset || shape === "anything") return true;
    if (typeof shape === "string") return shape === "bytes" ? isBytes(value) : typeof value.raw === shape;
    if ("items" in shape) return value.isList && value.items().every(item => fits(item, shape.items));
    if ("named" in shape) return value.isList && isNamed(value.items(), shape.named);
    if (!value.isMap) return false;
    return "values" in shape
        ? value.entries().every(([, entry]) => fits(entry, shape.values))
        : Object.entries(shape.fields).every(([name, field]) => fits(value.get(name), field));
}

/** Bytes are text in base64, or a list of numbers. */
function isBytes(value: Value): boolean {
    if (value.string !== undefined) return decodeBase64(value.string) !== undefined;
    return value.isList && value.items().every(item => item.isUnset || isByte(item.raw));
}

function isByte(raw: unknown): boolean {
    return Number.isInteger(raw) && Number(raw) >= 0 && Number(raw) <= 255 && !Object.is(raw, -0);
}

/** Source: client-go tools/clientcmd/api/v1/conversion.go: an extension that is null does not count. */
function isNamed(items: readonly Value[], fields: Fields): boolean {
    const names = new Set<string>();
    for (const item of items) {
        if (!fits(item, { fields: { name: "string", ...fields } }) || names.has(nameOf(item))) return false;
        if (!("extension" in fields && item.get("extension").isUnset)) names.add(nameOf(item));
    }
    return true;
}

/**
 * Whether the version and kind are those of a kubeconfig, or missing. Their keys, and no others, are found whatever
 * their case; of several, the last in the order of their bytes counts.
 *
 * Source: k8s.io/apimachinery pkg/runtime/serializer/json/meta.go (`Interpret`), pkg/runtime/schema/group_version.go
 * (`ParseGroupVersion`).
 */
function isConfig(config: Value): boolean {
    const version = headerOf(config, "apiversion");
    const kind = headerOf(config, "kind");
    return ["", "/", "v1", "/v1"].includes(version ?? "v") && ["", "Config"].includes(kind ?? "v");
}

/** The value of a key; undefined when it cannot be read. */
function headerOf(config: Value, name: string): string | undefined {
    const values = config
        .keys()
        .filter(key => key.toLowerCase().replaceAll("\u017f", "s") === name)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map(key => config.get(key));
    if (!values.every(value => fits(value, "string"))) return undefined;
    return values.findLast(({ isUnset }) => !isUnset)?.string ?? "";
}
