import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PACK_DIR } from "../support/build";

const run = promisify(execFile);

/** An archive, and the clone that it was packed in. */
interface Packed {
    readonly clone: string;
    readonly archive: string;
}

let folder: string;
let clones: Packed[];
beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "archive-"));
    clones = [
        await packed(join(folder, "one"), { TZ: "UTC", LANG: "C" }),
        await packed(join(folder, "at another place/and deeper"), { TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8" }),
    ];
});
afterAll(() => rmSync(folder, { recursive: true }));

test("two clones at two places and times make the same archive, byte for byte", () => {
    const [one, other] = clones.map(({ archive }) => sha256(readFileSync(archive)));
    expect(one).toBe(other);
});

test("the archive has only what git keeps and what the build makes, and tells no place of the machine", async () => {
    const target = join(folder, "unpacked");
    mkdirSync(target);
    const [{ archive, clone } = { archive: "", clone: "" }] = clones;
    await run("tar", ["-xzf", archive, "-C", target, "--strip-components=1"]);
    const kept = new Set(await keptFiles());
    const files = readdirSync(target, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(target.length + 1));
    const made = files.filter(file => !kept.has(file));
    expect(made.filter(file => !file.startsWith("dist/") && file !== "npm-shrinkwrap.json")).toEqual([]);
    const telling = files.filter(file => {
        const content = readFileSync(join(target, file), "utf8");
        return [clone, PACK_DIR].some(place => content.includes(place));
    });
    expect(telling).toEqual([]);
});

/** The files of the repository as they are now: all but what git ignores. */
async function keptFiles(): Promise<string[]> {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    const { stdout } = await run("git", args, { cwd: PACK_DIR, maxBuffer: 64 * 1024 * 1024 });
    return stdout.split("\0").filter(file => file !== "");
}

/** Packs the sources as a clone of them would be, in a folder of its own. */
async function packed(clone: string, env: Readonly<Record<string, string>>): Promise<Packed> {
    mkdirSync(clone, { recursive: true });
    // Times of files are those of the clone, not of the commit.
    const time = new Date(Date.UTC(2020, clone.length % 12));
    for (const file of await keptFiles()) {
        const copy = join(clone, file);
        cpSync(join(PACK_DIR, file), copy, { recursive: true });
        utimesSync(copy, time, time);
    }
    // What the compiler takes from dependencies it names by their place.
    await run("cp", ["-al", join(PACK_DIR, "node_modules"), clone]).catch(() =>
        run("cp", ["-a", join(PACK_DIR, "node_modules"), clone]),
    );
    const { stdout } = await run("npm", ["pack", "--silent"], { cwd: clone, env: { ...process.env, ...env } });
    return { clone, archive: join(clone, stdout.trim()) };
}

function sha256(bytes: Buffer): string {
    return createHash("sha256").update(bytes).digest("hex");
}
