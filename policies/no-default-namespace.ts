import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import type { KubeObject } from "../model/kubernetes/object";

/**
 * What Kubernetes itself keeps in the namespace default, so that programs can only change it there.
 *
 * Source: kubernetes/kubernetes pkg/controlplane/controller/kubernetesservice, pkg/controller/serviceaccount and
 * pkg/controller/certificates/rootcacertpublisher.
 */
const OWN_OBJECTS: Readonly<Record<string, string>> = {
    ConfigMap: "kube-root-ca.crt",
    Endpoints: "kubernetes",
    EndpointSlice: "kubernetes",
    Service: "kubernetes",
    ServiceAccount: "default",
};

export const noDefaultNamespace = definePolicy({
    name: "no-default-namespace",
    category: "namespaces",
    description: "Forbid objects in the default namespace.",
    why: "Objects without a namespace all end up in default, where they share quotas, network policies and access rights and are hard to tell apart.",
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create a Namespace for the application and name it in metadata.namespace, or in the namespace of the provider.",
    whenNotToUse: "Clusters that run a single application.",
    frameworks: cis("5.6.4", "5.6.1"),
    config: {},
    messages: {
        default: findings => ({
            what: `${findings.places} is "default"`,
            fix: "Set it to a namespace that belongs to the application",
        }),
        providerDefault: () => ({
            what: 'The provider places the object in namespace "default"',
            fix: "Set metadata.namespace, or the namespace of the provider, to a namespace that belongs to the application",
        }),
        unset: findings => ({
            what: `${findings.places} is not set, so the object is created in namespace "default"`,
            fix: "Set it, or the namespace of the provider, to a namespace that belongs to the application",
        }),
    },
    checkObject(object, { report }) {
        if (object.namespace.raw !== "default" || isOwnObject(object)) return;
        const own = object.get("metadata", "namespace");
        if (own.isSet && own.raw !== "") report("default", own);
        else if (object.resource.provider?.props.get("namespace").isSet) report("providerDefault", own);
        // A Patch names the object that it changes, and may be meant for whatever namespace is current.
        else if (!object.isPatch) report("unset", own);
    },
});

/** Whether Kubernetes itself keeps the object there; one whose name is not known yet may be such an object. */
function isOwnObject(object: KubeObject): boolean {
    const own = object.facts && Object.hasOwn(OWN_OBJECTS, object.kind) ? OWN_OBJECTS[object.kind] : undefined;
    return own !== undefined && (object.name.isUnknown || object.displayName === own);
}
