// The fuzz tests at any size: npm run fuzz -- --runs 100000 --seed 7
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const { runs = "100000", seed = String(Math.floor(Math.random() * 1e9)) } = values;
console.log(`${runs} resources, seed ${seed}`);
const env = { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed };
const { status } = spawnSync("npx", ["vitest", "run", "tests/fuzz/fuzz.test.ts"], { stdio: "inherit", env });
process.exit(status ?? 1);
