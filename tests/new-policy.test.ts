import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PACK_DIR } from "./support/build";

function inCopy(): string {
    const folder = mkdtempSync(join(tmpdir(), "new-policy-"));
    for (const sub of ["policies", "framework", "fixtures"]) mkdirSync(join(folder, sub));
    for (const file of ["policies/index.ts", "framework/define.ts", "package.json"]) {
        cpSync(join(PACK_DIR, file), join(folder, file));
    }
    return folder;
}

function newPolicy(cwd: string, ...args: string[]): string {
    return execFileSync(process.execPath, [join(PACK_DIR, "scripts/new-policy.mjs"), ...args], {
        cwd,
        encoding: "utf8",
        stdio: "pipe",
    });
}

test("a policy is begun with its cases and its entry", () => {
    const folder = inCopy();
    expect(newPolicy(folder, "no-hostname", "workloads")).toContain("npm run fixtures -- no-hostname");
    expect(readdirSync(join(folder, "fixtures/no-hostname"))).toEqual([
        "fail-hostname.yaml",
        "pass-without-hostname.yaml",
        "unknown-hostname.yaml",
    ]);
    expect(readFileSync(join(folder, "policies/no-hostname.ts"), "utf8")).toContain('name: "no-hostname"');
    const before = readFileSync(join(PACK_DIR, "policies/index.ts"), "utf8").split("\n");
    const after = readFileSync(join(folder, "policies/index.ts"), "utf8").split("\n");
    expect(after.filter(line => !before.includes(line))).toEqual([
        'import { noHostname } from "./no-hostname";',
        "    noHostname,",
    ]);
    expect(after.length).toBe(before.length + 2);
});

test.each([
    [["hostname"], '"hostname" is not a name for a policy'],
    [["no-hostname", "hosts"], 'There is no category "hosts"'],
    [["no-naked-pods", "workloads"], "exists already"],
])("refused: %j", (args, text) => {
    const folder = inCopy();
    cpSync(join(PACK_DIR, "policies/no-naked-pods.ts"), join(folder, "policies/no-naked-pods.ts"));
    expect(() => newPolicy(folder, ...args)).toThrow(text);
});
