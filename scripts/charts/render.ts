import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** What Helm made of a chart. */
export interface RenderedChart {
    /** `name@version`, or the folder where the chart does not say them. */
    readonly chart: string;
    readonly folder: string;
    /** Empty where the chart does not render. */
    readonly manifests: string;
    /** Why there are no manifests: a library chart, a dependency that is nowhere below the folder, Helm's own words. */
    readonly skipped: "library" | "dependencies" | "failure" | undefined;
    readonly reason: string;
}

/** A line of the answer of `tests/e2e/toolchain/charts`. */
interface Answer {
    readonly name: string;
    readonly version: string;
    readonly library: boolean;
    readonly missing: readonly string[];
    readonly manifests: string;
    readonly failure: string;
}

/** The release that all charts are rendered for, and the version of the cluster, which some charts ask for. */
const RELEASE = { release: "shop", namespace: "shop", kubeVersion: "1.34.0" };

/** The folders of all charts below a folder, without those that are part of another. */
export function findCharts(folder: string): string[] {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (entries.some(entry => entry.isFile() && entry.name === "Chart.yaml")) return [folder];
    return entries
        .filter(entry => entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
        .map(entry => join(folder, entry.name))
        .sort()
        .flatMap(findCharts);
}

/** Renders charts with their default values, or with the first of their `ci/*-values.yaml` that works. */
export async function renderCharts(folders: readonly string[]): Promise<RenderedChart[]> {
    const helm = new Helm();
    try {
        const rendered: RenderedChart[] = [];
        for (const folder of folders) rendered.push(await renderOne(helm, folder, folders));
        return rendered;
    } finally {
        helm.end();
    }
}

async function renderOne(helm: Helm, folder: string, all: readonly string[]): Promise<RenderedChart> {
    const ask = (values: readonly string[]) =>
        helm.ask({ ...RELEASE, chart: resolve(folder), values, others: all.map(other => resolve(other)) });
    const first = await ask([]);
    let answer = first;
    for (const file of first.failure ? valueFiles(folder) : []) {
        answer = await ask([resolve(file)]);
        if (!answer.failure) break;
    }
    const chart = first.name ? `${first.name}@${first.version}` : folder;
    const shared = { chart, folder, manifests: answer.manifests };
    if (first.library) return { ...shared, skipped: "library", reason: "library chart" };
    if (answer.failure) return { ...shared, skipped: "failure", reason: first.failure };
    if (answer.missing.length > 0) {
        return { ...shared, skipped: "dependencies", reason: [...new Set(answer.missing)].join(", ") };
    }
    return { ...shared, skipped: undefined, reason: "" };
}

/** What the chart's own tests render it with. */
function valueFiles(folder: string): string[] {
    const ci = join(folder, "ci");
    if (!existsSync(ci)) return [];
    return readdirSync(ci)
        .filter(name => /values\.ya?ml$/.test(name))
        .sort()
        .map(name => join(ci, name));
}

/** The process that renders, one chart after the other. */
class Helm {
    private readonly child = spawn(join(toolchain(), "charts"), { stdio: ["pipe", "pipe", "inherit"] });
    private readonly lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();

    async ask(question: object): Promise<Answer> {
        this.child.stdin.write(`${JSON.stringify(question)}\n`);
        const { value, done } = await this.lines.next();
        if (done) throw new Error("The program that renders charts has ended.");
        return JSON.parse(value);
    }

    end(): void {
        this.child.stdin.end();
    }
}

/** The folder of the program that renders, built where it is missing. */
function toolchain(): string {
    const stdio: ("ignore" | "pipe" | "inherit")[] = ["ignore", "pipe", "inherit"];
    const program = join("tests", "e2e", "toolchain", "build.mjs");
    return execFileSync(process.execPath, [program, "--charts"], { encoding: "utf8", stdio }).trim();
}
