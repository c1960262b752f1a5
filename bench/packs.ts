import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { policies } from "../policies";

/** Folders with policy packs to measure, side by side on the same node_modules. */
export interface Packs {
    /** This pack, as it is published. */
    readonly subject: string;
    /** A pack without policies. */
    readonly empty: string;
    /** A pack with as many policies as this one, resource and stack policies alike, that do nothing. */
    readonly noop: string;
    remove(): void;
}

/** How many of the policies are stack policies. */
export const STACK_POLICIES = policies.filter(({ definition }) => definition.checkStack).length;

/** Compiles this pack, and makes the packs in a temporary folder. */
export function makePacks(): Packs {
    execFileSync(process.execPath, ["scripts/build.mjs", "--javascript"], { stdio: "inherit" });
    const root = mkdtempSync(join(tmpdir(), "kubernetes-guardrails-bench-"));
    const make = (name: string, source?: string) => {
        const folder = join(root, name);
        mkdirSync(folder);
        symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
        writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
        writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "dist/index.js" }));
        if (source === undefined) {
            cpSync("dist", join(folder, "dist"), { recursive: true });
        } else {
            mkdirSync(join(folder, "dist"));
            writeFileSync(
                join(folder, "dist/index.js"),
                `const { PolicyPack } = require("@pulumi/policy");\n${source}`,
            );
        }
        return folder;
    };
    return {
        subject: make("subject"),
        empty: make("empty", 'new PolicyPack("empty", { policies: [] });'),
        noop: make(
            "noop",
            `const one = (kind, count, extra) => Array.from({ length: count }, (_, index) => ({
                name: kind + index, description: "Does nothing.", enforcementLevel: "mandatory", ...extra,
            }));
            const validateResource = () => {};
            const validateStack = () => {};
            new PolicyPack("noop", { policies: [
                ...one("resource", ${policies.length - STACK_POLICIES}, { validateResource }),
                ...one("stack", ${STACK_POLICIES}, { validateResource, validateStack }),
            ] });`,
        ),
        remove: () => rmSync(root, { recursive: true }),
    };
}
