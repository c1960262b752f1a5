import { execFile } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtPack } from "../support/build";
import { folderWith, ON_NODE, run } from "./support/command";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: b }\n";
const CONFIG = JSON.stringify({ all: "disabled", "no-naked-pods": "mandatory" });
const OLD = '{ "version": 1, "violations": [] }\n';

function folder(files: Record<string, string> = {}): string {
    return folderWith({ "a.yaml": POD, "config.json": CONFIG, ...files });
}

const check = (here: string, ...args: string[]) => run(here, ["check", "a.yaml", "--config", "config.json", ...args]);

describe("a file is written as a whole or not at all", () => {
    test("through a link, with the rights that it had", async () => {
        const here = folder({ "real.json": OLD });
        chmodSync(join(here, "real.json"), 0o640);
        symlinkSync("real.json", join(here, "known.json"));

        expect((await check(here, "--baseline", "known.json", "--update-baseline")).code).toBe(0);

        expect(lstatSync(join(here, "known.json")).isSymbolicLink()).toBe(true);
        expect(JSON.parse(readFileSync(join(here, "real.json"), "utf8")).violations).toHaveLength(1);
        expect(statSync(join(here, "real.json")).mode & 0o777).toBe(0o640);
        expect(readdirSync(here).filter(name => name.endsWith(".part"))).toEqual([]);
    });

    test("to a pipe or a device as it comes", async () => {
        expect(await check(folder(), "--format", "json=/dev/null")).toMatchObject({ code: 1, stderr: "" });
    });
});

describe("the old baseline stays where a report cannot be written", () => {
    test("to a file", async () => {
        const here = folder({ "known.json": OLD });
        const args = ["--format", "json=no/such/folder.json", "--baseline", "known.json", "--update-baseline"];
        expect(await check(here, ...args)).toMatchObject({
            code: 2,
            stderr: "no/such/folder.json: there is no such file or folder\n",
        });
        expect(readFileSync(join(here, "known.json"), "utf8")).toBe(OLD);
    });

    test.runIf(existsSync("/dev/full"))("to standard output, which is full", async () => {
        const here = folder({ "known.json": OLD });
        const { code, stderr } = await onFullOutput(here, "check a.yaml --baseline known.json --update-baseline");
        expect({ code, stderr }).toEqual({ code: 2, stderr: "<stdout>: cannot be written (ENOSPC)\n" });
        expect(readFileSync(join(here, "known.json"), "utf8")).toBe(OLD);
    });
});

test.runIf(existsSync("/dev/full"))("other commands end with 2 where standard output is full, too", async () => {
    expect((await onFullOutput(folder(), "list")).code).toBe(2);
});

/** Runs the command with an output that takes nothing. */
async function onFullOutput(here: string, args: string): Promise<{ code: number; stderr: string }> {
    const command = ON_NODE ? `${process.execPath} ${join(await builtPack(), "dist/cli.js")}` : process.env.EXECUTABLE;
    return new Promise(resolve => {
        execFile("/bin/sh", ["-c", `${command} ${args} > /dev/full`], { cwd: here }, (error, _, stderr) =>
            resolve({ code: typeof error?.code === "number" ? error.code : 0, stderr }),
        );
    });
}

describe("a file is not two things at once", () => {
    test.each([
        [
            ["--format", "json=r", "--format", "sarif=r"],
            "r: cannot be written for --format sarif: it is the file of --format json\n",
        ],
        [["--format", "json=./a.yaml"], "./a.yaml: cannot be written for --format json: it is the file of the input\n"],
        [
            ["--format", "json=config.json"],
            "config.json: cannot be written for --format json: it is the file of --config\n",
        ],
        [
            ["--format", "json=known.json", "--baseline", "known.json"],
            "known.json: cannot be written for --format json: it is the file of --baseline\n",
        ],
        [
            ["--baseline", "a.yaml", "--update-baseline"],
            "a.yaml: cannot be written for --baseline: it is the file of the input\n",
        ],
    ])("%j", async (args, stderr) => {
        const here = folder({ "known.json": OLD });
        expect(await check(here, ...args)).toEqual({ code: 2, stdout: "", stderr });
        expect(readFileSync(join(here, "a.yaml"), "utf8")).toBe(POD);
    });
});
