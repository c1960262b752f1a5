import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { installRequiredPack, packArchive } from "../tests/support/archive";
import { NODE_VERSIONS, type NodeLine, nodeExecutable } from "../tests/support/node-versions";
import { PackProcess } from "../tests/support/pack-process";

/** How often each pack is installed. */
const RUNS = Number(process.argv[2] ?? 3);
const BOOTS = 5;

/** Seconds that something took, and those in which a processor was at work on it: the same on a busy machine. */
interface Time {
    readonly wall: number;
    readonly cpu: number;
}

/** What one pack takes: installations, megabytes on disk, boots by line of Node. */
interface Cost {
    readonly cold: Time[];
    readonly warm: Time[];
    readonly disk: number;
    readonly files: number;
    readonly boots: Readonly<Record<string, Time[]>>;
}

/**
 * Stands for what `pulumi policy new kubernetes-typescript` writes, with today's versions of the same packages: one
 * policy, TypeScript that is compiled at boot, and the SDK of the Kubernetes provider.
 * Source: https://github.com/pulumi/templates-policy (`kubernetes-typescript`)
 */
const TEMPLATE = {
    "PulumiPolicy.yaml": "runtime: nodejs\nversion: 0.0.1\ndescription: A minimal policy pack.\n",
    "package.json": JSON.stringify({
        name: "template",
        version: "0.0.1",
        dependencies: { "@pulumi/kubernetes": "^4.0.0", "@pulumi/policy": "^1.3.0", "@pulumi/pulumi": "^3.0.0" },
        devDependencies: { "@types/node": "^20" },
    }),
    "tsconfig.json": JSON.stringify({
        compilerOptions: {
            target: "es2020",
            module: "commonjs",
            moduleResolution: "node",
            strict: true,
            outDir: "bin",
        },
        files: ["index.ts"],
    }),
    "index.ts": `import * as k8s from "@pulumi/kubernetes";
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";

new PolicyPack("template", {
    policies: [
        {
            name: "no-public-services",
            description: "Services are not of type LoadBalancer.",
            enforcementLevel: "mandatory",
            validateResource: validateResourceOfType(k8s.core.v1.Service, (service, _, report) => {
                if (service.spec?.type === "LoadBalancer") report("Services must not be of type LoadBalancer.");
            }),
        },
    ],
});
`,
};

void main();

/** Installs both packs as Pulumi does where an organization requires them, in turn, and boots them. */
async function main(): Promise<void> {
    const folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-bench-"));
    try {
        const archives = { "this pack": await packArchive(folder, process.cwd()), template: packTemplate(folder) };
        const lines = Object.keys(NODE_VERSIONS) as NodeLine[];
        const costs = Object.entries(archives).map(([name, archive]) => ({ name, archive, cost: newCost(lines) }));
        for (let run = 0; run < RUNS; run++) {
            for (const { name, archive, cost } of costs) {
                const cache = path.join(folder, `cache-${name}-${run}`);
                for (const times of [cost.cold, cost.warm]) {
                    const pack = path.join(folder, `pack-${name}`);
                    rmSync(pack, { recursive: true, force: true });
                    const start = now();
                    await installRequiredPack(archive, pack, ["--cache", cache]);
                    times.push(since(start));
                }
                rmSync(cache, { recursive: true });
            }
        }
        for (const { name, cost } of costs) {
            const pack = path.join(folder, `pack-${name}`);
            Object.assign(cost, sizeOf(pack));
            for (const line of lines) {
                for (let boot = 0; boot < BOOTS; boot++) cost.boots[line]?.push(await boots(pack, line));
            }
        }
        show(costs, lines);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function newCost(lines: readonly NodeLine[]): Cost {
    return { cold: [], warm: [], disk: 0, files: 0, boots: Object.fromEntries(lines.map(line => [line, []])) };
}

function packTemplate(folder: string): string {
    const template = path.join(folder, "template");
    mkdirSync(template);
    for (const [file, content] of Object.entries(TEMPLATE)) writeFileSync(path.join(template, file), content);
    const stdout = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: template });
    return path.join(folder, stdout.toString().trim());
}

/** Megabytes and files of an installed pack. */
function sizeOf(pack: string): Pick<Cost, "disk" | "files"> {
    const [kilobytes = ""] = spawnSync("du", ["-sk", pack], { encoding: "utf8" }).stdout.split("\t");
    const files = spawnSync("find", [pack, "-type", "f"], { encoding: "utf8", maxBuffer: 1e9 }).stdout.split("\n");
    return { disk: Number(kilobytes) / 1024, files: files.length - 1 };
}

/** Time until a pack serves. What TypeScript leaves in the folder for temporary files makes later boots faster. */
async function boots(pack: string, line: NodeLine): Promise<Time> {
    const node = await nodeExecutable(line);
    const start = now();
    const running = await PackProcess.start(pack, {}, node);
    await running.stop();
    return since(start);
}

/** The present, as `since` takes it. */
function now(): Time {
    return { wall: performance.now() / 1000, cpu: cpuOfChildren() };
}

function since(start: Time): Time {
    const end = now();
    return { wall: end.wall - start.wall, cpu: end.cpu - start.cpu };
}

/** Processor time of the processes that this one has started and that have ended, with theirs. */
function cpuOfChildren(): number {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // After the name in brackets: cutime and cstime are fields 16 and 17, in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
}

function show(costs: readonly { name: string; cost: Cost }[], lines: readonly NodeLine[]): void {
    const timed = (what: string, times: readonly Time[]): [string, number][] => [
        [`${what}, s`, median(times.map(({ wall }) => wall))],
        [`${what}, s of processors`, median(times.map(({ cpu }) => cpu))],
    ];
    const rows = (cost: Cost): Record<string, number> =>
        Object.fromEntries([
            ...timed("install, empty npm cache", cost.cold),
            ...timed("install, full npm cache", cost.warm),
            ["disk, MB", cost.disk],
            ["files", cost.files],
            ...lines.flatMap(line => {
                const [first, ...later] = cost.boots[line] ?? [];
                return [
                    ...timed(`first boot on Node ${line}`, first ? [first] : []),
                    ...timed(`later boots on Node ${line}`, later),
                ];
            }),
        ]);
    const [subject, reference] = costs.map(({ cost }) => rows(cost));
    const table = Object.entries(subject ?? {}).map(([what, value]) => {
        const other = reference?.[what] ?? Number.NaN;
        return [what, { "this pack": round(value), template: round(other), ratio: (value / other).toFixed(2) }];
    });
    console.log(`\n${os.cpus().length} processors, medians of ${RUNS} installations and ${BOOTS - 1} boots\n`);
    console.table(Object.fromEntries(table));
}

function round(value: number): number {
    return Number(value.toPrecision(3));
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
