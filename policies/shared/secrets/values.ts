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
    // The password that Java gives its key stores, `changeit`, is one.
    /^(?!changeit$)(?:change|replace|fill|insert|set|override|update)[-_ ]?(?:me|this|it|in)?(?:[-_ ]?(?:please|now|here|later))?$/i,
    /^(?:change|replace)[-_ ]?(?:me|this|with)[-_ !]/i,
    /placeholder/i,
    // Types of values.
    /^(?:string|str|number|int|integer|boolean|bool|object|array|bytes|text|varchar|any)$/i,
    /^(?:to[-_ ]?do|tbd|fixme|placeholder|redacted|masked|hidden|dummy|not[-_ ]?set|n\/a)$/i,
    /^(?:my|the|insert|enter|put|add)[-_ ][\w -]*here$/i,
    /^your[-_ ][\w -]*$/i,
    // What another program fills in, before or when the container starts.
    /\{\{[^{}]*\}\}/,
    /\$\{[\w.-]+(?::?-)?\}/,
    // A command or a variable of Kubernetes anywhere.
    /\$\(/,
    // A regular expression.
    /\\[KsSdDwWb.]|\.[*+]|\[\^|\(\?[:=!<]/,
    // HOCON, Symfony, Vector.
    /^\$\{\?[\w.-]+\}$/,
    /^%env\(.*\)%$/,
    /^SECRET\[[^[\]]+\]$/,
    /^\$\{[\w.-]+[^\w.:}-]/,
    /^\$\{[\w.-]+:[?+]/,
    /^\$(?:[A-Z_][A-Z0-9_]*|\d|@)$/,
    /^\$(?=\w+$)\w*?(?:pass|secret|token|key)/,
    /^\$\w+[/:]/,
    // Argo CD's and its notifications' names of a key: `$dex.github.clientSecret`, `$other-secret:oidc.clientSecret`.
    /^\$[a-z](?:[\w-]|[.:](?=[\w-]))*(?:password|passphrase|secret|token|key)$/i,
    // Grafana's, OpenTelemetry's and Trino's, Telegraf's, Datadog's, and LiteLLM's.
    /^\$__\w+\{[^{}]*\}$/,
    /^@\{\w+:\w+\}$/,
    /^%%\w+%%$/,
    /^os\.environ\/\w+$/,
    /^%(?:\w+%$|[sdvq](?!\w))/,
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

/** A reference in braces, its name and what follows that: `${PASSWORD:-secret}`, `${file:/run/a:password}`. */
const BRACED = /^\$\{([\w.-]{1,100}):(.*)\}$/;

/**
 * Where values are had from, named before a colon.
 *
 * Source: Kafka's configuration providers (file, directory, env), Strimzi (secrets, configmaps), Confluent's and Lenses'
 * (vault, secretsmanager, aws, azure, gcp), Log4j and commons-text (sys, env, base64Decoder, const, date, java, url),
 * OpenTelemetry Collector (env, file, http, https, yaml).
 */
const PROVIDERS =
    /^(?:awssm|aws|azure|azurekeyvault|base64decoder|configmaps?|dir|directory|docker|env|environment|envvar|file|gcp|http|https|java|k8s|kubernetes|kv|ref|s3|sm|secretmanager|secretsmanager|secrets?|ssm|sys|systemproperties|url|vault|yaml)$/i;

/** Defaults within defaults are followed as far as this. */
const MAX_DEFAULTS = 10;

/** A URL without a password in it; one with is found by `urlPassword`. */
const URL = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/\S*$/i;

const MAX_LENGTH = 10_000;

/** Whether a text under the name of a credential is the credential itself. */
export function isLiteralCredential(text: string): boolean {
    const value = text.trim();
    if (value === "" || value.length > MAX_LENGTH || value.includes("\n")) return false;
    const literal = withoutReferences(value);
    if (literal === undefined) return false;
    if (literal !== value) return isLiteralCredential(literal);
    return !HARMLESS.some(pattern => pattern.test(value)) && !URL.test(value) && !isStructure(value);
}

/** The default of a reference, and of references in it; undefined where there is none, or the value says where from. */
function withoutReferences(value: string): string | undefined {
    let text = value;
    for (let depth = 0; depth < MAX_DEFAULTS; depth++) {
        const [, name = "", rest] = BRACED.exec(text) ?? [];
        if (rest === undefined) return text;
        // `${env:NAME:-default}` has a default of its own.
        const given = PROVIDERS.test(name) ? /^[\w.]+:-(.*)$/.exec(rest)?.[1] : rest.replace(/^-/, "");
        if (given === undefined || given === "" || /^[?+]/.test(rest)) return undefined;
        text = given;
    }
    return undefined;
}

/** Objects, lists and lists of `name=value` are judged by what is in them. */
function isStructure(value: string): boolean {
    return /^(?:\{.*\}|\[.*\])$/.test(value) || /^[\w .-]+=[^;]*;/.test(value) || isOptions(value);
}

/** `jwt,sign-method=RS256,ttl=10m`, `user=postgres`: options and parameters of connections. */
function isOptions(value: string): boolean {
    if (/^(?:user|username|uid|host|hostname|server|data source|port|dbname|database|endpoint)=\S/i.test(value))
        return true;
    const parts = value.split(",");
    return parts.length > 1 && parts.filter(part => /^[A-Za-z][\w.-]{0,50}=/.test(part)).length > 1;
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
