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
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

const MANIFEST = "package.json";
const LOCK = "package-lock.json";
const SHRINKWRAP = "npm-shrinkwrap.json";
/** What is in the clone, for as long as npm packs. */
const KEPT = ".package.json";

// What an earlier run left that was ended while npm packed would be packed as well.
restore();
if (process.argv[2] === "before") {
    const source = readFileSync(MANIFEST, "utf8");
    const { scripts, devDependencies, ...published } = JSON.parse(source);
    const pinned = shrinkwrap(published);
    await import("./prepare.mjs");
    if (process.env.npm_command !== "publish") writeJson(SHRINKWRAP, pinned);
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
 * @typedef {object} Locked a package of the lock file
 * @property {boolean} [devOptional] whether it is optional for what runs, and something for development needs it too
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

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
    const places = placesFrom(packages, root);
    const needed = Object.entries(packages)
        .filter(([place]) => places.has(place))
        .map(([place, { devOptional, ...locked }]) => [place, devOptional ? { ...locked, optional: true } : locked]);
    return { ...lock, packages: { "": root, ...Object.fromEntries(needed) } };
}

/**
 * Where the packages lie that a package needs, directly or not.
 *
 * @param {Record<string, Locked>} packages by place
 * @param {Locked} root
 */
function placesFrom(packages, root) {
    /** @type {Set<string>} */
    const places = new Set();
    /** @type {(from: string, locked: Locked) => void} */
    const follow = (from, { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta }) => {
        const peers = Object.keys(peerDependencies).filter(name => !peerDependenciesMeta?.[name]?.optional);
        for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
            const place = nearest(packages, from, name);
            if (place === undefined || places.has(place)) continue;
            places.add(place);
            follow(place, packages[place] ?? {});
        }
    };
    follow("", root);
    return places;
}

/**
 * Where Node finds a package: in the nearest `node_modules` that has it.
 *
 * @param {Record<string, Locked>} packages
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
function nearest(packages, from, name) {
    const place = path.posix.join(from, "node_modules", name);
    if (packages[place]) return place;
    return from === ""
        ? undefined
        : nearest(packages, from.slice(0, from.lastIndexOf("node_modules")).replace(/\/$/, ""), name);
}

/**
 * @param {string} file
 * @param {object} value
 */
function writeJson(file, value) {
    writeFileSync(file, `${JSON.stringify(value, null, 4)}\n`);
}
