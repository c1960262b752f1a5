// Runs a TypeScript program of this repository: node scripts/run-ts.mjs bench/run.ts [arguments…]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";

const [program, ...args] = process.argv.slice(2);
if (!program) {
    console.error("usage: node scripts/run-ts.mjs <program.ts> [arguments...]");
    process.exit(2);
}
const outfile = join("node_modules/.cache/run-ts", `${program.replaceAll(/\W/g, "-")}.cjs`);
await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "warning",
    define: { __dirname: JSON.stringify(join(process.cwd(), program, "..")) },
});
process.exit(spawnSync(process.execPath, [outfile, ...args], { stdio: "inherit" }).status ?? 1);
