const FIXED_IN = "v1.11.5 and v1.12.1";

/** The first versions of ingress-nginx without all of the known injections. */
export const ALL_FIXED_IN = "v1.13.8 or v1.14.4";

/** A place whose text ingress-nginx has copied into its configuration without a check. */
interface InjectionPoint {
    /** The annotation without its prefix, or `path` for the paths of rules. */
    readonly name: string;
    /** The newest CVE that used it; undefined where only the controller's own check of annotations tells what it may hold. */
    readonly cve?: string;
    readonly fixedIn?: string;
    /** Whether the value is a regular expression, in which braces may count repetitions. */
    readonly isRegex?: true;
    /** Whether the value is an URL for browsers, which may have a fragment. */
    readonly hasFragment?: true;
    /** Whether the value may name variables: `${request_id}`. */
    readonly hasVariables?: true;
    /** Whether the value is a list with spaces and line breaks around its commas. */
    readonly isList?: true;
    /** Whether the controller puts the value into quotes, so that a quote ends it. */
    readonly isQuoted?: true;
}

/** Where ingress-nginx began to check the values of annotations by default (`enable-annotation-validation`). */
const CHECKED_SINCE = "v1.12.0";

/**
 * What is known to have been used, and what the controller checks. All of the values are words, names or URLs, so that
 * none needs what ends a directive.
 *
 * Source: the CVEs (github.com/kubernetes/kubernetes/issues 126502, 126815, 126816, 131005 to 131008, 136677, 136678,
 * 136789 and 137560), and kubernetes/ingress-nginx internal/ingress/annotations for what the values are (`Validator` of
 * each annotation, parser/validators.go).
 */
const INJECTION_POINTS: readonly InjectionPoint[] = [
    { name: "path", cve: "CVE-2026-24512", fixedIn: "v1.13.7 and v1.14.3", isRegex: true, isQuoted: true },
    { name: "permanent-redirect", cve: "CVE-2023-5044", fixedIn: "v1.9.0", hasFragment: true },
    { name: "temporal-redirect", cve: "CVE-2023-5044", fixedIn: "v1.9.0", hasFragment: true },
    { name: "app-root", cve: "CVE-2021-25746", fixedIn: "v1.2.0", hasFragment: true },
    {
        name: "rewrite-target",
        cve: "CVE-2026-3288",
        fixedIn: "v1.13.8 and v1.14.4",
        hasFragment: true,
        isQuoted: true,
    },
    { name: "auth-method", cve: "CVE-2026-1580", fixedIn: "v1.13.7 and v1.14.3" },
    { name: "auth-proxy-set-headers", cve: "CVE-2025-15566", fixedIn: "v1.12.5 and v1.13.1" },
    { name: "auth-cache-key", cve: "CVE-2024-7646", fixedIn: "v1.11.2", hasVariables: true },
    { name: "auth-signin", cve: "CVE-2024-7646", fixedIn: "v1.11.2", hasFragment: true },
    { name: "auth-url", cve: "CVE-2025-24514", fixedIn: FIXED_IN },
    { name: "auth-tls-match-cn", cve: "CVE-2025-1097", fixedIn: FIXED_IN, isRegex: true },
    { name: "mirror-target", cve: "CVE-2025-1098", fixedIn: FIXED_IN, hasVariables: true },
    { name: "mirror-host", cve: "CVE-2025-1098", fixedIn: FIXED_IN, hasVariables: true },
    { name: "auth-request-redirect" },
    { name: "auth-response-headers" },
    { name: "auth-signin-redirect-param" },
    { name: "auth-tls-error-page", hasFragment: true },
    { name: "connection-proxy-header" },
    { name: "cors-allow-headers" },
    { name: "cors-allow-methods" },
    { name: "cors-expose-headers" },
    { name: "custom-http-errors" },
    { name: "fastcgi-index" },
    { name: "modsecurity-transaction-id", hasVariables: true },
    { name: "opentelemetry-operation-name" },
    { name: "proxy-cookie-domain" },
    { name: "proxy-next-upstream" },
    { name: "proxy-redirect-from", isRegex: true },
    { name: "proxy-redirect-to", hasFragment: true, hasVariables: true },
    { name: "proxy-ssl-ciphers" },
    { name: "proxy-ssl-name", hasVariables: true },
    { name: "proxy-ssl-protocols" },
    { name: "server-alias", isRegex: true, isList: true },
    { name: "session-cookie-domain" },
    { name: "session-cookie-name" },
    { name: "ssl-ciphers" },
    { name: "upstream-hash-by", hasVariables: true },
    { name: "upstream-vhost", hasVariables: true },
    { name: "x-forwarded-prefix", hasVariables: true },
];

/** What no annotation and no path needs, whatever it means. */
interface Suspicious {
    readonly pattern: RegExp;
    /** What must stand behind it, if anything. */
    readonly end?: string;
    readonly what: string;
}

/**
 * Directives and files that were used to get at secrets.
 *
 * Source: kubernetes/ingress-nginx v1.2.0 internal/ingress/inspector/rules.go, and the words that its documentation
 * recommends for annotation-value-word-blocklist.
 */
