import * as k8s from "@pulumi/kubernetes";
import { expect } from "vitest";
import { onCluster, type Run, StandIn, test } from "./support/engine";
import { invalidLabelKey, missingLabel, nakedPod, selectorMismatch } from "./support/wording";

const CONTAINERS = [{ name: "web", image: "registry.example.com/shop/storefront:2.4.1" }];

/** All policies see the unknown values; these can fail the run. */
const OPTIONS = {
    policyConfig: {
        all: "advisory",
        "no-naked-pods": "mandatory",
        "require-labels": { enforcementLevel: "mandatory", labels: { "app.kubernetes.io/name": { default: "shop" } } },
        "selector-matches-template": "mandatory",
        "valid-labels": "mandatory",
    },
};

function mandatory({ reported }: Run) {
    return reported.filter(({ level }) => level === "mandatory");
}

/** What the engine says when a policy has stumbled over an unknown value. */
const STUMBLED = /can't run|can't be known/;

test("an unknown value is neither missing nor wrong in the preview, and the update decides it", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            const labels = { "app.kubernetes.io/name": new StandIn("part", "shopfront").output };
            new k8s.apps.v1.Deployment(
                "web",
                {
                    metadata: { name: "web", namespace: "shop", labels },
                    spec: {
                        selector: { matchLabels: { "app.kubernetes.io/name": "storefront" } },
                        template: { metadata: { labels }, spec: { containers: CONTAINERS } },
                    },
                },
                cluster,
            );
        }),
    );

    const preview = await stack.preview(OPTIONS);
    expect(mandatory(preview)).toEqual([]);
    expect(preview.output).not.toMatch(STUMBLED);
    expect(preview.exitCode).toBe(0);

    const up = await stack.up(OPTIONS);
    expect(mandatory(up)).toEqual([
        {
            policy: "selector-matches-template",
            level: "mandatory",
            resource: "web",
            message: selectorMismatch(
                'Deployment shop/web: spec.selector.matchLabels["app.kubernetes.io/name"]',
                "storefront",
                "shopfront",
            ),
        },
    ]);
    expect(up.exitCode).toBe(1);
    expect([...engine.rendered().keys()]).toEqual([]);
});

test("the preview reports what is known to be wrong, whatever else is unknown", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            const part = new StandIn("part", "storefront").output;
            const labels = { part, tier: "frontend", "app.kubernetes.io/name": part };
            new k8s.apps.v1.Deployment(
                "web",
                {
                    metadata: { name: "web", namespace: part, labels: { [`example.com/${"x".repeat(64)}`]: part } },
                    spec: {
                        selector: { matchLabels: { part, tier: "web" } },
                        template: { metadata: { labels }, spec: { containers: CONTAINERS } },
                    },
                },
                cluster,
            );
        }),
    );

    const preview = await stack.preview(OPTIONS);

    expect(mandatory(preview)).toEqual([
        {
            policy: "require-labels",
            level: "mandatory",
            resource: "web",
            message: missingLabel('Deployment <unknown>/web: metadata.labels["app.kubernetes.io/name"]'),
        },
        {
            policy: "selector-matches-template",
            level: "mandatory",
            resource: "web",
            message: selectorMismatch("Deployment <unknown>/web: spec.selector.matchLabels.tier", "web", "frontend"),
        },
        {
            policy: "valid-labels",
            level: "mandatory",
            resource: "web",
            message: invalidLabelKey(
                "Deployment <unknown>/web",
                `metadata.labels["example.com/${"x".repeat(64)}"]`,
                "has 64 characters instead of at most 63",
            ),
        },
    ]);
    expect(preview.output).not.toMatch(STUMBLED);
    expect(preview.exitCode).toBe(1);
});

test("a provider whose kubeconfig is unknown hides nothing", async ({ engine }) => {
    const stack = await engine.inlineStack(async () => {
        const provider = new k8s.Provider("cluster", { kubeconfig: new StandIn("kubeconfig", "{}").output });
        const namespace = new k8s.core.v1.Namespace("shop", {}, { provider });
        const metadata = { namespace: namespace.metadata.name };
        new k8s.core.v1.Pod("debug", { metadata, spec: { containers: CONTAINERS } }, { provider });
        new k8s.core.v1.Service("web", { metadata, spec: { ports: [{ port: 80 }] } }, { provider });
    });

    const preview = await stack.preview(OPTIONS);

    expect(mandatory(preview).map(({ message }) => message)).toEqual([
        nakedPod("Pod <unknown>/debug"),
        missingLabel('Service <unknown>/web: metadata.labels["app.kubernetes.io/name"]'),
    ]);
    expect(preview.output).not.toMatch(STUMBLED);
    expect(preview.exitCode).toBe(1);
});
