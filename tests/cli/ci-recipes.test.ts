import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CI_RECIPES } from "../../cli/ci-recipes";
import { builtPack } from "../support/build";
import { folderWith } from "./support/command";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";

const FILES = {
    github: "examples/ci/github-actions.yaml",
    gitlab: "examples/ci/gitlab-ci.yaml",
    "pre-commit": "examples/ci/pre-commit-config.yaml",
} as const;

/** Runs a recipe's shell command where `npx` runs the compiled command; gives its exit code and its folder. */
async function runScript(script: string): Promise<{ code: number | null; here: string }> {
    const here = folderWith({
        "manifests/a.yaml": POD,
        "guardrails.json": '{"all": "disabled", "no-naked-pods": "mandatory"}',
    });
    const npx = join(here, "bin/npx");
    const command = join(await builtPack(), "dist/cli.js");
    execFileSync("mkdir", ["-p", join(here, "bin")]);
    // npx --yes kubernetes-guardrails <arguments>
    writeFileSync(npx, `#!/bin/sh\nshift 2\nexec ${process.execPath} ${command} "$@"\n`);
    chmodSync(npx, 0o755);
    const env = {
        ...process.env,
        PATH: `${join(here, "bin")}:${process.env.PATH}`,
        GITHUB_STEP_SUMMARY: join(here, "summary.md"),
    };
    try {
        execFileSync("bash", ["-e", "-c", script], { cwd: here, env, stdio: "ignore" });
        return { code: 0, here };
    } catch (error) {
        return { code: (error as { status: number | null }).status, here };
    }
}

test.each(["github", "gitlab", "pre-commit"] as const)("the example for %s is the recipe that init prints", system => {
    expect(readFileSync(FILES[system], "utf8")).toBe(CI_RECIPES[system]);
});

test("GitHub Actions: the step fails on a naked pod and leaves all that later steps take", async () => {
    const workflow = parse(CI_RECIPES.github);
    const { steps } = workflow.jobs.check;
    const { code, here } = await runScript(steps.find(({ run }: { run?: string }) => run).run);
    expect(code).toBe(1);
    const taken = steps.flatMap(({ with: inputs }: { with?: Record<string, string> }) => [
        ...(inputs?.sarif_file ? [inputs.sarif_file] : []),
        ...(inputs?.path ? [inputs.path] : []),
    ]);
    expect(taken).toEqual(["guardrails.sarif", "guardrails.html"]);
    for (const file of [...taken, "summary.md"])
        expect({ file, exists: existsSync(join(here, file)) }).toEqual({ file, exists: true });
});

test("GitLab CI: the job fails on a naked pod and leaves its artifacts", async () => {
    const { guardrails } = parse(CI_RECIPES.gitlab);
    const { code, here } = await runScript(guardrails.script.join("\n"));
    expect(code).toBe(1);
    const artifacts = [...guardrails.artifacts.paths, guardrails.artifacts.reports.junit];
    expect(artifacts.map(file => existsSync(join(here, file)))).toEqual([true, true]);
});

test("pre-commit: the hook takes the files that changed", async () => {
    const [{ hooks }] = parse(CI_RECIPES["pre-commit"]).repos;
    expect(new RegExp(hooks[0].files).test("manifests/a.yaml")).toBe(true);
    expect((await runScript(`${hooks[0].entry} manifests/a.yaml`)).code).toBe(1);
});
