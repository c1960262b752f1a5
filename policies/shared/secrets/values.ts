/**
 * Texts that are no credentials whatever their name says. Each pattern takes time linear in the text.
 */
const HARMLESS: readonly RegExp[] = [
    // Switches, numbers, durations and sizes.
    /^(?:true|false|yes|no|on|off|enabled?|disabled?|null|nil|none|undefined|auto)$/i,
    /^[-+]?\d+(?:\.\d+)?(?:[numµ]?s|[mhdwy]|min|[kmgt]?i?b?|%)?$/i,
    // Placeholders.
    /^<[^<>]*>$/,
    /^\[[^[\]]*\]$/,
    /^(.)\1*$/,
    /^(?:change|replace|fill|insert|set|override|update)[-_ ]?(?:me|this|it|in)?(?:[-_ ]?(?:please|now|here|later))?$/i,
    /^(?:to[-_ ]?do|tbd|fixme|placeholder|redacted|masked|hidden|dummy|not[-_ ]?set|n\/a)$/i,
    /^(?:my|the|insert|enter|put|add)[-_ ][\w -]*here$/i,
    /^your[-_ ][\w -]*$/i,
    // What another program fills in, before or when the container starts.
    /\{\{[^{}]*\}\}/,
    /\$\([^()]*\)/,
    /\$\{[\w.-]+(?::?-)?\}/,
    /^\$\(/,
    /^\$\{[\w.-]+[^\w.:}-]/,
    /^\$\{[\w.-]+:[?+]/,
    /^\$(?:[A-Z_][A-Z0-9_]*|\d|@)$/,
    /^\$(?=\w+$)\w*?(?:pass|secret|token|key)/,
    /^\$\w+[/:]/,
    // Argo CD's and its notifications' names of a key: `$dex.github.clientSecret`, `$other-secret:oidc.clientSecret`.
    /^\$[a-z](?:[\w-]|[.:](?=[\w-]))*(?:password|passphrase|secret|token|key)$/i,
    // Grafana's, OpenTelemetry's and Trino's, Telegraf's, Datadog's, and LiteLLM's.
    /^\$__\w+\{[^{}]*\}$/,
    /^\$\{(?:env|file|ssm|sys|vault):[^{}:]*\}$/i,
    /^@\{\w+:\w+\}$/,
    /^%%\w+%%$/,
    /^os\.environ\/\w+$/,
    /^%(?:\w+%|[sdvq])$/,
    /^@\w+@$/,
    /^__\w+__$/,
    /^#\{[^{}]*\}/,
    /^<%.*%>$/,
    /^`/,
    // Where it is to be had from: secret stores, encrypted texts.
    /^(?:vault|ssm|awssm|aws-sm|gcpsm|gcp-sm|akv|op|env|file|secretref|secret-ref|keychain|doppler|bws):\S+$/i,
    /^ref\+\w+:\/\/\S+$/,
    /^arn:aws[\w-]*:\S+$/,
    /^projects\/[^/\s]+\/secrets\/\S+$/,
    /^@Microsoft\.KeyVault\(.*\)$/,
    /^ENC(?:\[.*\]|\(.*\))$/,
    /^\{cipher\}/,
    // Paths of files.
    /^(?:~|\.{1,2})?(?:\/[\w.@{}-]+)+\/?$/,
    /^[A-Za-z]:\\\S*$/,
    /^[\w./-]+\.(?:cer|conf|crt|env|jks|json|key|p12|pem|pfx|properties|txt|ya?ml)$/i,
];

/** A reference with a value for when there is none: `${PASSWORD:-secret}`, `${password:secret}`. */
const WITH_DEFAULT = /^\$\{(?!(?:env|file|ssm|sys|vault):[^{}:]*\}$)[\w.-]+:-?([^{}?+-][^{}]*)\}$/i;

/** A URL without a password in it; one with is found by `urlPassword`. */
const URL = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/\S*$/i;

const MAX_LENGTH = 10_000;

/** Whether a text under the name of a credential is the credential itself. */
export function isLiteralCredential(text: string): boolean {
    const value = text.trim();
    if (value === "" || value.length > MAX_LENGTH || value.includes("\n")) return false;
    const byDefault = WITH_DEFAULT.exec(value)?.[1];
    if (byDefault !== undefined) return isLiteralCredential(byDefault);
    return !HARMLESS.some(pattern => pattern.test(value)) && !URL.test(value) && !isStructure(value);
}

/** Objects, lists and lists of `name=value` are judged by what is in them. */
function isStructure(value: string): boolean {
    return /^(?:\{.*\}|\[.*\])$/.test(value) || /^[\w .-]+=[^;]*;/.test(value);
}

/** Passwords in URLs: `postgres://user:password@host`. The user may be empty, the password may not. */
const URL_PASSWORD = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"'<>]{0,200}:([^\s/@?#"'<>]{1,200})@/gi;

/** Passwords in headers: `Authorization: Bearer token`. */
const HEADER = /authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:basic|bearer|token)\s{1,9}([\w.~+/=-]{8,})/gi;

/** What a text holds a credential as, apart from names and known shapes. */
export function embeddedCredential(text: string): string | undefined {
    const found = (pattern: RegExp) => [...text.matchAll(pattern)].some(match => isLiteralCredential(match[1] ?? ""));
    if (found(URL_PASSWORD)) return "password in a URL";
    return found(HEADER) ? "authorization header" : undefined;
}
