import { describe, expect, test } from "vitest";
import { readState, stateResources } from "../../cli/input/state";
import type { NodeInit } from "../../model/pulumi/stack";
import { UNKNOWN } from "../../model/value";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const PREFIX = "urn:pulumi:dev::shop";
const PROVIDER = `${PREFIX}::pulumi:providers:kubernetes::cluster`;
const POD = `${PREFIX}::kubernetes:yaml/v2:ConfigGroup$kubernetes:core/v1:Pod::web::1`;

const provider = {
    urn: PROVIDER,
    id: "7f",
    type: "pulumi:providers:kubernetes",
    inputs: { kubeconfig: { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" } },
};

function read(...resources: unknown[]): NodeInit[] {
    return readState(resources, "state.json");
}

/** The inputs of a resource with one property, as policies see them. */
function seen(value: unknown): unknown {
    const [node] = read({ urn: POD, type: "kubernetes:core/v1:Pod", inputs: { value } });
    return node?.resource.props.get("value").raw;
}

describe("what is Pulumi state", () => {
    test.each([
        ["an exported stack", { version: 3, deployment: { manifest: {}, resources: [1] } }, [1]],
        ["an exported stack without resources", { version: 3, deployment: { manifest: {} } }, []],
        ["a checkpoint", { version: 3, checkpoint: { stack: "dev", latest: { resources: [1] } } }, [1]],
        ["a checkpoint without a deployment", { version: 3, checkpoint: { stack: "dev" } }, undefined],
        ["Helm values", { deployment: { resources: { limits: {} } } }, undefined],
        ["a list", [{ deployment: {} }], undefined],
        ["a text", "deployment", undefined],
        ["nothing", null, undefined],
    ])("%s", (_, value, resources) => {
        expect(stateResources(value)).toEqual(resources);
    });
});

test("a resource with all that policies see of it", () => {
    const [node, other] = read(
        {
            urn: POD,
            type: "kubernetes:core/v1:Pod",
            custom: true,
            id: "shop/web",
            inputs: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, __fieldManager: "x" },
            outputs: { status: { phase: "Running" }, __initialApiVersion: "v1" },
            parent: `${PREFIX}::kubernetes:yaml/v2:ConfigGroup::group`,
            protect: true,
            provider: `${PROVIDER}::7f`,
            dependencies: [PROVIDER],
            propertyDependencies: { metadata: [PROVIDER], spec: null },
            customTimeouts: { create: 60 },
            ignoreChanges: ["spec"],
        },
        provider,
    );
    const resource = node?.resource;
    expect(resource).toMatchObject({
        urn: POD,
        type: "kubernetes:core/v1:Pod",
        name: "web::1",
        stack: "dev",
        project: "shop",
        parent: `${PREFIX}::kubernetes:yaml/v2:ConfigGroup::group`,
        options: { protect: true, ignoreChanges: ["spec"], customTimeouts: { create: 60, update: 0, delete: 0 } },
        source: { file: "state.json" },
    });
    expect(resource?.props.raw).toEqual({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } });
    expect(resource?.provider).toMatchObject({ urn: PROVIDER, type: "pulumi:providers:kubernetes", name: "cluster" });
    expect(resource?.provider?.props.get("kubeconfig").isUnknown).toBe(true);
    expect(resource?.objects.map(object => object.label)).toEqual(["Pod <unknown>/web"]);
    expect(node).toMatchObject({
        outputs: { status: { phase: "Running" } },
        dependencies: [PROVIDER],
        propertyDependencies: { metadata: [PROVIDER], spec: [] },
    });
    expect(node?.outputs).not.toHaveProperty("__initialApiVersion");
    expect(other?.resource).toMatchObject({ type: "pulumi:providers:kubernetes", provider: undefined });
});

test("a provider that is not in the state may have any configuration", () => {
    const [node] = read({ urn: POD, type: "kubernetes:core/v1:Pod", provider: `${PROVIDER}::7f` });
    expect(node?.resource.provider).toMatchObject({ urn: PROVIDER, type: "pulumi:providers:kubernetes" });
    expect(node?.resource.provider?.props.isUnknown).toBe(true);
});

test("resources that wait for their deletion, and what is none, are left out", () => {
    expect(read({ ...provider, delete: true }, null, "x", [], { urn: 5 }, provider)).toHaveLength(1);
});

test("resources that the program only reads are marked", () => {
    const pod = { urn: POD, type: "kubernetes:core/v1:Pod" };
    const found = read({ ...pod, external: true }, { ...pod, external: false });
    expect(found.map(({ isRead }) => isRead)).toEqual([true, undefined]);
});

test("a resource of which everything has the wrong type", () => {
    const [node] = read({
        urn: POD,
        type: 1,
        inputs: [],
        outputs: 1,
        provider: 1,
        parent: {},
        customTimeouts: [],
        dependencies: "x",
    });
    expect(node?.resource).toMatchObject({ type: "kubernetes:core/v1:Pod", parent: undefined, provider: undefined });
    expect(node).toMatchObject({ outputs: {}, dependencies: [], propertyDependencies: {} });
});

describe("values with a signature", () => {
    const secret = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270" };
    const output = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const reference = { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: PROVIDER };
    const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "1" };
    test.each([
        ["an encrypted secret", { ...secret, ciphertext: "v1:abc" }, UNKNOWN],
        ["a secret in plain text", { ...secret, plaintext: '{"a":[1]}' }, { a: [1] }],
        [
            "a secret in a secret",
            { ...secret, plaintext: JSON.stringify({ a: { ...secret, plaintext: "true" } }) },
            { a: true },
        ],
        ["a secret in plain text that is no JSON", { ...secret, plaintext: "{" }, UNKNOWN],
        ["secrets in a list", [{ ...secret, ciphertext: "v1:abc" }, 1], [UNKNOWN, 1]],
        ["an output value", { ...output, value: { ...secret, plaintext: "1" }, secret: true }, 1],
        ["an output value that is not known", { ...output, dependencies: [] }, UNKNOWN],
        ["a reference to a resource by its id", { ...reference, id: "7f" }, "7f"],
        ["a reference to a resource whose id is not known", { ...reference, id: "" }, UNKNOWN],
        ["a reference to a component", reference, PROVIDER],
        ["an asset with a text", { ...asset, text: "a" }, "a"],
        ["an asset of a file", { ...asset, path: "a.txt" }, UNKNOWN],
        ["an archive", { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} }, UNKNOWN],
        ["an unknown value", UNKNOWN, UNKNOWN],
        ["null", null, null],
    ])("%s", (_, value, expected) => {
        expect(seen(value)).toEqual(expected);
    });
});

test("where the program made a resource is read from the stack trace", () => {
    const position = (sourcePosition: string) => ({ sourcePosition });
    const program = [position("project:///index.ts#4,1")];
    const inApply = [{}, position("project:///node_modules/@pulumi/pulumi/output.js#327,31")];
    const pod = { urn: POD, type: "kubernetes:core/v1:Pod" };
    const nodes = read(pod, { ...pod, stackTrace: program }, { ...pod, stackTrace: inApply });
    expect(nodes.map(({ isMadeInApply }) => isMadeInApply)).toEqual([false, false, true]);
});

test.each([
    ["coredns", true],
    ["", false],
    [undefined, false],
])("whether a resource was imported: %j", (importID, expected) => {
    const [node] = read({ urn: POD, type: "kubernetes:core/v1:Pod", importID });
    expect(node?.resource.isImported).toBe(expected);
});
