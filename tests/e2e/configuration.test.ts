import * as k8s from "@pulumi/kubernetes";
import { describe, expect } from "vitest";
import { onCluster, test } from "./support/engine";

const service = onCluster(cluster => {
    const metadata = { name: "web", namespace: "shop", labels: { "app.kubernetes.io/name": "web", team: "Checkout" } };
    new k8s.core.v1.Service("web", { metadata, spec: { ports: [{ port: 80 }] } }, cluster);
});

test("a configuration file sets levels and keys, and `all` stands for every policy", async ({ engine }) => {
    const stack = await engine.inlineStack(service);

    const run = await stack.preview({
        policyConfig: {
            all: "advisory",
            "require-labels": { labels: { team: { pattern: "[a-z]+" } } },
            "require-annotations": {
                enforcementLevel: "mandatory",
                annotations: { "example.com/contact": {} },
                kinds: ["Service"],
            },
        },
    });

    const configured = ["require-annotations", "require-labels"];
    expect(run.reported.filter(({ policy }) => configured.includes(policy))).toEqual([
        {
            policy: "require-annotations",
            level: "mandatory",
            resource: "web",
            message: 'Service shop/web: metadata.annotations["example.com/contact"] is not set. Add the annotation.',
        },
        {
            policy: "require-labels",
            level: "advisory",
            resource: "web",
            message:
                'Service shop/web: metadata.labels.team is "Checkout", which does not match [a-z]+. ' +
                "Set it to a value that matches [a-z]+.",
        },
    ]);
    expect(run.exitCode).toBe(1);
});

/** Configurations that the engine does not accept, with what it says. */
const REFUSED = {
    "a value of a wrong type": {
        policyConfig: { "require-labels": { kinds: "Service" } },
        error: "require-labels: kinds: Invalid type. Expected: array, given: string",
    },
    "a value that is not one of those allowed": {
        policyConfig: { "no-naked-pods": { kinds: ["Deployment"] } },
        error: 'no-naked-pods: kinds.0: kinds.0 must be one of the following: "Pod", "ReplicaSet", "ReplicationController"',
    },
    "a bad regular expression": {
        policyConfig: { "require-labels": { labels: { team: { pattern: "(" } } } },
        error: "require-labels: labels.team.pattern: Does not match format 'regex'",
    },
    "a date that does not exist": {
        policyConfig: { "no-naked-pods": { exempt: [{ resource: "*", reason: "none", until: "2026-02-30" }] } },
        error: "no-naked-pods: exempt.0.until: Does not match format 'date'",
    },
};

describe("the engine refuses", () => {
    for (const [what, { policyConfig, error }] of Object.entries(REFUSED)) {
        test(what, async ({ engine }) => {
            const stack = await engine.inlineStack(service);

            const run = await stack.preview({ policyConfig });

            expect(run.output).toContain(`error: validating policy config: kubernetes-guardrails 0.1.0  ${error}\n`);
            expect(run.exitCode).toBe(1);
        });
    }

    test("a level that does not exist", async ({ engine }) => {
        const stack = await engine.inlineStack(service);

        const run = await stack.preview({ policyConfig: { "no-naked-pods": "severe" } });

        expect(run.output).toContain(
            'error: parsing enforcement level for "no-naked-pods": "severe" is not a valid enforcement level\n',
        );
        expect(run.exitCode).toBe(1);
    });
});

test("the pack refuses a key that does not exist, which the engine lets pass", async ({ engine }) => {
    const stack = await engine.inlineStack(service);

    const up = await stack.up({
        policyConfig: { all: "disabled", "no-naked-pods": { enforcementLevel: "advisory", kind: ["Pod"] } },
    });

    expect(up.reported).toEqual([
        {
            policy: "no-naked-pods",
            level: "mandatory",
            resource: "shop-dev",
            message:
                'Configuration of no-naked-pods: "kind" is not a key of this policy; the keys are ' +
                "annotationExemptions, environments, exempt, kinds.",
        },
    ]);
    expect(up.exitCode).toBe(1);
    expect([...engine.rendered().keys()]).toEqual([]);
});
