import { withoutControls } from "../model/text";

/** What is wrong with an input or a setting, told on standard error. Lines and columns count from 1. */
export interface Notice {
    /** The file as the user named it; undefined when the problem is in the command line itself. */
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    readonly column?: number | undefined;
    readonly text: string;
    /** Of a note that people should look at. */
    readonly level?: "warning";
}

/** A problem as compilers print it: `file:line:column: text`. */
export function describeNotice({ file, line, column, text }: Notice): string {
    const place = [file, line, column].filter(part => part !== undefined).join(":");
    return withoutControls(place === "" ? text : `${place}: ${text}`);
}

/** A text that is not in the language it should be in. */
export class SyntaxProblem extends Error {
    constructor(
        readonly reason: string,
        /** Counts from 1, within the text that was read. */
        readonly line: number,
        readonly column: number,
    ) {
        super(reason);
    }
}

/** Line and column, from 1, of an offset into a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
    const before = text.slice(0, offset).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
