import { execFile } from "node:child_process";
import {
    chmodSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { compileFunction } from "node:vm";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
    CommandError,
    type ConfigMap,
    type EngineEvent,
    LocalWorkspace,
    PulumiCommand,
    type PulumiFn,
    type Stack,
} from "@pulumi/pulumi/automation";
import { transformSync } from "esbuild";
import { test as base, inject } from "vitest";
import { parseAllDocuments } from "yaml";

/** The repository, which is also the policy pack under test. */
export const PACK = path.resolve(__dirname, "../../..");

/** Clouds that the stand-in provider plays. */
const CLOUDS = ["aws", "azure-native", "command", "digitalocean", "eks", "gcp"];

/** What one of the policies said to the engine. */
export interface Reported {
    readonly policy: string;
    readonly level: string;
    /** Pulumi name of the resource. */
    readonly resource: string;
    /** What is wrong and what to do; the SDK's server puts the policy's description on a line before. */
    readonly message: string;
}

/** How a command ended. */
export interface Outcome {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** How a preview or an update ended. */
export interface Run {
    readonly exitCode: number;
    /** All that the command showed. */
    readonly output: string;
    /** In a stable order: by resource, policy and message. */
    readonly reported: readonly Reported[];
    /** What the engine is about to create or has created, by Pulumi name, as JSON: secrets are encrypted. */
    readonly inputs: ReadonlyMap<string, unknown>;
    /** What engine and providers said of resources on the way, by Pulumi name: retries, warnings, errors. */
    readonly diagnostics: ReadonlyMap<string, string>;
    /** The Pulumi names of all providers that resources have, sorted. */
    readonly providers: readonly string[];
    /** The policies that the engine counts as passed, sorted, by the Pulumi name of the resource. */
    readonly passed: ReadonlyMap<string, readonly string[]>;
}

/** What to run a stack's program with. */
export interface RunOptions {
    /** Content of the policy configuration file; without it there is none. */
    readonly policyConfig?: unknown;
    /** Folders of the policy packs; by default the pack under test. */
    readonly policyPacks?: readonly string[];
    /** Whether an update goes on with what does not depend on a resource that has failed. */
    readonly continueOnError?: boolean;
    /** Globs over the URNs of resources that an update leaves out. */
    readonly exclude?: readonly string[];
}

/** A Kubernetes object that the provider has written instead of creating it. */
export interface Rendered {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Record<string, string>;
        readonly annotations?: Record<string, string>;
    };
    readonly [field: string]: unknown;
}

/**
 * A machine of its own for one test: Pulumi home, backend and working folder are in a temporary folder. No command
 * reaches for the network, an account, a cluster or what the user of this machine has configured.
 */
export class Engine {
    private constructor(
        /** Temporary folder that all else is in. */
        readonly folder: string,
        private readonly command: PulumiCommand,
        private readonly environment: Record<string, string>,
    ) {}

