import * as k8s from "@pulumi/kubernetes";
import { expect } from "vitest";
import { policies } from "../../policies";
import { onCluster, StandIn, test } from "./support/engine";

const enabled = policies.filter(({ enforcementLevel }) => enforcementLevel !== "disabled");

/** The policies that judge objects of every kind, the options of their resources, and settings of controllers. */
const OF_A_CONFIG_MAP = [
    "ingress-tls",
    "no-default-namespace",
    "no-deprecated-apis",
    "no-ingress-snippets",
    "no-plaintext-secrets",
    "no-unstable-apis",
    "require-explicit-provider",
    "require-labels",
    "require-protection",
    "restrict-ignore-changes",
    "restrict-provider-options",
    "valid-labels",
];

test("a policy passes on the resources that it is for, and on no other", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            new StandIn("bucket", "ready");
            const metadata = { name: "settings", namespace: "shop", labels: { "app.kubernetes.io/name": "shop" } };
            new k8s.core.v1.ConfigMap("settings", { metadata, data: { currency: "EUR" } }, cluster);
        }),
    );

    const { passed } = await stack.preview();

    expect(passed.get("bucket")).toEqual(["require-cluster-environment"]);
    expect(passed.get("settings")).toEqual(OF_A_CONFIG_MAP);
    const ofStack = enabled.filter(({ definition }) => definition.checkStack).map(({ name }) => name);
    for (const names of passed.values()) expect(names.filter(name => ofStack.includes(name))).toEqual([]);
});
