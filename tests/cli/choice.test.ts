import { describe, expect, test } from "vitest";
import { folderWith, run } from "./support/command";

/** One mandatory violation of no-naked-pods, and two advisory ones. */
const POD = `apiVersion: v1
kind: Pod
metadata: { name: a, namespace: b }
spec: { containers: [{ name: c, image: "registry.example.com/c:1.0.0", stdin: true }] }
`;
const CONFIG = JSON.stringify({
    all: "disabled",
    "no-naked-pods": "mandatory",
    "no-interactive-containers": "advisory",
    "no-default-service-account": "advisory",
});

async function check(...args: string[]) {
    const here = folderWith({ "a.yaml": POD, "config.json": CONFIG });
    const flags = ["--config", "config.json", "--format", "json"];
    const { code, stdout, stderr } = await run(here, ["check", "a.yaml", ...flags, ...args]);
    const { violations = [] } = (stdout ? JSON.parse(stdout) : {}) as { violations?: readonly { policy: string }[] };
    return { code, policies: violations.map(({ policy }) => policy), stderr };
}

const [ACCOUNT, STDIN, NAKED] = ["no-default-service-account", "no-interactive-containers", "no-naked-pods"];
const ALL = [STDIN, NAKED, ACCOUNT];

describe("which policies run", () => {
    test.each([
        [[], 1, ALL],
        [["--only", "no-naked-pods"], 1, [NAKED]],
        [["--only", "no-interactive-containers, no-default-service-account"], 0, [STDIN, ACCOUNT]],
        [["--only", "no-naked-pods", "--only", "no-interactive-containers"], 1, [STDIN, NAKED]],
        [["--skip", "no-naked-pods"], 0, [STDIN, ACCOUNT]],
        [["--only", "no-naked-pods", "--skip", "no-naked-pods"], 0, []],
    ])("%j", async (args, code, policies) => {
        expect(await check(...args)).toEqual({ code, policies: expect.arrayContaining(policies), stderr: "" });
        expect((await check(...args)).policies).toHaveLength(policies.length);
    });

    test.each([
        [
            "--only",
            "no-naked-pod",
            '--only names "no-naked-pod", which is not a policy. Did you mean "no-naked-pods"?\n',
        ],
        [
            "--skip",
            "everything",
            '--skip names "everything", which is not a policy. kubernetes-guardrails list shows them all.\n',
        ],
        [
            "--only",
            "valid-labels",
            "--only names valid-labels, which is disabled. Give it a level in the configuration.\n",
        ],
    ])("mistakes: %s %s", async (option, name, stderr) => {
        expect(await check(option, name)).toEqual({ code: 2, policies: [], stderr });
    });
});

describe("what fails", () => {
    test.each([
        [["--fail-on", "never"], 0, ""],
        [["--skip", "no-naked-pods"], 0, ""],
        [["--skip", "no-naked-pods", "--fail-on", "advisory"], 1, ""],
        [["--skip", "no-naked-pods", "--max-warnings", "2"], 0, ""],
        [
            ["--skip", "no-naked-pods", "--max-warnings", "1"],
            1,
            "error: 2 advisory violations, and --max-warnings allows 1.\n",
        ],
        [["--fail-on", "never", "--max-warnings", "0"], 0, ""],
    ])("%j: %d", async (args, code, stderr) => {
        expect(await check(...args)).toMatchObject({ code, stderr });
    });

    test("what could not be read outweighs it", async () => {
        const here = folderWith({ "a.yaml": "kind: [" });
        expect((await run(here, ["check", "a.yaml", "--fail-on", "never"])).code).toBe(2);
    });

    test.each([
        ["--fail-on", "sometimes", /Allowed choices are mandatory, advisory, never/],
        ["--max-warnings", "-1", /Write it as a number from 0 on/],
    ])("mistakes: %s %s", async (option, value, says) => {
        const { code, stderr } = await check(`${option}=${value}`);
        expect(code).toBe(2);
        expect(stderr).toMatch(says);
    });
});

test("quiet reports what is mandatory, and counts the rest all the same", async () => {
    expect(await check("--quiet")).toEqual({ code: 1, policies: [NAKED], stderr: "" });
    expect(await check("--quiet", "--skip", "no-naked-pods", "--fail-on", "advisory")).toEqual({
        code: 1,
        policies: [],
        stderr: "",
    });
});
