import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../model/kubernetes/object";
import { Resource, type ResourceInit } from "../../../model/pulumi/resource";
import { UNKNOWN } from "../../../model/value";

function resource(type: string, props: unknown, more: Partial<ResourceInit> = {}): Resource {
    return new Resource({ urn: `urn:pulumi:dev::shop::${type}::x`, type, name: "x", props, ...more });
}

/** The one object of a resource. */
function object(type: string, props: unknown, more?: Partial<ResourceInit>): KubeObject {
    const [only, ...others] = resource(type, props, more).objects;
    if (!only || others.length > 0) throw new Error("not one object");
    return only;
}

describe("what a type and its inputs say of an object", () => {
    test.each<[string, unknown, [group: string, version: string, kind: string, isPatch: boolean]]>([
        ["kubernetes:core/v1:Pod", { apiVersion: "v1", kind: "Pod" }, ["", "v1", "Pod", false]],
        ["kubernetes:core/v1:Pod", {}, ["", "v1", "Pod", false]],
        [
            "kubernetes:apps/v1:Deployment",
            { apiVersion: "apps/v1", kind: "Deployment" },
            ["apps", "v1", "Deployment", false],
        ],
        ["kubernetes:apps/v1:Deployment", null, ["apps", "v1", "Deployment", false]],
        ["kubernetes:extensions/v1beta1:Ingress", {}, ["extensions", "v1beta1", "Ingress", false]],
        ["kubernetes:networking.k8s.io/v1:Ingress", {}, ["networking.k8s.io", "v1", "Ingress", false]],
        ["kubernetes:apps/v1:Deployment", { kind: UNKNOWN, apiVersion: UNKNOWN }, ["apps", "v1", "Deployment", false]],
        ["kubernetes:apps/v1:Deployment", { kind: 7, apiVersion: [] }, ["apps", "v1", "Deployment", false]],
        [
            "kubernetes:apps/v1:DeploymentPatch",
            { apiVersion: "apps/v1", kind: "Deployment" },
            ["apps", "v1", "Deployment", true],
        ],
        ["kubernetes:apps/v1:DeploymentPatch", {}, ["apps", "v1", "Deployment", true]],
        ["kubernetes:rbac.authorization.k8s.io/v1:RolePatch", {}, ["rbac.authorization.k8s.io", "v1", "Role", true]],
        [
            "kubernetes:example.com/v1:Patch",
            { apiVersion: "example.com/v1", kind: "Patch" },
            ["example.com", "v1", "Patch", false],
        ],
        ["kubernetes:example.com/v1:DogPatch", {}, ["example.com", "v1", "DogPatch", false]],
        ["kubernetes:example.com/v1:DogPatch", { kind: "DogPatch" }, ["example.com", "v1", "DogPatch", false]],
        ["kubernetes:example.com/v1:DogPatch", { kind: "Dog" }, ["example.com", "v1", "Dog", true]],
        ["kubernetes:example.com/v1:List", { kind: "List" }, ["example.com", "v1", "List", false]],
    ])("%s %j", (type, props, expected) => {
        const { group, version, kind, isPatch } = object(type, props);
        expect([group, version, kind, isPatch]).toEqual(expected);
    });

    test.each([
        ["pulumi:pulumi:Stack"],
        ["pulumi:providers:kubernetes"],
        ["aws:eks/cluster:Cluster"],
        ["kubernetes:helm.sh/v3:Release"],
        ["kubernetes:helm.sh/v4:Chart"],
        ["kubernetes:yaml:ConfigFile"],
        ["kubernetes:yaml/v2:ConfigGroup"],
        ["kubernetes:kustomize/v2:Directory"],
        ["kubernetes"],
        [""],
    ])("%j is no object", type => {
        expect(resource(type, { metadata: { name: "a" } }).objects).toEqual([]);
    });
});

