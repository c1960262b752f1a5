import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type ClientUnaryCall, credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { EnforcementLevel } from "../../framework/define";
import {
    analyzeRequest,
    analyzeStackRequest,
    type Diagnostic,
    diagnosticsOf,
    type EngineResource,
    levelNumber,
    levelOf,
    type Remediated,
    remediateRequest,
    remediationsOf,
    struct,
} from "./engine";
import type { WireMap } from "./wire";

/** What a pack says of itself. */
export interface PackInfo {
    readonly name: string;
    readonly version: string;
    readonly policies: readonly PackPolicy[];
}

/** What a pack says of one of its policies. */
export interface PackPolicy {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly level: EnforcementLevel;
    /** The number of its type: 1 for single resources, 2 for stacks. */
    readonly type: number;
    /** JSON schemas of the configuration, by key. */
    readonly properties: Readonly<Record<string, WireMap>>;
}

/** The stack that is previewed or updated. */
export interface StackInfo {
    readonly name: string;
    readonly project: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly organization?: string;
    /** Whether it is a preview; that is the default. */
    readonly dryRun?: boolean;
}

/** One policy's level and configuration, defaults included, as the engine works them out. */
export interface PolicySettings {
    readonly level: EnforcementLevel;
    readonly properties: WireMap;
}

/** 400 MiB, what the pack accepts of the engine. */
const MOST_ASKED_BYTES = 400 * 1024 * 1024;

/** 4 MiB, what the engine's proxy accepts of the pack. */
export const MOST_ANSWERED_BYTES = 4 * 1024 * 1024;

/** What the engine starts of a pack, and what of it is listened to. */
type Child = ChildProcessByStdio<null, Readable, Readable>;

function spawnFolder(folder: string, env: Readonly<Record<string, string>>, node: string): Child {
    const script = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    return spawn(node, [script, "127.0.0.1:0", folder], {
        cwd: folder,
        env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true", ...env },
        stdio: ["ignore", "pipe", "pipe"],
    });
}

/** An executable runs in the folder of the program, which may be of any language. */
function spawnExecutable(file: string, env: Readonly<Record<string, string>>): Child {
    return spawn(file, ["127.0.0.1:0"], {
        cwd: tmpdir(),
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
    });
}

/** A policy pack in a process of its own, as the engine starts it, and the engine's side of the conversation. */
export class PackProcess {
    /** All that the pack wrote to standard error. */
    stderr = "";
    /** What the pack wrote to standard output after its port; the engine shows it to the user. */
    stdout = "";
    private answer: Answer | undefined;

    private constructor(
        private readonly child: Child,
        private readonly client: AnalyzerClient,
    ) {}

