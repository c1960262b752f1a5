import { expect, test } from "vitest";
import type { KubeObject } from "../../../model/kubernetes/object";
import {
    AWAITS,
    awaited,
    awaitSwitchedOff,
    type Condition,
    conditionsOf,
    isAwaited,
    mayBeSwitchedOff,
    parseWaitFor,
    timeoutAtOnce,
    waitsForPods,
} from "../../../model/order/awaits";
import { Resource } from "../../../model/pulumi/resource";
import { type Answer, UNKNOWN } from "../../../model/value";

function objectOf(props: object, type = "kubernetes:core/v1:Any", version?: string): KubeObject {
    const urn = `urn:pulumi:main::test::${type}::it`;
    const provider = { urn: "urn:k8s", type: "pulumi:providers:kubernetes", name: "k8s", props: { version } };
    const [object] = new Resource({ urn, type, name: "it", props, provider }).objects;
    if (!object) throw new Error("no object");
    return object;
}

function service(spec: object, version?: string): KubeObject {
    return objectOf({ apiVersion: "v1", kind: "Service", metadata: { name: "it" }, spec }, undefined, version);
}

test.each<[string, object, Answer]>([
    ["with a selector", { selector: { app: "cart" } }, "yes"],
    ["for a load balancer", { selector: { app: "cart" }, type: "LoadBalancer" }, "yes"],
    ["without a selector", {}, "no"],
    ["with an empty selector", { selector: {} }, "no"],
    ["with a selector that is not known", { selector: UNKNOWN }, "unknown"],
    ["without an address", { selector: { app: "cart" }, clusterIP: "None" }, "no"],
    ["without an address, in a list", { selector: { app: "cart" }, clusterIPs: ["None"] }, "no"],
    [
        "with an address in both places",
        { selector: { app: "cart" }, clusterIP: "10.0.0.1", clusterIPs: ["None"] },
        "yes",
    ],
    ["with an address that is not known", { selector: { app: "cart" }, clusterIP: UNKNOWN }, "unknown"],
    ["of a name elsewhere", { selector: { app: "cart" }, type: "ExternalName" }, "no"],
    ["of a type that is not known", { selector: { app: "cart" }, type: UNKNOWN }, "unknown"],
])("pods behind a Service %s are waited for: %s", (_, spec, expected) => {
    expect(waitsForPods(service(spec))).toBe(expected);
});

const PODS = "the pods behind it are ready";
const agent = { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "it" } };
const token = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "it" },
    type: "kubernetes.io/service-account-token",
};

test.each<[string, KubeObject, string | undefined]>([
    ["a Service with pods", service({ selector: { app: "cart" } }), PODS],
    ["a Service without pods", service({}), undefined],
    ["a Service without pods, of an old provider", service({}, "4.16.0"), "it has endpoints"],
    ["a Service without pods, of a new provider", service({}, "4.17.0"), undefined],
    ["a load balancer without pods", service({ type: "LoadBalancer" }), "it has an address"],
    ["a load balancer", service({ type: "LoadBalancer", selector: { app: "cart" } }), `it has an address and ${PODS}`],
    ["a Service of a type that is not known", service({ type: UNKNOWN, selector: { app: "cart" } }), undefined],
    ["a Pod", objectOf({ apiVersion: "v1", kind: "Pod", metadata: { name: "it" } }), "it is ready"],
    ["a DaemonSet of a provider that is not known", objectOf(agent), undefined],
    ["a DaemonSet of an old provider", objectOf(agent, undefined, "4.11.0"), undefined],
    ["a DaemonSet of a new provider", objectOf(agent, undefined, "4.12.0"), "its pods are ready"],
    ["a Secret of a token", objectOf(token), "its token is there"],
    ["another Secret", objectOf({ ...token, type: "Opaque" }), undefined],
    ["a ServiceAccount", objectOf({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "it" } }), undefined],
    ["a ConfigMap", objectOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "it" } }), undefined],
    ["a kind of that name elsewhere", objectOf({ apiVersion: "example.com/v1", kind: "Job", metadata: {} }), undefined],
    [
        "a patch",
        objectOf(
            { apiVersion: "v1", kind: "Service", metadata: { name: "it" }, spec: { type: "LoadBalancer" } },
            "kubernetes:core/v1:ServicePatch",
        ),
        undefined,
    ],
])("with %s the provider waits until: %s", (_, object, expected) => {
    expect(awaited(object)).toBe(expected);
});

function annotated(kind: string, annotations: object, version?: string): KubeObject {
    const apiVersion = kind === "Deployment" ? "apps/v1" : kind === "Cart" ? "shop.example.com/v1" : "v1";
    return objectOf({ apiVersion, kind, metadata: { name: "it", annotations } }, undefined, version);
}

