// The fuzz tests at any size: npm run fuzz -- --runs 100000 --seed 7; every night's: npm run fuzz -- --nightly
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
    options: { runs: { type: "string" }, seed: { type: "string" }, nightly: { type: "boolean", default: false } },
});
const { runs = "100000", seed = String(Math.floor(Math.random() * 1e9)), nightly } = values;
console.log(`${runs} resources, seed ${seed}`);
const env = { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed };
// Every program goes through the pack's process, and what is tried in part otherwise is tried in full.
if (nightly) Object.assign(env, { FUZZ_PACK_SHARE: "1", FUZZ_NIGHTLY: "1" });
const files = nightly ? ["tests/fuzz", "tests/answer.test.ts", "tests/sessions.test.ts"] : ["tests/fuzz/fuzz.test.ts"];
const { status } = spawnSync("npx", ["vitest", "run", ...files], { stdio: "inherit", env });
// What is compared with programs in Go is beside the tests on the real engine.
const compared = ["--config", "vitest.e2e.config.mts", "tests/e2e/kubeconfig.test.ts", "tests/e2e/manifests.test.ts"];
const second = nightly ? spawnSync("npx", ["vitest", "run", ...compared], { stdio: "inherit", env }).status : 0;
process.exit((status ?? 1) || (second ?? 1));
