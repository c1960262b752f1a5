import { stripVTControlCharacters } from "node:util";
import { HIDDEN, SECRET, SIGNATURE } from "../../model/pulumi/secret-paths";
import { type Fields, isFields } from "../fields";
import { SyntaxProblem } from "../notice";
import { parseJson } from "./json";

/** The events that tell what a resource will be; of one resource the last counts. */
const RESOURCE_EVENTS = ["resourcePreEvent", "resOutputsEvent"];

/** What a preview does with a resource. */
interface PreviewStep {
    readonly op: string;
    readonly urn: unknown;
    /** The resource as it is; kept only where it counts. */
    readonly old: unknown;
    /** The resource as it will be; none when it goes. */
    readonly state: unknown;
}

/** What a preview tells of a stack. */
export interface Preview {
    /** Why the preview does not tell all that the update would do; undefined when it does. */
    readonly failure?: string | undefined;
    /** The resources as they will be, in the form of a state's. */
    readonly resources: readonly Fields[];
    readonly changes: Changes;
}

/** What a preview does in which order: steps by number, of one resource the first that creates it or deletes it. */
export interface Changes {
    /** What is created anew, by URN. */
    readonly created: ReadonlyMap<unknown, number>;
    /** What goes, also to make room for its replacement, in the form of a state's. */
    readonly deleted: readonly { readonly at: number; readonly state: Fields }[];
    /** Providers that do not stay as they are, by URN, in the form of a state's; undefined for new ones. */
    readonly changedProviders: ReadonlyMap<unknown, Fields | undefined>;
}

/** The events of a preview. They tell nothing of dependencies and of most options of resources. */
export class EventStream {
    /** Whether the stack's configuration has rules for the names of what has none. */
    get hasOwnNaming(): boolean {
        return hasOwnNaming(this.config);
    }

    /** The stack's configuration; undefined where nothing tells it. */
    config: unknown;
    private readonly steps: PreviewStep[] = [];
    private failure: string | undefined;
    /** Whether the event was there that is the last of a whole stream. */
    private hasEnded = false;
    private hasBegun = false;
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
     * What the stream tells, once all is read.
     * @throws SyntaxProblem
     */
    preview(): Preview {
        this.readLine(this.rest);
        this.rest = "";
        if (this.problem) throw this.problem;
        const isCut = this.hasBegun && !this.hasEnded;
        return previewOf(this.steps, this.failure ?? (isCut ? "its events break off before its summary" : undefined));
    }

