import { createServer, type IncomingMessage, type Server } from "node:http";
import { gunzipSync } from "node:zlib";

/** A version of a pack as an organization has published it. */
export interface PublishedPack {
    /** What the command line has sent about the pack, as it was sent. */
    readonly metadata: Metadata;
    /** The archive that has been uploaded. */
    archive?: Buffer;
    /** Whether the command line has said that it is all there. */
    complete: boolean;
}

/** What the command line sends about a pack. */
export interface Metadata {
    readonly name: string;
    readonly versionTag: string;
    readonly policies: readonly PolicyMetadata[];
    readonly metadata?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
}

/** What the command line sends about a policy. */
export interface PolicyMetadata {
    readonly name: string;
    readonly configSchema?: { readonly properties: Readonly<Record<string, unknown>> };
    readonly [field: string]: unknown;
}

/** A pack that a group of stacks must run, and with which configuration. */
interface RequiredPack {
    readonly versionTag: string;
    readonly config: Readonly<Record<string, unknown>>;
}

interface PolicyGroup {
    /** `project/stack` */
    stacks: string[];
    /** By name. */
    readonly packs: Map<string, RequiredPack>;
}

interface Stack {
    tags: Readonly<Record<string, string>>;
}

/** A request that is refused: its status, and why. */
class Refusal extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

type Handler = (parameters: readonly string[], body: Body) => unknown;

/** What was sent: JSON, but for archives. */
interface Body {
    readonly bytes: Buffer;
    // biome-ignore lint/suspicious/noExplicitAny: each handler knows what its endpoint is sent.
    json(): any;
}

/** The organization that all is in. */
export const ORGANIZATION = "acme";

/** The group that each new stack is in, until it is taken out. */
const DEFAULT_GROUP = "default-policy-group";

/**
 * Stands in for Pulumi Cloud, on this machine only: as much of its documented REST API as publishing, enabling and
 * requiring policy packs takes, and running stacks that must run them. What stacks deploy is not kept.
 */
export class PulumiCloud {
    /** Published packs, by `name@version`, the oldest first. */
    readonly packs = new Map<string, PublishedPack>();
    /** How often each archive has been downloaded, by `name@version`. */
    readonly downloads = new Map<string, number>();

    private readonly groups = new Map<string, PolicyGroup>([[DEFAULT_GROUP, newGroup()]]);
    private readonly stacks = new Map<string, Stack>();
    private updates = 0;
    private readonly server: Server;

    private constructor() {
        this.server = createServer((request, response) => {
            this.answer(request).then(
                ({ status, body }) => {
                    response.writeHead(status, { "content-type": "application/json" });
                    response.end(body instanceof Buffer ? body : JSON.stringify(body ?? {}));
                },
                (error: Error) => response.writeHead(500).end(error.message),
            );
        });
    }

    /** Starts to serve on a port that is free. */
    static start(): Promise<PulumiCloud> {
        const cloud = new PulumiCloud();
        return new Promise((resolve, reject) => {
            cloud.server.on("error", reject);
            cloud.server.listen(0, "127.0.0.1", () => resolve(cloud));
        });
    }

    /** Where it is served. */
    get url(): string {
        const address = this.server.address();
        if (typeof address !== "object" || address === null) throw new Error("The server has stopped.");
        return `http://127.0.0.1:${address.port}`;
    }

    /** The environment variables that log the command line in. */
    get environment(): Record<string, string> {
        return { PULUMI_BACKEND_URL: this.url, PULUMI_ACCESS_TOKEN: "pul-0123456789" };
    }

    /** What the stacks of a group must run, by the name of the pack. */
    required(group = DEFAULT_GROUP): Record<string, RequiredPack> {
        return Object.fromEntries(this.group(group).packs);
    }

    stop(): Promise<void> {
        this.server.closeAllConnections();
        return new Promise(resolve => this.server.close(() => resolve()));
    }