    /**
     * Starts a pack and waits until it serves.
     * @param pack folder with the pack's package.json, or an executable.
     * @param env variables besides those of this process.
     * @param node the Node to run it with.
     * @throws when the pack ends or writes anything before its port, with what it wrote.
     */
    static async start(
        pack: string,
        env: Readonly<Record<string, string>> = {},
        node = process.execPath,
    ): Promise<PackProcess> {
        const child = statSync(pack).isFile() ? spawnExecutable(pack, env) : spawnFolder(pack, env, node);
        const early: string[] = [];
        const collect = (text: string) => early.push(text);
        child.stderr.setEncoding("utf8").on("data", collect);
        const { port, rest } = await readPort(child, early);
        const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
            "grpc.max_receive_message_length": MOST_ANSWERED_BYTES,
            "grpc.max_send_message_length": MOST_ASKED_BYTES,
        });
        const started = new PackProcess(child, client);
        started.stderr = early.join("");
        started.stdout = rest;
        child.stderr.off("data", collect).on("data", (text: string) => {
            started.stderr += text;
        });
        child.stdout.on("data", (text: string) => {
            started.stdout += text;
        });
        return started;
    }

    /** The number of the process. */
    get pid(): number {
        return this.child.pid ?? 0;
    }

    /** What the last answer took on the wire, in bytes. */
    get answerBytes(): number {
        return this.answer?.serializeBinary().length ?? 0;
    }

    /** The status with which a method answers some bytes, as gRPC numbers them. */
    statusOf(method: string, request: Buffer): Promise<number> {
        const name = method.charAt(0).toUpperCase() + method.slice(1);
        const asIs = (bytes: Buffer) => bytes;
        return new Promise(resolve => {
            this.client.makeUnaryRequest(`/pulumirpc.Analyzer/${name}`, asIs, asIs, request, error =>
                resolve(error?.code ?? 0),
            );
        });
    }

    /** Asks the pack about itself. */
    async info(): Promise<PackInfo> {
        const info = await this.call<Empty, analyzer.AnalyzerInfo>("getAnalyzerInfo", new Empty());
        return {
            name: info.getName(),
            version: info.getVersion(),
            policies: info.getPoliciesList().map(policy => ({
                name: policy.getName(),
                displayName: policy.getDisplayname(),
                description: policy.getDescription(),
                level: levelOf(policy.getEnforcementlevel()),
                type: policy.getPolicyType(),
                properties: (policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Record<
                    string,
                    WireMap
                >,
            })),
        };
    }

    /** Says which stack is at work. The engine does so before anything else. */
    async configureStack({ name, project, tags = {}, organization = "acme", dryRun = true }: StackInfo): Promise<void> {
        const request = new analyzer.AnalyzerStackConfigureRequest();
        request.setStack(name);
        request.setProject(project);
        request.setOrganization(organization);
        request.setDryRun(dryRun);
        for (const [key, value] of Object.entries(tags)) request.getTagsMap().set(key, value);
        await this.call("configureStack", request);
    }

    /** Sets the level and configuration of policies; those not named keep their own level and have no configuration. */
    async configure(policies: Readonly<Record<string, PolicySettings>>): Promise<void> {
        const request = new analyzer.ConfigureAnalyzerRequest();
        for (const [name, { level, properties }] of Object.entries(policies)) {
            const config = new analyzer.PolicyConfig();
            config.setEnforcementlevel(levelNumber(level));
            config.setProperties(struct(properties));
            request.getPolicyconfigMap().set(name, config);
        }
        await this.call("configure", request);
    }

    /** What the policies say to one resource. */
    async analyze(resource: EngineResource): Promise<Diagnostic[]> {
        return diagnosticsOf(await this.call("analyze", analyzeRequest(resource)), resource.urn);
    }

    /** What the policies at the level `remediate` make of one resource. */
    async remediate(resource: EngineResource): Promise<Remediated[]> {
        return remediationsOf(await this.call("remediate", remediateRequest(resource)));
    }

    /** What the stack policies say to all resources together. */
    async analyzeStack(resources: readonly EngineResource[]): Promise<Diagnostic[]> {
        return diagnosticsOf(await this.call("analyzeStack", analyzeStackRequest(resources)));
    }

    /** Ends the process and waits until it has ended. */
    async stop(): Promise<void> {
        this.client.close();
        if (this.child.exitCode !== null || this.child.signalCode !== null) return;
        const exited = once(this.child, "exit");
        this.child.kill();
        await exited;
    }

    private call<Request, Response extends Answer>(method: Method, request: Request): Promise<Response> {
        return new Promise((resolve, reject) => {
            const invoke = this.client[method] as unknown as UnaryMethod<Request, Response>;
            invoke.call(this.client, request, (error, response) => {
                if (error) return reject(new Error(`${method}: ${error.message}\n${this.stderr}`));
                this.answer = response;
                resolve(response);
            });
        });
    }
}

/** A protocol buffer's message. */
interface Answer {
    serializeBinary(): Uint8Array;
}

type Method = "analyze" | "analyzeStack" | "configure" | "configureStack" | "getAnalyzerInfo" | "remediate";

type UnaryMethod<Request, Response> = (
    request: Request,
    done: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** The engine takes what comes first on standard output for the port, and refuses a pack that writes anything else. */
function readPort(
    child: ChildProcessByStdio<null, Readable, Readable>,
    early: readonly string[],
): Promise<{ port: number; rest: string }> {
    return new Promise((resolve, reject) => {
        let output = "";
        const fail = (reason: string) => {
            child.kill();
            reject(new Error(`the policy pack ${reason}\n${output}\n${early.join("")}`));
        };
        const onExit = (code: number | null) => fail(`ended with code ${code} before it served`);
        const onData = (text: string) => {
            output += text;
            if (!output.includes("\n")) return;
            child.off("exit", onExit);
            child.stdout.off("data", onData);
            const [, port, rest] = /^(\d+)\n(.*)$/s.exec(output) ?? [];
            if (port === undefined) fail("wrote to standard output before its port");
            else resolve({ port: Number(port), rest: rest ?? "" });
        };
        child.once("exit", onExit);
        child.stdout.setEncoding("utf8").on("data", onData);
    });
}
