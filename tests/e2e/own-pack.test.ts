import { readdirSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, describe, expect, test as plain } from "vitest";
import { packArchive } from "../support/archive";
import { Engine, onCluster, PACK, SHOP_CONFIG, test } from "./support/engine";
import { bySdk, invalidLabelValue, nakedPod, selectorMismatch } from "./support/wording";

let machine: Engine;
let pack: string;
beforeAll(async () => {
    machine = await Engine.open();
    pack = machine.copyExample("own-pack");
    await succeed("npm", "install", "--prefer-offline", await packArchive(machine.folder));
    await succeed("npm", "run", "build");
});
afterAll(() => machine.close());

async function succeed(command: string, ...args: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await machine.run(command, args, pack);
    expect({ exitCode, output: stdout + stderr }).toEqual({ exitCode: 0, output: expect.any(String) });
}

plain("there is one copy of the SDK, and nothing of this pack is compiled when it boots", () => {
    expect(readdirSync(path.join(pack, "node_modules/kubernetes-guardrails"))).not.toContain("node_modules");
    expect(readdirSync(path.join(pack, "bin")).sort()).toEqual(["index.js", "require-cost-center.js"]);
});

plain.each([
    ["nodenext", "nodenext"],
    ["commonjs", "node10"],
])("the declarations need no others, with modules of %s", async (module, moduleResolution) => {
    machine.write(
        "own-pack/lean.ts",
        'import { createPolicyPack, definePolicy, policies } from "kubernetes-guardrails/policies";\n' +
            "export const all = [createPolicyPack, definePolicy, policies];\n",
    );
    const compilerOptions = {
        ...{ module, moduleResolution, target: "es2022", types: [] },
        ...{ strict: true, skipLibCheck: false, noEmit: true },
    };
    machine.write("own-pack/lean.json", JSON.stringify({ compilerOptions, files: ["lean.ts"] }));

    await succeed(path.join(pack, "node_modules/.bin/tsc"), "--project", "lean.json");
});

plain("a pack of the SDK's own policies can have these too", async () => {
    machine.write(
        "own-pack/beside.ts",
        `import { PolicyPack } from "@pulumi/policy";
        import { policies, pulumiPolicies } from "kubernetes-guardrails/policies";
        const other = { name: "other", description: "Nothing.", validateResource() {} };
        new PolicyPack("beside", { policies: [...pulumiPolicies(policies), other] });`,
    );
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: true, noEmit: true };
    machine.write("own-pack/beside.json", JSON.stringify({ compilerOptions, files: ["beside.ts"] }));

    await succeed(path.join(pack, "node_modules/.bin/tsc"), "--project", "beside.json");
});

test("its own policy decides, what it dropped is silent, and the level that it changed is in force", async ({
    engine,
}) => {
    const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);

    const { reported, exitCode } = await stack.preview({ policyPacks: [pack] });

    expect(reported).toEqual([
        {
            policy: "no-naked-pods",
            level: "advisory",
            resource: "migrateOrders",
            message: bySdk("no-naked-pods", nakedPod("Pod shop/migrate-orders")),
        },
        {
            policy: "acme-require-cost-center",
            level: "mandatory",
            resource: "namespace",
            message: costCenter('Namespace shop: metadata.labels["acme.example/cost-center"] is not set'),
        },
        {
            policy: "valid-labels",
            level: "mandatory",
            resource: "queueServers",
            message: bySdk(
                "valid-labels",
                invalidLabelValue(
                    "StatefulSet shop/orders-queue",
                    'metadata.labels["app.kubernetes.io/version"]',
                    "contains characters that are not allowed",
                ),
            ),
        },
        {
            policy: "selector-matches-template",
            level: "mandatory",
            resource: "storefrontServers",
            message: bySdk(
                "selector-matches-template",
                selectorMismatch(
                    'Deployment shop/storefront: spec.selector.matchLabels["app.kubernetes.io/name"]',
                    "shopfront",
                    "storefront",
                ),
            ),
        },
    ]);
    expect(exitCode).toBe(1);
});