    private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
        const body = await bodyOf(request);
        const { pathname } = new URL(request.url ?? "", this.url);
        const route = `${request.method} ${pathname}`;
        try {
            for (const [pattern, handle] of this.routes) {
                const match = pattern.exec(route);
                if (match) return { status: 200, body: handle(match.slice(1).map(decodeURIComponent), body) };
            }
            throw new Refusal(404, `No such endpoint: ${route}`);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return { status: error.status, body: { code: error.status, message: error.message } };
        }
    }

    /** The endpoints, each with the parameters of its pattern. */
    private readonly routes: readonly (readonly [RegExp, Handler])[] = Object.entries({
        "GET /api/user": () => ({
            githubLogin: "ada",
            name: "Ada",
            organizations: [{ githubLogin: ORGANIZATION, name: ORGANIZATION }],
        }),
        "GET /api/user/organizations/default": () => ({ GitHubLogin: ORGANIZATION }),
        "GET /api/capabilities": () => ({ capabilities: [{ capability: "stack-policy-packs" }] }),

        "POST /api/orgs/:/policypacks": (_, body) => this.publish(body.json()),
        "PUT /archives/:": ([id = ""], body) => {
            this.pack(id).archive = body.bytes;
        },
        "GET /archives/:": ([id = ""]) => {
            this.downloads.set(id, (this.downloads.get(id) ?? 0) + 1);
            return this.pack(id).archive;
        },
        "POST /api/orgs/:/policypacks/:/versions/:/complete": ([, name, version]) => {
            this.pack(`${name}@${version}`).complete = true;
        },
        "GET /api/orgs/:/policypacks/:/versions/:/schema": ([, name, version]) => ({
            configSchema: Object.fromEntries(
                this.pack(`${name}@${version}`).metadata.policies.map(policy => [policy.name, policy.configSchema]),
            ),
        }),

        "POST /api/orgs/:/policygroups": (_, body) => {
            this.groups.set(body.json().name, newGroup());
        },
        "GET /api/orgs/:/policygroups/:": ([, name = ""]) => this.describeGroup(name),
        "PATCH /api/orgs/:/policygroups/:": ([, name = ""], body) => this.changeGroup(name, body.json()),

        "POST /api/stacks/:/:": ([, project], body) => {
            const { stackName, tags } = body.json();
            this.stacks.set(`${project}/${stackName}`, { tags: tags ?? {} });
            this.group(DEFAULT_GROUP).stacks.push(`${project}/${stackName}`);
        },
        "HEAD /api/stacks/:/:": () => undefined,
        "GET /api/stacks/:/:/:": ([, project, name]) => ({
            id: `${project}/${name}`,
            orgName: ORGANIZATION,
            projectName: project,
            stackName: name,
            tags: this.stack(`${project}/${name}`).tags,
            version: 0,
        }),
        "GET /api/stacks/:/:/:/policypacks": ([, project, name]) => ({
            requiredPolicies: this.requiredOf(`${project}/${name}`),
        }),
        "POST /api/stacks/:/:/:/encrypt": (_, body) => ({ ciphertext: body.json().plaintext }),
        "GET /api/stacks/:/:/:/export": () => ({ version: 3, deployment: null }),
        "POST /api/stacks/:/:/:/(preview|update)": ([, project, name]) => ({
            updateID: `${++this.updates}`,
            requiredPolicies: this.requiredOf(`${project}/${name}`),
        }),
        "POST /api/stacks/:/:/:/(preview|update)/:": ([, project, name], body) => {
            this.stack(`${project}/${name}`).tags = body.json().tags ?? {};
            return { version: 1, token: "lease" };
        },
        "POST /api/stacks/:/:/:/(preview|update)/:/renew_lease": () => ({ token: "lease" }),
        "POST /api/stacks/:/:/:/(preview|update)/:/events/batch": () => undefined,
        "POST /api/stacks/:/:/:/(preview|update)/:/complete": () => undefined,
        "PATCH /api/stacks/:/:/:/(preview|update)/:/checkpoint(|verbatim|delta)": () => undefined,
    } satisfies Record<string, Handler>).map(([route, handle]) => [
        new RegExp(`^${route.replaceAll(":", "([^/]+)")}$`),
        handle,
    ]);

    private publish(metadata: Metadata): unknown {
        const id = `${metadata.name}@${metadata.versionTag}`;
        if (this.packs.get(id)?.complete) throw new Refusal(409, `${id} has been published before.`);
        this.packs.set(id, { metadata, complete: false });
        return { version: this.packs.size, uploadURI: `${this.url}/archives/${encodeURIComponent(id)}` };
    }

    private changeGroup(name: string, change: GroupChange): void {
        const group = this.group(name);
        const { packs } = group;
        const { stacks, addPolicyPack, removePolicyPack } = change;
        if (stacks) group.stacks = stacks.map(stack => `${stack.routingProject}/${stack.name}`);
        if (addPolicyPack) {
            const versionTag = addPolicyPack.versionTag ?? this.latest(addPolicyPack.name);
            this.pack(`${addPolicyPack.name}@${versionTag}`);
            packs.set(addPolicyPack.name, { versionTag, config: addPolicyPack.config ?? {} });
        }
        if (removePolicyPack && !packs.delete(removePolicyPack.name)) {
            throw new Refusal(404, `${removePolicyPack.name} is not enabled in ${name}.`);
        }
    }

    private describeGroup(name: string): unknown {
        const { stacks, packs } = this.group(name);
        return {
            name,
            isOrgDefault: name === DEFAULT_GROUP,
            entityType: "stacks",
            mode: "preventative",
            stacks: stacks.map(stack => {
                const [routingProject, stackName] = stack.split("/");
                return { name: stackName, routingProject };
            }),
            appliedPolicyPacks: [...packs].map(([pack, { versionTag, config }]) => ({
                name: pack,
                versionTag,
                config,
            })),
            accounts: [],
        };
    }

    /** What a stack must run: what its groups say. */
    private requiredOf(stack: string): unknown {
        return [...this.groups.values()]
            .filter(({ stacks }) => stacks.includes(stack))
            .flatMap(({ packs }) => [...packs])
            .map(([name, { versionTag, config }]) => ({
                name,
                version: 1,
                versionTag,
                displayName: this.pack(`${name}@${versionTag}`).metadata.displayName,
                packLocation: `${this.url}/archives/${encodeURIComponent(`${name}@${versionTag}`)}`,
                config,
            }));
    }

    private latest(name: string): string {
        const versions = [...this.packs.values()].filter(({ metadata }) => metadata.name === name);
        return versions.at(-1)?.metadata.versionTag ?? "latest";
    }

    private pack(id: string): PublishedPack {
        return found(this.packs, id, "policy pack");
    }

    private group(name: string): PolicyGroup {
        return found(this.groups, name, "policy group");
    }

    private stack(id: string): Stack {
        return found(this.stacks, id, "stack");
    }
}

interface GroupChange {
    /** All stacks of the group, instead of those that it had. */
    readonly stacks?: readonly StackReference[];
    readonly addPolicyPack?: PackReference;
    readonly removePolicyPack?: PackReference;
}

interface StackReference {
    readonly name: string;
    readonly routingProject: string;
}

interface PackReference {
    readonly name: string;
    /** The newest where it is not given. */
    readonly versionTag?: string;
    readonly config?: Readonly<Record<string, unknown>>;
}

function newGroup(): PolicyGroup {
    return { stacks: [], packs: new Map() };
}

function found<T>(all: ReadonlyMap<string, T>, key: string, what: string): T {
    const value = all.get(key);
    if (value === undefined) throw new Refusal(404, `There is no ${what} ${key}.`);
    return value;
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const sent = Buffer.concat(parts);
    const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    return { bytes, json: () => JSON.parse(bytes.toString("utf8")) };
}
