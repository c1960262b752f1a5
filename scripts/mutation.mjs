// Runs mutation testing on all policies, or on the files and folders that are named.
import { statSync } from "node:fs";
import { Stryker } from "@stryker-mutator/core";

const parts = process.argv.slice(2).map(path => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path));
await new Stryker(parts.length > 0 ? { mutate: parts } : {}).runMutationTest();