describe("a list", () => {
    test("of one type: its items need no kind", () => {
        const list = resource("kubernetes:apps/v1:DeploymentList", {
            apiVersion: "apps/v1",
            kind: "DeploymentList",
            items: [{ metadata: { name: "a" } }, { kind: "StatefulSet", metadata: { name: "b" } }],
        });
        expect(list.objects.map(({ label, group }) => [label, group])).toEqual([
            ["Deployment default/a", "apps"],
            ["StatefulSet default/b", "apps"],
        ]);
    });

    test("of any type: items say their own, what is no object is left out", () => {
        const list = resource("kubernetes:core/v1:List", {
            apiVersion: "v1",
            kind: "List",
            items: [
                { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } },
                { apiVersion: "batch/v1", kind: "Job", metadata: { name: "b", namespace: "shop" } },
                null,
                "text",
                UNKNOWN,
            ],
        });
        expect(list.objects.map(({ label }) => label)).toEqual(["Pod default/a", "Job shop/b"]);
        expect(list.objects[1]?.get("metadata", "name").toString()).toBe("items[1].metadata.name");
        expect(list.label).toBe('kubernetes:core/v1:List "x"');
    });

    test("of one type without a group: its items need neither kind nor version", () => {
        const [item] = resource("kubernetes:core/v1:PodList", { items: [{ metadata: { name: "a" } }] }).objects;
        expect([item?.label, item?.group, item?.version, item?.is("Pod")]).toEqual(["Pod default/a", "", "v1", true]);
    });

    test.each([
        ["kubernetes:example.com/v1:PlayList", "PlayList"],
        ["kubernetes:core/v1:ConfigMap", "ConfigMap"],
    ])("is not what only has items, as %s", (type, kind) => {
        const { objects } = resource(type, { items: [{ kind: "Pod", metadata: { name: "a" } }] });
        expect(objects.map(one => one.kind)).toEqual([kind]);
    });

    test.each([[UNKNOWN], [null], ["text"], [{}]])("with items %j is an object of its own", items => {
        expect(object("kubernetes:core/v1:PodList", { kind: "PodList", items }).kind).toBe("PodList");
    });
});

describe("kinds", () => {
    const builtIn = object("kubernetes:apps/v1beta2:Deployment", {});
    const custom = object("kubernetes:example.com/v1:Deployment", { apiVersion: "example.com/v1", kind: "Deployment" });
    const whale = object("kubernetes:example.com/v1:Whale", {});

    test("are built-in ones only of the groups that have served them", () => {
        expect([builtIn.is("Deployment"), custom.is("Deployment"), whale.is("Whale" as never)]).toEqual([
            true,
            false,
            false,
        ]);
        expect([builtIn.isCustom, custom.isCustom, whale.isCustom]).toEqual([false, true, true]);
        expect([builtIn.isWorkload, custom.isWorkload]).toEqual([true, false]);
    });

    test.each([
        [["Deployment"], [true, false, false]],
        [["*"], [true, true, true]],
        [["Whale"], [false, false, true]],
        [[], [false, false, false]],
        [
            ["Pod", "Deployment"],
            [true, false, false],
        ],
    ])("of a configuration %j", (kinds, expected) => {
        expect([builtIn, custom, whale].map(each => each.isOneOf(kinds))).toEqual(expected);
    });

    test("named like what every JavaScript object has are custom ones", () => {
        expect(object("kubernetes:core/v1:constructor", {}).isCustom).toBe(true);
    });
});

describe("the namespace and the label", () => {
    const provider = (props: unknown) => ({
        provider: { urn: "p", type: "pulumi:providers:kubernetes", name: "p", props },
    });

    test.each<[string, string, unknown, Partial<ResourceInit>, string]>([
        ["its own", "core/v1:Pod", { metadata: { name: "a", namespace: "shop" } }, {}, "Pod shop/a"],
        [
            "its own before the provider's",
            "core/v1:Pod",
            { metadata: { name: "a", namespace: "shop" } },
            provider({ namespace: "b" }),
            "Pod shop/a",
        ],
        ["the provider's", "core/v1:Pod", { metadata: { name: "a" } }, provider({ namespace: "b" }), "Pod b/a"],
        [
            "the provider's for an empty one",
            "core/v1:Pod",
            { metadata: { name: "a", namespace: "" } },
            provider({ namespace: "b" }),
            "Pod b/a",
        ],
        ["default", "core/v1:Pod", { metadata: { name: "a" } }, {}, "Pod default/a"],
        [
            "default with a known kubeconfig",
            "core/v1:Pod",
            { metadata: { name: "a" } },
            provider({ kubeconfig: "k" }),
            "Pod default/a",
        ],
        [
            "unknown with an unknown kubeconfig",
            "core/v1:Pod",
            { metadata: { name: "a" } },
            provider({ kubeconfig: UNKNOWN }),
            "Pod <unknown>/a",
        ],
        [
            "unknown with an unknown provider's",
            "core/v1:Pod",
            { metadata: { name: "a" } },
            provider({ namespace: UNKNOWN }),
            "Pod <unknown>/a",
        ],
        ["unknown itself", "core/v1:Pod", { metadata: { name: "a", namespace: UNKNOWN } }, {}, "Pod <unknown>/a"],
        ["unknown metadata", "core/v1:Pod", { metadata: UNKNOWN }, {}, "Pod <unknown>/<unknown>"],
        [
            "none for a cluster-scoped kind",
            "core/v1:Namespace",
            { metadata: { name: "a", namespace: "b" } },
            provider({ namespace: "b" }),
            "Namespace a",
        ],
        [
            "a custom resource's own",
            "example.com/v1:Whale",
            { metadata: { name: "a", namespace: "b" } },
            {},
            "Whale b/a",
        ],
        [
            "none known of a custom resource",
            "example.com/v1:Whale",
            { metadata: { name: "a" } },
            provider({ namespace: "b" }),
            "Whale a",
        ],
        ["generateName", "core/v1:Pod", { metadata: { generateName: "a-", namespace: "b" } }, {}, "Pod b/a-"],
        ["the Pulumi name", "core/v1:Pod", { metadata: { namespace: "b" } }, {}, "Pod b/x"],
        ["the Pulumi name for an empty one", "core/v1:Pod", { metadata: { name: "", namespace: "b" } }, {}, "Pod b/x"],
        ["the Pulumi name for no text", "core/v1:Pod", { metadata: { name: 7, namespace: "b" } }, {}, "Pod b/x"],
    ])("%s", (_, token, props, more, label) => {
        expect(object(`kubernetes:${token}`, props, more).label).toBe(label);
    });

    test("the reference keeps what is unknown", () => {
        expect(object("kubernetes:core/v1:Pod", { metadata: UNKNOWN }).reference).toEqual(["Pod", UNKNOWN, UNKNOWN]);
        expect(object("kubernetes:core/v1:Node", { metadata: UNKNOWN }).reference).toEqual(["Node", UNKNOWN]);
    });
});

