import { expect, test } from "vitest";
import { isBefore, parseVersion, providerVersionOf, versionText } from "../../../model/pulumi/provider-version";
import { Resource } from "../../../model/pulumi/resource";
import { UNKNOWN } from "../../../model/value";

function versionOf(name: string, props: object, type = "pulumi:providers:kubernetes"): string | undefined {
    const provider = { urn: "urn:provider", type, name, props };
    const version = providerVersionOf(new Resource({ urn: "urn:it", type: "it", name: "it", props: {}, provider }));
    return version && versionText(version);
}

test.each<[string, object, string | undefined]>([
    ["k8s", { version: "4.24.0" }, "4.24"],
    ["k8s", { version: "v4.18.4" }, "4.18.4"],
    ["k8s", { version: "4.25.0-alpha.1+sha" }, "4.25"],
    ["k8s", { version: UNKNOWN }, undefined],
    ["k8s", { version: "latest" }, undefined],
    ["k8s", { version: 4 }, undefined],
    ["k8s", {}, undefined],
    ["production_4_24_0", {}, undefined],
    ["default", {}, undefined],
    ["default", { version: "4.15.0" }, "4.15"],
    ["default_4_24_0", {}, "4.24"],
    ["default_4_24_1_alpha_1", {}, "4.24.1"],
    ["default_4_24_0_https_example_com", {}, "4.24"],
])("the version of provider %s with %j is %s", (name, props, expected) => {
    expect(versionOf(name, props)).toBe(expected);
});

test("other providers have other versions", () => {
    expect(versionOf("default_4_24_0", { version: "4.24.0" }, "pulumi:providers:aws")).toBeUndefined();
});

test.each<[string, string, boolean]>([
    ["4.15.9", "4.16.0", true],
    ["4.16.0", "4.16.0", false],
    ["4.9.0", "4.16.0", true],
    ["3.30.2", "4.0.0", true],
    ["4.18.3", "4.18.4", true],
    ["5.0.0", "4.18.4", false],
])("%s is before %s: %s", (one, other, expected) => {
    const [version, limit] = [parseVersion(one), parseVersion(other)];
    expect(version && limit && isBefore(version, limit)).toBe(expected);
});
