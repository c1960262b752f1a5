import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import { type Engine, onCluster, PACK, type TestStack, test } from "./support/engine";
import { violationsIn } from "./support/wording";

const POLICIES = { all: "disabled", "require-start-order": "mandatory" };
const NEED =
    'The ConfigMap can be created before Namespace shop, which metadata.namespace names: creation fails with "namespace not found" until it exists, and Pulumi gives up after 5 tries.';
const FIX =
    'Use the output metadata.name of resource "shop" as the name, or add the resource to the option dependsOn of resource "settings"';
const EARLY = `ConfigMap shop/settings: ${NEED} ${FIX}.`;
const UNPROVEN = `ConfigMap shop/settings: ${NEED} ${FIX}, unless a function passed to apply creates it.`;

type Options = pulumi.CustomResourceOptions;

function namespace(name: string | undefined, options: Options) {
    return new k8s.core.v1.Namespace("shop", { metadata: name === undefined ? {} : { name } }, options);
}

function settings(inNamespace: string, options: Options) {
    const metadata = { name: "settings", namespace: inNamespace };
    return new k8s.core.v1.ConfigMap("settings", { metadata, data: { CURRENCY: "EUR" } }, options);
}

/** What the policy says to the engine, with its level. */
async function said(run: ReturnType<TestStack["up"]>) {
    const { reported, exitCode } = await run;
    return { said: reported.map(({ level, message }) => `${level} ${message}`), exitCode };
}

/** What the check command says of the stack's state. */
async function checked(engine: Engine, stack: TestStack) {
    const config = engine.write("policies.json", JSON.stringify(POLICIES));
    const { stdout } = await engine.run(process.execPath, [
        path.join(PACK, "dist/cli.js"),
        ...["check", await stack.exportState(), "--config", config, "--format", "json"],
    ]);
    return violationsIn(stdout).map(({ level, message }) => `${level} ${message}`);
}

test("what is made in an apply waits; an update leaves that open, and the state knows", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(options => {
            // The id is known after the update only, so that the preview has no ConfigMap.
            namespace("shop", options).id.apply(() => settings("shop", options));
        }),
    );
    expect(await said(stack.preview({ policyConfig: POLICIES }))).toEqual({ said: [], exitCode: 0 });
    expect(await said(stack.up({ policyConfig: POLICIES }))).toEqual({ said: [`advisory ${UNPROVEN}`], exitCode: 0 });
    expect(await checked(engine, stack)).toEqual([]);
});

test("a name that Pulumi has made up can only come from an output", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(options => {
            namespace(undefined, options).metadata.name.apply(name => settings(name, options));
        }),
    );
    const preview = await stack.preview({ policyConfig: POLICIES });
    expect([...preview.inputs.keys()]).toContain("settings");
    expect(preview.reported).toEqual([]);
    expect(await said(stack.up({ policyConfig: POLICIES }))).toEqual({ said: [], exitCode: 0 });
    expect(await checked(engine, stack)).toEqual([]);
});

test("what an update registers before the namespace that it names does not wait for it", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(options => {
            const first = new k8s.core.v1.Namespace("first", { metadata: { name: "first" } }, options);
            namespace("shop", { ...options, dependsOn: [first] });
            settings("shop", options);
        }),
    );
    expect(await said(stack.preview({ policyConfig: POLICIES }))).toEqual({
        said: [`mandatory ${EARLY}`],
        exitCode: 1,
    });
    const update = await said(stack.up({ policyConfig: POLICIES }));
    expect(update.said).toEqual([`mandatory ${EARLY}`]);
    expect(update.exitCode).not.toBe(0);
    expect(await checked(engine, stack)).toEqual([`mandatory ${EARLY}`]);
});