    /** @param variables environment variables besides those of this process, or instead of them */
    static async open(variables: Readonly<Record<string, string>> = {}): Promise<Engine> {
        const folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-e2e-"));
        const bin = path.join(folder, "bin");
        for (const name of ["home", "backend"]) mkdirSync(path.join(folder, name));
        mkdirSync(bin);
        for (const name of readdirSync(inject("toolchain"))) {
            if (name.startsWith("pulumi")) symlinkSync(path.join(inject("toolchain"), name), path.join(bin, name));
        }
        const environment = {
            ...withoutPulumi(process.env),
            PATH: `${bin}${path.delimiter}${process.env.PATH}`,
            PULUMI_HOME: path.join(folder, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            HELM_CACHE_HOME: path.join(folder, "helm", "cache"),
            HELM_CONFIG_HOME: path.join(folder, "helm", "config"),
            HELM_DATA_HOME: path.join(folder, "helm", "data"),
            // A cluster that the user of this machine works with is out of reach.
            KUBECONFIG: path.join(folder, "no-kubeconfig"),
            ...variables,
        };
        const engine = new Engine(folder, await PulumiCommand.get({ root: folder }), environment);
        for (const name of ["standin", ...CLOUDS]) engine.providePackage(name, "standin-provider.mjs");
        return engine;
    }

    /** Removes what the test has left; the processes have ended with their commands. */
    close(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Folder that stacks with the configuration `renderTo` write their objects to. */
    get renderedFolder(): string {
        return path.join(this.folder, "rendered");
    }

    /** Runs Pulumi's command line as a user does. */
    pulumi(args: readonly string[], cwd?: string): Promise<Outcome> {
        return this.run(this.command.command, args, cwd);
    }

    /** Runs a command. */
    run(command: string, args: readonly string[], cwd: string = this.folder): Promise<Outcome> {
        return new Promise(resolve => {
            const options = { cwd, env: this.environment, maxBuffer: 64 * 1024 * 1024 };
            execFile(command, args, options, (error, stdout, stderr) => {
                const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
                resolve({ exitCode, stdout, stderr });
            });
        });
    }

    /** Puts a copy of an example where running it leaves no traces in the repository. */
    copyExample(name: string): string {
        const copy = path.join(this.folder, name);
        cpSync(path.join(PACK, "examples", name), copy, { recursive: true });
        return copy;
    }

    /** Has the engine start a script of this folder as the provider of a package, or another executable. */
    providePackage(name: string, executable: string): void {
        const isScript = executable.endsWith(".mjs");
        const command = isScript ? `"${process.execPath}" "${path.join(__dirname, executable)}"` : `"${executable}"`;
        this.write(`bin/pulumi-resource-${name}`, `#!/bin/sh\nexec ${command} "$@"\n`);
        chmodSync(path.join(this.folder, "bin", `pulumi-resource-${name}`), 0o755);
    }

    /** Sets the kubeconfig that the clusters of stand-in clouds put out. */
    setKubeconfig(kubeconfig: string): void {
        this.write("home/standin-kubeconfig", kubeconfig);
    }

    /** Writes a file into the temporary folder. */
    write(name: string, content: string): string {
        const file = path.join(this.folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
        return file;
    }

    /** A new stack of a program in a language whose host the engine starts, such as YAML. */
    async stackOf(workDir: string, config: ConfigMap = {}): Promise<TestStack> {
        return this.configured(
            await LocalWorkspace.createStack({ stackName: "dev", workDir }, this.workspaceOptions()),
            config,
        );
    }

    /**
     * A new stack of a TypeScript program that runs in this process.
     *
     * @param stackName the default says that the stack is of development
     */
    async inlineStack(program: PulumiFn, config: ConfigMap = {}, stackName = "dev"): Promise<TestStack> {
        const workDir = path.join(this.folder, "inline");
        mkdirSync(workDir, { recursive: true });
        return this.configured(
            await LocalWorkspace.createStack(
                { stackName, projectName: "shop", program },
                { ...this.workspaceOptions(), workDir },
            ),
            config,
        );
    }

    /** The objects that the provider has written so far, by `Kind name`. */
    rendered(): Map<string, Rendered> {
        const objects = new Map<string, Rendered>();
        for (const file of filesBelow(this.renderedFolder)) {
            for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
                const object: Rendered = document.toJS();
                objects.set(`${object.kind} ${object.metadata.name}`, object);
            }
        }
        return objects;
    }

    private workspaceOptions() {
        return { pulumiCommand: this.command, envVars: this.environment };
    }

    private async configured(stack: Stack, config: ConfigMap): Promise<TestStack> {
        await stack.setAllConfig({ renderTo: { value: this.renderedFolder }, ...config });
        return new TestStack(this, stack);
    }
}

/** A stack and its program. */
export class TestStack {
    constructor(
        private readonly engine: Engine,
        private readonly stack: Stack,
    ) {}

    preview(options: RunOptions = {}): Promise<Run> {
        return this.run(options, runOptions => this.stack.preview(runOptions));
    }

    up(options: RunOptions = {}): Promise<Run> {
        return this.run(options, runOptions => this.stack.up({ ...runOptions, suppressProgress: true }));
    }

    /** Gives the stack a tag, which policies see. */
    tag(key: string, value: string): Promise<void> {
        return this.stack.setTag(key, value);
    }

    /** Writes the stack's state to a file, with what is secret in it encrypted. Returns the file. */
    async exportState(): Promise<string> {
        const file = path.join(this.engine.folder, "state.json");
        const { exitCode, stderr } = await this.engine.pulumi(
            ["stack", "export", "--stack", this.stack.name, "--file", file],
            this.stack.workspace.workDir,
        );
        if (exitCode !== 0) throw new Error(stderr);
        return file;
    }

    private async run(
        { policyConfig, policyPacks = [PACK], continueOnError, exclude }: RunOptions,
        operation: (options: object) => Promise<{ stdout: string; stderr: string }>,
    ): Promise<Run> {
        const events: EngineEvent[] = [];
        const options = {
            policyPacks,
            ...(continueOnError && { continueOnError }),
            ...(exclude && { exclude }),
            ...(policyConfig !== undefined && {
                policyPackConfigs: [this.engine.write("policy-config.json", JSON.stringify(policyConfig))],
            }),
            onEvent: (event: EngineEvent) => events.push(event),
        };
        const ended = await operation(options).then(
            ({ stdout, stderr }) => ({ exitCode: 0, output: stdout + stderr }),
            failedCommand,
        );
        return {
            ...ended,
            reported: reportedIn(events),
            inputs: inputsIn(events),
            diagnostics: diagnosticsIn(events),
            providers: providersIn(events),
            passed: passedIn(events),
        };
    }
}

/** A test on a machine of its own. */
export const test = base.extend<{ engine: Engine }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the parameter which fixtures this one needs.
    engine: async ({}, use) => {
        const engine = await Engine.open();
        await use(engine);
        engine.close();
    },
});

