import type { BuiltInKind } from "../kubernetes/kinds";
import type { KubeObject } from "../kubernetes/object";
import { selects } from "../kubernetes/selector";
import { pluralOf } from "../text";
import { type Answer, all, any, Value } from "../value";
import type { ObjectIndex } from "./object-index";

/** A webhook that must admit what it matches. */
export interface Webhook {
    readonly configuration: KubeObject;
    /** Its element of the list. */
    readonly at: Value;
    readonly name: string;
    /** The Service of the stack that it calls. */
    readonly service: KubeObject;
}

const CONFIGURATIONS: readonly BuiltInKind[] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/**
 * The webhooks of a stack without which nothing that they match is created: those that fail when they can't be called,
 * as all do that say nothing of it, and that call a Service of the stack.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy; in
 * v1beta1 the default was Ignore (https://v1-21.docs.kubernetes.io/docs/reference/generated/kubernetes-api/v1.21/).
 */
export function requiredWebhooks(index: ObjectIndex): Webhook[] {
    return index.objects
        .filter(object => object.is(...CONFIGURATIONS))
        .flatMap(configuration =>
            configuration
                .get("webhooks")
                .items()
                .flatMap(at => {
                    const policy = at.get("failurePolicy");
                    const byDefault = configuration.version === "v1" ? "Fail" : "Ignore";
                    if ((policy.isUnset ? byDefault : policy.string) !== "Fail") return [];
                    const service = serviceOf(at, configuration, index);
                    return service ? [{ configuration, at, name: at.get("name").string ?? "", service }] : [];
                }),
        );
}

function serviceOf(at: Value, configuration: KubeObject, index: ObjectIndex): KubeObject | undefined {
    const [name, namespace] = ["name", "namespace"].map(key => at.get("clientConfig", "service", key).string);
    if (name === undefined || namespace === undefined) return undefined;
    return index.find({ ...index.locationOf(configuration), namespace }, "Service", name).certain[0];
}

/**
 * Whether a webhook is asked when an object is created.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
 */
export function mustAdmit(webhook: Webhook, object: KubeObject, index: ObjectIndex): Answer {
    if (object.isPatch) return "no";
    const { at } = webhook;
    const conditions = at.get("matchConditions");
    return all([
        isAboutKind(webhook, object, index),
        selects(at.get("objectSelector"), { labels: object.labels }),
        matchesNamespace(at.get("namespaceSelector"), object, index),
        conditions.isUnknown || conditions.items().length > 0 ? "unknown" : "yes",
    ]);
}

/** The same by a webhook's rules alone, which are for all objects of a kind alike. */
export function isAboutKind({ at }: Webhook, object: KubeObject, index: ObjectIndex): Answer {
    // The API server asks no webhook about webhooks.
    if (object.is(...CONFIGURATIONS)) return "no";
    const rules = at.get("rules");
    return rules.isUnknown ? "unknown" : any(rules.items().map(rule => matches(rule, at, object, index)));
}

function matches(rule: Value, webhook: Value, object: KubeObject, index: ObjectIndex): Answer {
    const scope = rule.get("scope");
    const version = has(rule.get("apiVersions"), "*", object.version);
    // Another version of the same resource is converted and asked about, where there is one.
    const isExact = webhook.get("matchPolicy").is("Exact");
    return all([
        has(rule.get("operations"), "*", "CREATE"),
        has(rule.get("apiGroups"), "*", object.group),
        version === "no" && isExact !== "yes" ? "unknown" : version,
        has(rule.get("resources"), "*", "*/*", resourceOf(object, index)),
        scope.isUnset || scope.raw === "*" ? "yes" : isOfScope(scope, object),
    ]);
}

function has(list: Value, ...wanted: string[]): Answer {
    if (list.isUnknown) return "unknown";
    return any(list.items().map(item => any(wanted.map(one => item.is(one)))));
}

function isOfScope(scope: Value, { scope: own }: KubeObject): Answer {
    if (scope.isUnknown || own === "unknown") return "unknown";
    return scope.is(own === "cluster" ? "Cluster" : "Namespaced");
}

/** The name of a kind in the API: what its definition says, else the plural that nearly all kinds have. */
function resourceOf(object: KubeObject, index: ObjectIndex): string {
    const defined = object.facts ? undefined : index.definitionOf(object)?.get("spec", "names", "plural").string;
    return defined ?? pluralOf(object.kind);
}

/** The label that every namespace has. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** What is in no namespace is asked about whatever the selector says, but namespaces themselves. */
function matchesNamespace(selector: Value, object: KubeObject, index: ObjectIndex): Answer {
    const isEmpty = ["matchLabels", "matchExpressions"].every(key => {
        const part = selector.get(key);
        return !part.isUnknown && part.keys().length === 0 && part.items().length === 0;
    });
    if (selector.isUnset || (!selector.isUnknown && isEmpty)) return "yes";
    const { cluster, namespace } = index.locationOf(object);
    if (object.is("Namespace")) return selects(selector, labelsOf(object, object.name.string));
    if (namespace === "") return object.scope === "unknown" ? "unknown" : "yes";
    const [own] = index.find({ cluster, namespace: "" }, "Namespace", namespace).certain;
    const answer = selects(selector, labelsOf(own, object.namespace.string));
    return own || answer === "no" ? answer : selectsByNameOnly(selector) ? answer : "unknown";
}

function labelsOf(namespace: KubeObject | undefined, name: string | undefined) {
    const labels = namespace?.labels;
    if (labels?.isUnknown || name === undefined) return { labels: labels ?? new Value(undefined), open: true };
    const known = { ...(labels?.isMap ? (labels.raw as object) : {}), [NAME_LABEL]: name };
    return { labels: new Value(known), open: namespace === undefined };
}

function selectsByNameOnly(selector: Value): boolean {
    const keys = [
        ...selector.get("matchLabels").keys(),
        ...selector
            .get("matchExpressions")
            .items()
            .map(expression => expression.get("key").string),
    ];
    return keys.every(key => key === NAME_LABEL);
}
