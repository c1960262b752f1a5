/** The first versions of ingress-nginx without all of the known injections. */
export const FIXED_IN = "v1.11.5 or v1.12.1";

/** A place whose text ingress-nginx has copied into its configuration without a check. */
interface InjectionPoint {
    /** The annotation without its prefix, or `path` for the paths of rules. */
    readonly name: string;
    readonly cve: string;
    readonly fixedIn: string;
    /** Whether the value is a regular expression, in which braces may count repetitions. */
    readonly isRegex?: true;
    /** Whether the value is an URL for browsers, which may have a fragment. */
    readonly hasFragment?: true;
}

/**
 * What is known to have been used. All of the values are one word, so that none needs what ends a directive.
 *
 * Source: the CVEs (github.com/kubernetes/kubernetes/issues 126502, 126815, 126816, 131005, 131006, 131007), and
 * kubernetes/ingress-nginx internal/ingress/annotations for what the values are.
 */
const INJECTION_POINTS: readonly InjectionPoint[] = [
    { name: "path", cve: "CVE-2021-25745", fixedIn: "v1.2.0", isRegex: true },
    { name: "permanent-redirect", cve: "CVE-2023-5044", fixedIn: "v1.9.0", hasFragment: true },
    { name: "temporal-redirect", cve: "CVE-2023-5044", fixedIn: "v1.9.0", hasFragment: true },
    { name: "app-root", cve: "CVE-2021-25746", fixedIn: "v1.2.0", hasFragment: true },
    { name: "rewrite-target", cve: "CVE-2021-25746", fixedIn: "v1.2.0", hasFragment: true },
    { name: "auth-method", cve: "CVE-2024-7646", fixedIn: "v1.11.2" },
    { name: "auth-cache-key", cve: "CVE-2024-7646", fixedIn: "v1.11.2" },
    { name: "auth-signin", cve: "CVE-2024-7646", fixedIn: "v1.11.2", hasFragment: true },
    { name: "auth-url", cve: "CVE-2025-24514", fixedIn: FIXED_IN },
    { name: "auth-tls-match-cn", cve: "CVE-2025-1097", fixedIn: FIXED_IN, isRegex: true },
    { name: "mirror-target", cve: "CVE-2025-1098", fixedIn: FIXED_IN },
    { name: "mirror-host", cve: "CVE-2025-1098", fixedIn: FIXED_IN },
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
        what: "a file of the ingress controller",
    },
];

/** Directories that no path of a rule may name, as nobody serves them. */
const SYSTEM_DIRECTORIES = /^\/(etc|root)(\/|$)/;

/** Whether an annotation is for an ingress controller with nginx inside, whose prefix can be configured. */
export function isNginxAnnotation(key: string): boolean {
    const prefix = key.slice(0, Math.max(key.indexOf("/"), 0));
    return prefix.includes("nginx") || isSnippet(key);
}

/** Whether an annotation holds text for the configuration, under any prefix. */
export function isSnippet(key: string): boolean {
    return key.endsWith("-snippet");
}

/**
 * What in a value would end up as configuration of its own, in a few words that quote nothing of it but one character.
 * @param key an annotation, or `path`.
 */
export function injection(key: string, value: string): string | undefined {
    const name = key.replace(/^.*\//, "");
    const point = INJECTION_POINTS.find(candidate => candidate.name === name);
    const found = SUSPICIOUS.find(suspicious => occurs(suspicious, value))?.what;
    if (found) return `has ${found}${cveOf(point)}`;
    if (name === "path" && SYSTEM_DIRECTORIES.test(value)) return `is a directory of the system${cveOf(point)}`;
    const character = point && forbiddenCharacter(point, value);
    return character && `has ${character}${cveOf(point)}`;
}

function occurs({ pattern, end = "" }: Suspicious, value: string): boolean {
    const match = pattern.exec(value);
    return match !== null && value.includes(end, match.index + match[0].length);
}

function forbiddenCharacter({ isRegex, hasFragment }: InjectionPoint, value: string): string | undefined {
    // A block of YAML ends in a line break, which the controller cuts off.
    const text = isRegex ? value.trim().replace(/\{\d+(,\d*)?\}/g, "") : value.trim();
    const [character] = (hasFragment ? /[\r\n;{}]/ : /[\r\n;{}#]/).exec(text) ?? [];
    return character && (/\s/.test(character) ? "a line break" : JSON.stringify(character));
}

function cveOf(point: InjectionPoint | undefined): string {
    return point ? ` (${point.cve}, fixed in ${point.fixedIn})` : "";
}
