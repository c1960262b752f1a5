import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { RELEASE, type Resource } from "../model/pulumi/resource";
import { Value } from "../model/value";
import { CredentialNames, DEFAULT_KEYS } from "./shared/secrets/names";
import { findCredentials, isOptionValue } from "./shared/secrets/scan";
import { credentialsIn, type Finding } from "./shared/secrets/structures";

export const noPlaintextSecrets = definePolicy({
    name: "no-plaintext-secrets",
    category: "secrets",
    description:
        "Forbid credentials in environment values, arguments, ConfigMaps, annotations, Helm values and stacks of the Pulumi operator.",
    why: "Whoever may look at pods or ConfigMaps reads them, as do logs and backups. Being a secret of Pulumi does not help there: the cluster holds the plain text. Helm values and credentials of repositories are in Pulumi's state, in plain text unless they are secrets of Pulumi.",
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
        pulumiSecret: offenders => ({
            what: `${offenders} ${offenders.word("is a secret", "are secrets")} of Pulumi, which the pod shows in plain text`,
            fix: `put ${offenders.word("it", "them")} into a Secret, used by valueFrom.secretKeyRef or a volume`,
        }),
        inValues: offenders => ({
            what: `${offenders} ${offenders.word("holds a credential", "hold credentials")} in plain text, in Pulumi's state too`,
            fix: `make ${offenders.word("it a secret", "them secrets")} of Pulumi (config.requireSecret, pulumi.secret), or name a Secret that exists`,
        }),
        inAnnotation: offenders => ({
            what: `${offenders} ${offenders.word("holds a credential", "hold credentials")} in plain text`,
            fix: "remove the annotation, which kubectl writes for itself",
        }),
        inStack: offenders => ({
            what: `${offenders} ${offenders.word("holds a credential", "hold credentials")} in plain text`,
            fix: `name a key of a Secret in ${offenders.word("its", "their")} place`,
        }),
    },
    checkResource(resource, { config, report }) {
        for (const { at, found } of inChart(resource, CredentialNames.of(config.keys))) {
            report("inValues", at, inBrackets(found));
        }
    },
    checkObject(object, { config, report }) {
        const names = CredentialNames.of(config.keys);
        for (const { at, found } of inLastApplied(object, names)) report("inAnnotation", at, inBrackets(found));
        for (const { at, found } of inOperatorStack(object, names)) report("inStack", at, inBrackets(found));
        if (!object.is("ConfigMap")) return;
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
                if (pod.object.resource.secrets.has(value)) {
                    report("pulumiSecret", value);
                    continue;
                }
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

const CHART = /^kubernetes:helm\.sh\/v[34]:Chart$/;

/** The credentials in what a Helm release or chart is given, but secrets of Pulumi. */
function inChart(resource: Resource, names: CredentialNames): Finding[] {
    const { type, props, secrets } = resource;
    if (type !== RELEASE && !CHART.test(type)) return [];
    const files = props.select("valueYamlFiles[]").flatMap(file => {
        const found = findCredentials(undefined, file.string ?? "", names);
        return found.length > 0 ? [{ at: file, found }] : [];
    });
    const trees = ["values", "repositoryOpts", "fetchOpts"].flatMap(key => credentialsIn(props.get(key), names));
    return [...trees, ...files].filter(({ at }) => !secrets.cover(at));
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The credentials in what kubectl remembers of an object, of a Secret all that it holds. */
function inLastApplied(object: KubeObject, names: CredentialNames): Finding[] {
    const at = object.annotations.get(LAST_APPLIED);
    const manifest = new Value(parsed(at.string));
    if (!manifest.isMap) return [];
    const holds = ["data", "stringData"].some(field => manifest.get(field).keys().length > 0);
    const isSecret = object.is("Secret") || manifest.get("kind").string === "Secret";
    const found = isSecret ? (holds ? [""] : []) : credentialsIn(manifest, names).flatMap(one => one.found);
    return found.length > 0 ? [{ at, found: [...new Set(found)] }] : [];
}

function parsed(text: string | undefined): unknown {
    try {
        return text === undefined ? undefined : JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** What is a secret by where it stands in a Stack of the Pulumi operator. */
const STACK_SECRETS: readonly string[] = [
    "gitAuth.accessToken",
    "gitAuth.basicAuth.password",
    "gitAuth.sshAuth.password",
    "gitAuth.sshAuth.sshPrivateKey",
];

/**
 * Literal credentials in a Stack or Workspace of the Pulumi operator: references of the type Literal, secret
 * configuration written out, and environment variables.
 *
 * Source: pulumi/pulumi-kubernetes-operator operator/api/pulumi/shared/stack_types.go (`StackSpec`, `ResourceRef`),
 * operator/api/auto/v1alpha1/workspace_types.go (`ConfigItem`).
 */
function inOperatorStack(object: KubeObject, names: CredentialNames): Finding[] {
    const spec = object.get("spec");
    if (object.group === "pulumi.com" && object.kind === "Stack") {
        const references = [
            ...spec
                .get("secretsRef")
                .entries()
                .map(([, value]) => value),
            ...STACK_SECRETS.map(path => spec.get(...path.split("."))),
        ];
        const literals = [
            ...references.map(reference => reference.get("literal", "value")),
            ...spec
                .get("secrets")
                .entries()
                .map(([, value]) => value),
        ];
        const environment = spec
            .get("envRefs")
            .entries()
            .flatMap(([name, reference]) => {
                const at = reference.get("literal", "value");
                const found = findCredentials(name, at.string ?? "", names);
                return found.length > 0 ? [{ at, found }] : [];
            });
        return [...literals.filter(isText).map(at => ({ at, found: [""] })), ...environment];
    }
    if (object.group !== "auto.pulumi.com" || object.kind !== "Workspace") return [];
    const items = spec
        .get("stacks")
        .items()
        .flatMap(stack => stack.get("config").items());
    const written = items
        .filter(item => item.get("secret").raw === true)
        .map(item => item.get("value"))
        .filter(isText);
    return [...written.map(at => ({ at, found: [""] })), ...credentialsIn(spec.get("env"), names)];
}

function isText({ string }: Value): boolean {
    return string !== undefined && string !== "";
}
