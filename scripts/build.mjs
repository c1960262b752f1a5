// Compiles the pack and the command to dist/, each a single file that loads only the Pulumi SDK (the
// command: nothing): fewer files to read means a faster boot, and the pack boots on every preview. Libraries that few
// runs need are files of their own, so that the others do not even have to read them.
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });

const SELDOM_NEEDED = ["re2js", "js-yaml"];

/** @type {import("esbuild").Plugin} */
const apart = {
    name: "seldom needed libraries apart",
    setup({ onResolve }) {
        const filter = new RegExp(`^(${SELDOM_NEEDED.join("|")})$`);
        onResolve({ filter }, ({ path, kind }) =>
            kind === "entry-point" ? undefined : { path: `./${path}.js`, external: true },
        );
    },
};

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
    plugins: [apart],
};

const libraries = Object.fromEntries(SELDOM_NEEDED.map(library => [library, library]));
await build({ ...common, entryPoints: { index: "index.ts", ...libraries }, outdir: "dist" });
await build({
    ...common,
    entryPoints: { cli: "cli/main.ts" },
    outdir: "dist",
    banner: { js: "#!/usr/bin/env node" },
});