describe("pods", () => {
    const spec = { containers: [{ name: "web" }] };

    test.each<[string, unknown, boolean]>([
        ["core/v1:Pod", { spec }, false],
        ["core/v1:PodTemplate", { template: { spec } }, true],
        ["core/v1:ReplicationController", { spec: { template: { spec } } }, true],
        ["extensions/v1beta1:ReplicaSet", { spec: { template: { spec } } }, true],
        ["apps/v1:Deployment", { spec: { template: { spec } } }, true],
        ["apps/v1beta1:StatefulSet", { spec: { template: { spec } } }, true],
        ["apps/v1:DaemonSet", { spec: { template: { spec } } }, true],
        ["batch/v1:Job", { spec: { template: { spec } } }, true],
        ["batch/v1beta1:CronJob", { spec: { jobTemplate: { spec: { template: { spec } } } } }, true],
        ["batch/v2alpha1:CronJob", { spec: { jobTemplate: { spec: { template: { spec } } } } }, true],
    ])("of %s", (token, props, isTemplate) => {
        const { pod } = object(`kubernetes:${token}`, props);
        expect(pod?.isTemplate).toBe(isTemplate);
        expect(pod?.containers.map(({ name }) => name)).toEqual(["web"]);
    });

    test.each(["core/v1:Service", "example.com/v1:Deployment", "apps/v1:ControllerRevision"])("not of %s", token => {
        expect(object(`kubernetes:${token}`, { spec: { template: { spec } } }).pod).toBeUndefined();
    });

    test("have containers of three roles, each with a name", () => {
        const { pod } = object("kubernetes:core/v1:Pod", {
            spec: {
                ephemeralContainers: [{ name: "debug" }],
                containers: [{ name: "web" }, null, { image: "nginx" }, UNKNOWN, { name: UNKNOWN }],
                initContainers: [
                    { name: "setup" },
                    { name: "proxy", restartPolicy: "Always" },
                    { name: "later", restartPolicy: UNKNOWN },
                ],
            },
        });
        expect(pod?.containers.map(({ role, name, isSidecar }) => [role, name, isSidecar])).toEqual([
            ["init", "setup", "no"],
            ["init", "proxy", "yes"],
            ["init", "later", "unknown"],
            ["container", "web", "no"],
            ["container", "2", "no"],
            ["container", "4", "no"],
            ["ephemeral", "debug", "no"],
        ]);
    });

    test.each([[null], [UNKNOWN], ["text"], [[]], [{ containers: "web" }], [{ containers: UNKNOWN }]])(
        "with the spec %j have no containers that are known",
        given => {
            expect(object("kubernetes:core/v1:Pod", { spec: given }).pod?.containers).toEqual([]);
        },
    );
});

test("a URN tells stack and project", () => {
    const { stack, project } = resource("a:b:C", {}, { urn: "urn:pulumi:prod::shop::a:b:C$d:e:F::x::y" });
    expect([stack, project]).toEqual(["prod", "shop"]);
});

test("inputs that refer to themselves or lie deep do no harm", () => {
    const props: Record<string, unknown> = { metadata: { name: "a" } };
    props.spec = props;
    expect(object("kubernetes:core/v1:Pod", props).label).toBe("Pod default/a");
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(object("kubernetes:core/v1:Pod", { spec: deep }).pod?.containers).toEqual([]);
});
