import { defineConfig } from "vitest/config";
import { type PoolOptions, type PoolWorker, ThreadsPoolWorker, type WorkerRequest } from "vitest/node";

const POOL = "kept threads";

/** After so many runs a thread is ended: each run leaves listeners behind in it. */
const RUNS_OF_A_THREAD = 50;

type Listener = (message: unknown) => void;

let thread: ThreadsPoolWorker | undefined;
let runs = 0;

/**
 * A run's hold on a worker thread that outlives the run. Mutation testing runs tests once a mutant: the tests that
 * reach it take some milliseconds, a new thread with all modules takes a second. The modules stay as they were loaded,
 * so what a mutant changes while they load goes unnoticed: those mutants are to be left out (`ignoreStatic`).
 */
class KeptThread implements PoolWorker {
    readonly name = POOL;
    private mayStay = false;
    private readonly listeners: (readonly [event: string, listener: Listener])[] = [];

    constructor(private readonly worker: ThreadsPoolWorker) {}

    on(event: string, listener: Listener): void {
        this.worker.on(event, listener);
        this.listeners.push([event, listener]);
    }

    off(event: string, listener: Listener): void {
        this.worker.off(event, listener);
    }

    /** A run that ends as it should asks the thread to clean up before it stops it. */
    send(message: WorkerRequest): void {
        this.mayStay = message.type === "stop" && runs < RUNS_OF_A_THREAD;
        if (!this.mayStay) {
            this.worker.send(message);
            return;
        }
        const stopped = { type: "stopped", __vitest_worker_response__: true };
        for (const [event, listener] of [...this.listeners]) if (event === "message") listener(stopped);
    }

    async start(): Promise<void> {
        runs++;
        if (runs === 1) await this.worker.start();
    }

    async stop(): Promise<void> {
        for (const [event, listener] of this.listeners) this.off(event, listener);
        if (!this.mayStay) await end(this.worker);
    }

    deserialize(data: unknown): unknown {
        return data;
    }
}

async function end(worker: ThreadsPoolWorker): Promise<void> {
    if (worker === thread) thread = undefined;
    await worker.stop();
}

const keptThreads = {
    name: POOL,
    createPoolWorker(options: PoolOptions) {
        if (thread === undefined) {
            thread = new ThreadsPoolWorker(options);
            runs = 0;
        }
        return new KeptThread(thread);
    },
};

// What mutation testing runs for every mutant: tests that stay in this process and load no SDK.
export default defineConfig({
    test: {
        include: [
            "tests/mutation/*.mutation.ts",
            "tests/model/**/*.test.ts",
            "tests/framework/*.test.ts",
            "tests/policies/**/*.test.ts",
        ],
        exclude: [
            // Runs the SDK, too.
            "tests/policies/production-cluster-isolation-order.test.ts",
            // Takes as long as all the others, and asks only whether it ends.
            "tests/policies/no-plaintext-secrets-length.test.ts",
        ],
        setupFiles: ["tests/mutation/setup.ts"],
        isolate: false,
        testTimeout: 60_000,
    },
    plugins: [
        {
            name: "kept threads",
            configureVitest({ vitest, project }) {
                // Not as `pool`: Stryker asks for the pool "threads", whatever is configured.
                project.config.pool = POOL as never;
                project.config.poolRunner = keptThreads;
                vitest.onClose(() => thread && end(thread));
            },
        },
    ],
});
