import { defineConfig } from "vitest/config";
import type { PoolOptions } from "vitest/node";
import { ThreadsPoolWorker, type WorkerRequest } from "vitest/node";

/** After so many runs a thread is ended: each run leaves listeners behind in it. */
const RUNS_OF_A_THREAD = 50;

type Listener = (message: unknown) => void;

/**
 * A worker thread that outlives a run. Mutation testing runs tests once a mutant: the tests that reach it take some
 * milliseconds, a new thread with all modules takes a second. The modules stay as they were loaded, so what a mutant
 * changes while they load goes unnoticed: those mutants are to be left out (`ignoreStatic`).
 */
class KeptThread extends ThreadsPoolWorker {
    override name = "kept threads";
    private runs = 0;
    private isStarted = false;
    private mayStay = false;
    private readonly listeners: (readonly [event: string, listener: Listener])[] = [];

    override on(event: string, listener: Listener): void {
        super.on(event, listener);
        this.listeners.push([event, listener]);
    }

    override async start(): Promise<void> {
        this.runs++;
        this.mayStay = false;
        if (!this.isStarted) await super.start();
        this.isStarted = true;
    }

    /** A run that ends as it should asks the thread to clean up before it stops it. */
    override send(message: WorkerRequest): void {
        this.mayStay = message.type === "stop" && this.runs < RUNS_OF_A_THREAD;
        if (!this.mayStay) {
            super.send(message);
            return;
        }
        const stopped = { type: "stopped", __vitest_worker_response__: true };
        for (const [event, listener] of [...this.listeners]) if (event === "message") listener(stopped);
    }

    override async stop(): Promise<void> {
        for (const [event, listener] of this.listeners.splice(0)) this.off(event, listener);
        if (!this.mayStay) await this.end();
    }

    async end(): Promise<void> {
        thread = undefined;
        await super.stop();
    }
}

let thread: KeptThread | undefined;

const keptThreads = {
    name: "kept threads",
    createPoolWorker(options: PoolOptions) {
        thread ??= new KeptThread(options);
        return thread;
    },
};

// What mutation testing runs for every mutant: tests that stay in this process and load no SDK.
export default defineConfig({
    test: {
        include: [
            "tests/mutation/*.mutation.ts",
            "tests/model/*.test.ts",
            "tests/pod-security/*.test.ts",
            "tests/policies/*.test.ts",
            "tests/exemptions.test.ts",
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
                project.config.pool = keptThreads.name as never;
                project.config.poolRunner = keptThreads;
                vitest.onClose(() => thread?.end());
            },
        },
    ],
});