const SUSPICIOUS: readonly Suspicious[] = [
    { pattern: /_by_lua|lua_package/i, what: "Lua code" },
    {
        pattern: /(^|[\s;{}])(alias|root|load_module|ssl_engine|include|proxy_pass)\b/i,
        end: ";",
        what: "a directive",
    },
    {
        pattern: /\/etc\/(passwd|shadow|group|nginx|ingress-controller|kubernetes)|\/var\/run\/(secrets|kubernetes)/,
        what: "the path of a file of the ingress controller",
    },
];

/** How paths of rules have led to the files of the controller. */
const FILES_BY_PATH = " (CVE-2021-25745, fixed in v1.2.0)";

/** Directories that no path of a rule may name, as nobody serves them. */
const SYSTEM_DIRECTORIES = /^\/(etc|root)(\/|$)/;

/** Annotations with text for the configuration of an ingress controller. */
interface Snippet {
    readonly name: RegExp;
    /** The prefixes with which Services have them too. */
    readonly ofServices?: readonly string[];
}

/**
 * The prefix can be configured (`--annotations-prefix`), so that the name alone tells.
 *
 * Source: kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations (-snippet),
 * docs.nginx.com/nginx-ingress-controller (Advanced configuration with snippets), haproxytech/kubernetes-ingress
 * documentation/annotations.md (backend-config-snippet) and haproxy-ingress.github.io/docs/configuration/keys
 * (Configuration snippet: the keys whose scope is Backend or TCP, others count in ConfigMaps only).
 */
const SNIPPETS: readonly Snippet[] = [
    { name: /-snippets?$/, ofServices: ["haproxy.org", "haproxy.com", "ingress.kubernetes.io"] },
    {
        name: /^(config-backend(-early|-late)?|config-tcp-service)$/,
        ofServices: ["haproxy-ingress.github.io", "ingress.kubernetes.io"],
    },
];

/** Whether an annotation of an Ingress, or of the Service behind it, holds text for the configuration. */
export function isSnippet(key: string, isOfService = false): boolean {
    const { prefix, name } = partsOf(key);
    return SNIPPETS.some(
        snippet => snippet.name.test(name) && (!isOfService || snippet.ofServices?.includes(prefix) === true),
    );
}

/**
 * What in a value would end up as configuration of its own, in a few words that quote nothing of it but one character;
 * undefined where that is nothing.
 * @param key an annotation, or `path`.
 */
export function injection(key: string, value: string): string | undefined {
    const { prefix, name } = partsOf(key);
    const point = INJECTION_POINTS.find(candidate => candidate.name === name);
    // Other annotations of other controllers may hold anything.
    if (!point && !prefix.includes("nginx")) return undefined;
    const what =
        SUSPICIOUS.find(suspicious => occurs(suspicious, value))?.what ??
        (name === "path" && SYSTEM_DIRECTORIES.test(value) ? "a directory of the system" : undefined);
    if (what) return `${what}${name === "path" ? FILES_BY_PATH : sourceOf(point)}`;
    const character = point && forbiddenCharacter(point, value);
    return character && `${character}${sourceOf(point)}`;
}

function partsOf(key: string): { prefix: string; name: string } {
    const slash = key.indexOf("/");
    return { prefix: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}

function occurs({ pattern, end = "" }: Suspicious, value: string): boolean {
    const match = pattern.exec(value);
    return match !== null && value.includes(end, match.index + match[0].length);
}

function forbiddenCharacter(point: InjectionPoint, value: string): string | undefined {
    // A block of YAML ends in a line break, which the controller cuts off.
    let text = value.trim();
    if (point.isRegex) text = text.replace(/\{\d+(,\d*)?\}/g, "");
    if (point.hasVariables) text = text.replace(/\$\{\w+\}/g, "");
    if (point.isList)
        text = text
            .split(",")
            .map(part => part.trim())
            .join(",");
    const [character] = /[\r\n;{}]/.exec(text) ?? [];
    const also = [...(point.hasFragment ? [] : ["#"]), ...(point.isQuoted ? ['"'] : [])];
    const found = character ?? also.find(one => text.includes(one));
    if (found === undefined) return undefined;
    if (/\s/.test(found)) return "a line break";
    return found === '"' ? "a quotation mark" : JSON.stringify(found);
}

function sourceOf(point: InjectionPoint | undefined): string {
    if (!point) return "";
    const { cve, fixedIn } = point;
    return cve ? ` (${cve}, fixed in ${fixedIn})` : ` (which ingress-nginx refuses since ${CHECKED_SINCE})`;
}

/**
 * Whether ingress-nginx reads a value of its ConfigMap as true.
 *
 * Source: kubernetes/ingress-nginx internal/ingress/controller/template/configmap.go (mapstructure with
 * `WeaklyTypedInput`, which is Go's strconv.ParseBool).
 */
export function isTrue(value: unknown): boolean {
    return ["1", "t", "T", "TRUE", "true", "True"].includes(String(value));
}
