// npm runs this before and after it packs the archive, for `npm pack`, `npm publish` and `pulumi policy publish`.
//
// The package.json in the archive has no development dependencies and no scripts. On every machine of an organization
// that requires the pack, Pulumi runs `npm install` in the unpacked archive, which would install the former: three
// times as much as the pack needs. And whoever publishes from an unpacked archive could not with the latter: npm
// announces each on standard output, where Pulumi expects nothing but the name of the archive.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const MANIFEST = "package.json";
/** What is in the clone, for as long as npm packs. */
const KEPT = "node_modules/.package.json";

if (process.argv[2] === "after") {
    if (existsSync(KEPT)) {
        writeFileSync(MANIFEST, readFileSync(KEPT));
        rmSync(KEPT);
    }
} else {
    await import("./prepare.mjs");
    const source = readFileSync(MANIFEST, "utf8");
    const { scripts, devDependencies, ...published } = JSON.parse(source);
    writeFileSync(KEPT, source);
    writeFileSync(MANIFEST, `${JSON.stringify(published, null, 4)}\n`);
}
