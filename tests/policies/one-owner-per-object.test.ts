import { expect, test } from "vitest";
import { Resource, type ResourceInit } from "../../model/pulumi/resource";
import { oneOwnerPerObject } from "../../policies/one-owner-per-object";
import { messagesOf } from "../support/environments";

const MANIFEST = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" } };

/** How messages name a resource that manages the object of another, which is called settings, as well. */
function nameOf(init: Partial<ResourceInit>): string | undefined {
    const graph = [{}, init].map((more, number) => {
        const type = "kubernetes:core/v1:ConfigMap";
        const urn = `urn:pulumi:main::test::${type}::${number}`;
        const resource = new Resource({ urn, type, name: "settings", props: MANIFEST, ...more });
        return { resource, dependencies: [], propertyDependencies: {} };
    });
    const said = messagesOf(oneOwnerPerObject, graph).map(
        message => /also (?:managed by|defined in) (.*?)\. Keep/.exec(message)?.[1],
    );
    return said.find(name => !name?.endsWith("::0") && name !== 'resource "settings"');
}

test.each<[string, Partial<ResourceInit>, string]>([
    ["a resource", { name: "other" }, 'resource "other"'],
    ["a resource of the same name", {}, "resource urn:pulumi:main::test::kubernetes:core/v1:ConfigMap::1"],
    ["a resource of a state", { name: "other", source: { file: "state.json" } }, 'resource "other"'],
    ["a file", { source: { file: "settings.yaml" }, isManifest: true }, "settings.yaml"],
    ["a line of a file", { source: { file: "settings.yaml", line: 7 }, isManifest: true }, "settings.yaml:7"],
])("%s is named", (_, init, expected) => expect(nameOf(init)).toBe(expected));
