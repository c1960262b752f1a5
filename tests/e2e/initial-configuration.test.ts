import { symlinkSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { expect } from "vitest";
import { type Engine, onCluster, PACK, test } from "./support/engine";

const nakedPod = onCluster(cluster => {
    const metadata = { name: "debug", namespace: "shop" };
    new k8s.core.v1.Pod(
        "debug",
        { metadata, spec: { containers: [{ name: "debug", image: "busybox:1.37" }] } },
        cluster,
    );
});

const KINDS = { kinds: ["Pod", "ReplicaSet"] };

test("a pack's initial configuration without a level leaves a mandatory policy mandatory", async ({ engine }) => {
    const pack = writePack(engine, `createPolicyPack(PolicyPack, { name: "own", policies, config })`);

    expect(await levelOfNakedPod(engine, pack)).toBe("mandatory");
});

test("which the SDK by itself would make advisory", async ({ engine }) => {
    const pack = writePack(engine, `new PolicyPack("own", { policies: pulumiPolicies(policies) }, config)`);

    expect(await levelOfNakedPod(engine, pack)).toBe("advisory");
});

/** Writes a pack with an initial configuration. @returns its folder. */
function writePack(engine: Engine, construct: string): string {
    const code = `
        const { PolicyPack } = require("@pulumi/policy");
        const { createPolicyPack, policies, pulumiPolicies } = require(${JSON.stringify(path.join(PACK, "dist/policies.js"))});
        const config = ${JSON.stringify({ "no-naked-pods": KINDS })};
        ${construct};`;
    engine.write("own/index.js", code);
    engine.write("own/package.json", JSON.stringify({ name: "own", version: "1.0.0" }));
    const folder = path.dirname(engine.write("own/PulumiPolicy.yaml", "runtime: nodejs\n"));
    symlinkSync(path.join(PACK, "node_modules"), path.join(folder, "node_modules"));
    return folder;
}

async function levelOfNakedPod(engine: Engine, pack: string): Promise<string | undefined> {
    const stack = await engine.inlineStack(nakedPod);
    const { reported } = await stack.preview({ policyPacks: [pack] });
    return reported.find(({ policy }) => policy === "no-naked-pods")?.level;
}
