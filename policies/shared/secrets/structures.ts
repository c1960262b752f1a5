import type { Value } from "../../../model/value";
import type { CredentialNames } from "./names";
import { type Credential, findCredentials } from "./scan";

/** A value that holds credentials, and what they are. */
export interface Plaintext {
    readonly at: Value;
    readonly credentials: readonly Credential[];
}

/** Deeper values are not looked into. */
const MAX_DEPTH = 30;

/** What names a Secret, or a key in one, and holds nothing secret itself. */
const POINTER = /(?:Ref|From|Name|existingSecret)$|(?:password|token|secret|user(?:name)?)s?-?keys?$/i;

/** A value called just `secret` is the name of one, if it can be. */
const SECRET_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * The credentials in a tree of settings, such as the values of a Helm chart: texts by their key, and by the name beside
 * them where a list holds `{name, value}`.
 */
export function credentialsIn(tree: Value, names: CredentialNames): Plaintext[] {
    const findings: Plaintext[] = [];
    collect(tree, undefined, names, 0, findings);
    return findings;
}

function collect(value: Value, name: string | undefined, names: CredentialNames, depth: number, to: Plaintext[]): void {
    if (depth > MAX_DEPTH || !value.isSet) return;
    if (value.isList) {
        for (const item of value.items()) collect(item, undefined, names, depth + 1, to);
    } else if (value.isMap) {
        const ownName = value.get("name").string ?? value.get("key").string;
        for (const [key, part] of value.entries()) {
            if (POINTER.test(key) && !/^(?:secret|private|access|api)_?-?key$/i.test(key)) continue;
            collect(part, key === "value" && ownName !== undefined ? ownName : key, names, depth + 1, to);
        }
    } else if (value.string !== undefined) {
        const isName = /^secrets?$/i.test(name ?? "") && SECRET_NAME.test(value.string);
        const credentials = findCredentials(isName ? undefined : name, value.string, names);
        if (credentials.length > 0) to.push({ at: value, credentials });
    }
}
