import { inject } from "vitest";

// Between runs, and between the files of one, the last mutant is still there: it must not change how a file is loaded.
const { __stryker__: stryker } = globalThis as { __stryker__?: { activeMutant?: string | undefined } };
if (stryker && inject("mutantActivation" as never) === "runtime") stryker.activeMutant = undefined;
