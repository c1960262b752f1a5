// Compiles the pack and the command to dist/, each a single file that loads only the Pulumi SDK (the
// command: nothing): fewer files to read means a faster boot, and the pack boots on every preview.
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });

/** @type {import("esbuild").BuildOptions} */
const common = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@pulumi/policy", "@pulumi/pulumi"],
    legalComments: "linked",
    sourcemap: false,
    logLevel: "warning",
};

await build({ ...common, entryPoints: { index: "index.ts" }, outdir: "dist" });
await build({
    ...common,
    entryPoints: { cli: "cli/main.ts" },
    outdir: "dist",
    banner: { js: "#!/usr/bin/env node" },
});
