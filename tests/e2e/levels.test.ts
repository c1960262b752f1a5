import * as k8s from "@pulumi/kubernetes";
import { describe, expect } from "vitest";
import { onCluster, test } from "./support/engine";
import { nakedPod } from "./support/wording";

const NAKED_POD = {
    policy: "no-naked-pods",
    resource: "debug",
    message: nakedPod("Pod shop/debug"),
};

/** Configuration in which only this policy can fail a run. */
function at(level: string) {
    return { policyConfig: { all: "disabled", "no-naked-pods": level } };
}

const podInNamespace = onCluster(cluster => {
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, cluster);
    const metadata = { name: "debug", namespace: namespace.metadata.name };
    const spec = { containers: [{ name: "shell", image: "docker.io/library/busybox:1.37" }] };
    new k8s.core.v1.Pod("debug", { metadata, spec }, cluster);
});

describe("a violation", () => {
    test("at the level mandatory fails the preview and stops the update before the object is created", async ({
        engine,
    }) => {
        const stack = await engine.inlineStack(podInNamespace);

        const preview = await stack.preview(at("mandatory"));
        expect(preview.reported).toEqual([{ ...NAKED_POD, level: "mandatory" }]);
        expect(preview.output).toContain(
            "[mandatory] [severity: high]  no-naked-pods  (kubernetes:core/v1:Pod: debug)",
        );
        for (const line of NAKED_POD.message.split("\n")) expect(preview.output).toContain(`          ${line}\n`);
        expect(preview.exitCode).toBe(1);

        const up = await stack.up(at("mandatory"));
        expect(up.reported).toEqual([{ ...NAKED_POD, level: "mandatory" }]);
        expect(up.exitCode).toBe(1);
        expect([...engine.rendered().keys()]).toEqual(["Namespace shop"]);
    });

    test("at the level advisory warns and goes on", async ({ engine }) => {
        const stack = await engine.inlineStack(podInNamespace);

        const up = await stack.up(at("advisory"));

        expect(up.reported).toEqual([{ ...NAKED_POD, level: "advisory" }]);
        expect(up.output).toContain("[advisory] [severity: high]  no-naked-pods");
        expect(up.exitCode).toBe(0);
        expect([...engine.rendered().keys()].sort()).toEqual(["Namespace shop", "Pod debug"]);
    });

    test("at the level disabled is not looked for", async ({ engine }) => {
        const stack = await engine.inlineStack(podInNamespace);

        const up = await stack.up({
            policyConfig: { all: "advisory", "no-naked-pods": { enforcementLevel: "disabled" } },
        });

        expect(up.reported.map(({ policy }) => policy)).not.toContain("no-naked-pods");
        expect(up.exitCode).toBe(0);
        expect([...engine.rendered().keys()].sort()).toEqual(["Namespace shop", "Pod debug"]);
    });
});
