import { type Answer, any, type Value } from "../../../model/value";

/**
 * Whether a host of a certificate covers another: the same, or a wildcard for its first label. Unknown while either is.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9525#section-6.3
 */
export function covers(certified: Value, host: string): Answer {
    if (certified.isUnknown) return "unknown";
    const [have, want] = [certified.string?.toLowerCase() ?? "", host.toLowerCase()];
    if (have === want) return "yes";
    return have.startsWith("*.") && want.replace(/^[^.]+/, "*") === have ? "yes" : "no";
}

/** Whether a list of hosts, as an entry of a certificate has it, covers a host. A list without hosts covers all. */
export function listCovers(hosts: Value, host: string): Answer {
    if (hosts.isUnknown) return "unknown";
    const items = hosts.items();
    return items.length === 0 ? "yes" : any(items.map(item => covers(item, host)));
}

/** Whether a wildcard that does not cover a host has the end of its name: `*.example.com` and `a.b.example.com`. */
export function isBelowWildcard(host: string, certified: string): boolean {
    return certified.startsWith("*.") && host.toLowerCase().endsWith(certified.slice(1).toLowerCase());
}
