// Mutation testing: every part of the policies is broken once, and some test must notice. `npm run mutation` takes
// hours; `npm run mutation -- policies/shared/images` is for a part, and reports it beside what is known of the others.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
    packageManager: "npm",
    testRunner: "vitest",
    vitest: { configFile: "vitest.mutation.config.mts", related: false },
    mutate: ["policies/**/*.ts", "framework/**/*.ts", "model/**/*.ts"],
    coverageAnalysis: "perTest",
    // What is worked out once, while modules load, is data: the tables of kinds, clusters, API versions and grants, the
    // texts and schemas of policies. Tests compare them with their sources, and a mutant of them would need all tests.
    ignoreStatic: true,
    // Keeps what is known of other parts; of its own part a run takes nothing over, as it would not see fixtures change.
    incremental: true,
    force: true,
    incrementalFile: "coverage/mutation/incremental.json",
    tempDirName: "coverage/mutation/sandbox",
    ignorePatterns: ["/bench", "/coverage", "/dist", "/examples"],
    concurrency: 2,
    // On a busy machine what is only slow must not pass for what never ends.
    timeoutMS: 10_000,
    // The first run counts how often each part of the code runs: with the model's innermost parts it takes minutes.
    dryRunTimeoutMinutes: 30,
    reporters: ["progress-append-only", "clear-text", "html", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: "coverage/mutation/report.html" },
    jsonReporter: { fileName: "coverage/mutation/report.json" },
    thresholds: { high: 95, low: 85, break: 85 },
};
