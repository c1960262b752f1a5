// Preloaded into a pack's process by a test: says on SIGUSR2 what is left after garbage collection.
process.on("SIGUSR2", () => {
    globalThis.gc();
    globalThis.gc();
    console.error(`heap: ${process.memoryUsage().heapUsed}`);
});
