import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { type Circumstances, evaluateResources, type LeveledViolation } from "../hosts/in-process";
import { policies } from "../policies";
import type { Resource } from "../policies/model/resource";
import { fulfil, type Wish, type WishedPolicy } from "./config";
import type { InputFile } from "./input/files";
import type { StackName } from "./input/manifests";
import { type Listener, Reader } from "./input/read";

/** How much text, in characters, takes longer to check than a thread takes to start: about a thousand manifests. */
const WORTH_A_THREAD = 400_000;

/**
 * The memory for young objects of the thread, in MB. What is read stays, and with less it would be copied again and
 * again on the way to where old objects are.
 */
const YOUNG_GENERATION = 64;

/** What the thread is started with. */
interface Order {
    readonly wishes: readonly Required<Wish>[];
    readonly circumstances: Circumstances;
    readonly stack: StackName;
}

/** What the thread is told while it lasts: what a listener is told, and that nothing follows. */
type Told =
    | readonly ["begin", InputFile]
    | readonly ["read", string]
    | readonly ["end"]
    | readonly ["fail", string]
    | readonly ["conclude"];

/** A violation as it is sent: the policy by its name, without the source, both of which hold functions. */
type Sent = Omit<LeveledViolation, "policy" | "source"> & { readonly policy: string };

/**
 * Checks resources one by one in a thread of its own, while the first thread checks what belongs together as a whole.
 * It reads all that the first reads; to send it what the first has understood of it would take longer. Starts only when
 * there is so much to read that this saves time.
 */
export class SecondThread implements Listener {
    private waiting: Told[] = [];
    private size = 0;
    private worker: Worker | undefined;
    private result: Promise<readonly Sent[][] | undefined> | undefined;

    /** @param script what the thread runs, which must call `workAsSecondThread`. */
    constructor(
        private readonly script: string,
        private readonly active: readonly WishedPolicy[],
        private readonly circumstances: Circumstances,
        private readonly stack: StackName,
    ) {}

    begin(file: InputFile): void {
        this.tell(["begin", file]);
    }

    read(text: string): void {
        this.size += text.length;
        this.tell(["read", text]);
    }

    end(): void {
        this.tell(["end"]);
    }

    fail(reason: string): void {
        this.tell(["fail", reason]);
    }

    /** Tells the thread that all is read. */
    conclude(): void {
        this.tell(["conclude"]);
        this.waiting = [];
    }

    /**
     * What `evaluateResources` gives for each set of resources that was read; undefined when the thread was not
     * started, or could not do it, as for want of memory.
     */
    async violationsOf(
        sets: readonly { readonly resources: readonly Resource[] }[],
    ): Promise<LeveledViolation[][] | undefined> {
        const sent = await this.result;
        return sent?.map((violations, index) => this.received(violations, sets[index]?.resources ?? []));
    }

    private received(violations: readonly Sent[], resources: readonly Resource[]): LeveledViolation[] {
        const policiesByName = new Map(this.active.map(({ policy }) => [policy.name, policy]));
        const sources = new Map(resources.map(({ urn, source }) => [urn, source]));
        return violations.flatMap(violation => {
            const policy = policiesByName.get(violation.policy);
            return policy ? { ...violation, policy, source: sources.get(violation.urn) } : [];
        });
    }

    private tell(told: Told): void {
        this.waiting.push(told);
        if (!this.worker && this.size >= WORTH_A_THREAD && availableParallelism() > 1) this.start();
        if (!this.worker) return;
        for (const one of this.waiting) this.worker.postMessage(one);
        this.waiting = [];
    }

    private start(): void {
        const { circumstances, stack } = this;
        const order: Order = { wishes: this.active.map(({ wish }) => wish), circumstances, stack };
        const worker = new Worker(this.script, {
            workerData: order,
            resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
        });
        this.worker = worker;
        this.result = new Promise(resolve => {
            worker.once("message", resolve);
            worker.once("error", () => resolve(undefined));
        });
    }
}

/** Does the second thread's part; ends with the thread. */
export function workAsSecondThread(): void {
    const { wishes, circumstances, stack } = workerData as Order;
    const active = fulfil(policies, wishes);
    const reader = new Reader(stack);
    parentPort?.on("message", ([what, argument]: Told) => {
        if (what === "begin") reader.begin(argument);
        else if (what === "read") reader.read(argument);
        else if (what === "fail") reader.fail(argument);
        else if (what === "end") reader.end();
        else {
            const violations = reader.result().sets.map(nodes => {
                const resources = nodes.map(({ resource }) => resource);
                return evaluateResources(active, resources, circumstances).map(sent);
            });
            parentPort?.postMessage(violations);
            parentPort?.close();
        }
    });
}

function sent({ policy, source, ...violation }: LeveledViolation): Sent {
    return { ...violation, policy: policy.name };
}
