import { expect, it, onTestFinished } from "vitest";
import { policies } from "../policies";
import { builtPack } from "./support/build";
import { PackProcess } from "./support/pack-process";

it("a resource that is told again with other properties, to another policy, is not taken for the one before", async () => {
    const pack = await PackProcess.start(await builtPack());
    onTestFinished(() => pack.stop());
    const only = (enabled: string) =>
        pack.configure(
            Object.fromEntries(
                policies.map(({ name }) => [
                    name,
                    { level: name === enabled ? "mandatory" : "disabled", properties: {} } as const,
                ]),
            ),
        );
    const pod = (labels: Record<string, string>) => ({
        urn: "urn:pulumi:dev::shop::kubernetes:core/v1:Pod::web",
        type: "kubernetes:core/v1:Pod",
        name: "web",
        props: { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels } },
    });

    await only("no-naked-pods");
    const first = await pack.analyze(pod({}));
    await only("valid-labels");
    const second = await pack.analyze(pod({ tier: "not valid" }));

    expect(first.map(({ policy }) => policy)).toEqual(["no-naked-pods"]);
    expect(second.map(({ policy }) => policy)).toEqual(["valid-labels"]);
});

/** What is said of an object that names its namespace by a text, in the order in which the engine tells of both. */
async function saidOfOrder(dryRun: string | undefined, order: readonly ("namespace" | "settings")[]) {
    const env: Record<string, string> = dryRun === undefined ? {} : { PULUMI_NODEJS_DRY_RUN: dryRun };
    const pack = await PackProcess.start(await builtPack(), env);
    onTestFinished(() => pack.stop());
    await pack.configure(
        Object.fromEntries(
            policies.map(({ name }) => [
                name,
                { level: name === "require-start-order" ? "mandatory" : "disabled", properties: {} } as const,
            ]),
        ),
    );
    const resource = (kind: string, metadata: { readonly name: string; readonly namespace?: string }) => ({
        urn: `urn:pulumi:dev::shop::kubernetes:core/v1:${kind}::${metadata.name}`,
        type: `kubernetes:core/v1:${kind}`,
        name: metadata.name,
        props: { apiVersion: "v1", kind, metadata },
    });
    const resources = {
        namespace: resource("Namespace", { name: "shop" }),
        settings: resource("ConfigMap", { name: "settings", namespace: "shop" }),
    };
    for (const name of order) await pack.analyze(resources[name]);
    const said = await pack.analyzeStack(Object.values(resources));
    return said.map(({ level, message }) => `${level} ${message}`);
}

it.each([
    ["a preview, which creates nothing", "true", ["namespace", "settings"], "mandatory"],
    ["the analysis of a file", undefined, ["namespace", "settings"], "mandatory"],
    ["an update that registers it first", "false", ["settings", "namespace"], "mandatory"],
    ["an update that registers it later", "false", ["namespace", "settings"], "advisory"],
] as const)("what does not say that it waits is early in %s", async (_, dryRun, order, level) => {
    const what =
        'The ConfigMap can be created before Namespace shop, which metadata.namespace names: creation fails with "namespace not found" until it exists, and Pulumi gives up after 5 tries.';
    const fix =
        'Use the output metadata.name of resource "shop" as the name, or add the resource to the option dependsOn of resource "settings"';
    expect(await saidOfOrder(dryRun, order)).toEqual([
        level === "mandatory"
            ? `mandatory ConfigMap shop/settings: ${what} ${fix}.`
            : `advisory ConfigMap shop/settings: ${what} ${fix}, unless a function passed to apply creates it.`,
    ]);
});
