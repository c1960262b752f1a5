import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import { UNKNOWN } from "../../model/value";
import { onCluster, StandIn, test } from "./support/engine";
import { missingLabels } from "./support/wording";

const PASSWORD = "orders-of-the-day";

const unlabelled = onCluster(cluster => {
    const annotations = { "example.com/host": new StandIn("host", "shop.example.com").output };
    const labels = { tier: "web" };
    const containers = [
        {
            name: "web",
            image: "registry.example.com/shop/storefront:2.4.1",
            env: [{ name: "PASSWORD", value: pulumi.secret(PASSWORD) }],
        },
    ];
    new k8s.apps.v1.Deployment(
        "web",
        {
            metadata: { name: "web", namespace: "shop", labels, annotations },
            spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
        },
        cluster,
    );
});

test("at the level remediate, missing labels are added and all else stays as it is", async ({ engine }) => {
    const stack = await engine.inlineStack(unlabelled);
    await stack.tag("team", "checkout");
    const policyConfig = {
        all: "disabled",
        "require-labels": {
            enforcementLevel: "remediate",
            labels: {
                "app.kubernetes.io/name": { default: "storefront" },
                team: { fromStackTag: "team", default: "nobody" },
            },
        },
    };

    const preview = await stack.preview({ policyConfig });
    expect(preview.reported).toEqual([]);
    expect(preview.output).toContain("- [remediate]  require-labels  (1 resource)");
    expect(preview.output).not.toMatch(/can't (run|be known)/);
    const labels = { "app.kubernetes.io/name": "storefront", team: "checkout", tier: "web" };
    expect(preview.inputs.get("web")).toMatchObject({
        metadata: { labels, annotations: { "example.com/host": UNKNOWN } },
        spec: { template: { metadata: { labels }, spec: { containers: { ciphertext: "[secret]" } } } },
    });
    expect(preview.exitCode).toBe(0);

    const up = await stack.up({ policyConfig });
    expect(up.reported).toEqual([]);
    expect(up.exitCode).toBe(0);
    expect(engine.rendered().get("Deployment web")).toEqual({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop", labels, annotations: { "example.com/host": "shop.example.com" } },
        spec: {
            selector: { matchLabels: { tier: "web" } },
            template: {
                metadata: { labels },
                spec: {
                    containers: [
                        {
                            name: "web",
                            image: "registry.example.com/shop/storefront:2.4.1",
                            env: [{ name: "PASSWORD", value: PASSWORD }],
                        },
                    ],
                },
            },
        },
    });
    const state = readFileSync(await stack.exportState(), "utf8");
    expect(state).toContain("checkout");
    expect(state).not.toContain(PASSWORD);
});

test("what remediation cannot repair counts as mandatory", async ({ engine }) => {
    const stack = await engine.inlineStack(unlabelled);

    const up = await stack.up({
        policyConfig: { all: "disabled", "require-labels": { enforcementLevel: "remediate", labels: { team: {} } } },
    });

    expect(up.reported).toEqual([
        {
            policy: "require-labels",
            level: "mandatory",
            resource: "web",
            message: missingLabels("Deployment shop/web: metadata.labels.team", "spec.template.metadata.labels.team"),
        },
    ]);
    expect(up.exitCode).toBe(1);
    expect([...engine.rendered().keys()]).toEqual([]);
});
