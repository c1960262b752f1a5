// Compiles the pack, its library and the command to dist/, each a single file that loads only the Pulumi SDK (the
// library and the command: nothing): fewer files to read means a faster boot, and the pack boots on every preview.
// Libraries that few runs need are files of their own, so that the others do not even have to read them.
//
// With --javascript only what runs: the declarations of the library take longer than all else, and few tests need them.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const DECLARATIONS = "policies.d.ts";
const onlyJavaScript = process.argv.includes("--javascript");

for (const file of readdirSync(".").includes("dist") ? readdirSync("dist") : []) {
    if (!(onlyJavaScript && file === DECLARATIONS)) rmSync(path.join("dist", file), { recursive: true });
}

const SELDOM_NEEDED = ["re2js", "cli-progress", "@humanwhocodes/momoa"];

/** The name of a library's file in dist/. */
const fileOf = library => path.basename(library);

/** @type {import("esbuild").Plugin} */
const apart = {
    name: "seldom needed libraries apart",
    setup({ onResolve }) {
        const filter = new RegExp(`^(${SELDOM_NEEDED.join("|")})$`);
        onResolve({ filter }, ({ path, kind }) =>
            kind === "entry-point" ? undefined : { path: `./${fileOf(path)}.js`, external: true },
        );
        // The pack is built on the library as other packs are.
        onResolve({ filter: /^\.\/library$/ }, () => ({ path: "./policies.js", external: true }));
    },
};

/** A module of our own that few runs need, and its function that loads it. */
const YAML = { module: "model/yaml/index.ts", load: "readYaml" };

/** @type {import("esbuild").Plugin} */
const onCall = {
    name: "loaded when called",
    setup({ onResolve, onLoad }) {
        const namespace = "on-call";
        onResolve({ filter: /\/yaml$/ }, ({ path: name, resolveDir }) => {
            const isIt = path.resolve(resolveDir, name) === path.resolve(YAML.module, "..");
            return isIt ? { path: name, namespace } : undefined;
        });
        onResolve({ filter: /./, namespace }, ({ path }) => ({ path, external: true }));
        onLoad({ filter: /./, namespace }, () => ({
            contents: `export const ${YAML.load} = text => require("./yaml.js").${YAML.load}(text);`,
        }));
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

/** Where the sources are, for Pulumi Cloud to show. */
const { repository = "", version } = JSON.parse(readFileSync("package.json", "utf8"));
const VERSION = JSON.stringify(version);
const REPOSITORY = JSON.stringify((repository.url ?? repository).replace(/^git\+/, "").replace(/[.]git$/, ""));

const libraries = Object.fromEntries(SELDOM_NEEDED.map(library => [fileOf(library), library]));
await build({
    ...common,
    plugins: [apart, onCall],
    entryPoints: { index: "index.ts", policies: "library/index.ts", yaml: YAML.module, ...libraries },
    outdir: "dist",
    define: { REPOSITORY, VERSION },
});
await build({
    ...common,
    entryPoints: { cli: "cli/main.ts" },
    outdir: "dist",
    define: { VERSION },
    banner: { js: "#!/usr/bin/env node" },
});
if (!onlyJavaScript) await declarations();

/** One file for all that users of the library see, and nothing else. */
async function declarations() {
    const { rollup } = await import("rollup");
    const { dts } = await import("rollup-plugin-dts");
    const bundle = await rollup({
        input: "library/index.ts",
        external: /[.]json$/,
        plugins: [dts()],
    });
    await bundle.write({ file: path.join("dist", DECLARATIONS), format: "es" });
    await bundle.close();
}
