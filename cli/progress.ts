import type { SingleBar } from "cli-progress";

/** Is told how far long work has come. */
export interface Progress {
    /** The next kind of work begins. @param total how many steps it has. */
    begin(work: string, total: number): void;
    /** Some steps are done. */
    advance(steps: number): void;
    /** This kind of work is done, and what shows it is gone: other output may follow. */
    end(): void;
}

/** For those who need not know. */
export const SILENT: Progress = { begin() {}, advance() {}, end() {} };

/** Work that is done sooner, in milliseconds, shows no bar: it would only flicker. */
const LONG = 1000;

/** Steps come by the thousand; the time is looked at less often. */
const STEPS_PER_LOOK = 100;

/** A bar on a terminal, on standard error, that goes when all is done. */
export class ProgressBar implements Progress {
    private bar: SingleBar | undefined;
    private work = "";
    private total = 0;
    private done = 0;
    private looked = 0;
    private readonly start = Date.now();

    /** @param showAfter how long work takes, in milliseconds, before a bar is shown. */
    constructor(private readonly showAfter = LONG) {}

    begin(work: string, total: number): void {
        this.work = work;
        this.total = total;
        this.done = 0;
        this.looked = 0;
        this.show();
    }

    advance(steps: number): void {
        this.done += steps;
        this.looked += steps < 1 ? 1 : steps;
        if (this.looked < STEPS_PER_LOOK) return;
        this.looked = 0;
        this.show();
    }

    end(): void {
        this.bar?.stop();
        this.bar = undefined;
    }

    private show(): void {
        if (!this.bar && (this.total === 0 || Date.now() - this.start < this.showAfter)) return;
        this.bar ??= this.newBar();
        this.bar.setTotal(this.total);
        this.bar.update(Math.min(this.done, this.total), { work: this.work });
    }

    private newBar(): SingleBar {
        // Loaded only when work is long.
        const { SingleBar } = require("cli-progress") as typeof import("cli-progress");
        const bar = new SingleBar({ format: "{work} {bar} {percentage}%", clearOnComplete: true });
        bar.start(this.total, 0, { work: this.work });
        return bar;
    }
}
