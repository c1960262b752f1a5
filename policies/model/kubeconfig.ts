import { Value } from "./value";

/** What a kubeconfig tells of the cluster that it leads to. */
export interface KubeconfigFacts {
    /** Name of the context in use. */
    readonly context: string | undefined;
    /** Name of its entry among the clusters. */
    readonly cluster: string | undefined;
    /** Address of the API server. */
    readonly server: string | undefined;
    /** Name or id of the cluster that the credentials are asked for. */
    readonly credentialsFor: string | undefined;
}

const NOTHING: KubeconfigFacts = {
    context: undefined,
    cluster: undefined,
    server: undefined,
    credentialsFor: undefined,
};

/** Longer than any kubeconfig; what is longer is not read. */
const MAX_LENGTH = 1024 * 1024;

/** Options of the commands that fetch credentials which name the cluster: aws, gcloud, az, doctl, oci, linode. */
const CLUSTER_OPTIONS = new Set(["--cluster-name", "--cluster-id", "--cluster", "-i"]);

/** An option and its value in one word. */
const OPTION_WITH_VALUE = /^(--?[\w-]+)=(.*)$/s;

/**
 * Reads a kubeconfig: YAML or JSON text, or the same in base64 as some clouds give it. A path, or a text that is no
 * kubeconfig, tells nothing; no file is read.
 * @param context the provider's own choice of a context, which comes before the kubeconfig's.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function readKubeconfig(text: string, context?: string): KubeconfigFacts {
    const config = new Value(parse(text));
    const name = context ?? config.get("current-context").string;
    const inUse = entry(config.get("contexts"), name).get("context");
    const cluster = inUse.get("cluster").string;
    const user = entry(config.get("users"), inUse.get("user").string).get("user");
    return {
        ...NOTHING,
        context: name,
        cluster,
        server: entry(config.get("clusters"), cluster).get("cluster", "server").string,
        credentialsFor: optionValue(user.get("exec", "args")),
    };
}

function entry(list: Value, name: string | undefined): Value {
    return list.items().find(item => item.get("name").string === name) ?? new Value(undefined);
}

function optionValue(args: Value): string | undefined {
    const words = args.items().flatMap(({ string = "" }) => OPTION_WITH_VALUE.exec(string)?.slice(1) ?? [string]);
    const index = words.findIndex(word => CLUSTER_OPTIONS.has(word));
    return index < 0 ? undefined : words[index + 1] || undefined;
}

function parse(text: string): unknown {
    if (text.length > MAX_LENGTH) return undefined;
    const decoded = /^[A-Za-z0-9+/\s]{64,}={0,2}$/.test(text.trimEnd()) ? Buffer.from(text, "base64").toString() : text;
    return (
        attempt(() => JSON.parse(decoded)) ?? (decoded.includes("\n") ? attempt(() => loadYaml(decoded)) : undefined)
    );
}

function loadYaml(text: string): unknown {
    // Loaded only for a kubeconfig in YAML: every boot would pay for it.
    return (require("js-yaml") as typeof import("js-yaml")).load(text);
}

function attempt(read: () => unknown): unknown {
    try {
        return read();
    } catch {
        return undefined;
    }
}

/**
 * Fields of a user that hold a credential itself, and not where to find or how to fetch one.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
const CREDENTIAL_FIELDS = ["client-key-data", "password", "token"];

/** The names of fields in which a kubeconfig holds credentials of any user, sorted; never a value. */
export function inlineCredentials(text: string): string[] {
    const users = new Value(parse(text)).get("users").items();
    return CREDENTIAL_FIELDS.filter(field => users.some(user => user.get("user", field).string));
}