    private readLine(line: string): void {
        this.line++;
        if (line.trim() === "" || this.problem) return;
        try {
            const event = parseJson(line);
            if (!isFields(event)) return;
            this.steps.push(...RESOURCE_EVENTS.flatMap(name => stepIn(event[name])));
            if (isFields(event.preludeEvent)) {
                this.hasBegun = true;
                this.config = event.preludeEvent.config ?? {};
            }
            if (isFields(event.summaryEvent)) {
                this.hasEnded = true;
                const { result } = event.summaryEvent;
                if (typeof result === "string" && result !== "" && result !== "succeeded") this.failure ??= FAILED;
            }
            if (isFields(event.resOpFailedEvent) || isFields(event.errorEvent)) this.failure ??= FAILED;
            if (isFields(event.diagnosticEvent)) this.failure ??= failureIn([event.diagnosticEvent]);
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

function stepIn(body: unknown): PreviewStep[] {
    const metadata = isFields(body) && isFields(body.metadata) ? body.metadata : undefined;
    return metadata ? [stepOf(metadata.op, metadata.urn, metadata.old, metadata.new)] : [];
}

/** Steps that make a resource; what is imported is there already. */
const CREATING = new Set(["create", "create-replacement"]);
const DELETING = new Set(["delete", "delete-replaced"]);
/** Steps that leave a provider as it is. */
const KEEPING = new Set(["same", "refresh"]);

/** Old states are about half of a preview: only those that tell something are kept. */
function stepOf(op: unknown, urn: unknown, old: unknown, state: unknown): PreviewStep {
    const step = String(op);
    const counts = DELETING.has(step) || (isProvider(urn) && !KEEPING.has(step));
    return { op: step, urn: urn ?? (isFields(state) ? state.urn : undefined), old: counts ? old : undefined, state };
}

function isProvider(urn: unknown): boolean {
    return typeof urn === "string" && (urn.split("::")[2] ?? "").startsWith("pulumi:providers:");
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
 * What `pulumi preview --json` prints; undefined when the value is something else.
 *
 * Source: pulumi/pulumi pkg/backend/display/json.go (`ShowPreviewDigest`).
 */
export function readPreview(value: unknown): Preview | undefined {
    if (!isFields(value) || !Array.isArray(value.steps)) return undefined;
    const steps = value.steps.filter(isFields);
    if (!steps.every(({ op, urn }) => typeof op === "string" && typeof urn === "string")) return undefined;
    if (steps.length === 0 && !isFields(value.changeSummary)) return undefined;
    const diagnostics = Array.isArray(value.diagnostics) ? value.diagnostics.filter(isFields) : [];
    return previewOf(
        steps.map(({ op, urn, oldState, newState }) => stepOf(op, urn, oldState, newState)),
        failureIn(diagnostics),
    );
}

const FAILED = "it failed";

/** How languages and Pulumi's own hosts begin what a program ends with; warnings begin otherwise. */
const FAILURE = /^\s*(?:[\w.]*(?:Error|Exception)\b|error\b|fatal\b|Traceback\b|panic:|Unhandled\b)/im;

/**
 * Whether diagnostics tell of a failure. What a language host writes to standard error, where some only warn, counts
 * where it says that it is an error; the engine's own words do in any case.
 *
 * Source: pulumi/pulumi sdk/go/common/apitype/events.go (`DiagnosticEvent`), sdk/go/common/diag/sink.go (`Infoerr`).
 */
function failureIn(diagnostics: readonly Fields[]): string | undefined {
    const isFailure = ({ severity, message }: Fields) =>
        severity === "error" || (severity === "info#err" && FAILURE.test(stripVTControlCharacters(String(message))));
    return diagnostics.some(isFailure) ? FAILED : undefined;
}

/** Steps after which a resource is there as they say. */
const LEAVING_A_STATE = new Set([
    "create",
    "update",
    "same",
    "replace",
    "create-replacement",
    "read",
    "import",
    "refresh",
]);

function previewOf(steps: readonly PreviewStep[], failure: string | undefined): Preview {
    const isBroken = steps.some(({ op, state }) => LEAVING_A_STATE.has(op) && !isFields(state));
    return {
        failure: failure ?? (isBroken ? "it has steps without the state that they lead to" : undefined),
        resources: resourcesOf(steps),
        changes: changesOf(steps),
    };
}

/**
 * A stream of an update tells each step several times, first in its preview: the first time counts. What is protected or
 * kept when its resource goes is not deleted.
 *
 * Without `--show-replacement-steps` what `pulumi preview --json` prints has of a replacement only the step `replace`, which
 * does not tell its order.
 *
 * Source: pulumi/pulumi pkg/backend/display/display.go (`shouldShow`).
 */
function changesOf(steps: readonly PreviewStep[]): Changes {
    const created = new Map<unknown, number>();
    const deleted = new Map<unknown, Changes["deleted"][number]>();
    const changedProviders = new Map<unknown, Fields | undefined>();
    for (const [at, { op, urn, old }] of steps.entries()) {
        const state = isFields(old) ? { ...old, delete: false, inputs: withoutSecrets(old.inputs) } : undefined;
        if (CREATING.has(op) && !created.has(urn)) created.set(urn, at);
        if (isProvider(urn) && !KEEPING.has(op) && !changedProviders.get(urn)) changedProviders.set(urn, state);
        if (!DELETING.has(op) || !isFields(old) || !state || deleted.has(urn)) continue;
        if (old.protect !== true && old.retainOnDelete !== true) deleted.set(urn, { at, state });
    }
    return { created, deleted: [...deleted.values()], changedProviders };
}

/** What is only read is not the stack's own, and marked as in a state. */
function resourcesOf(steps: readonly PreviewStep[]): Fields[] {
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