test.each<[object, string]>([
    [{}, ""],
    [{ "pulumi.com/skipAwait": "true" }, 'metadata.annotations["pulumi.com/skipAwait"]'],
    [{ "pulumi.com/skipAwait": true }, 'metadata.annotations["pulumi.com/skipAwait"]'],
    [{ "pulumi.com/skipAwait": "false" }, ""],
    [{ "pulumi.com/skipAwait": "True" }, ""],
    [{ "pulumi.com/timeoutSeconds": "0" }, ""],
])("annotations %j switch waiting off: %s", (annotations, expected) => {
    expect(awaitSwitchedOff(annotated("Pod", annotations))?.toString() ?? "").toBe(expected);
});

test.each<[string, object, boolean]>([
    ["Pod", { "pulumi.com/timeoutSeconds": "0" }, true],
    ["Pod", { "pulumi.com/timeoutSeconds": 0 }, true],
    ["Pod", { "pulumi.com/timeoutSeconds": "-1" }, true],
    ["Pod", { "pulumi.com/timeoutSeconds": "+0" }, true],
    ["Pod", { "pulumi.com/timeoutSeconds": "10" }, false],
    ["Pod", { "pulumi.com/timeoutSeconds": "0s" }, false],
    ["Pod", { "pulumi.com/timeoutSeconds": UNKNOWN }, false],
    ["Pod", { "pulumi.com/timeoutSeconds": "0", "pulumi.com/skipAwait": "true" }, false],
    ["PersistentVolumeClaim", { "pulumi.com/timeoutSeconds": "0" }, false],
    ["PersistentVolumeClaim", { "pulumi.com/timeoutSeconds": "0", "pulumi.com/waitFor": "condition=Ready" }, true],
    ["ConfigMap", { "pulumi.com/timeoutSeconds": "0" }, false],
    ["Cart", { "pulumi.com/timeoutSeconds": "0", "pulumi.com/waitFor": "condition=Ready" }, true],
])("%s with annotations %j fails at once: %s", (kind, annotations, expected) => {
    expect(timeoutAtOnce(annotated(kind, annotations)) !== undefined).toBe(expected);
});

test.each<[string, Condition[]]>([
    ["condition=Ready", [{ form: "condition", type: "Ready", status: "True" }]],
    ["condition=Reconciling=False", [{ form: "condition", type: "Reconciling", status: "False" }]],
    ["jsonpath={.status.phase}=Running", [{ form: "jsonpath", path: "{.status.phase}", value: "Running" }]],
    ["jsonpath={.data.ca}", [{ form: "jsonpath", path: "{.data.ca}", value: undefined }]],
    [
        '["jsonpath={.foo}", "condition=Bar"]',
        [
            { form: "jsonpath", path: "{.foo}", value: undefined },
            { form: "condition", type: "Bar", status: "True" },
        ],
    ],
    [
        "jsonpath={.status.conditions[?(@.type=='Ready')].status}=True",
        [{ form: "condition", type: "Ready", status: "True" }],
    ],
    ["jsonpath={.a}=b=c", []],
    ["jsonpath=.a", []],
    ["Ready", []],
    ["[]", []],
    ["[1]", []],
    ['["Ready", "condition=Ready"]', [{ form: "condition", type: "Ready", status: "True" }]],
    [`jsonpath={${"=".repeat(100_000)}}`, []],
])("the annotation waitFor %j says %j", (text, expected) => {
    expect(parseWaitFor(text)).toEqual(expected);
});

test.each<[string, string | undefined, boolean]>([
    ["Deployment", "4.17.1", false],
    ["Deployment", "4.18.3", false],
    ["Deployment", "4.18.4", true],
    ["Deployment", undefined, true],
    ["Cart", "4.17.1", false],
    ["Cart", "4.18.0", true],
    ["ConfigMap", "4.18.0", true],
    ["Cart", undefined, true],
])("the annotation waitFor of a %s counts with provider %s: %s", (kind, version, expected) => {
    const object = annotated(kind, { "pulumi.com/waitFor": "condition=Synced" }, version);
    expect(conditionsOf(object) !== undefined).toBe(expected);
    expect(awaited(object) === "its condition Synced is True").toBe(expected);
});

test("a condition that is not known is no reason to wait", () => {
    const object = annotated("Cart", { "pulumi.com/waitFor": UNKNOWN });
    expect([conditionsOf(object), awaited(object), isAwaited(object), mayBeSwitchedOff(object)]).toEqual([
        "unknown",
        undefined,
        false,
        true,
    ]);
});

test("what was waited for before a version is waited for in other words since, or no longer", () => {
    for (const { kind, which, since, before } of AWAITS) {
        expect(since !== undefined && before !== undefined, `${kind} ${which}`).toBe(false);
    }
});
