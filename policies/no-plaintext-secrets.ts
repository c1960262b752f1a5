import { definePolicy } from "../framework/define";
import { globs, texts } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import type { Container } from "../model/kubernetes/pod";
import { RELEASE, type Resource } from "../model/pulumi/resource";
import { Value } from "../model/value";
import { CredentialNames, DEFAULT_KEYS } from "./shared/secrets/names";
import { type Credential, findCredentials, isOptionValue } from "./shared/secrets/scan";
import { credentialsIn, type Plaintext } from "./shared/secrets/structures";
import { holdingCredentials } from "./shared/secrets/wording";

/** A credential of which no more is known than that it is one. */
const CREDENTIAL: Credential = { form: undefined, line: undefined };

export const noPlaintextSecrets = definePolicy({
    name: "no-plaintext-secrets",
    category: "secrets",
    description: "Forbid plaintext credentials outside of Secrets.",
    why: "Everyone who may view pods or ConfigMaps can read them, and they end up in logs and backups. Marking a value as a Pulumi secret does not help there, since the cluster stores the plain text. Helm values and repository credentials are also stored in Pulumi's state, in plain text unless they are Pulumi secrets.",
    url: "https://kubernetes.io/docs/concepts/configuration/secret/",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason: "A credential that was deployed in plain text has leaked, and only a new one helps.",
    since: "0.1.0",
    remediationSteps:
        "Store the credential in a Secret, filled from Pulumi configuration secrets or a secret store, and refer to it with valueFrom.secretKeyRef or a volume. Then rotate it: it has been exposed.",
    whenNotToUse: "Keep it enabled, and exempt objects whose values only look like credentials.",
    config: {
        keys: texts(
            DEFAULT_KEYS,
            "Names of credentials, in any spelling (api key is apikey, API_KEY and apiKey). Forms that only credentials have are found under any name.",
        ),
        references: globs([], "Globs over values that only refer to a credential, such as secret://*."),
    },
    messages: {
        environment: holdingCredentials(
            findings => `Move ${findings.word("it", "them")} to a Secret and refer to it with valueFrom.secretKeyRef`,
        ),
        command: holdingCredentials(
            findings =>
                `Move ${findings.word("it", "them")} to a Secret and pass ${findings.word("it", "them")} by a file or an environment variable`,
        ),
        configMap: holdingCredentials(findings => `Move ${findings.word("this entry", "these entries")} to a Secret`),
        pulumiSecret: findings => ({
            what: `${findings.places} ${findings.word("is a Pulumi secret", "are Pulumi secrets")}, which the cluster stores in plain text`,
            fix: `Move ${findings.word("it", "them")} to a Secret and refer to it with valueFrom.secretKeyRef`,
        }),
        values: holdingCredentials(
            findings =>
                `Make ${findings.word("it a Pulumi secret", "them Pulumi secrets")} (config.requireSecret, pulumi.secret), or refer to an existing Secret`,
        ),
        annotation: holdingCredentials(() => "Remove the annotation, which kubectl writes itself"),
        operatorStack: holdingCredentials(
            findings => `Refer to ${findings.word("a key of a Secret", "keys of Secrets")} instead`,
        ),
    },
    resources: { what: "charts", includes: isChart },
    checkResource(resource, { config, report }) {
        for (const { at, credentials } of inChart(resource, CredentialNames.of(config.keys, config.references))) {
            report("values", at, { credentials });
        }
    },
    checkObject(object, { config, report }) {
        const names = CredentialNames.of(config.keys, config.references);
        for (const { at, credentials } of inLastApplied(object, names)) report("annotation", at, { credentials });
        for (const { at, credentials } of inOperatorStack(object, names)) report("operatorStack", at, { credentials });
        if (!object.is("ConfigMap")) return;
        for (const [key, value] of object.get("data").entries()) {
            const credentials = findCredentials(key, value.string ?? "", names);
            if (credentials.length > 0) report("configMap", value, { credentials });
        }
        for (const [key, value] of object.get("binaryData").entries()) {
            const credentials = findCredentials(key, decoded(value.string ?? ""), names);
            if (credentials.length > 0) report("configMap", value, { credentials });
        }
    },
    checkPod(pod, { config, report }) {
        const names = CredentialNames.of(config.keys, config.references);
        for (const container of pod.containers) {
            for (const entry of container.get("env").items()) {
                const value = entry.get("value");
                if (pod.object.resource.secrets.has(value)) {
                    report("pulumiSecret", value);
                    continue;
                }
                const credentials = findCredentials(entry.get("name").string, value.string ?? "", names);
                if (credentials.length > 0) report("environment", value, { credentials });
            }
            for (const words of commandsOf(container)) {
                for (const [index, word] of words.entries()) {
                    const credentials = inArgument(words[index - 1], word, names);
                    if (credentials.length > 0) report("command", word, { credentials });
                }
            }
        }
    },
});

