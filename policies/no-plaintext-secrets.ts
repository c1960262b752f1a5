import { definePolicy } from "./define";
import type { Value } from "./model/value";
import { CredentialNames, DEFAULT_KEYS } from "./secrets/names";
import { findCredentials, isOptionValue } from "./secrets/scan";
import { texts } from "./settings";

export const noPlaintextSecrets = definePolicy({
    name: "no-plaintext-secrets",
    category: "secrets",
    description: "Forbid credentials in environment values, arguments and ConfigMaps.",
    why: "Whoever may look at pods or ConfigMaps reads them, as do logs and backups. Being a secret of Pulumi does not help: the cluster holds the plain text.",
    url: "https://kubernetes.io/docs/concepts/configuration/secret/",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Put the credential into a Secret, from Pulumi's configuration secrets or a secret store, and refer to it with valueFrom.secretKeyRef or a volume. Then change it: it has been seen.",
    whenNotToUse: "Never as a whole; exempt objects whose values only look like credentials.",
    config: {
        keys: texts(
            DEFAULT_KEYS,
            "Names of credentials, in any spelling (api key is apikey, API_KEY and apiKey). Forms that only credentials have are found under any name.",
        ),
    },
    messages: {
        inContainer: offenders => ({
            what: `${offenders} ${offenders.word("holds a credential", "hold credentials")} in plain text`,
            fix: `put ${offenders.word("it", "them")} into a Secret, used by valueFrom.secretKeyRef or a volume`,
        }),
        inConfigMap: offenders => ({
            what: `${offenders} ${offenders.word("holds a credential", "hold credentials")} in plain text`,
            fix: `put ${offenders.word("it", "them")} into a Secret`,
        }),
    },
    kinds: ["ConfigMap"],
    checkObject(object, { config, report }) {
        const names = CredentialNames.of(config.keys);
        for (const [key, value] of object.get("data").entries()) {
            const found = findCredentials(key, value.string ?? "", names);
            if (found.length > 0) report("inConfigMap", value, inBrackets(found));
        }
    },
    checkPod(pod, { config, report }) {
        const names = CredentialNames.of(config.keys);
        for (const container of pod.containers) {
            for (const entry of container.get("env").items()) {
                const value = entry.get("value");
                const found = findCredentials(entry.get("name").string, value.string ?? "", names);
                if (found.length > 0) report("inContainer", value, inBrackets(found));
            }
            const words = [...container.get("command").items(), ...container.get("args").items()];
            for (const [index, word] of words.entries()) {
                const found = inArgument(words[index - 1], word, names);
                if (found.length > 0) report("inContainer", word, inBrackets(found));
            }
        }
    },
});

/** The credentials in an argument, which may be the value of the option before it. */
function inArgument(before: Value | undefined, word: Value, names: CredentialNames): readonly string[] {
    const text = word.string ?? "";
    if (isOptionValue(before?.string ?? "", text, names)) return [""];
    return findCredentials(undefined, text, names);
}

function inBrackets(found: readonly string[]): string | undefined {
    const text = found.filter(part => part !== "").join(", ");
    return text === "" ? undefined : `(${text})`;
}
