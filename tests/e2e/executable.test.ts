import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect } from "vitest";
import { policies } from "../../policies";
import { expectedOutcome } from "../support/check-host";
import { loadFixtures } from "../support/fixtures";
import { runInPack } from "../support/hosts";
import { PackProcess } from "../support/pack-process";
import { type Engine, PACK, SHOP_CONFIG, test } from "./support/engine";
import { BROKEN_SHOP } from "./support/wording";

const EXECUTABLE = path.join(PACK, "build/kubernetes-guardrails");
const COMMAND = path.join(PACK, "dist/cli.js");

beforeAll(async () => {
    await promisify(execFile)(process.execPath, ["scripts/binary.mjs"], { cwd: PACK });
}, 600_000);

describe("as a policy pack", () => {
    test("it runs where neither Node.js nor npm is, whatever the working folder", async ({ engine }) => {
        const program = engine.copyExample("shop-yaml-broken");
        await engine.stackOf(program, SHOP_CONFIG);
        symlinkSync(EXECUTABLE, path.join(program, "kubernetes-guardrails"));

        const { stdout, exitCode } = await withoutNode(engine, program, [
            ...["preview", "--stack", "dev", "--policy-pack", "./kubernetes-guardrails"],
        ]);

        for (const message of BROKEN_SHOP) expect(stdout).toContain(`          ${message}\n`);
        expect(exitCode).toBe(1);
    });

    test("it says of a state what the pack says that Node.js runs", async ({ engine }) => {
        const stack = await engine.stackOf(engine.copyExample("shop-yaml-broken"), SHOP_CONFIG);
        await stack.up({ policyPacks: [] });
        const state = await stack.exportState();
        const analyze = ["policy", "analyze", "--file", state, "--policy-pack"];

        const node = await engine.pulumi([...analyze, PACK]);
        const executable = await withoutNode(engine, engine.folder, [...analyze, EXECUTABLE]);

        const said = (output: string) => output.split("\n").filter(line => !line.includes("kubernetes-guardrails@"));
        expect(said(executable.stdout)).toEqual(said(node.stdout));
        expect(executable.exitCode).toBe(node.exitCode);
    });

    test("it says of every fixture what is expected", async () => {
        const pack = await PackProcess.start(EXECUTABLE);
        try {
            for (const fixture of loadFixtures(policies).fixtures) {
                const name = `${fixture.policy.name}/${fixture.name}`;
                expect(await runInPack(fixture, policies, pack), name).toEqual(expectedOutcome(fixture));
            }
        } finally {
            await pack.stop();
        }
    }, 300_000);
});

describe("as the command", () => {
    test.for([
        ["check", "examples/manifests-broken"],
        ["check", "examples/manifests-broken", "--format", "json"],
        ["check", "examples/manifests"],
        ["list"],
        ["explain", "no-naked-pods"],
        ["--version"],
        ["check", "no-such-file"],
    ])("it prints what the command prints on Node.js: %s", async (args, { engine }) => {
        const node = await engine.run(process.execPath, [COMMAND, ...args], PACK);
        const executable = await engine.run("env", ["-i", EXECUTABLE, ...args], PACK);
        expect(executable).toEqual(node);
    });

    test("it passes the tests of the command", { timeout: 600_000 }, async () => {
        const vitest = ["vitest", "run", "--config", "vitest.config.mts", "tests/cli"];
        const env = { ...process.env, EXECUTABLE };
        const tests = promisify(execFile)("npx", vitest, { cwd: PACK, env, maxBuffer: 64 * 1024 * 1024 });
        const output = await tests.then(
            () => "",
            ({ stdout }: { stdout: string }) => stdout,
        );
        expect(output).toBe("");
    });
});

/** Runs Pulumi where only it and its plugins are to be found. */
function withoutNode(engine: Engine, folder: string, args: readonly string[]) {
    return engine.run("/usr/bin/env", [`PATH=${path.join(engine.folder, "bin")}`, "pulumi", ...args], folder);
}
