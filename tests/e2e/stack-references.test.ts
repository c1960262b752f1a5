import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Cluster } from "./support/cluster";
import { PACK, type Run, test } from "./support/engine";

const ISOLATION = "production-cluster-isolation";
const POLICIES = { all: "disabled", [ISOLATION]: "mandatory" };

/** What the isolation of production says, by resource, without its description. */
function isolation({ reported }: Run): string[] {
    return reported.filter(({ policy }) => policy === ISOLATION).map(({ message }) => message);
}

function settings(name: string, provider?: k8s.Provider): void {
    new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "default" } }, provider && { provider });
}

describe("a kubeconfig of another stack", () => {
    let cluster: Cluster;
    beforeAll(async () => {
        cluster = await Cluster.start();
    });
    afterAll(() => cluster.stop());

    test("belongs to that stack's cluster, in preview, update and state", async ({ engine }) => {
        const outputs = { kubeconfig: pulumi.secret(cluster.kubeconfig) };
        const clusters = await engine.inlineStack(async () => outputs, {}, "production");
        expect((await clusters.up({ policyPacks: [] })).exitCode).toBe(0);

        const stack = await engine.inlineStack(async () => {
            const reference = new pulumi.StackReference("organization/shop/production");
            const kubeconfig = reference.requireOutput("kubeconfig") as pulumi.Output<string>;
            settings("cart", new k8s.Provider("k8s", { kubeconfig }));
        });
        const misplaced = (cluster: string) =>
            `ConfigMap default/cart: The environment is development (name of stack dev), but ${cluster} is production ` +
            "(name of stack organization/shop/production, which the kubeconfig is from). " +
            "Deploy it with a provider of a development cluster.";
        const known = misplaced('provider "k8s" leads to the cluster of kubeconfig context "tests", which');

        const preview = await stack.preview({ policyConfig: POLICIES });
        expect(isolation(preview)).toEqual([known]);
        expect(preview.exitCode).toBe(1);

        const update = await stack.up({ policyConfig: POLICIES });
        expect(isolation(update)).toEqual([known]);
        expect(update.exitCode).toBe(1);

        // The state has the kubeconfig encrypted, and the reference with its name.
        const state = await stack.exportState();
        const config = engine.write("policies.json", JSON.stringify(POLICIES));
        const command = [`${PACK}/dist/cli.js`, "check", state, "--config", config];
        const checked = await engine.run(process.execPath, command);
        const [, text = ""] = misplaced('the cluster of provider "k8s"').split("ConfigMap default/cart: ");
        expect(checked.stdout).toContain(`  ${ISOLATION}  mandatory\n    ${text.replace(". ", ".\n      ")}\n`);
        expect(checked.exitCode).toBe(1);
    });

    test("of which only the program's name is shown is said to be unknown; a state has the real one", async ({
        engine,
    }) => {
        const outputs = { kubeconfig: pulumi.secret(cluster.kubeconfig) };
        const clusters = await engine.inlineStack(async () => outputs, {}, "dev");
        expect((await clusters.up({ policyPacks: [] })).exitCode).toBe(0);

        const stack = await engine.inlineStack(
            async () => {
                const reference = new pulumi.StackReference("infra", { name: "organization/shop/dev" });
                const kubeconfig = reference.requireOutput("kubeconfig") as pulumi.Output<string>;
                settings("cart", new k8s.Provider("k8s", { kubeconfig }));
            },
            {},
            "production",
        );
        const policyConfig = {
            ...POLICIES,
            [ISOLATION]: { enforcementLevel: "mandatory", requireKnownCluster: true },
        };
        expect(isolation(await stack.preview({ policyConfig }))).toEqual([
            'pulumi:providers:kubernetes "k8s": Stack production is production (name of stack production), but the ' +
                "environment of the cluster that this provider leads to is unknown (its kubeconfig is from StackReference " +
                '"infra", of which policies see only this name). Tag the cluster with its environment, name it in the key ' +
                '"clusters" of this policy or call the StackReference by the full name of its stack.',
        ]);

        expect((await stack.up({ policyPacks: [] })).exitCode).toBe(0);
        const state = await stack.exportState();
        const config = engine.write("policies.json", JSON.stringify(POLICIES));
        const command = [`${PACK}/dist/cli.js`, "check", state, "--config", config];
        const checked = await engine.run(process.execPath, command);
        expect(checked.stdout).toContain(
            'The environment is production (name of stack production), but the cluster of provider "k8s" is development ' +
                "(name of stack organization/shop/dev, which the kubeconfig is from)",
        );
    });
});

test("the context of the stack's configuration is that of its default provider", async ({ engine }) => {
    const stack = await engine.inlineStack(async () => settings("cart"), {
        "kubernetes:context": { value: "prod-eu" },
    });
    const run = await stack.preview({ policyConfig: POLICIES });
    expect(isolation(run)).toEqual([
        'ConfigMap default/cart: The environment is development (name of stack dev), but provider "default_4_34_2" leads ' +
            'to the cluster of kubeconfig context "prod-eu", which is production (name of kubeconfig context prod-eu). ' +
            "Deploy it with a provider of a development cluster.",
    ]);
    expect(run.exitCode).toBe(1);
});
