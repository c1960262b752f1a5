// Makes an executable that is both the policy pack and the command, for machines without Node.js: npm run binary.
// It is written to build/kubernetes-guardrails. With names of other platforms as arguments (linux-arm64, darwin-arm64,
// windows-x64 ...) it makes one for each, for which Bun downloads its runtime from the npm registry.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
const tool = fileURLToPath(new URL("binary", import.meta.url));
const bun = path.join(tool, "node_modules/.bin/bun");

if (!existsSync(bun)) {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: tool, stdio: ["ignore", "ignore", "inherit"] });
}

const { version, repository: sources = "" } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8"));
const url = (sources.url ?? sources).replace(/^git\+/, "").replace(/[.]git$/, "");
const targets = process.argv.slice(2);
for (const target of targets.length > 0 ? targets : [undefined]) {
    const file = path.join(repository, "build", ["kubernetes-guardrails", target].filter(Boolean).join("-"));
    execFileSync(
        bun,
        [
            ...["build", "--compile", "--minify", "executable.ts", "--outfile", file],
            ...(target ? [`--target=bun-${target}`] : []),
            ...["--define", `VERSION=${JSON.stringify(version)}`, "--define", `REPOSITORY=${JSON.stringify(url)}`],
        ],
        { cwd: repository, stdio: ["ignore", "ignore", "inherit"] },
    );
    console.log(path.relative(process.cwd(), file));
}
