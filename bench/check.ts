import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { application, CONFTEST_RULES } from "./check-manifests";

/** Applications of eight manifests each, in one file. */
const SIZES = [10, 100, 1000, 5000];

/** Sizes from which on one run is enough: differences between runs no longer matter. */
const LARGE = 1000;

/** A command that checks a file. */
interface Tool {
    readonly name: string;
    readonly command: readonly string[];
}

/** What one run took: seconds, and megabytes at the most. */
interface Cost {
    readonly wall: number;
    readonly cpu: number;
    readonly memory: number;
}

const CHECK = [process.execPath, "dist/cli.js", "check"];

main();

function main(): void {
    execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
    const folder = mkdtempSync(join(os.tmpdir(), "guardrails-bench-"));
    try {
        mkdirSync(join(folder, "policy"));
        writeFileSync(join(folder, "policy/rules.rego"), CONFTEST_RULES);
        const peers = peersIn(folder);
        const none = join(folder, "none.json");
        writeFileSync(none, JSON.stringify({ all: "disabled" }));
        const tools = [
            { name: "kubernetes-guardrails", command: CHECK },
            { name: "the same without any policy", command: [...CHECK, "--config", none] },
            ...peers,
        ];
        const table: Record<string, Record<string, string>> = {};
        for (const size of SIZES) {
            const file = join(folder, `${size}.yaml`);
            writeFileSync(file, Array.from({ length: size }, (_, index) => application(index)).join(""));
            const costs = tools.map(tool => ({
                ...tool,
                cost: measure([...tool.command, file], size < LARGE ? 5 : 1),
            }));
            const reference = costs.find(({ name }) => name === peers[0]?.name)?.cost;
            for (const { name, cost } of costs) {
                table[`${size * 8} manifests, ${name}`] = {
                    "wall s": cost.wall.toFixed(2),
                    "CPU s": cost.cpu.toFixed(2),
                    "peak MB": cost.memory.toFixed(0),
                    "wall, to the first peer": reference ? (cost.wall / reference.wall).toFixed(2) : "",
                };
            }
        }
        console.log(`\nNode ${process.version}, ${os.cpus().length} processors\n`);
        console.table(table);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The peers that can be built: none on a machine without Go. */
function peersIn(folder: string): Tool[] {
    const cache = join(process.env.XDG_CACHE_HOME ?? join(os.homedir(), ".cache"), "kubernetes-guardrails/bench");
    const peers = [
        { name: "kube-score", module: "github.com/zegl/kube-score/cmd/kube-score@v1.20.0", args: ["score"] },
        {
            name: "conftest",
            module: "github.com/open-policy-agent/conftest@v0.71.1",
            args: ["test", "--policy", join(folder, "policy")],
        },
    ];
    return peers.flatMap(({ name, module, args }) => {
        const executable = join(cache, name);
        if (!existsSync(executable) && !install(module, cache)) {
            console.error(`${name} cannot be built (go install ${module}) and is left out.`);
            return [];
        }
        return [{ name, command: [executable, ...args] }];
    });
}

function install(module: string, folder: string): boolean {
    mkdirSync(folder, { recursive: true });
    return spawnSync("go", ["install", module], { env: { ...process.env, GOBIN: folder } }).status === 0;
}

/** The run of several with the median wall time. */
function measure(command: readonly string[], runs: number): Cost {
    const costs = Array.from({ length: runs }, () => timed(command)).sort((a, b) => a.wall - b.wall);
    return costs[Math.floor(runs / 2)] ?? { wall: Number.NaN, cpu: Number.NaN, memory: Number.NaN };
}

/** GNU time, which Debian has as the package time, tells the peak memory of another process. */
function timed(command: readonly string[]): Cost {
    const { stderr } = spawnSync("/usr/bin/time", ["-f", "\n%e %U %S %M", ...command], {
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
        maxBuffer: 1e9,
    });
    const [wall, user, system, kilobytes] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
    return { wall: wall ?? Number.NaN, cpu: (user ?? 0) + (system ?? 0), memory: (kilobytes ?? 0) / 1024 };
}
