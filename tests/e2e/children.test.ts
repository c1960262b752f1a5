import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import { onCluster, test } from "./support/engine";
import { missingLabel, nakedPod } from "./support/wording";

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata:
    name: debug
    namespace: shop
spec:
    containers:
        - name: shell
          image: docker.io/library/busybox:1.37
`;

class Web extends pulumi.ComponentResource {
    constructor(name: string, options: pulumi.ComponentResourceOptions) {
        super("shop:index:Web", name, {}, options);
        const metadata = { name, namespace: "shop" };
        new k8s.core.v1.Service(`${name}-service`, { metadata, spec: { ports: [{ port: 80 }] } }, { parent: this });
    }
}

test("the children of a ConfigGroup and of a component are checked", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            new k8s.yaml.ConfigGroup("manifests", { yaml: MANIFESTS }, cluster);
            new Web("web", cluster);
        }),
    );

    const { reported, exitCode } = await stack.preview({
        policyConfig: {
            all: "disabled",
            "no-naked-pods": "mandatory",
            "require-labels": { enforcementLevel: "mandatory", labels: { owner: {} } },
        },
    });

    expect(reported).toEqual([
        {
            policy: "no-naked-pods",
            level: "mandatory",
            resource: "shop/debug",
            message: nakedPod("Pod shop/debug"),
        },
        {
            policy: "require-labels",
            level: "mandatory",
            resource: "web-service",
            message: missingLabel("Service shop/web: metadata.labels.owner"),
        },
    ]);
    expect(exitCode).toBe(1);
});
