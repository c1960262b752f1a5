import { defineConfig } from "vitest/config";

export default defineConfig({
    test: {
        include: ["tests/e2e/**/*.test.ts"],
        globalSetup: ["tests/e2e/support/setup.ts"],
        // Engine, provider and pack are processes of their own, and heavy ones: one test at a time.
        fileParallelism: false,
        maxWorkers: 1,
        testTimeout: 180_000,
        hookTimeout: 600_000,
    },
});
