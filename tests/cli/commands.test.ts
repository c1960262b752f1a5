import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { policies } from "../../policies";
import { folderWith, run } from "./support/command";

const NAMES = policies.map(({ name }) => name);

describe("list", () => {
    test("a table with the levels in force", async () => {
        const here = folderWith({ "config.json": '{"no-naked-pods": "advisory"}' });
        const { code, stdout, stderr } = await run(here, ["list", "--config", "config.json"]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const [heading, ...rows] = stdout.trimEnd().split("\n");
        expect(heading).toMatch(/^POLICY +LEVEL +SEVERITY +CATEGORY +FRAMEWORKS$/);
        expect(rows.map(row => row.split(" ")[0])).toEqual(NAMES);
        expect(rows.find(row => row.startsWith("no-naked-pods "))).toMatch(
            /^no-naked-pods +advisory +high +workloads$/,
        );
        expect(stdout).toMatch(/^pod-security-baseline +.* CIS 1\.12 5\.2\.2/m);
    });

    test("JSON", async () => {
        const { stdout } = await run(folderWith({}), ["list", "--format", "json"]);
        const { version, policies: listed } = JSON.parse(stdout);
        expect(version).toBe(1);
        expect(listed.map(({ name }: { name: string }) => name)).toEqual(NAMES);
        expect(listed.find(({ name }: { name: string }) => name === "no-naked-pods")).toMatchObject({
            ...{ level: "mandatory", defaultLevel: "mandatory", severity: "high", category: "workloads" },
            configuration: { kinds: { type: "array", default: ["Pod"] } },
        });
    });

    test("a wrong configuration", async () => {
        const here = folderWith({ "config.json": '{"no-naked-pod": "advisory"}' });
        expect(await run(here, ["list", "--config", "config.json"])).toEqual({
            code: 2,
            stdout: "",
            stderr: 'config.json:1:2: There is no policy "no-naked-pod". Did you mean "no-naked-pods"?\n',
        });
    });
});

describe("explain", () => {
    test("all about a policy", async () => {
        const { code, stdout } = await run(folderWith({}), ["explain", "no-naked-pods"]);
        expect(code).toBe(0);
        expect(stdout.split("\n").slice(0, 2)).toEqual([
            `no-naked-pods: ${policies.find(({ name }) => name === "no-naked-pods")?.description}`,
            "Level mandatory, severity high, category workloads, since 0.1.0.",
        ]);
        expect(stdout).toContain('\n  kinds = ["Pod"]\n      ');
        expect(stdout).toContain('or by the annotation kubernetes-guardrails/exempt.no-naked-pods: "<reason>".\n');
        expect(stdout).not.toContain("undefined");
    });

    test("of a policy that only the organization exempts from", async () => {
        const { stdout } = await run(folderWith({}), ["explain", "production-cluster-isolation"]);
        expect(stdout).toContain("Only by the key exempt: an object cannot exempt itself from this policy.\n");
    });

    test("no such policy", async () => {
        expect(await run(folderWith({}), ["explain", "no-naked-pod"])).toEqual({
            code: 2,
            stdout: "",
            stderr: 'error: There is no policy "no-naked-pod". Did you mean "no-naked-pods"?\n',
        });
        expect((await run(folderWith({}), ["explain", "x"])).stderr).toBe(
            'error: There is no policy "x". kubernetes-guardrails list shows them all.\n',
        );
    });
});

describe("schema", () => {
    test("takes what the command takes", async () => {
        const schema = JSON.parse((await run(folderWith({}), ["schema"])).stdout);
        const validator = new Validator(schema, "7");
        const isValid = (value: unknown) => validator.validate(value).valid;
        expect(Object.keys(schema.properties)).toEqual(["all", "environments", ...NAMES]);
        expect(isValid({ all: "advisory", "no-naked-pods": { enforcementLevel: "remediate", kinds: [] } })).toBe(true);
        expect(isValid({ all: { enforcementLevel: "disabled" }, environments: ["shop/dev"] })).toBe(true);
        expect(isValid({ "no-naked-pod": "advisory" })).toBe(false);
        expect(isValid({ "no-naked-pods": "mandatry" })).toBe(false);
        expect(isValid({ "no-naked-pods": { kind: [] } })).toBe(false);
        expect(isValid({ all: { exempt: [] } })).toBe(false);
    });
});

describe("init", () => {
    test("a configuration that changes nothing yet, its schema, and the editor's settings", async () => {
        const here = folderWith({ "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" });
        const { code, stdout, stderr } = await run(here, ["init", "--ci", "gitlab"]);
        expect(code).toBe(0);
        expect(stderr).toBe(
            "note: wrote guardrails.json.\nnote: wrote guardrails.schema.json.\nnote: wrote .vscode/settings.json.\n",
        );
        expect(stdout).toBe(readFileSync("examples/ci/gitlab-ci.yaml", "utf8"));
        const read = (file: string) => JSON.parse(readFileSync(join(here, file), "utf8"));
        expect(read("guardrails.json")).toEqual(
            Object.fromEntries(policies.map(({ name, enforcementLevel }) => [name, enforcementLevel])),
        );
        expect(new Validator(read("guardrails.schema.json"), "7").validate(read("guardrails.json")).errors).toEqual([]);
        expect(read(".vscode/settings.json")).toEqual({
            "json.schemas": [{ fileMatch: ["/guardrails.json"], url: "./guardrails.schema.json" }],
        });
        expect((await run(here, ["check", "a.yaml", "--config", "guardrails.json"])).code).toBe(0);
    });

    test("what is there stays", async () => {
        const here = folderWith({ "guardrails.json": "{}" });
        const { code, stderr } = await run(here, ["init"]);
        expect(code).toBe(0);
        expect(stderr).toContain("note: guardrails.json is there already and stays as it is.\n");
        expect(readFileSync(join(here, "guardrails.json"), "utf8")).toBe("{}");
    });

    test("a folder that cannot be made", async () => {
        const here = folderWith({ taken: "" });
        const { code, stdout, stderr } = await run(here, ["init", "taken"]);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain("taken/guardrails.json: cannot be written (EEXIST)\n");
    });
});

describe("completion", () => {
    /** What bash offers for a command line, whose last word is being typed. */
    async function offers(...words: string[]): Promise<string[]> {
        const { stdout } = await run(folderWith({}), ["completion", "bash"]);
        const script = `${stdout}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kubernetes_guardrails; printf '%s\\n' "\${COMPREPLY[@]}"`;
        const output = execFileSync("bash", ["-c", script, "bash", "kubernetes-guardrails", ...words], {
            encoding: "utf8",
        });
        return output.split("\n").filter(Boolean);
    }

    test("bash", async () => {
        expect(await offers("ch")).toEqual(["check"]);
        expect(await offers("check", "--ba")).toEqual(["--baseline"]);
        expect(await offers("check", "--format", "j")).toEqual(["json", "junit"]);
        expect(await offers("explain", "no-naked")).toEqual(["no-naked-pods"]);
        expect(await offers("completion", "")).toEqual(["bash", "zsh", "fish"]);
        expect(await offers("check", "man")).toEqual([]);
    });

    test("zsh and fish know the same words", async () => {
        const { stdout: zsh } = await run(folderWith({}), ["completion", "zsh"]);
        expect(zsh).toContain("'check:Check Kubernetes manifests'");
        expect(zsh).toContain("'(-b --baseline)'{-b,--baseline}'[violations that need not fail]:value:_files'");
        expect(zsh).toContain(`'*:argument:(${NAMES.join(" ")})'`);
        const { stdout: fish } = await run(folderWith({}), ["completion", "fish"]);
        expect(fish).toContain("-f -a check -d 'Check Kubernetes manifests'\n");
        expect(fish).toContain("-s b -l baseline -r -d 'violations that need not fail'\n");
        expect(fish).toContain(`-f -a '${NAMES.join(" ")}'\n`);
    });

    test("no such shell", async () => {
        expect((await run(folderWith({}), ["completion", "tcsh"])).stderr).toBe(
            "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
        );
    });
});
