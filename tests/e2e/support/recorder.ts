import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster";

/** A request that writes an object. Times in milliseconds, by one clock. */
export interface Arrival {
    /** The object, as in `configmaps shop/settings` or `namespaces shop`. */
    readonly object: string;
    readonly at: number;
    /** When the client was answered; undefined while it waits. */
    answered?: number;
    status?: number;
}

/**
 * Stands between the clients of a cluster and its API server, and writes down when each object arrives. Dry runs, which
 * is what a preview asks for, are passed on and not counted.
 */
export class Recorder {
    private readonly arrivals: Arrival[] = [];
    private readonly held = new Map<string, number>();
    private readonly agent: https.Agent;

    private constructor(
        private readonly cluster: Cluster,
        private readonly server: http.Server,
    ) {
        this.agent = new https.Agent({ keepAlive: true, ca: cluster.certificate });
    }

    static async before(cluster: Cluster): Promise<Recorder> {
        const server = http.createServer();
        const recorder = new Recorder(cluster, server);
        server.on("request", (request, response) => recorder.handle(request, response));
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
        return recorder;
    }

    /** How clients reach the cluster through it. */
    get kubeconfig(): string {
        const address = this.server.address();
        const port = typeof address === "object" ? address?.port : undefined;
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "recorded", cluster: { server: `http://127.0.0.1:${port}` } }],
            users: [{ name: "recorded", user: {} }],
            contexts: [{ name: "recorded", context: { cluster: "recorded", user: "recorded" } }],
            "current-context": "recorded",
        });
    }

    /** Makes the first request that writes an object take long, as it does on a busy cluster. */
    slowDown(object: string, milliseconds: number): void {
        this.held.set(object, milliseconds);
    }

    /** The first request that wrote an object. */
    first(object: string): Arrival | undefined {
        return this.arrivals.find(arrival => arrival.object === object);
    }

    /** When the API server had an object, as far as its clients know. */
    created(object: string): number | undefined {
        return this.arrivals.find(arrival => arrival.object === object && isSuccess(arrival.status))?.answered;
    }

    /** All that has arrived, in order, for messages of tests. */
    describe(): string {
        return this.arrivals.map(({ object, status }) => `${object} (${status ?? "no answer"})`).join(", ");
    }

    async stop(): Promise<void> {
        this.agent.destroy();
        this.server.closeAllConnections();
        await new Promise(resolve => this.server.close(resolve));
    }

    private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const at = performance.now();
        const body = await bodyOf(request);
        const object = writtenObject(request.method ?? "", new URL(request.url ?? "", "http://server"), body);
        const arrival: Arrival | undefined = object === undefined ? undefined : { object, at };
        if (arrival) this.arrivals.push(arrival);
        const delay = this.held.get(object ?? "");
        if (delay !== undefined) {
            this.held.delete(object ?? "");
            await sleep(delay);
        }
        this.passOn(request, body, response, status => {
            if (arrival) Object.assign(arrival, { status, answered: performance.now() });
        });
    }

    private passOn(
        { method, url, headers }: http.IncomingMessage,
        body: Buffer,
        response: http.ServerResponse,
        onAnswer: (status: number) => void,
    ): void {
        const { host: _, ...rest } = headers;
        const options = {
            method,
            agent: this.agent,
            headers: { ...rest, authorization: `Bearer ${this.cluster.token}` },
        };
        const onward = https.request(`${this.cluster.server}${url}`, options, answer => {
            onAnswer(answer.statusCode ?? 0);
            response.writeHead(answer.statusCode ?? 0, answer.headers);
            answer.pipe(response);
        });
        onward.on("error", () => response.destroy());
        // A watch goes on until the client leaves.
        response.on("close", () => onward.destroy());
        onward.end(body);
    }
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts);
}

/** The object that a request writes, by its URL, or by its body where it is created. */
function writtenObject(method: string, { pathname, searchParams }: URL, body: Buffer): string | undefined {
    if (!["POST", "PUT", "PATCH"].includes(method) || searchParams.has("dryRun")) return undefined;
    const steps = pathname.split("/").filter(Boolean);
    const rest = steps[0] === "api" ? steps.slice(2) : steps.slice(3);
    const isNamespaced = rest[0] === "namespaces" && rest.length > 2;
    const [plural, name] = isNamespaced ? rest.slice(2) : rest;
    const called = name ?? nameIn(body);
    if (plural === undefined || called === undefined) return undefined;
    return `${plural} ${isNamespaced ? `${rest[1]}/` : ""}${called}`;
}

function nameIn(body: Buffer): string | undefined {
    try {
        return JSON.parse(body.toString()).metadata?.name;
    } catch {
        // Not JSON: what asks about access, or an object in another encoding, which neither Pulumi nor Helm writes.
        return undefined;
    }
}

function isSuccess(status: number | undefined): boolean {
    return status !== undefined && status < 300;
}
