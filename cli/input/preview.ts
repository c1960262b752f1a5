import { SECRET, SIGNATURE } from "../../policies/model/secret-paths";
import { type Fields, isFields } from "../fields";
import { SyntaxProblem } from "../problem";
import { parseJson } from "./json";
import { HIDDEN } from "./state";

/** The events that tell what a resource will be; of one resource the last counts. */
const RESOURCE_EVENTS = ["resourcePreEvent", "resOutputsEvent"];

/** What a preview does with a resource. */
interface Step {
    readonly op: string;
    /** The resource as it will be; none when it goes. */
    readonly state: unknown;
}

/** The events of a preview. They tell nothing of dependencies and of most options of resources. */
export class EventStream {
    /** Whether the stack's configuration has rules for the names of what has none. */
    get hasOwnNaming(): boolean {
        return hasOwnNaming(this.config);
    }

    /** The stack's configuration; undefined where nothing tells it. */
    config: unknown;
    private readonly steps: Step[] = [];
    /** The line that was not complete yet. */
    private rest = "";
    private line = 0;
    private problem: SyntaxProblem | undefined;

    /** Reads more of the stream, of which only what tells of resources is kept. */
    read(text: string): void {
        const lines = (this.rest + text).split("\n");
        this.rest = lines.pop() ?? "";
        for (const line of lines) this.readLine(line);
    }

    /**
     * The resources as they will be, in the form of a state's, once all is read.
     * @throws SyntaxProblem
     */
    resources(): readonly Fields[] {
        this.readLine(this.rest);
        this.rest = "";
        if (this.problem) throw this.problem;
        return resourcesOf(this.steps);
    }

    private readLine(line: string): void {
        this.line++;
        if (line.trim() === "" || this.problem) return;
        try {
            const event = parseJson(line);
            if (!isFields(event)) return;
            this.steps.push(...RESOURCE_EVENTS.flatMap(name => stepIn(event[name])));
            if (isFields(event.preludeEvent)) this.config = event.preludeEvent.config ?? {};
        } catch (error) {
            if (!(error instanceof SyntaxProblem)) throw error;
            this.problem = new SyntaxProblem(error.reason, error.line + this.line - 1, error.column);
        }
    }
}

/**
 * Whether a stack's configuration, as previews show it, has rules for names.
 *
 * Source: pulumi/pulumi pkg/cmd/pulumi/autonaming/config.go (`ParseAutonamingConfig`).
 */
export function hasOwnNaming(config: unknown): boolean {
    return isFields(config) && config["pulumi:autonaming"] !== undefined;
}

function stepIn(body: unknown): Step[] {
    const metadata = isFields(body) && isFields(body.metadata) ? body.metadata : undefined;
    return metadata ? [{ op: String(metadata.op), state: metadata.new }] : [];
}

/**
 * Whether a text is what `pulumi preview --json` prints where `PULUMI_ENABLE_STREAMING_JSON_PREVIEW` is set, and
 * `pulumi up --json` always: events, one in a line.
 *
 * Source: pulumi/pulumi sdk/go/common/apitype/events.go (`EngineEvent`, `StepEventMetadata`).
 */
export function isEventStream(text: string): boolean {
    try {
        const value: unknown = JSON.parse(text.split("\n", 1)[0] ?? "");
        return isFields(value) && typeof value.sequence === "number" && typeof value.timestamp === "number";
    } catch {
        return false;
    }
}

/**
 * The resources that a preview's steps lead to, in the form of a state's: what `pulumi preview --json` prints; undefined
 * when the value is something else.
 *
 * Source: pulumi/pulumi pkg/backend/display/json.go (`ShowPreviewDigest`).
 */
export function previewResources(value: unknown): readonly Fields[] | undefined {
    if (!isFields(value) || !Array.isArray(value.steps)) return undefined;
    const steps = value.steps.filter(isFields);
    if (!steps.every(({ op, urn }) => typeof op === "string" && typeof urn === "string")) return undefined;
    if (steps.length === 0 && !isFields(value.changeSummary)) return undefined;
    return resourcesOf(steps.map(({ op, newState }) => ({ op: String(op), state: newState })));
}

/** What is only read is not the stack's own, and marked as in a state. */
function resourcesOf(steps: readonly Step[]): Fields[] {
    const byUrn = new Map<unknown, Fields>();
    for (const { op, state } of steps) {
        if (!isFields(state)) continue;
        byUrn.set(state.urn, {
            ...state,
            ...(op.startsWith("read") && { external: true }),
            inputs: withoutSecrets(state.inputs),
            outputs: withoutSecrets(state.outputs),
        });
    }
    return [...byUrn.values()];
}

/** Secrets are marked as a state marks them. */
function withoutSecrets(value: unknown): unknown {
    if (value === HIDDEN) return { [SIGNATURE]: SECRET };
    if (Array.isArray(value)) return value.map(withoutSecrets);
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
