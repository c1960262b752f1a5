import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Engine, exampleProgram, PACK, type Rendered, SHOP_CONFIG, type TestStack, test } from "./support/engine";
import { BROKEN_SHOP } from "./support/wording";

/** The forms in which the shop is written as a program. */
const PROGRAMS: Record<string, (engine: Engine, suffix: string) => Promise<TestStack>> = {
    TypeScript: (engine, suffix) => engine.inlineStack(exampleProgram(`shop-typescript${suffix}`), SHOP_CONFIG),
    YAML: (engine, suffix) => engine.stackOf(engine.copyExample(`shop-yaml${suffix}`), SHOP_CONFIG),
};

/** The objects that these violations are about. */
const FORBIDDEN = ["Pod migrate-orders", "StatefulSet orders-queue", "Deployment storefront"];

describe.each(Object.entries(PROGRAMS))("the shop in %s", (_, open) => {
    test("passes, and is what the manifests are", async ({ engine }) => {
        const stack = await open(engine, "");

        const up = await stack.up();

        expect(up.reported).toEqual([]);
        expect(up.exitCode).toBe(0);
        expect(Object.fromEntries(engine.rendered())).toEqual(manifests());
    });

    test("shows each violation when it is broken, and none of the objects is created", async ({ engine }) => {
        const stack = await open(engine, "-broken");

        const preview = await stack.preview();
        expect(preview.reported.map(({ message }) => message).sort()).toEqual(BROKEN_SHOP);
        expect(preview.exitCode).toBe(1);

        const up = await stack.up();
        expect(up.exitCode).toBe(1);
        const created = [...engine.rendered().keys()];
        expect(created).toContain("Namespace shop");
        for (const forbidden of FORBIDDEN) expect(created).not.toContain(forbidden);
    });
});

// The clone has what is committed, not what is being worked on.
describe("two clusters in TypeScript", () => {
    const policyConfig = {
        all: "disabled",
        "production-cluster-isolation": "mandatory",
        "require-cluster-environment": "mandatory",
        "require-explicit-provider": "advisory",
        "require-protection": "advisory",
    };

    test("pass", async ({ engine }) => {
        const stack = await engine.inlineStack(exampleProgram("clusters-typescript"), {}, "main");

        const { reported, exitCode } = await stack.preview();

        expect(reported).toEqual([]);
        expect(exitCode).toBe(0);
    });

    test("show each violation when they are broken, before anything exists", async ({ engine }) => {
        const config = { databasePassword: { value: "orders-of-the-day", secret: true } };
        const stack = await engine.inlineStack(exampleProgram("clusters-typescript-broken"), config, "main");

        const { output, exitCode } = await stack.preview({ policyConfig });

        await expect(policiesIn(output)).toMatchFileSnapshot("broken-clusters-preview.txt");
        expect(exitCode).toBe(1);
    });
});

test("a newcomer needs a clone and `npm ci`", async ({ engine }) => {
    expect(await engine.run("git", ["clone", "--quiet", PACK, "clone"])).toMatchObject({ exitCode: 0 });
    const clone = path.join(engine.folder, "clone");
    expect(await engine.run("npm", ["ci", "--prefer-offline"], clone)).toMatchObject({ exitCode: 0 });

    const shop = path.join(clone, "examples/shop-yaml-broken");
    for (const args of [
        ["stack", "init", "dev"],
        ["config", "set", "renderTo", engine.renderedFolder],
        ["config", "set", "--secret", "queuePassword", "orders-of-the-day"],
    ]) {
        expect(await engine.pulumi(args, shop)).toMatchObject({ exitCode: 0 });
    }
    const { exitCode, stdout } = await engine.pulumi(["preview", "--policy-pack", "../.."], shop);

    await expect(policiesIn(stdout)).toMatchFileSnapshot("broken-shop-preview.txt");
    expect(exitCode).toBe(1);
});

/** What a preview shows of the policies, wherever the pack is. */
function policiesIn(output: string): string {
    const [, policies = ""] = /\nPolicies:\n(.*?)\n\n/s.exec(output) ?? [];
    return policies.replace(/\(local: [^)]*\)/, "(local: ../..)");
}

/** The objects of examples/manifests, as the provider writes them. */
function manifests(): Record<string, Rendered> {
    const text = readFileSync(path.join(PACK, "examples/manifests/shop.yaml"), "utf8");
    return Object.fromEntries(
        parseAllDocuments(text).map(document => {
            const { stringData, ...object } = document.toJS();
            if (stringData) object.data = encoded(stringData);
            return [`${object.kind} ${object.metadata.name}`, object];
        }),
    );
}

function encoded(texts: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));
}