/** What a container runs: itself, in its probes and in the hooks of its lifecycle. */
function commandsOf(container: Container): Value[][] {
    const commands = COMMANDS.map(path => container.get(...path.split("."), "exec", "command").items());
    return [[...container.get("command").items(), ...container.get("args").items()], ...commands];
}

const COMMANDS: readonly string[] = [
    ...["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"],
];

/** How much of what is in base64 is read, in characters. */
const MAX_ENCODED = 1_400_000;

/** The text in base64; nothing where it is no text. */
function decoded(encoded: string): string {
    const text = Buffer.from(encoded.slice(0, MAX_ENCODED), "base64").toString("utf8");
    return text.includes("\0") ? "" : text;
}

/** The credentials in an argument, which may be the value of the option before it. */
function inArgument(before: Value | undefined, word: Value, names: CredentialNames): readonly Credential[] {
    const text = word.string ?? "";
    if (isOptionValue(before?.string ?? "", text, names)) return [CREDENTIAL];
    return findCredentials(undefined, text, names);
}

const CHART = /^kubernetes:helm\.sh\/v[34]:Chart$/;

/** The credentials in what a Helm release or chart is given, but secrets of Pulumi. */
function isChart(type: string): boolean {
    return type === RELEASE || CHART.test(type);
}

function inChart(resource: Resource, names: CredentialNames): Plaintext[] {
    const { type, props, secrets } = resource;
    if (!isChart(type)) return [];
    const files = props.select("valueYamlFiles[]").flatMap(file => {
        const credentials = findCredentials(undefined, file.string ?? "", names);
        return credentials.length > 0 ? [{ at: file, credentials }] : [];
    });
    const trees = ["values", "repositoryOpts", "fetchOpts"].flatMap(key => credentialsIn(props.get(key), names));
    return [...trees, ...files].filter(({ at }) => !secrets.cover(at));
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The credentials in what kubectl remembers of an object, of a Secret all that it holds. */
function inLastApplied(object: KubeObject, names: CredentialNames): Plaintext[] {
    const at = object.annotations.get(LAST_APPLIED);
    const manifest = new Value(parsed(at.string));
    if (!manifest.isMap) return [];
    const holds = ["data", "stringData"].some(field => manifest.get(field).keys().length > 0);
    const isSecret = object.is("Secret") || manifest.get("kind").string === "Secret";
    if (isSecret) return holds ? [{ at, credentials: [CREDENTIAL] }] : [];
    const credentials = credentialsIn(manifest, names).flatMap(one => one.credentials);
    return credentials.length > 0
        ? [{ at, credentials: credentials.map(({ form }) => ({ form, line: undefined })) }]
        : [];
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
function inOperatorStack(object: KubeObject, names: CredentialNames): Plaintext[] {
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
                const credentials = findCredentials(name, at.string ?? "", names);
                return credentials.length > 0 ? [{ at, credentials }] : [];
            });
        return [...literals.filter(isText).map(at => ({ at, credentials: [CREDENTIAL] })), ...environment];
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
    return [...written.map(at => ({ at, credentials: [CREDENTIAL] })), ...credentialsIn(spec.get("env"), names)];
}

function isText({ string }: Value): boolean {
    return string !== undefined && string !== "";
}
