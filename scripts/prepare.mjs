// npm runs this after `npm ci` in a clone.
try {
    await import("./build.mjs");
} catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
        console.error("kubernetes-guardrails: building from source needs the development dependencies; run npm ci.");
    }
    throw error;
}
