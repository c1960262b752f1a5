import { defineConfig } from "vitest/config";

// What mutation testing runs for every mutant: tests that stay in this process and load no SDK.
export default defineConfig({
    test: {
        include: [
            "tests/mutation/*.mutation.ts",
            "tests/model/*.test.ts",
            "tests/pod-security/*.test.ts",
            "tests/policies/*.test.ts",
            "tests/exemptions.test.ts",
        ],
        // Runs every fixture by the SDK, too.
        exclude: ["tests/policies/production-cluster-isolation-order.test.ts"],
        pool: "threads",
        isolate: false,
    },
});
