import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { node } from "./setup";

/** What the API server says to a request. */
export interface Answer {
    readonly status: number;
    /** The object, or why there is none. */
    readonly body: { readonly message?: string; readonly [field: string]: unknown };
    readonly warnings: readonly string[];
}

/** How long the processes may take until they answer, in milliseconds. */
const STARTUP = 120_000;
/** How many requests are under way at a time at most. */
const CONCURRENCY = 8;

/**
 * A shell script that runs a command until its own standard input ends, as it does when this process ends, however
 * that comes about: a run that breaks off leaves no process behind.
 */
const BOUND_TO_US = `
exec 3<&0
"$@" </dev/null 3<&- & command=$!
{ read -r _ <&3; kill -KILL "$command"; } 2>/dev/null &
wait "$command"
`;

/**
 * A Kubernetes API server and its database, without nodes: objects are stored, no pod ever starts. Both are reached
 * on this machine only, and keep their data in a temporary folder.
 */
export class Cluster {
    private readonly processes: { name: string; child: ChildProcess; output: string }[] = [];
    private readonly folder = mkdtempSync(path.join(os.tmpdir(), "guardrails-cluster-"));
    /** What its clients show to be let in. */
    readonly token = randomBytes(16).toString("hex");
    private readonly agent = new https.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
    private databaseUrl = "";
    private port = 0;

    private constructor() {}

    /**
     * Starts a cluster, of executables that are built first where they are missing.
     *
     * @throws when they cannot be built or do not answer in time
     */
    static async start(): Promise<Cluster> {
        const executables = (await node("tests/e2e/toolchain/build.mjs", "--cluster")).trim();
        const cluster = new Cluster();
        try {
            await cluster.startDatabase(path.join(executables, "etcd"));
            await cluster.startServer(path.join(executables, "kube-apiserver"));
            return cluster;
        } catch (error) {
            await cluster.stop();
            throw error;
        }
    }

    private async startDatabase(executable: string): Promise<void> {
        const [clients, peers] = [await freePort(), await freePort()];
        this.databaseUrl = `http://127.0.0.1:${clients}`;
        this.run("etcd", executable, [
            `--data-dir=${path.join(this.folder, "etcd")}`,
            `--listen-client-urls=${this.databaseUrl}`,
            `--advertise-client-urls=${this.databaseUrl}`,
            `--listen-peer-urls=http://127.0.0.1:${peers}`,
            `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
            `--initial-cluster=default=http://127.0.0.1:${peers}`,
            "--unsafe-no-fsync",
            "--log-level=error",
        ]);
        await this.until("etcd answers", () => isHealthy(`${this.databaseUrl}/health`));
    }

    private async startServer(executable: string): Promise<void> {
        this.port = await freePort();
        const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
        const file = (name: string) => path.join(this.folder, name);
        writeFileSync(file("key.pem"), key.export({ type: "pkcs1", format: "pem" }));
        writeFileSync(file("tokens.csv"), `${this.token},tests,tests,"system:masters"\n`, { mode: 0o600 });
        this.run("kube-apiserver", executable, [
            `--etcd-servers=${this.databaseUrl}`,
            "--bind-address=127.0.0.1",
            `--secure-port=${this.port}`,
            `--cert-dir=${file("certificates")}`,
            "--service-account-issuer=https://kubernetes.default.svc",
            `--service-account-key-file=${file("key.pem")}`,
            `--service-account-signing-key-file=${file("key.pem")}`,
            `--token-auth-file=${file("tokens.csv")}`,
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",
            "--allow-privileged=true",
        ]);
        await this.until("kube-apiserver is ready", async () => (await this.request("GET", "/readyz")).status === 200);
    }

    /** The version, as `v1.37.0`. */
    async version(): Promise<string> {
        return String((await this.request("GET", "/version")).body.gitVersion);
    }

    /** Its URL. */
    get server(): string {
        return `https://127.0.0.1:${this.port}`;
    }

