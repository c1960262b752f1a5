// npm runs this before and after it packs the archive, for `npm pack`, `npm publish` and `pulumi policy publish`.
//
// The package.json in the archive has no development dependencies and no scripts. On every machine of an organization
// that requires the pack, Pulumi runs `npm install` in the unpacked archive, which would install the former: three
// times as much as the pack needs. And whoever publishes from an unpacked archive could not with the latter: npm
// announces each on standard output, where Pulumi expects nothing but the name of the archive.
//
// For the same `npm install` the archive has npm-shrinkwrap.json: what runs on those machines are the versions that
// the tests ran, down to the last dependency, whenever it is installed. A registry must not have it: npm would put
// a second copy of the SDK into each pack that is built on this one.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const MANIFEST = "package.json";
const LOCK = "package-lock.json";
const SHRINKWRAP = "npm-shrinkwrap.json";
/** What is in the clone, for as long as npm packs. */
const KEPT = ".package.json";

// What an earlier run left that was ended while npm packed would be packed as well.
restore();
if (process.argv[2] === "before") {
    await import("./prepare.mjs");
    const source = readFileSync(MANIFEST, "utf8");
    const { scripts, devDependencies, ...published } = JSON.parse(source);
    if (process.env.npm_command !== "publish") writeJson(SHRINKWRAP, shrinkwrap(published));
    writeFileSync(KEPT, source);
    writeJson(MANIFEST, published);
}

function restore() {
    rmSync(SHRINKWRAP, { force: true });
    if (!existsSync(KEPT)) return;
    // Whoever has put it back already may have changed it since.
    if (!("scripts" in JSON.parse(readFileSync(MANIFEST, "utf8")))) writeFileSync(MANIFEST, readFileSync(KEPT));
    rmSync(KEPT);
}

/**
 * The part of the lock file that is not for development only.
 *
 * @param {{ version: string, dependencies: object }} published the archive's package.json
 */
function shrinkwrap({ version, dependencies }) {
    const { packages, ...lock } = JSON.parse(readFileSync(LOCK, "utf8"));
    const { devDependencies, ...root } = packages[""];
    if (lock.version !== version || !isDeepStrictEqual(root.dependencies, dependencies)) {
        throw new Error(`${LOCK} is not that of ${MANIFEST}; run npm install.`);
    }
    const needed = Object.entries(packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
    return { ...lock, packages: { ...Object.fromEntries(needed), "": root } };
}

/**
 * @param {string} file
 * @param {object} value
 */
function writeJson(file, value) {
    writeFileSync(file, `${JSON.stringify(value, null, 4)}\n`);
}