/** A program of some objects on a cluster: what the provider makes of them is written to a folder. */
export function onCluster(define: (cluster: { readonly provider: k8s.Provider }) => void): PulumiFn {
    return async () => {
        const renderYamlToDirectory = new pulumi.Config().require("renderTo");
        define({ provider: new k8s.Provider("cluster", { renderYamlToDirectory }) });
    };
}

/** A resource of a cloud, without its SDK. Its `output` is known only after the update. */
export class CloudResource extends pulumi.CustomResource {
    declare readonly output: pulumi.Output<string>;

    constructor(type: string, name: string, args: pulumi.Inputs = {}, options: pulumi.CustomResourceOptions = {}) {
        super(type, name, { ...args, output: undefined }, options);
    }
}

/** A resource whose `output` is known only after the update. */
export class StandIn extends CloudResource {
    constructor(name: string, willBe: string) {
        super("standin:index:Value", name, { willBe });
    }
}

/**
 * The program of an example, for `inlineStack`: the same file that the language host for Node.js runs, which cannot be
 * built from Go modules. Each call runs it anew, as each operation of the engine does.
 *
 * @param name folder in examples/
 */
export function exampleProgram(name: string): PulumiFn {
    const file = path.join(PACK, "examples", name, "index.ts");
    const { code } = transformSync(readFileSync(file, "utf8"), { loader: "ts", format: "cjs", sourcefile: file });
    const run = compileFunction(code, ["exports", "module", "require", "__dirname"], { filename: file });
    return async () => {
        const module = { exports: {} };
        run(module.exports, module, createRequire(file), path.dirname(file));
        return module.exports;
    };
}

/** The configuration that both programs of the shop need. */
export const SHOP_CONFIG: ConfigMap = { queuePassword: { value: "orders-of-the-day", secret: true } };

function withoutPulumi(environment: NodeJS.ProcessEnv): Record<string, string> {
    return Object.fromEntries(
        Object.entries(environment).flatMap(([name, value]) =>
            value === undefined || name.startsWith("PULUMI_") ? [] : [[name, value]],
        ),
    );
}

/** The Automation API gives all that a failed command has shown, and its exit code, in one text. */
function failedCommand(error: unknown): Pick<Run, "exitCode" | "output"> {
    if (!(error instanceof CommandError)) throw error;
    // What follows repeats it.
    const [output = ""] = error.message.split("\n err?: ");
    const [, exitCode] = /exit code (\d+)/.exec(output) ?? [];
    if (exitCode === undefined) throw error;
    return { exitCode: Number(exitCode), output };
}

function reportedIn(events: readonly EngineEvent[]): Reported[] {
    return events
        .flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent]))
        .map(event => ({
            policy: event.policyName,
            level: event.enforcementLevel,
            resource: nameOf(event.resourceUrn ?? ""),
            // The engine marks colours as `<{%reset%}>`.
            message: event.message.replaceAll(/<\{%[^%]*%\}>/g, "").trimEnd(),
        }))
        .sort((a, b) => order(a).localeCompare(order(b), "en"));
}

function inputsIn(events: readonly EngineEvent[]): Map<string, unknown> {
    return new Map(
        events
            .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata.new ?? [])
            .map(({ urn, inputs }) => [nameOf(urn), inputs]),
    );
}

function diagnosticsIn(events: readonly EngineEvent[]): Map<string, string> {
    const texts = new Map<string, string>();
    for (const { diagnosticEvent } of events) {
        if (!diagnosticEvent?.urn) continue;
        const name = nameOf(diagnosticEvent.urn);
        texts.set(name, (texts.get(name) ?? "") + diagnosticEvent.message);
    }
    return texts;
}

function providersIn(events: readonly EngineEvent[]): string[] {
    const references = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata.provider || []);
    // A reference is the provider's URN and its id.
    return [...new Set(references.map(reference => nameOf(reference.slice(0, reference.lastIndexOf("::")))))].sort();
}

/** The event that sums up what policies said of a resource, which the SDK's declarations lack. */
interface Summarized {
    readonly policyAnalyzeSummaryEvent?: { readonly resourceUrn: string; readonly passed?: readonly string[] };
}

function passedIn(events: readonly EngineEvent[]): Map<string, readonly string[]> {
    const summaries = (events as readonly Summarized[]).flatMap(event => event.policyAnalyzeSummaryEvent ?? []);
    return new Map(summaries.map(({ resourceUrn, passed = [] }) => [nameOf(resourceUrn), [...passed].sort()]));
}

/** The last part of an URN. */
function nameOf(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

function order({ resource, policy, message }: Reported): string {
    return [resource, policy, message].join(" ");
}

function filesBelow(folder: string): string[] {
    try {
        return readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter(entry => entry.isFile())
            .map(entry => path.join(entry.parentPath, entry.name));
    } catch {
        // Nothing has been written yet.
        return [];
    }
}