    /** What it shows to its clients. */
    get certificate(): Buffer {
        return readFileSync(path.join(this.folder, "certificates", "apiserver.crt"));
    }

    /** How its clients reach it. */
    get kubeconfig(): string {
        const cluster = { server: this.server, "certificate-authority-data": this.certificate.toString("base64") };
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "tests", cluster }],
            users: [{ name: "tests", user: { token: this.token } }],
            contexts: [{ name: "tests", context: { cluster: "tests", user: "tests" } }],
            "current-context": "tests",
        });
    }

    /** Sends a request to the API. */
    request(method: string, url: string, body?: unknown, contentType = "application/json"): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const options = {
                method,
                agent: this.agent,
                ca: this.certificate,
                headers: { authorization: `Bearer ${this.token}`, "content-type": contentType },
            };
            const request = https.request(`${this.server}${url}`, options, response => {
                let text = "";
                response.setEncoding("utf8").on("data", part => {
                    text += part;
                });
                response.on("error", reject);
                response.on("end", () => {
                    const isJson = response.headers["content-type"]?.startsWith("application/json");
                    resolve({
                        status: response.statusCode ?? 0,
                        body: isJson ? JSON.parse(text) : { message: text },
                        warnings: [response.headers.warning ?? []].flat(),
                    });
                });
            });
            request.on("error", reject);
            request.end(body === undefined ? undefined : JSON.stringify(body));
        });
    }

    /** Asks what would become of an object that is created, without creating it. */
    dryRun(collection: string, object: unknown): Promise<Answer> {
        return this.request("POST", `${collection}?dryRun=All`, object);
    }

    /**
     * Asks what would become of an object by server-side apply, as the provider writes it.
     *
     * @param url the object's own
     */
    dryApply(url: string, object: unknown): Promise<Answer> {
        return this.request(
            "PATCH",
            `${url}?dryRun=All&force=true&fieldManager=tests`,
            object,
            "application/apply-patch+yaml",
        );
    }

    /** Stops the processes and removes all that they have written. */
    async stop(): Promise<void> {
        this.agent.destroy();
        // The server first: without its database it only waits.
        for (const { child } of this.processes.toReversed()) {
            const exit = new Promise(resolve => child.once("exit", resolve));
            child.stdin?.end();
            if (child.exitCode === null && child.pid !== undefined) await exit;
        }
        rmSync(this.folder, { recursive: true, force: true });
    }

    private run(name: string, executable: string, args: readonly string[]): void {
        const child = spawn("sh", ["-c", BOUND_TO_US, "sh", executable, ...args], {
            cwd: this.folder,
            stdio: ["pipe", "ignore", "pipe"],
        });
        const entry = { name, child, output: "" };
        this.processes.push(entry);
        child.on("error", error => {
            entry.output += error.message;
        });
        child.stderr?.setEncoding("utf8").on("data", text => {
            entry.output = (entry.output + text).slice(-4000);
        });
    }

    /** Waits for a condition; one that fails is asked again. */
    private async until(condition: string, holds: () => Promise<boolean>): Promise<void> {
        const deadline = Date.now() + STARTUP;
        while (!(await holds().catch(() => false))) {
            const ended = this.processes.find(({ child }) => child.pid === undefined || child.exitCode !== null);
            if (ended) throw new Error(`${ended.name} has ended before ${condition}:\n${ended.output}`);
            if (Date.now() > deadline) {
                const outputs = this.processes.map(({ name, output }) => `${name}:\n${output}`);
                throw new Error([`Waited in vain until ${condition}.`, ...outputs].join("\n"));
            }
            await sleep(100);
        }
    }
}

/** A port of this machine that nothing listens on. */
function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.on("error", reject);
        server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
        });
    });
}

function isHealthy(url: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
        const request = http.get(url, response => {
            response.resume();
            resolve(response.statusCode === 200);
        });
        request.on("error", reject);
    });
}
