import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderWith } from "./cli/support/command";
import { PACK_DIR } from "./support/build";

/** A vulnerability as the registry tells of it, without the package. */
interface Advisory {
    readonly severity: string;
    readonly title: string;
}

/** What the registry answers; undefined when it keeps no advisories. */
let advisories: Readonly<Record<string, Advisory>> | undefined;

/**
 * A registry that knows some vulnerabilities and nothing else.
 *
 * Source: https://docs.npmjs.com/cli/commands/npm-audit#bulk-advisory-endpoint
 */
const registry: Server = createServer((request, response) => {
    if (!request.url?.endsWith("/-/npm/v1/security/advisories/bulk") || advisories === undefined) {
        response.writeHead(405).end("{}");
        return;
    }
    const all = Object.entries(advisories).map(([name, advisory], index) => {
        const url = `https://github.com/advisories/${index}`;
        return [name, [{ id: index, url, vulnerable_versions: "*", cwe: [], cvss: { score: 0 }, ...advisory }]];
    });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(Object.fromEntries(all)));
});

let address: string;
beforeAll(async () => {
    await new Promise<void>(resolve => registry.listen(0, "127.0.0.1", resolve));
    const bound = registry.address();
    address = `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/`;
});
afterAll(() => new Promise(resolve => registry.close(resolve)));

/** Runs the audit with variables of its own. */
function audit(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(PACK_DIR, "scripts/audit.mjs")], {
            cwd: PACK_DIR,
            env: { ...process.env, ...env },
        });
        let output = "";
        const collect = (text: string) => {
            output += text;
        };
        child.stdout.setEncoding("utf8").on("data", collect);
        child.stderr.setEncoding("utf8").on("data", collect);
        child.on("error", reject);
        child.on("close", code => resolve({ code, output }));
    });
}

describe("with npm and a registry", { timeout: 300_000 }, () => {
    test.each<[string, Readonly<Record<string, Advisory>> | undefined, number, string]>([
        [
            "that knows a severe vulnerability of what the pack runs with, and one of the compiler",
            {
                "@pulumi/policy": { severity: "high", title: "A bug" },
                esbuild: { severity: "critical", title: "Another bug" },
            },
            1,
            "high: @pulumi/policy: A bug\n",
        ],
        ["that keeps no list of them", undefined, 0, "The registry tells nothing of vulnerabilities (405 "],
    ])("%s", async (_, known, code, text) => {
        advisories = known;
        const run = await audit({ npm_config_registry: address, npm_config_cache: folderWith({}) });
        expect(run.output.slice(0, text.length)).toBe(text);
        expect(run.output).not.toContain("Another bug");
        expect(run.code).toBe(code);
    });
});

describe("when npm says", () => {
    /** Runs the audit with an npm that says this of vulnerabilities and of signatures, as JSON. */
    function auditWith(vulnerabilities: string, signatures: string) {
        const script = `#!${process.execPath}
            process.stdout.write(process.argv[3] === "signatures" ? ${JSON.stringify(signatures)} : ${JSON.stringify(vulnerabilities)});`;
        const folder = folderWith({ npm: script });
        chmodSync(join(folder, "npm"), 0o755);
        return audit({ PATH: `${folder}:${process.env.PATH}` });
    }

    const NONE = '{"vulnerabilities": {}}';
    const SIGNED = '{"invalid": [], "missing": []}';
    const vulnerability = (severity: string) =>
        `{"vulnerabilities": {"a": {"name": "a", "severity": "${severity}", "via": [{"title": "A bug"}, "b"]}}}`;

    test.each<[string, string, string, number, string]>([
        ["nothing", NONE, SIGNED, 0, "No dependency has a known vulnerability.\nNo package has a wrong signature.\n"],
        ["high", vulnerability("high"), SIGNED, 1, "high: a: A bug; through b\nNo package has a wrong signature.\n"],
        ["critical", vulnerability("critical"), SIGNED, 1, "critical: a: A bug; through b\nNo package"],
        ["moderate", vulnerability("moderate"), SIGNED, 0, "moderate: a: A bug; through b\nNo package"],
        [
            "that a signature is wrong",
            NONE,
            '{"invalid": [{"name": "a", "version": "1.0.0"}], "missing": []}',
            1,
            "No dependency has a known vulnerability.\nwrong signature: a 1.0.0\n",
        ],
        [
            "that it cannot tell",
            '{"message": "405 Method Not Allowed"}',
            '{"error": {"summary": "no network"}}',
            0,
            `The registry tells nothing of vulnerabilities (405 Method Not Allowed); they were not checked.
The registry tells nothing of signatures (no network); they were not checked.
`,
        ],
        [
            "no JSON",
            "oops",
            "",
            0,
            "The registry tells nothing of vulnerabilities (no answer); they were not checked.\n",
        ],
    ])("%s", async (_, vulnerabilities, signatures, code, text) => {
        const run = await auditWith(vulnerabilities, signatures);
        expect(run.output.slice(0, text.length)).toBe(text);
        expect(run.code).toBe(code);
    });
});
