/**
 * Writes upstream-pods.yaml beside this file: the pods that the Pod Security Admission project tests itself with, each
 * once, and what every version of every profile says of it. Run it when Kubernetes has a new version; it needs Go.
 *
 *     node tests/policies/shared/pod-security/import-upstream-pods.mjs v0.37.0
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const MODULE = "k8s.io/pod-security-admission";
const OUTPUT = path.join(path.dirname(fileURLToPath(import.meta.url)), "upstream-pods.yaml");

const version = process.argv[2];
if (!/^v0\.\d+\.\d+$/.test(version ?? "")) {
    console.error(`Usage: node ${path.relative(process.cwd(), process.argv[1] ?? "")} <version of ${MODULE}>`);
    process.exit(2);
}

/** Minor versions by case (`baseline fail privileged0`), by pod as JSON. @type {Map<string, Map<string, number[]>>} */
const pods = new Map();
const folder = download();
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const [, level, minor, verdict, name] = /^(\w+)\/v1\.(\d+)\/(\w+)\/(\w+)\.yaml$/.exec(file) ?? [];
    if (!name) continue;
    const { metadata, spec } = parse(readFileSync(path.join(folder, file), "utf8"));
    const { name: _, ...rest } = metadata;
    const pod = JSON.stringify({ ...(Object.keys(rest).length > 0 && { metadata: rest }), spec });
    const cases = pods.get(pod) ?? new Map();
    const minors = cases.get(`${level} ${verdict} ${name}`) ?? [];
    pods.set(pod, cases.set(`${level} ${verdict} ${name}`, [...minors, Number(minor)]));
}

const lines = [...pods].map(([pod, cases]) => {
    const texts = [...cases].flatMap(([name, minors]) => ranges(minors).map(range => `${name} ${range}`));
    return `- {"cases": ${JSON.stringify(texts.sort())}, "pod": ${pod}}`;
});
const header = [
    `# Test pods of ${MODULE} ${version} (test/testdata), Copyright The Kubernetes Authors,`,
    "# licensed under the Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0).",
    "# Written by import-upstream-pods.mjs: each pod once, without its name, with the cases it is used in:",
    "# profile, verdict, name of the case (the control's id in lower case and a number), minor versions.",
];
writeFileSync(OUTPUT, `${[...header, ...lines.sort()].join("\n")}\n`);

/** Downloads the module. @returns {string} the folder of its test pods */
function download() {
    const workspace = mkdtempSync(path.join(os.tmpdir(), "upstream-pods-"));
    try {
        writeFileSync(path.join(workspace, "go.mod"), "module upstream-pods\n");
        const args = ["mod", "download", "-json", `${MODULE}@${version}`];
        const { Dir } = JSON.parse(execFileSync("go", args, { cwd: workspace, encoding: "utf8" }));
        return path.join(Dir, "test", "testdata");
    } finally {
        rmSync(workspace, { recursive: true });
    }
}

/**
 * Numbers as ranges: `0-18`, `25`.
 *
 * @param {number[]} minors
 * @returns {string[]}
 */
function ranges(minors) {
    const sorted = [...minors].sort((a, b) => a - b);
    /** @type {[number, number][]} */
    const found = [];
    for (const minor of sorted) {
        const last = found.at(-1);
        if (last && last[1] === minor - 1) last[1] = minor;
        else found.push([minor, minor]);
    }
    return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
}
