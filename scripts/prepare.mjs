// npm runs this after `npm ci` in a clone, before `npm pack`, and also where the published archive was unpacked:
// there the compiled files are already present and the sources are not.
import { existsSync } from "node:fs";

if (existsSync("index.ts")) {
    try {
        await import("./build.mjs");
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
            console.error(
                "kubernetes-guardrails: building from source needs the development dependencies; run npm ci.",
            );
        }
        throw error;
    }
}
