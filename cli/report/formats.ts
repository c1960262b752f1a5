import type { CheckReport } from "./report";
import type { Terminal } from "./text";

/** A way to show a report. */
type Render = (report: CheckReport, terminal: Terminal) => string;

/** The formats of reports. Each is loaded when it is asked for: one run needs few of them. */
const LOADERS = {
    text: async () => (await import("./text.js")).textReport,
    json: async () => (await import("./json.js")).jsonReport,
    sarif: async () => (await import("./sarif.js")).sarifReport,
    junit: async () => (await import("./junit.js")).junitReport,
    github: async () => (await import("./github.js")).githubReport,
    markdown: async () => (await import("./markdown.js")).markdownReport,
    html: async () => (await import("./html.js")).htmlReport,
} satisfies Record<string, () => Promise<Render>>;

export type Format = keyof typeof LOADERS;

export const FORMATS = Object.keys(LOADERS) as readonly Format[];

/** A report that a user wants. */
export interface Wanted {
    readonly format: Format;
    /** Undefined for standard output. */
    readonly file?: string | undefined;
}

/** Reads `format` or `format=file`; undefined when there is no such format or the file has no name. */
export function readWanted(text: string): Wanted | undefined {
    const [name, ...rest] = text.split("=");
    const format = FORMATS.find(known => known === name);
    const file = rest.length > 0 ? rest.join("=") : undefined;
    return format === undefined || file === "" ? undefined : { format, file };
}

/** A report in one format. */
export async function render(format: Format, report: CheckReport, terminal: Terminal): Promise<string> {
    return (await LOADERS[format]())(report, terminal);
}
