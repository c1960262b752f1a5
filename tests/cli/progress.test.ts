import { afterEach, expect, test, vi } from "vitest";
import { ProgressBar } from "../../cli/progress";

afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
});

/** What a terminal is sent, without the codes that move its cursor. */
function terminal(): () => string {
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation(text => {
        written.push(String(text));
        return true;
    });
    vi.spyOn(process.stderr, "isTTY", "get").mockReturnValue(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go.
    return () => written.join("").replace(/\x1b\[\??[\d;]*[a-zA-Z]/g, "");
}

test("long work shows what is done and how much of it, and nothing when it is over", () => {
    vi.useFakeTimers();
    Object.defineProperty(process.stderr, "isTTY", { value: true, configurable: true });
    const shown = terminal();
    const bar = new ProgressBar();
    bar.begin("Reading", 400);
    bar.advance(100);
    expect(shown()).toBe("");
    vi.advanceTimersByTime(1001);
    bar.advance(100);
    vi.advanceTimersByTime(1000);
    expect(shown()).toMatch(/Reading \S+ 50%$/);
    bar.begin("Checking", 1000);
    vi.advanceTimersByTime(1000);
    expect(shown()).toMatch(/Checking \S+ 0%$/);
    bar.advance(990);
    vi.advanceTimersByTime(1000);
    expect(shown()).toMatch(/Checking \S+ 99%$/);
    bar.end();
    const before = shown();
    vi.advanceTimersByTime(10_000);
    expect(shown()).toBe(before);
});

test("work that is soon done, or of unknown length, shows nothing", () => {
    const shown = terminal();
    const soon = new ProgressBar();
    soon.begin("Reading", 1000);
    soon.advance(1000);
    soon.end();
    const unknown = new ProgressBar(0);
    unknown.begin("Reading", 0);
    unknown.advance(1000);
    unknown.end();
    expect(shown()).toBe("");
});