test("a policy of which the pack changes only a key keeps its level, and users can change both", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            const labels = { "acme.example/cost-center": "cc-12" };
            new k8s.core.v1.Namespace("team", { metadata: { name: "team", labels } }, cluster);
            new k8s.batch.v1.Job(
                "import",
                {
                    metadata: { name: "import", namespace: "team" },
                    spec: {
                        ttlSecondsAfterFinished: 60,
                        template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a:main" }] } },
                    },
                },
                cluster,
            );
        }),
    );
    const levelsOf = async (policyConfig?: object) => {
        const { reported } = await stack.preview({ policyPacks: [pack], policyConfig });
        return Object.fromEntries(
            reported
                .filter(({ policy }) => ["acme-require-cost-center", "no-mutable-image-tags"].includes(policy))
                .map(({ policy, level }) => [policy, level]),
        );
    };

    expect(await levelsOf()).toEqual({
        "acme-require-cost-center": "mandatory",
        "no-mutable-image-tags": "mandatory",
    });
    const changed = { "acme-require-cost-center": "advisory", "no-mutable-image-tags": { forbidden: [] } };
    expect(await levelsOf(changed)).toEqual({ "acme-require-cost-center": "advisory" });
});

describe.each([
    ["Python", pythonProgram],
    ["Go", goProgram],
])("a program in %s", (_, prepare) => {
    let program: readonly [string, ...string[]];
    beforeAll(async () => {
        program = await prepare();
    });

    test("is refused by this pack and by the one built on it", async ({ engine }) => {
        const [command, ...args] = program;

        const packs = await engine.run(command, [...args, engine.renderedFolder, PACK, pack]);

        expect(mandatoryIn(packs.stdout)).toEqual([
            "[mandatory] [severity: medium]  acme-require-cost-center  (kubernetes:core/v1:Namespace: shop)",
            ...costCenter('Namespace shop: metadata.labels["acme.example/cost-center"] is not set').split("\n"),
            "[mandatory] [severity: high]  no-naked-pods  (kubernetes:core/v1:Pod: migration)",
            ...nakedPod("Pod shop/migration").split("\n"),
        ]);
        expect(packs.exitCode).toBe(1);
    });
});

/** Python with the packages that the program needs. */
async function pythonProgram(): Promise<[string, ...string[]]> {
    const sources = path.join(PACK, "tests/e2e/programs/python");
    const environment = path.join(machine.folder, "python");
    await succeed("python3", "-m", "venv", environment);
    const python = path.join(environment, "bin/python");
    await succeed(python, "-m", "pip", "install", "--quiet", "--requirement", path.join(sources, "requirements.txt"));
    // Its SDK would make a property of the variable, which the provider refuses beside renderYamlToDirectory.
    return ["env", "-u", "KUBECONFIG", python, path.join(sources, "preview.py")];
}

/** The program, compiled with the module of the engine: what both need has been compiled with that. */
async function goProgram(): Promise<[string, ...string[]]> {
    const modules = ["programs/go", "toolchain/engine"].map(name => path.join(PACK, "tests/e2e", name));
    const workspace = machine.write("go.work", `go 1.25.11\nuse (\n${modules.join("\n")}\n)\n`);
    const program = path.join(machine.folder, "go-program");
    const settings = ["CGO_ENABLED=0", "GOFLAGS=-mod=readonly", `GOWORK=${workspace}`];
    const flags = ["-C", modules[0] ?? "", "-tags", "osusergo,grpcnotrace", "-trimpath", "-buildvcs=false"];
    await succeed("env", ...settings, "go", "build", ...flags, "-o", program, ".");
    return [program];
}

/** The mandatory violations that a preview shows, line by line; those of the SDK's server have the description too. */
function mandatoryIn(output: string): string[] {
    const lines = output.split("\n").map(line => line.replace(/^ +(?:- )?/, ""));
    return lines.flatMap((line, index) => {
        if (!line.startsWith("[mandatory]")) return [];
        return lines.slice(index, index + (line.includes("acme-") ? 3 : 2));
    });
}

function costCenter(what: string): string {
    return `Require a cost center on every namespace.\n${what}. Set it to the cost center that pays.`;
}
