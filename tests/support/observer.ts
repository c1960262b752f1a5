import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPack, PACK_DIR } from "./build";
import { PackProcess } from "./pack-process";

/** Something that a process did outside of itself: `fs.readFileSync /etc/passwd`, `net.connect 10.0.0.1:443`. */
export type Deed = string;

/**
 * Runs before all else in the process: whatever opens a file or a connection, or starts a program, writes it down first.
 * All ways into the file system are functions of `fs` with a path, all connections go through `Socket.connect`.
 */
const PRELOAD = `
const fs = require("node:fs");
const { openSync, writeSync } = fs;
const log = openSync(process.env.OBSERVED, "a");
const tell = (what, detail) => writeSync(log, JSON.stringify(what + " " + detail) + "\\n");
const wrap = (object, name, what, describe) => {
    const original = object[name];
    if (typeof original !== "function" || /^[A-Z_]/.test(name)) return;
    const wrapped = function (...args) {
        const detail = describe(...args);
        if (detail !== undefined) tell(what + "." + name, detail);
        return Reflect.apply(original, this, args);
    };
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
    object[name] = wrapped;
};
const path = value => typeof value === "string" ? value : value instanceof URL || Buffer.isBuffer(value) ? String(value) : undefined;
for (const name of Object.keys(fs)) wrap(fs, name, "fs", path);
for (const name of Object.keys(fs.promises)) wrap(fs.promises, name, "fs", path);
const words = (...args) => JSON.stringify(args.filter(arg => typeof arg !== "function"));
const { Socket } = require("node:net");
wrap(Socket.prototype, "connect", "net", (...args) => words(...args.flat(2)));
wrap(require("node:dgram").Socket.prototype, "send", "dgram", (...args) => words(...args.slice(1)));
for (const dns of [require("node:dns"), require("node:dns").promises]) {
    for (const name of ["lookup", "resolve", "resolve4", "resolve6", "resolveTxt"]) wrap(dns, name, "dns", words);
}
const processes = require("node:child_process");
wrap(processes.ChildProcess.prototype, "spawn", "child_process", ({ file, args }) => words(file, args));
for (const name of ["spawnSync", "execSync", "execFileSync"]) wrap(processes, name, "child_process", words);
`;

/** Sees what a process of Node does outside of itself. */
export class Observer {
    private readonly folder = mkdtempSync(join(tmpdir(), "observed-"));
    private readonly log = join(this.folder, "deeds");

    constructor() {
        writeFileSync(join(this.folder, "preload.cjs"), PRELOAD);
        writeFileSync(this.log, "");
    }

    /** The variables that make a process be observed. */
    get env(): Readonly<Record<string, string>> {
        return { NODE_OPTIONS: `--require ${join(this.folder, "preload.cjs")}`, OBSERVED: this.log };
    }

    /**
     * What the process has done so far, each once, in alphabetical order.
     * @param own folder of the process, which is left out of paths in it.
     */
    deeds(own: string): Deed[] {
        const lines = readFileSync(this.log, "utf8").split("\n").filter(Boolean);
        const deeds = lines.map(line => (JSON.parse(line) as string).replaceAll(own, "<own>"));
        // The compiler that the SDK starts keeps a folder for each that it was started in.
        return [...new Set(deeds.map(deed => deed.replace(/ts-node-.*/, "ts-node")))].sort();
    }

    /** Removes what was written down. */
    close(): void {
        rmSync(this.folder, { recursive: true });
    }
}

/** What packs with this program have on disk besides it, in a folder. */
function packFolder(folder: string, program: string): string {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "p", version: "1.0.0", main: "index.js" }));
    writeFileSync(join(folder, "index.js"), program);
    symlinkSync(join(PACK_DIR, "node_modules"), join(folder, "node_modules"));
    return folder;
}

/** What a pack does outside of itself from its start on, whose program is this and the SDK. */
export async function deedsOfProgram(program: string): Promise<Deed[]> {
    const observer = new Observer();
    const folder = packFolder(realpathSync(mkdtempSync(join(tmpdir(), "pack-"))), program);
    try {
        const pack = await PackProcess.start(folder, observer.env);
        await pack.configureStack({ name: "dev", project: "shop" });
        const urn = "urn:pulumi:dev::shop::a:b:C::x";
        await pack.analyze({ urn, type: "a:b:C", name: "x", props: {} });
        await pack.analyzeStack([{ urn, type: "a:b:C", name: "x", props: {} }]);
        await pack.stop();
        return observer.deeds(folder);
    } finally {
        rmSync(folder, { recursive: true });
        observer.close();
    }
}

/** A pack that does nothing. */
const IDLE = `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("p", { policies: [{
    name: "n", description: "d", enforcementLevel: "mandatory", validateResource() {}, validateStack() {},
}] });`;

/** Files of a pack's own, as they are published. */
const OWN = /<own>(?:\/(?:dist(?:\/[\w-]+\.js)?|index\.js|package\.json))?$/;

/** What is left of deeds without what a pack that does nothing does by the same SDK, and without reading own files. */
export async function beyondTheSdk(deeds: readonly Deed[]): Promise<Deed[]> {
    const usual = new Set(await deedsOfProgram(IDLE));
    return deeds.filter(deed => !usual.has(deed) && !(deed.startsWith("fs.re") && OWN.test(deed)));
}

/** The compiled pack as it is published, without the sources beside it. */
export async function publishedPack(folder: string): Promise<string> {
    const pack = await builtPack();
    for (const file of ["dist", "package.json", "PulumiPolicy.yaml"])
        cpSync(join(pack, file), join(folder, file), { recursive: true });
    symlinkSync(join(pack, "node_modules"), join(folder, "node_modules"));
    return folder;
}
