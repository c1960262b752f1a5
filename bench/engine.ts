import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { policies } from "../policies";
import { applications } from "./applications";
import { makePacks } from "./packs";
import { median, type Usage, usageOf } from "./processes";

/** `npm run bench:engine -- 500 1` for fewer resources, and fewer previews of which the middle one counts. */
const RESOURCES = Number(process.argv[2] ?? 2000);
const ROUNDS = Number(process.argv[3] ?? 3);

/** What a preview may take longer than without a pack, to what it takes longer with the no-op pack. */
const GOAL = 0.75;

/** How often a running pack is asked what it has taken, in milliseconds. */
const INTERVAL = 50;

/** What a preview took: seconds, seconds of CPU time of all processes, and what the pack's own process took. */
interface Cost {
    readonly wall: number;
    readonly cpu: number;
    readonly pack: Usage;
}

/** A program, and the environment that the engine previews it in. */
interface Bench {
    readonly program: string;
    readonly environment: NodeJS.ProcessEnv;
    /** Where every process of Node.js notes its number. */
    readonly numbers: string;
}

void main();

async function main(): Promise<void> {
    const packs = makePacks();
    const folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-bench-"));
    try {
        const bench = prepare(folder);
        const contenders: readonly (readonly [name: string, pack?: string])[] = [
            ["no pack"],
            ["empty pack", packs.empty],
            ["no-op pack", packs.noop],
            ["this pack", packs.subject],
        ];
        const costs = new Map<string, Cost[]>();
        for (let round = 0; round < ROUNDS; round++) {
            for (const [name, pack] of contenders) {
                costs.set(name, [...(costs.get(name) ?? []), await preview(bench, pack)]);
            }
        }
        const middle = (name: string): Cost => {
            const all = costs.get(name) ?? [];
            return {
                wall: median(all.map(({ wall }) => wall)),
                cpu: median(all.map(({ cpu }) => cpu)),
                pack: {
                    cpu: median(all.map(({ pack }) => pack.cpu)),
                    memory: median(all.map(({ pack }) => pack.memory)),
                },
            };
        };
        const reference = middle("no pack");
        const floor = middle("no-op pack");
        console.log(
            `\nPreview of ${RESOURCES} resources, Node ${process.version}, ${policies.length} policies, ` +
                `${os.cpus().length} processors, load ${os.loadavg()[0]?.toFixed(1)}\n`,
        );
        console.table(
            Object.fromEntries(
                contenders.map(([name]) => {
                    const { wall, cpu, pack } = middle(name);
                    const row = {
                        "wall s": wall.toFixed(1),
                        "wall, to no pack": (wall / reference.wall).toFixed(2),
                        "CPU s": cpu.toFixed(1),
                        "CPU, to no pack": (cpu / reference.cpu).toFixed(2),
                        "CPU, to no-op": (cpu / floor.cpu).toFixed(2),
                        "pack's CPU s": pack.cpu.toFixed(1),
                        "pack's peak MB": pack.memory.toFixed(0),
                    };
                    return [name, row];
                }),
            ),
        );
        const longer = (name: string) => middle(name).wall - reference.wall;
        const ratio = longer("this pack") / longer("no-op pack");
        const toEmpty = (longer("this pack") / longer("empty pack")).toFixed(2);
        console.log(
            `It takes ${longer("this pack").toFixed(1)} s longer than without a pack: ${ratio.toFixed(2)} of what the no-op ` +
                `pack takes longer, at most ${GOAL}; ${toEmpty} of the empty pack.`,
        );
        process.exitCode = ratio > GOAL ? 1 : 0;
    } finally {
        packs.remove();
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A stack of a program in YAML whose provider writes to a folder; no cluster, account or download is needed. */
function prepare(folder: string): Bench {
    const toolchain = execFileSync(process.execPath, ["tests/e2e/toolchain/build.mjs"], { encoding: "utf8" });
    const numbers = path.join(folder, "numbers");
    const program = path.join(folder, "program");
    for (const name of [numbers, program, path.join(folder, "backend")]) mkdirSync(name);
    const note = path.join(folder, "note.cjs");
    writeFileSync(
        note,
        `if (process.argv.some(text => text.includes("run-policy-pack"))) {
            require("node:fs").writeFileSync(${JSON.stringify(numbers)} + "/" + process.pid, "");
        }`,
    );
    writeFileSync(path.join(program, "Pulumi.yaml"), JSON.stringify(programOf(folder)));
    const bench = {
        program,
        numbers,
        environment: {
            ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"))),
            PATH: [toolchain.trimEnd().split("\n").at(-1), process.env.PATH].join(path.delimiter),
            PULUMI_HOME: path.join(folder, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            NODE_OPTIONS: `--require ${note}`,
        },
    };
    execFileSync("pulumi", ["stack", "init", "dev"], { cwd: program, env: bench.environment });
    return bench;
}

function programOf(folder: string): unknown {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Pulumi's YAML replaces it.
    const provider = "${cluster}";
    const resources = applications(RESOURCES).map(({ type, name, props }) => [
        `${name}-${type.split(":")[2]}`,
        { type, properties: props, options: { provider } },
    ]);
    const renderYamlToDirectory = path.join(folder, "rendered");
    const cluster = { type: "pulumi:providers:kubernetes", properties: { renderYamlToDirectory } };
    return { name: "bench", runtime: "yaml", resources: { cluster, ...Object.fromEntries(resources) } };
}

/** Previews the program, with a pack or without one. */
async function preview({ program, environment, numbers }: Bench, pack?: string): Promise<Cost> {
    for (const number of readdirSync(numbers)) rmSync(path.join(numbers, number));
    const times = path.join(numbers, "..", "times");
    const options = ["--non-interactive", "--suppress-outputs", ...(pack ? ["--policy-pack", pack] : [])];
    const command = ["-f", "%e %U %S", "-o", times, "pulumi", "preview", "--stack", "dev", ...options];
    let pulled: Usage = { cpu: 0, memory: 0 };
    const timer = setInterval(() => {
        const [number] = readdirSync(numbers);
        pulled = (number && usageOf(Number(number))) || pulled;
    }, INTERVAL);
    // GNU time, which Debian has as the package time.
    const child = spawn("/usr/bin/time", command, {
        cwd: program,
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", text => {
            output += text;
        });
    }
    await new Promise(resolve => child.on("close", resolve));
    clearInterval(timer);
    // The stack and the provider are resources too.
    if (!output.includes(`+ ${RESOURCES + 2} to create`)) throw new Error(output);
    const [wall, user, system] = (readFileSync(times, "utf8").trim().split("\n").at(-1) ?? "").split(" ").map(Number);
    return { wall: wall ?? Number.NaN, cpu: (user ?? 0) + (system ?? 0), pack: pulled };
}
