import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIELDS } from "../../hosts/server/protocol";
import { policies } from "../../policies";
import { installRequiredPack, npmInstall, packArchive, versionsIn } from "../support/archive";
import { expectedOutcome } from "../support/check-host";
import { type Fixture, loadFixtures } from "../support/fixtures";
import { runInPack, type Server } from "../support/hosts";
import { type NodeLine, nodeExecutable } from "../support/node-versions";
import { PackProcess } from "../support/pack-process";
import { fieldNumbers, inLowerCase } from "../support/protocol";
import { PACK } from "./support/engine";

/**
 * The oldest and the newest SDK that packs can be built with, each with the lines of Node that it is for. README names
 * them too.
 */
const SDKS: readonly { policy: string; pulumi: string; nodes: readonly NodeLine[] }[] = [
    { policy: "1.20.0", pulumi: "3.204.0", nodes: ["20"] },
    { policy: "1.21.0", pulumi: "3.270.0", nodes: ["24"] },
];

/** A case that passes and one that fails, of each policy. */
const sample = policies.flatMap(policy => {
    const cases = loadFixtures([policy]).fixtures;
    return (["pass", "fail"] as const).flatMap(outcome => cases.find(one => one.outcome === outcome) ?? []);
});

let folder: string;
let archive: string;
beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-compatibility-"));
    archive = await packArchive(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the sample has two cases of every policy", () => {
    expect(sample.length).toBe(2 * policies.length);
});

test("a registry gets no pinned versions: npm would put a second SDK into every pack built on this one", () => {
    const sources = path.join(folder, "sources");
    const env = { ...process.env, npm_command: "publish" };
    execFileSync(process.execPath, ["scripts/pack.mjs", "before"], { cwd: sources, env });
    const during = readdirSync(sources);
    execFileSync(process.execPath, ["scripts/pack.mjs", "after"], { cwd: sources, env });

    expect(during).not.toContain("npm-shrinkwrap.json");
    expect(readFileSync(path.join(sources, "package.json"), "utf8")).toBe(
        readFileSync(path.join(PACK, "package.json"), "utf8"),
    );
});

test("nothing is packed with a lock file that is not that of package.json", () => {
    const sources = path.join(folder, "sources");
    const manifest = path.join(sources, "package.json");
    const content = readFileSync(manifest, "utf8");
    writeFileSync(manifest, content.replace(/("@pulumi\/policy": )"[^"]*"/, '$1"1.20.0"'));

    const { status, stderr } = spawnSync(process.execPath, ["scripts/pack.mjs", "before"], {
        cwd: sources,
        encoding: "utf8",
    });
    writeFileSync(manifest, content);

    expect(stderr).toContain("package-lock.json is not that of package.json; run npm install.");
    expect(status).toBe(1);
});

describe("the archive, installed where an organization requires the pack", () => {
    let pack: string;
    beforeAll(async () => {
        pack = path.join(folder, "required");
        await installRequiredPack(archive, pack, ["--prefer-offline"]);
    });

    test("has exactly the versions of the lock file, and nothing for development", () => {
        const locked = versionsIn(path.join(PACK, "package-lock.json"));
        // In the pack's folder npm has written it anew.
        const shrinkwrap = path.join(folder, "npm-shrinkwrap.json");
        writeFileSync(shrinkwrap, execFileSync("tar", ["-xzOf", archive, "package/npm-shrinkwrap.json"]));
        const pinned = versionsIn(shrinkwrap);
        const installed = versionsIn(path.join(pack, "node_modules/.package-lock.json"));
        expect(installed).toEqual(pinned);
        expect(locked).toMatchObject(pinned);
        for (const [place, version] of Object.entries(installed)) {
            const manifest = readFileSync(path.join(pack, place, "package.json"), "utf8");
            // @pulumi/policy writes its own version with a "v".
            expect([place, JSON.parse(manifest).version.replace(/^v/, "")]).toEqual([place, version]);
        }
        expect(readdirSync(path.join(pack, "node_modules"))).not.toContain("typescript");
    });

    test.each(["20", "22", "24"] as const)("decides as ever on Node %s", async line => {
        expect(await decided(pack, line, "own")).toEqual(expected());
    });
});

describe.each(SDKS)(
    "a pack built with @pulumi/policy $policy and @pulumi/pulumi $pulumi",
    ({ policy, pulumi, nodes }) => {
        let pack: string;
        beforeAll(async () => {
            pack = path.join(folder, `own-${pulumi}`);
            mkdirSync(pack);
            const manifest = {
                name: "own-pack",
                version: "1.0.0",
                dependencies: {
                    "kubernetes-guardrails": `file:${archive}`,
                    "@pulumi/policy": policy,
                    "@pulumi/pulumi": pulumi,
                },
            };
            writeFileSync(path.join(pack, "package.json"), JSON.stringify(manifest));
            writeFileSync(path.join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
            writeFileSync(
                path.join(pack, "index.js"),
                `const { PolicyPack } = require("@pulumi/policy");
            const { createPolicyPack, policies } = require("kubernetes-guardrails/policies");
            createPolicyPack(PolicyPack, { name: "own-pack", policies });`,
            );
            await npmInstall(pack, ["--prefer-offline", "--no-audit"]);
        });

        test("runs on those versions", () => {
            const installed = versionsIn(path.join(pack, "node_modules/.package-lock.json"));
            expect(installed).toMatchObject({
                "node_modules/@pulumi/policy": policy,
                "node_modules/@pulumi/pulumi": pulumi,
            });
        });

        test("speaks the protocol that the pack's own server reads and writes", () => {
            expect(fieldNumbers(path.join(pack, "node_modules/@pulumi/pulumi"))).toMatchObject(inLowerCase(FIELDS));
        });

        test.each(nodes)("decides as ever on Node %s", async line => {
            expect(await decided(pack, line, "of the SDK")).toEqual(expected());
        });
    },
);

/** What a pack says to each case of the sample. */
async function decided(pack: string, line: NodeLine, server: Server): Promise<object> {
    const process = await PackProcess.start(pack, {}, await nodeExecutable(line));
    try {
        const outcomes: Record<string, unknown> = {};
        for (const fixture of sample) outcomes[nameOf(fixture)] = await runInPack(fixture, policies, process, server);
        return { ...outcomes, stdout: process.stdout, stderr: process.stderr };
    } finally {
        await process.stop();
    }
}

function expected(): object {
    const outcomes = sample.map(fixture => [nameOf(fixture), expectedOutcome(fixture)]);
    return { ...Object.fromEntries(outcomes), stdout: "", stderr: "" };
}

function nameOf({ policy, name }: Fixture): string {
    return `${policy.name}/${name}`;
}
